"""Every key, and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.widgets.facts import Fact, Facts

ABOUT = (
    "A secret link is good for one booking. It is Active until somebody books with it (Used), or its expiry passes "
    "(Expired). To take one back, delete it."
)


class Help(Dialog[bool]):
    """Lists the keys."""

    HEADING = "Secret Links"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter,question_mark", "cancel", "Close", show=False, id="close-help", tooltip="Back to the links"),
    ]

    def __init__(self, keys: Sequence[Fact]) -> None:
        super().__init__()
        self._keys = keys

    def compose_question(self) -> ComposeResult:
        """Lays out the table of keys."""
        yield Static(Content(ABOUT), id="about")
        with VerticalScroll(id="keys"):
            yield Facts(self._keys, right=True)

    def compose_answers(self) -> ComposeResult:
        """Lays out Close."""
        yield Button("Close", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Focuses the table, so that the arrows scroll it."""
        self.query_one("#keys").focus()
