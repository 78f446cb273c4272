"""Every key, what it does, and what the signs in the list mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Button, Input, Static

from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.sentences import KeyOf
from secret_links_tui.widgets.facts import Fact, Facts

ABOUT = (
    "A secret link is good for one booking. It is Active until somebody books with it (Used), or its expiry passes "
    "(Expired). To take one back, delete it."
)


def signs_in_rows(key_of: KeyOf) -> Sequence[Fact]:
    """Returns what the signs in the list mean."""
    return [
        ("●", "Active: it opens one booking"),
        ("✓", "Used: somebody booked with it"),
        ("○", "Expired: its time has passed"),
        ("!", "Damaged: another program wrote what cannot be read"),
        ("+", f"new: generated last ({key_of('copy_new')} copies them)"),
        ("*", "its status has just changed, or while you were away"),
        ("◔", f"Active, and expires within a day ({key_of(SOON)} lists those)"),
        ("☑", "selected"),
        ("▾ ▴", "the column that orders the list"),
    ]


SOON = "list('soon')"
"""The action that lists what expires within a day."""

SIGNS_TITLE = "Signs"

TWO_COLUMNS = 100
"""The cells of the terminal from which on there is room for two columns."""


@dataclass(frozen=True, slots=True)
class HelpSection:
    """What help says of one place."""

    title: str
    facts: Sequence[Fact]

    def matching(self, words: Sequence[str]) -> Sequence[Fact]:
        """Returns the facts that have all of some words."""
        return [
            fact for fact in self.facts if all(word in f"{self.title} {' '.join(fact)}".casefold() for word in words)
        ]


class SectionKeys(Vertical):
    """A section's heading, and its keys."""

    def __init__(self, section: HelpSection) -> None:
        super().__init__(classes="section")
        self.section = section

    def compose(self) -> ComposeResult:
        """Lays out heading and keys."""
        yield Static(Content(self.section.title), classes="section-title")
        yield Facts(self.section.facts, right=True)


class Help(Dialog[bool]):
    """Lists the keys in sections; typing in the search narrows them."""

    HEADING = "Keys"
    ONLY_SHOWS = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="search-help", tooltip="Search the keys"),
        Binding("q,enter,question_mark,f1", "cancel", "Close", id="close-help", tooltip="Back to where you were"),
    ]

    def __init__(self, sections: Sequence[HelpSection], at: str = "") -> None:
        super().__init__()
        self._sections = sections
        self._at = at

    def compose_question(self) -> ComposeResult:
        """Lays out the search and the sections, in two columns."""
        yield Static(Content(ABOUT), id="about")
        yield Input(placeholder=f"{self.key_of('search-help')} search", id="search-help", compact=True)
        with VerticalScroll(id="keys"), Horizontal(id="columns-of-keys"):
            signs = HelpSection(SIGNS_TITLE, signs_in_rows(self.app.key_of))
            for half in _halves([*self._sections[:1], signs, *self._sections[1:]]):
                with Vertical(classes="column-of-keys"):
                    for section in half:
                        yield SectionKeys(section)

    def compose_answers(self) -> ComposeResult:
        """Lays out Close."""
        yield Button("Close", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Focuses the keys, so that the arrows scroll them, and goes to the section of where the host is."""
        self._lay_out(self.size.width)
        self.set_focus(self.query_one("#keys"))
        if self._at:
            self.call_after_refresh(self._show_section)

    def fit(self, size: Size) -> None:
        """Puts the columns below each other where there is little room."""
        self._lay_out(size.width)

    def _lay_out(self, width: int) -> None:
        self.query_one("#columns-of-keys").set_class(width < TWO_COLUMNS, "-one")

    def _show_section(self) -> None:
        for shown in self.query(SectionKeys):
            if shown.section.title == self._at:
                self.query_one("#keys", VerticalScroll).scroll_to_widget(shown, top=True, animate=False)

    def action_search(self) -> None:
        """Goes to the search."""
        self.query_one("#search-help", Input).focus()

    def action_cancel(self) -> None:
        """Empties the search; where it is empty, closes."""
        search = self.query_one("#search-help", Input)
        if search.value:
            search.value = ""
            self.query_one("#keys").focus()
        else:
            super().action_cancel()

    @on(Input.Changed, "#search-help")
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        words = event.value.casefold().split()
        found = 0
        for shown in self.query(SectionKeys):
            matching = shown.section.matching(words)
            shown.display = bool(matching)
            shown.query_one(Facts).show(matching)
            found += len(matching)
        self.complain("" if found else f"No key has this. {self.key_of('cancel')} shows all.")

    @on(Input.Submitted, "#search-help")
    def _to_the_keys(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one("#keys").focus()


def _halves(sections: Sequence[HelpSection]) -> tuple[Sequence[HelpSection], Sequence[HelpSection]]:
    """Divides sections into two columns of about the same height."""
    lines = [len(section.facts) + 2 for section in sections]
    for number in range(1, len(sections)):
        if sum(lines[:number]) * 2 >= sum(lines):
            return sections[:number], sections[number:]
    return sections, ()
