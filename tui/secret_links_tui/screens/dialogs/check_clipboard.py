"""The check whether copies reach the host's clipboard: the host pastes what was sent."""

from __future__ import annotations

import secrets
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, Input, Static

from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.terminal.clipboard import Clipboard


def new_word(length: int) -> str:
    """Returns a word of `length` characters to send. It is random, so that no clipboard holds it already."""
    return f"check-{secrets.token_hex(length)}"[:length]


class CheckClipboard(Dialog[bool]):
    """Asks the host to paste what was sent; answers with whether it arrived."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+enter", "compare", "Compare", priority=True, id="compare-copy", tooltip="Compare the two"),
    ]

    HEADING = "Check your clipboard"
    AUTO_FOCUS = "#pasted"

    def __init__(self, sent: str, clipboard: Clipboard) -> None:
        super().__init__()
        self._sent = sent
        self._clipboard = clipboard

    def compose_question(self) -> ComposeResult:
        """Lays out the field to paste into."""
        yield Static(
            Content(f"A word was sent to {self._clipboard.where}. Paste your clipboard here:"), id="explanation"
        )
        yield Input(id="pasted", compact=True)

    def compose_answers(self) -> ComposeResult:
        """Lays out the buttons to compare, and to say that something else was pasted."""
        yield Button("It shows something else", id="not-arrived", compact=True)
        yield Button("Compare", id="compare", classes="-primary", compact=True)

    @on(Input.Submitted)
    @on(Button.Pressed, "#compare")
    def action_compare(self) -> None:
        """Compares what was pasted with what was sent."""
        pasted = self.query_one("#pasted", Input).value.strip()
        if pasted == self._sent:
            self.answer(True)
        elif pasted:
            cure = self._clipboard.cure
            said = f"This is not what was sent{f'; {cure}' if cure else ''}"
            self.complain(f"{said}. {self.key_of('cancel')} leaves it at that.")
        else:
            self.complain("Paste what your clipboard holds, as you would into a message.")

    @on(Button.Pressed, "#not-arrived")
    def _not_arrived(self) -> None:
        self.answer(False)
