"""A deed of many links under way: how far it is, and the way to stop it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
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
"""Takes in how many links are done so far."""

Stopped = Callable[[], bool]
"""Says whether to stop."""

LongOperation = Callable[[Report, Stopped], Done]
"""Does something with many links."""

LOOK_EVERY = 0.1
"""Seconds between two looks at how far it is."""


class Working(Dialog[Done]):
    """Does a deed on a thread; closes with what it gave, or raises what it raised at `result`."""

    TAKES_KEYS_AHEAD = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Stop", id="stop", tooltip="Stop; what is done stays done"),
    ]

    def __init__(self, heading: str, total: int, operation: LongOperation[Done]) -> None:
        super().__init__()
        self.HEADING = heading
        self._total = total
        self._deed = operation
        self._stop = threading.Event()
        self._done = 0
        self.error: SecretLinksError | None = None
        """What went wrong, if anything did."""

    def compose_question(self) -> ComposeResult:
        """Shows how far it is."""
        yield ProgressBar(self._total, show_eta=False, id="progress")
        yield Static("", id="explanation")

    def compose_answers(self) -> ComposeResult:
        """Offers to stop."""
        yield Button("Stop", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Begins."""
        self.set_interval(LOOK_EVERY, self._look)
        self._work()

    def on_unmount(self) -> None:
        """Has it stop when the host leaves the program."""
        self._stop.set()

    def action_cancel(self) -> None:
        """Has it stop after the slice at hand."""
        self._stop.set()
        self.query_one("#explanation", Static).update(Content("Stopping…"))

    @work
    async def _work(self) -> None:
        result: Done | None = None
        try:
            result = await asyncio.to_thread(self._deed, self._note, self._stop.is_set)
        except SecretLinksError as error:
            self.error = error
        self.answer(result)

    def _note(self, done: int) -> None:
        self._done = done

    def _look(self) -> None:
        self.query_one(ProgressBar).update(progress=self._done)
        if not self._stop.is_set():
            self.query_one("#explanation", Static).update(Content(f"{self._done:,} of {self._total:,}"))
