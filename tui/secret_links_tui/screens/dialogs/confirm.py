"""Yes-or-no questions, asked before links are deleted or restored."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, Static

from secret_links import Counts
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.sentences import links_of
from secret_links_tui.terminal.plain_text import visible


class Confirm(Dialog[bool]):
    """A question answered with yes or no; the safe answer has the focus."""

    TAKES_KEYS_AHEAD = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "say_yes(True)", "Yes", id="yes", tooltip="Do it"),
        Binding("n", "say_yes(False)", "No", id="no", tooltip="Leave everything as it is"),
        Binding("left,right", "app.focus_next", "Other", show=False, id="other", tooltip="Go to the other button"),
    ]

    AUTO_FOCUS = "#no"

    def __init__(self, question: str, explanation: str, yes: str) -> None:
        super().__init__()
        self._question = question
        self._explanation = explanation
        self._yes = yes

    def compose_question(self) -> ComposeResult:
        """Lays out the question and its explanation."""
        yield Static(Content(visible(self._question)), id="question")
        yield Static(Content(visible(self._explanation)), id="explanation")

    def compose_answers(self) -> ComposeResult:
        """Lays out No before Yes."""
        yield Button("No, keep", id="no", compact=True)
        yield Button(Content(self._yes), id="yes", variant="error", compact=True)

    @on(Button.Pressed, "#yes")
    def _yes_pressed(self) -> None:
        self.answer(True)

    @on(Button.Pressed, "#no")
    def _no_pressed(self) -> None:
        self.answer(False)

    def action_say_yes(self, yes: bool) -> None:
        """Answers by key."""
        self.answer(yes)


def delete_question(counts: Counts, name: str) -> Confirm:
    """Returns the question to ask before links are deleted; it has the `name` of a single link."""
    number = counts.total
    what = f"the link {name}" if number == 1 and name else links_of(number)
    if number == 1:
        alive, stops = (", which is Active" if counts.active else ""), "Its URL stops working at once."
    else:
        alive, stops = (
            (f", {counts.active:,} of them Active" if counts.active else ""),
            "Their URLs stop working at once.",
        )
    booked = " Bookings made with them stay." if counts.used else ""
    return Confirm(f"Delete {what}{alive}?", f"{stops}{booked} It can be undone for 30 days.", f"Delete {number:,}")
