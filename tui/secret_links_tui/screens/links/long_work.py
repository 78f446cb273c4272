"""Doing something with many links: with a dialog that shows how far it is, where it takes long enough to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from secret_links import StoreError
from secret_links_tui.screens import dialogs
from secret_links_tui.screens.links.parts import Parts

if TYPE_CHECKING:
    from secret_links_tui.screens.dialogs.progress import LongOperation, Progress

LONG = 5_000
"""Links from which on an operation shows how far it is: fewer are done before a dialog could be read."""

Done = TypeVar("Done")


class LongWork:
    """Runs operations on many links, which a host can stop."""

    def __init__(self, parts: Parts) -> None:
        self._app = parts.app
        self._line = parts.line
        self._conversation = parts.conversation
        self.is_at_work = False
        """Whether something is being done with many links."""

    async def run(self, heading: str, number: int, operation: LongOperation[Done]) -> Done:
        """Runs an operation on a number of links, and lets keys for the screen through."""
        self._conversation.let_keys_through()
        if number < LONG:
            self._line.say(heading)
        return await self.run_asked(heading, number, operation)

    async def run_asked(self, heading: str, number: int, operation: LongOperation[Done]) -> Done:
        """Runs one that a dialog has asked for, which stays open, and is answered by its result."""
        if number < LONG:
            return await operation(lambda _: None, lambda: False)
        progress: Progress[Done] = dialogs.Progress(heading, number, operation)
        self.is_at_work = True
        try:
            result = await self._app.push_screen_wait(progress)
        finally:
            self.is_at_work = False
        if result is None:
            raise progress.error or StoreError("Stopped.")
        return result
