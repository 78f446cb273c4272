"""What a screen asks its host, one thing after the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.screen import Screen

from secret_links import SecretLinksError
from secret_links_tui.terminal.key_queue import Hold, KeyQueueApp

Operation = Callable[[], Awaitable[None]]
"""Asks the host something, does what they want, and says what became of it."""


class Conversation:
    """Runs operations that ask the host something; keys wait while a question is on its way.

    What is begun while a question is on its way, or stands, is ignored. What is begun while work goes on that lets keys
    through starts when that has ended, and the keys after it wait too.
    """

    def __init__(self, screen: Screen[Any], refuse: Callable[[SecretLinksError], None]) -> None:
        self._screen = screen
        self._refuse = refuse
        self._going_on = False
        self._next: Operation | None = None
        self._hold: Hold | None = None

    def begin(self, operation: Operation) -> None:
        """Begins an operation; a refusal is said, and drops the keys that were typed for what it would have opened."""
        if self._hold is not None:
            return
        app = self._screen.app
        assert isinstance(app, KeyQueueApp)  # noqa: S101  # for the type checker
        self._hold = app.keys.hold(self._screen)
        if self._going_on:
            self._next = operation
        else:
            self._going_on = True
            self._screen.run_worker(self._run(operation))

    def let_keys_through(self) -> None:
        """Lets keys through: what is done from now on asks nothing that they could be meant for."""
        self._release(drop=False)

    async def _run(self, operation: Operation | None) -> None:
        refused = False
        try:
            while operation is not None:
                refused = False
                try:
                    await operation()
                except SecretLinksError as error:
                    self._refuse(error)
                    refused = True
                operation, self._next = self._next, None
        finally:
            self._going_on = False
            self._release(drop=refused)

    def _release(self, *, drop: bool) -> None:
        if self._hold is not None:
            hold, self._hold = self._hold, None
            hold.release(drop=drop)
