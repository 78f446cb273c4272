"""The one proof that a copy arrives: the host pastes what they have."""

from __future__ import annotations

import secrets

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, Input, Static

from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.terminal.clipboard import Clipboard


def new_word(length: int) -> str:
    """Makes up a word of some characters to send, unlike what was in the clipboard before from its start to its end."""
    return f"check-{secrets.token_hex(length)}"[:length]


class CheckClipboard(Dialog[bool]):
    """Asks for what was sent; answers with whether it arrived."""

    HEADING = "Check your clipboard"
    AUTO_FOCUS = "#pasted"

    def __init__(self, sent: str, clipboard: Clipboard) -> None:
        super().__init__()
        self._sent = sent
        self._clipboard = clipboard

    def compose_question(self) -> ComposeResult:
        """Asks."""
        yield Static(
            Content(f"A word was sent to {self._clipboard.where}. Paste here what you have:"), id="explanation"
        )
        yield Input(id="pasted", compact=True)

    def compose_answers(self) -> ComposeResult:
        """Offers to say that nothing can be pasted."""
        yield Button("Something else", id="not-arrived", compact=True)
        yield Button("Compare", id="compare", classes="-primary", compact=True)

    @on(Input.Submitted)
    @on(Button.Pressed, "#compare")
    def _compare(self) -> None:
        pasted = self.query_one("#pasted", Input).value.strip()
        if pasted == self._sent:
            self.answer(True)
        elif pasted:
            cure = self._clipboard.cure
            self.complain(f"This is not what was sent{f'; {cure}' if cure else ''}. Escape leaves it at that.")
        else:
            self.complain("Paste what your clipboard holds, as you would into a message.")

    @on(Button.Pressed, "#not-arrived")
    def _not_arrived(self) -> None:
        self.answer(False)
