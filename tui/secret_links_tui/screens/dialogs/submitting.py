"""Doing what a form asks for: once at a time, with the form open until it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from secret_links import SecretLinksError
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.terminal.key_queue import Hold

Answer = TypeVar("Answer")


class Submission(Generic[Answer]):
    """Runs what a form asks for, and answers with its result; a refusal goes to `refuse`, and the form stays."""

    def __init__(self, form: Dialog[Answer], refuse: Callable[[SecretLinksError], None]) -> None:
        self._form = form
        self._refuse = refuse
        self.is_running = False
        """Whether it is being done: then the form cannot be closed."""

    def begin(self, operation: Callable[[], Awaitable[Answer]]) -> bool:
        """Starts it, and returns whether it did: not while it is being done, nor under another screen."""
        if self.is_running or not self._form.is_active:
            return False
        self.is_running = True
        self._form.run_worker(self._run(operation, self._form.app.keys.hold(self._form)))
        return True

    async def _run(self, operation: Callable[[], Awaitable[Answer]], hold: Hold) -> None:
        try:
            done = await operation()
        except SecretLinksError as error:
            self.is_running = False
            self._refuse(error)
            hold.release(drop=True)
        else:
            self._form.answer(done)
            hold.release()
