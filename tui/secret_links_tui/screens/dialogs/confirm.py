"""Yes-or-no questions, asked before links are deleted or restored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, Static

from secret_links import Counts, Deletion, LastChange, Link
from secret_links_tui.ages import at_clock
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.sentences import links_of, names, the_link
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
        lines = [visible(line) for line in self._explanation.splitlines()]
        yield Static(Content("\n".join(lines)), id="explanation")

    def compose_answers(self) -> ComposeResult:
        """Lays out No before Yes."""
        yield Button("No, keep  n", id="no", compact=True)
        yield Button(Content(f"{self._yes}  y"), id="yes", variant="error", compact=True)

    @on(Button.Pressed, "#yes")
    def _yes_pressed(self) -> None:
        self.answer(True)

    @on(Button.Pressed, "#no")
    def _no_pressed(self) -> None:
        self.answer(False)

    def action_say_yes(self, yes: bool) -> None:
        """Answers by key."""
        self.answer(yes)


def delete_question(counts: Counts, links: Sequence[Link], hidden: Sequence[Link], hidden_number: int) -> Confirm:
    """Returns the question to ask before links are deleted.

    `links` are the first of them, `hidden` those among these that the filter does not show, of `hidden_number`.
    """
    number = counts.total
    stops = "Its URL stops working at once." if number == 1 else "Their URLs stop working at once."
    booked = " Bookings made with them stay." if counts.used else ""
    explanation = [f"{stops}{booked} It can be undone for 30 days."]
    if hidden_number:
        explanation.append(_not_shown(number, hidden, hidden_number))
    if number == 1:
        what = the_link(links[0]) if links else "1 link"
        alive = ", which is Active" if counts.active else ""
        return Confirm(f"Delete {what}{alive}?", "\n".join(explanation), "Delete 1")
    question = f"Delete {links_of(number)}{_alive(counts)}?"
    return Confirm(question, "\n".join([f"{names(links, number)}.", *explanation]), f"Delete {number:,}")


def restore_question(deletion: Deletion, links: Sequence[Link], now: datetime, zone: tzinfo) -> Confirm:
    """Returns the question to ask before a deletion is undone that the host may not have in mind."""
    who, when = visible(deletion.deleted_by), at_clock(deletion.deleted_at, now, zone)
    if deletion.links == 1 and links:
        question, works = f"Bring back {the_link(links[0])}?", "Its URL works again"
    else:
        question, works = f"Bring back {links_of(deletion.links)}?", "Their URLs work again"
    named = f"{names(links, deletion.links)}. " if deletion.links > 1 else ""
    return Confirm(question, f"{named}Deleted {when} by {who}. {works}, as far as they were Active.", "Bring back")


def take_back_question(change: LastChange, links: Sequence[Link], now: datetime, zone: tzinfo) -> Confirm:
    """Returns the question to ask before a change is taken back that the host may not have in mind."""
    is_one = change.links == 1 and bool(links)
    which = the_link(links[0]) if is_one else links_of(change.links)
    named = "" if is_one else f"{names(links, change.links)}. "
    back = "It gets its earlier name and expiry" if is_one else "Each gets its earlier name and expiry"
    when = at_clock(change.changed_at, now, zone)
    explanation = f"{named}Changed {when}. {back} back, the expiry only if it is still Active."
    return Confirm(f"Take back the change of {which}?", explanation, "Take back")


def _alive(counts: Counts) -> str:
    if not counts.active:
        return ""
    if counts.active == counts.total:
        return ", both Active" if counts.total == 2 else ", all of them Active"
    return f", {counts.active:,} of them Active"


def _not_shown(number: int, hidden: Sequence[Link], hidden_number: int) -> str:
    if number == 1:
        return "The filter does not show it."
    which = "None of them is shown by the filter." if hidden_number == number else ""
    return which or f"{hidden_number:,} not shown by the filter: {names(hidden, hidden_number)}."
