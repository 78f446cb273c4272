"""The screen's middle floor: choosing which links are shown, in which order, and which are selected."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widgets import Input

from secret_links import Column, EventType, LinkFilter, LinkSet, Order
from secret_links.lists.window import PAGE, RANGE
from secret_links_tui.keys import LINK_KEYS
from secret_links_tui.screens.links.live_links import LiveLinks
from secret_links_tui.widgets.status_tabs import STATUSES, StatusTabs
from secret_links_tui.widgets.table.row_table import RowTable

_COLUMNS = tuple(Column)


class LinkBrowser(LiveLinks):
    """Filters, order and selection."""

    BINDINGS: ClassVar[list[BindingType]] = [*LINK_KEYS]

    # Filters and order

    def filter_by(self, wanted: LinkFilter) -> None:
        """Lists the links that pass a filter."""
        if wanted != self.view.wanted:
            self.show_view(replace(self.view, wanted=wanted))

    def filter_by_event_type(self, event_type: EventType | None) -> None:
        """Lists the links of one event type, or of all."""
        self._filtered_event_type = event_type
        self.filter_bar.show_event_type(event_type)
        self.filter_by(replace(self.view.wanted, event_type_id=event_type.id if event_type else None))

    def clear_filters(self) -> None:
        """Lists all links."""
        self._filtered_event_type = None
        with self.filter_bar.search.prevent(Input.Changed):
            self.filter_bar.search.value = ""
        self.filter_by(LinkFilter())

    def order_by(self, order: Order) -> None:
        """Lists the same links in another order."""
        self.show_view(replace(self.view, order=order))

    @on(Input.Changed, "#search")
    def _search(self, event: Input.Changed) -> None:
        self.filter_by(replace(self.view.wanted, search=event.value))

    @on(StatusTabs.Pressed)
    def _status_pressed(self, event: StatusTabs.Pressed) -> None:
        self.filter_by(replace(self.view.wanted, status=event.status))

    @on(RowTable.HeadPressed)
    def _head_pressed(self, event: RowTable.HeadPressed) -> None:
        if event.column in _COLUMNS:
            self._order_by_column(Column(event.column))
        elif event.column == "check" and self.table.selected:
            self.action_clear_selection()
        elif event.column == "check":
            self.action_select_all()

    def _order_by_column(self, column: Column) -> None:
        order = self.view.order
        descending = not order.descending if column is order.column else column is Column.CREATED
        self.order_by(Order(column, descending))

    # Selection

    @on(RowTable.RangeChosen)
    def _range_chosen(self, event: RowTable.RangeChosen) -> None:
        if self.host is None:
            return
        if event.last - event.first >= RANGE:
            self.say(f"Select up to {RANGE:,} rows in one go; a selects all that pass the filters.", wrong=True)
            return
        rows = [self.table.window.row(index) for index in range(event.first, min(event.last + 1, event.first + PAGE))]
        if event.last - event.first >= PAGE or None in rows:
            self.select_rows(event.first, event.last)
        self.table.selected = self.table.selected.with_ids([link.id for link in rows if link is not None])
        self.selection_changed()

    # Keys for selecting

    def action_select(self) -> None:
        """Selects the link under the cursor, or no longer."""
        if (link := self.table.cursor_link) is not None:
            self.table.selected = self.table.selected.toggled(link)
            self.selection_changed()

    def action_select_all(self) -> None:
        """Selects all links that pass the filters."""
        self.select_all()

    def action_back(self) -> None:
        """Clears the selection; where there is none, the filters. Reads at once what could not be read."""
        if self.table.selected or self.table.fresh:
            self.action_clear_selection()
        else:
            self.clear_filters()
        self.retrying.now()

    def action_clear_selection(self) -> None:
        """Selects nothing, and forgets which links are new."""
        self.table.selected = LinkSet()
        self.table.fresh = set()
        self.fresh_links = ()
        self.selection_changed()

    # Keys for filters and order

    def action_search(self) -> None:
        """Goes to the search; at once, so that it gets the very next key."""
        self.set_focus(self.filter_bar.search)

    def action_leave_search(self, clear: bool) -> None:
        """Goes back from the search to the links; `clear` looks for nothing any more."""
        if clear:
            self.filter_bar.search.value = ""
        self.set_focus(self.table)

    def action_status(self) -> None:
        """Lists the next status."""
        offered = self.filter_bar.tabs.statuses
        self.action_status_is((offered.index(self.view.wanted.status) + 1) % len(offered))

    def action_status_is(self, index: int) -> None:
        """Lists one status: 0 all, 1 Active, 2 Used, 3 Expired."""
        self.filter_by(replace(self.view.wanted, status=STATUSES[index]))

    def action_order(self) -> None:
        """Orders by the next column."""
        column = _COLUMNS[(_COLUMNS.index(self.view.order.column) + 1) % len(_COLUMNS)]
        self._order_by_column(column)

    def action_reverse(self) -> None:
        """Turns the order around."""
        self.order_by(replace(self.view.order, descending=not self.view.order.descending))
