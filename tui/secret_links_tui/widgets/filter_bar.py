"""The bar above the table: which links are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Button, Input, Static

from secret_links import Counts, EventType, Status
from secret_links_tui.plain_text import fitted, visible
from secret_links_tui.widgets.link_table import SIGNS

_NAME_SHOWN = 20


ROOMY = 140
"""Columns from which on there is room for any number, written out, beside the search."""

LONG_NUMBER = 100_000
"""The first number that takes too much of it elsewhere."""


def in_short(number: int) -> str:
    """Gives a number in at most six characters: `81,204`, `799k`, `4.9M`."""
    if number < LONG_NUMBER:
        return f"{number:,}"
    if number < 999_500:
        return f"{number / 1000:.0f}k"
    return f"{number / 1_000_000:.1f}M"


class StatusTab(Static):
    """One status and its number of links; a click shows only those."""

    @dataclass
    class Pressed(Message):
        """The tab was clicked."""

        status: Status | None

    def __init__(self, status: Status | None) -> None:
        super().__init__(id=f"status-{status or 'all'}", classes="status-tab")
        self.status = status
        self._number: int | None = None
        self.most = 0
        """The largest number there can be."""

    def on_mount(self) -> None:
        """Shows the name before the number is known."""
        self.show_count(None)

    def show_count(self, number: int | None, most: int = 0) -> None:
        """Shows how many links there are, of `most` at the most; nothing while that is not known."""
        self._number = number
        self.most = most
        self.show_again()

    def show_again(self) -> None:
        """Shows the same, in as many words as there is room for."""
        written = "{:,}".format if self.app.size.width >= ROOMY else in_short
        # As wide as any number can become: the screen is not laid out again for every letter of a search.
        unknown = "…" if self.most else ""
        counted = unknown if self._number is None else written(self._number)
        counted = counted.ljust(len(written(self.most))) if counted else ""
        if self.status is None:
            text = f"All {counted}"
        elif self.screen.has_class("-narrow"):
            text = SIGNS[self.status].split()[0] + counted
        else:
            text = f"{SIGNS[self.status]} {counted}"
        shown = str(self.content)
        if text != shown:
            self.update(Content(text), layout=len(text) != len(shown))

    def on_click(self) -> None:
        """Asks for its links."""
        self.post_message(self.Pressed(self.status))


class SearchInput(Input):
    """Where a token or a URL is searched for, as it is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(True)", "Clear", id="search-clear", tooltip="Clear the search, back to the links"),
        Binding("enter,down", "leave(False)", "To the links", id="search-done", tooltip="Keep it, to the links"),
    ]

    @dataclass
    class Left(Message):
        """The host is done with the search."""

    def action_leave(self, clear: bool) -> None:
        """Goes back to the table."""
        if clear:
            self.value = ""
        self.post_message(self.Left())


class FilterBar(Horizontal):
    """Event type, status and search, which add up; and the way to new links."""

    _event_type: EventType | None = None

    event_type_button = query_one("#event-type-filter", Button)
    search = query_one("#search", SearchInput)

    def compose(self) -> ComposeResult:
        """Lays out the filters."""
        with Horizontal(id="filters"):
            yield Button("All event types ▾", id="event-type-filter", compact=True)
            with Horizontal(id="status-tabs"):
                for status in (None, *Status):
                    yield StatusTab(status)
        with Horizontal(id="find"):
            yield SearchInput(placeholder="/ token or URL", id="search", compact=True)
            yield Button("Generate links", id="generate", variant="primary", compact=True)

    def on_resize(self) -> None:
        """Leaves words away where there is no room for them."""
        for tab in self.query(StatusTab):
            tab.show_again()
        self.show_event_type(self._event_type)

    def show_event_type(self, event_type: EventType | None) -> None:
        """Shows which event type is filtered by."""
        self._event_type = event_type
        name = "All event types" if event_type is None else visible(event_type.name)
        name = "Type" if self.screen.has_class("-narrow") else name
        shown = name if len(name) <= _NAME_SHOWN else fitted(name, _NAME_SHOWN)
        button, label = self.event_type_button, Content(f"{shown} ▾")
        if label.plain != str(button.label):
            button.label = label
            button.refresh(layout=True)  # it is as wide as its label
        button.set_class(event_type is not None, "-chosen")

    def show_status(self, status: Status | None) -> None:
        """Shows which status is filtered by."""
        for tab in self.query(StatusTab):
            tab.set_class(tab.status == status, "-chosen")

    def show_counting(self) -> None:
        """Shows that the numbers are on their way."""
        for tab in self.query(StatusTab):
            tab.show_count(None, tab.most)

    def show_counts(self, counts: Counts, total: int) -> None:
        """Shows how many links of each status pass the other filters, out of a total."""
        for tab in self.query(StatusTab):
            tab.show_count(counts.of(tab.status), total)
