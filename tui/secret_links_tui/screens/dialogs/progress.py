"""The progress of an operation on many links, and the way to stop it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, ProgressBar, Static

from secret_links import SecretLinksError
from secret_links_tui.screens.dialogs.base import Dialog

Done = TypeVar("Done")

Report = Callable[[int], None]
"""Takes the number of links that are done so far."""

Stopped = Callable[[], bool]
"""Says whether to stop."""

LongOperation = Callable[[Report, Stopped], Awaitable[Done]]
"""Does something with many links on a thread, from which both are called."""

REFRESH_INTERVAL = 0.1
"""Seconds between two updates of the number done."""


class Progress(Dialog[Done]):
    """Runs an operation, and answers with its result.

    If the operation raises a SecretLinksError, `error` is that error and the answer is None.
    """

    TAKES_KEYS_AHEAD = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Stop", id="stop", tooltip="Stop; what is done stays done"),
    ]

    def __init__(self, heading: str, total: int, operation: LongOperation[Done]) -> None:
        super().__init__()
        self.HEADING = heading
        self._total = total
        self._operation = operation
        self._is_stopped = False
        self._done = 0
        self.error: SecretLinksError | None = None
        """The error that ended the operation, if one did."""

    def compose_question(self) -> ComposeResult:
        """Lays out the bar and the number done."""
        yield ProgressBar(self._total, show_eta=False, id="progress")
        yield Static("", id="explanation")

    def compose_answers(self) -> ComposeResult:
        """Lays out the button that stops it."""
        yield Button("Stop", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Starts the operation."""
        self.set_interval(REFRESH_INTERVAL, self._show_number_done)
        self._work()

    def on_unmount(self) -> None:
        """Stops the operation when the host leaves the program."""
        self._is_stopped = True

    def action_cancel(self) -> None:
        """Stops the operation after its current slice."""
        self._is_stopped = True
        self.query_one("#explanation", Static).update(Content("Stopping…"))

    @work
    async def _work(self) -> None:
        result: Done | None = None
        try:
            result = await self._operation(self._take_number_done, lambda: self._is_stopped)
        except SecretLinksError as error:
            self.error = error
        self.answer(result)

    def _take_number_done(self, done: int) -> None:
        self._done = done

    def _show_number_done(self) -> None:
        self.query_one(ProgressBar).update(progress=self._done)
        if not self._is_stopped:
            self.query_one("#explanation", Static).update(Content(f"{self._done:,} of {self._total:,}"))
