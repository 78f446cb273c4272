"""The bar above the table: which links are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from secret_links import EventType
from secret_links_tui.drawing.bars import ALL_EVENT_TYPES, GENERATE, event_type_label, placeholder
from secret_links_tui.drawing.places import FilterPlaces, filter_places
from secret_links_tui.terminal.key_queue import KeyQueueApp
from secret_links_tui.widgets.bar_button import BarButton
from secret_links_tui.widgets.status_tabs import StatusTabs


class SearchInput(Input):
    """Where a token or a URL is searched for, as it is typed."""

    app = getters.app(KeyQueueApp)

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

    def render_line(self, y: int) -> Strip:
        """Draws the text, or as much of what can be searched for as there is room for."""
        self.set_reactive(SearchInput.placeholder, placeholder(self.app.key_of("search"), self.content_size.width))
        return super().render_line(y)


class FilterBar(Widget):
    """Event type, status and search, which add up; and the way to new links."""

    def __init__(self) -> None:
        super().__init__()
        self.event_type_button = BarButton(ALL_EVENT_TYPES, action="event_type", id="event-type-filter")
        self.tabs = StatusTabs()
        self.search = SearchInput(id="search", compact=True)
        self.generate_button = BarButton(GENERATE, action="generate", id="generate")
        self._event_type: EventType | None = None
        self._places = FilterLayout(self)

    @property
    def layout(self) -> Layout:
        """Where its parts are, whatever style sheets say."""
        return self._places

    def compose(self) -> ComposeResult:
        """Makes the filters."""
        yield self.event_type_button
        yield self.tabs
        yield self.search
        yield self.generate_button

    def places(self, columns: int) -> FilterPlaces:
        """Returns where the filters are in a bar of some columns, with what they say there."""
        self.event_type_button.show_label(
            event_type_label(columns, self._event_type.name if self._event_type else None)
        )
        return filter_places(columns, self.event_type_button.width, self.tabs.breadth, self.generate_button.width)

    def show_event_type(self, event_type: EventType | None) -> None:
        """Shows which event type is filtered by."""
        self._event_type = event_type
        self.event_type_button.set_class(event_type is not None, "-chosen")
        self.refresh(layout=True)


@dataclass
class FilterLayout(Layout):
    """Puts the filters where they are drawn before Textual is loaded, too."""

    bar: FilterBar

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Returns where the filters are in a bar of a size."""
        del parent, greedy
        bar, places = self.bar, self.bar.places(size.width)
        regions = {
            bar.event_type_button: places.button,
            bar.tabs: places.tabs,
            bar.search: places.search,
            bar.generate_button: places.generate,
        }
        return [WidgetPlacement(Region(*regions[child], 1), Offset(), Spacing(), child) for child in children]
