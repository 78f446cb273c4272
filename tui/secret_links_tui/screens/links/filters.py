"""Which links are listed, and in which order, as the bar above the list and its head choose them."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import Input

from secret_links import Column, EventType, LinkFilter, Order, View
from secret_links_tui.drawing.tabs import Tab
from secret_links_tui.preferences import ENDS_SOON
from secret_links_tui.screens.links.board import LinkBoard
from secret_links_tui.widgets.filter_bar import FilterBar

_COLUMNS = tuple(Column)

NEWEST_FIRST = (Column.CREATED, Column.USED)
"""Columns that are ordered from the latest instant on, at first."""


class Filters:
    """Has the board list other links, and shows in the bar which these are."""

    def __init__(self, board: LinkBoard, bar: FilterBar) -> None:
        self._board = board
        self._bar = bar
        self.event_type: EventType | None = None
        """The event type that is filtered by; None for all."""

    def by_tab(self, tab: Tab) -> None:
        """Lists the links of one status, or of all; or those that expire soon."""
        within = ENDS_SOON if tab is Tab.SOON else None
        self._show(replace(self._board.view.wanted, status=tab.status, expires_within=within, among=None))

    def by_news(self, news: frozenset[int]) -> None:
        """Lists some links, by their ids, whatever became of them."""
        self._show(replace(self._board.view.wanted, status=None, expires_within=None, among=news))

    @property
    def next_tab(self) -> Tab:
        """The tab that comes next."""
        offered = self._bar.tabs.offered
        at = offered.index(self._bar.tabs.chosen)
        return offered[(at + 1) % len(offered)]

    def by_event_type(self, event_type: EventType | None) -> None:
        """Lists the links of one event type, or of all."""
        self.event_type = event_type
        self._bar.show_event_type(event_type)
        self._show(replace(self._board.view.wanted, event_type_id=event_type.id if event_type else None))

    def by_search(self, text: str) -> None:
        """Lists the links that a search finds."""
        self._show(replace(self._board.view.wanted, search=text))

    def restore(self, view: View, event_type: EventType | None) -> None:
        """Lists what was listed before; `event_type` is the one that is filtered by, if it is still there."""
        self.event_type = event_type
        wanted = replace(view.wanted, event_type_id=event_type.id if event_type else None)
        with self._bar.search.prevent(Input.Changed):
            self._bar.search.value = wanted.search
        self._bar.show_event_type(event_type)
        self._bar.tabs.show_chosen(Tab.of(wanted))
        self._board.show_view(view._replace(wanted=wanted))

    @property
    def hide_links(self) -> bool:
        """Whether any links can be hidden."""
        return self._board.view.wanted != LinkFilter()

    def clear(self) -> None:
        """Lists all links."""
        self.event_type = None
        with self._bar.search.prevent(Input.Changed):
            self._bar.search.value = ""
        self._bar.show_event_type(None)
        self._show(LinkFilter())

    def _show(self, wanted: LinkFilter) -> None:
        if wanted != self._board.view.wanted:
            self._board.show_view(self._board.view._replace(wanted=wanted))
            self._bar.tabs.show_chosen(Tab.of(wanted))

    # Order

    def order_by(self, column: Column) -> None:
        """Orders by a column; by the one that it is ordered by already, the other way round."""
        order = self._board.view.order
        descending = not order.descending if column is order.column else column in NEWEST_FIRST
        self._board.order_by(Order(column, descending))

    def order_by_next(self) -> None:
        """Orders by the next column."""
        at = _COLUMNS.index(self._board.view.order.column)
        self.order_by(_COLUMNS[(at + 1) % len(_COLUMNS)])

    def reverse(self) -> None:
        """Turns the order around."""
        order = self._board.view.order
        self._board.order_by(replace(order, descending=not order.descending))
