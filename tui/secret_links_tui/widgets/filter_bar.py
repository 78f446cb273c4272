"""The bar above the table: which links are shown."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.getters import query_one
from textual.widgets import Input

from secret_links import EventType
from secret_links_tui.terminal.plain_text import fitted, visible
from secret_links_tui.widgets.bar_button import BarButton
from secret_links_tui.widgets.status_tabs import StatusTabs

_NAME_SHOWN = 20


PLACEHOLDERS = ("/ name, booker, token or URL", "/ name, token or URL", "/ name or URL", "/ search")
"""What is said in an empty search, by the room that there is."""


class SearchInput(Input):
    """Where a token or a URL is searched for, as it is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "screen.leave_search(True)",
            "Clear",
            id="search-clear",
            tooltip="Clear the search, back to the links",
        ),
        Binding(
            "enter,down",
            "screen.leave_search(False)",
            "To the links",
            id="search-done",
            tooltip="Keep it, to the links",
        ),
    ]

    def on_resize(self) -> None:
        """Says as much of what can be searched for as there is room for."""
        room = self.content_size.width
        self.placeholder = next((each for each in PLACEHOLDERS if len(each) <= room), PLACEHOLDERS[-1])


class FilterBar(Horizontal):
    """Event type, status and search, which add up; and the way to new links."""

    _event_type: EventType | None = None

    event_type_button = query_one("#event-type-filter", BarButton)
    tabs = query_one(StatusTabs)
    search = query_one("#search", SearchInput)

    def compose(self) -> ComposeResult:
        """Lays out the filters."""
        with Horizontal(id="filters"):
            yield BarButton("All event types ▾", action="event_type", id="event-type-filter")
            yield StatusTabs()
        with Horizontal(id="find"):
            yield SearchInput(placeholder=PLACEHOLDERS[0], id="search", compact=True)
            yield BarButton("Generate links", action="generate", id="generate")

    def on_resize(self) -> None:
        """Leaves out words where there is no room for them."""
        self.show_event_type(self._event_type)

    def show_event_type(self, event_type: EventType | None) -> None:
        """Shows which event type is filtered by."""
        self._event_type = event_type
        name = "All event types" if event_type is None else visible(event_type.name)
        name = "Type" if self.screen.has_class("-narrow") else name
        shown = name if len(name) <= _NAME_SHOWN else fitted(name, _NAME_SHOWN)
        self.event_type_button.show_label(f"{shown} ▾")
        self.event_type_button.set_class(event_type is not None, "-chosen")
