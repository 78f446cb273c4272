"""The latest messages: what the screen said, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Button, Static

from secret_links_tui.ages import at_clock
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.facts import Facts
from secret_links_tui.widgets.message_line import Said, Tone


class Messages(Dialog[bool]):
    """Lists what was said, the newest first."""

    HEADING = "Messages"
    ONLY_SHOWS = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter,at", "cancel", "Close", id="close-messages", tooltip="Back to the links"),
    ]

    def __init__(self, said: Iterable[Said], now: datetime, zone: tzinfo) -> None:
        super().__init__()
        self._facts = [(_when(each, now, zone), visible(_marked(each))) for each in said]

    def compose_question(self) -> ComposeResult:
        """Lays out the sentences."""
        with VerticalScroll(id="keys"):
            if self._facts:
                yield Facts(self._facts)
            else:
                yield Static("Nothing was said yet.")

    def compose_answers(self) -> ComposeResult:
        """Lays out Close."""
        yield Button("Close", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Focuses the list, so that the arrows scroll it."""
        self.set_focus(self.query_one("#keys"))


def _when(said: Said, now: datetime, zone: tzinfo) -> str:
    return at_clock(said.at, now, zone).removeprefix("today ")


def _marked(said: Said) -> str:
    return f"! {said.sentence}" if said.tone is Tone.REFUSAL else said.sentence
