"""Operations that ask the host something, one at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.screen import Screen

from secret_links import SecretLinksError
from secret_links_tui.terminal.key_queue import Hold, KeyQueueApp

Operation = Callable[[], Awaitable[None]]
"""Asks the host something, does it, and reports the result."""


class Conversation:
    """Runs operations that ask the host something; keys for the screen wait until the operation lets them through.

    An operation that is begun while keys wait for another one is ignored. One that is begun after `let_keys_through`
    starts when the other one has ended, and the keys after it wait too.
    """

    def __init__(self, screen: Screen[Any], refuse: Callable[[SecretLinksError], None]) -> None:
        self._screen = screen
        self._refuse = refuse
        self._going_on = False
        self._next: Operation | None = None
        self._hold: Hold | None = None

    def begin(self, operation: Operation) -> None:
        """Starts an operation. A SecretLinksError of its goes to `refuse`, and the keys that wait are dropped."""
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
        """Lets keys through, since the operation asks nothing more."""
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
