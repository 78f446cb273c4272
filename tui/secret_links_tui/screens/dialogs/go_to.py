"""The question for a row of the list; in a long one, a cell of the scrollbar is a quarter of a million rows."""

from __future__ import annotations

import re
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, Input, Static

from secret_links_tui.screens.dialogs.base import Dialog

_NUMBER = re.compile(r"[0-9]{1,15}")
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%")


class GoTo(Dialog[int]):
    """Asks for a row; answers with its index, from 0."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+enter", "go", "Go", priority=True, id="go-there", tooltip="Go to the row"),
    ]

    HEADING = "Go to"
    AUTO_FOCUS = "#row"

    def __init__(self, rows: int, *, exact: bool = True) -> None:
        super().__init__()
        self._rows = rows
        self._exact = exact

    def compose_question(self) -> ComposeResult:
        """Lays out the field for a row."""
        yield Input(placeholder="a row, or a share: 50%", id="row", compact=True)
        yield Static(Content(f"Rows 1 to {'' if self._exact else 'about '}{self._rows:,}."), id="explanation")

    def compose_answers(self) -> ComposeResult:
        """Lays out Cancel and Go."""
        yield from super().compose_answers()
        yield Button("Go", id="go", classes="-primary", compact=True)

    @on(Input.Submitted)
    @on(Button.Pressed, "#go")
    def action_go(self) -> None:
        """Answers with the row, if it is one."""
        typed = self.query_one("#row", Input).value
        row = row_of(
            typed, self._rows if self._exact else 2 * self._rows
        )  # the list goes to its last row for a larger one
        if row is None:
            self.complain(f"Type a row from 1 to {self._rows:,}, or a share of the list such as 50%.")
        else:
            self.answer(row)


def row_of(typed: str, rows: int) -> int | None:
    """Returns the index of a row, typed as a number, `4,000,000`, or as a share, `40%`; None if it is neither."""
    text = typed.strip().replace(",", "").replace(" ", "").replace("_", "")
    if share := _SHARE.fullmatch(text):
        return round(float(share[1]) / 100 * (rows - 1)) if float(share[1]) <= 100 else None
    if not _NUMBER.fullmatch(text):
        return None
    return int(text) - 1 if 1 <= int(text) <= rows else None
