"""The table of links: its columns, and selecting ranges of rows with shift."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar, Protocol

from textual.binding import Binding, BindingType

from secret_links import Link, Order
from secret_links_tui.drawing.link_columns import link_columns
from secret_links_tui.drawing.link_rows import DONE, FLIPPED, LIVE, LOOKS, MARK, SELECTED, SOON, LinkRows
from secret_links_tui.drawing.table.columns import TableColumn
from secret_links_tui.drawing.table.lines import Cell
from secret_links_tui.widgets.table.row_table import RowTable


class RowReading(Protocol):
    """Requests rows for the table."""

    def request_rows(self, first: int, last: int) -> None:
        """Has the missing ones of some rows read, which are about to be drawn."""

    def await_rows(self) -> None:
        """Takes in rows that are on their way, if they come within a few milliseconds."""

    def prefetch_rows(self) -> None:
        """Has the rows read that come next."""


class LinkTable(RowTable):
    """The links of a host that pass the filters; `choose` is called with the first and the last row of a range."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(look for (look,) in LOOKS.values()),
        *(LIVE, DONE, MARK, SOON, SELECTED, FLIPPED),
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+down,J", "extend(1)", "", show=False, id="extend-down", tooltip="Select downwards"),
        Binding("shift+up,K", "extend(-1)", "", show=False, id="extend-up", tooltip="Select upwards"),
        Binding(
            "shift+pagedown", "extend_page(1)", "", show=False, id="extend-page-down", tooltip="Select a screenful"
        ),
        Binding("shift+pageup", "extend_page(-1)", "", show=False, id="extend-page-up", tooltip="Select one upwards"),
        Binding("shift+home", "extend_to(0)", "", show=False, id="extend-first", tooltip="Select to the first row"),
        Binding("shift+end", "extend_to(-1)", "", show=False, id="extend-last", tooltip="Select to the last row"),
    ]

    def __init__(
        self, rows: LinkRows, reading: RowReading, choose: Callable[[int, int], None], *, id: str | None = None
    ) -> None:  # `id` is Textual's name for it
        super().__init__(id=id)
        self._rows = rows
        self._reading = reading
        self._choose = choose
        self.hidden: frozenset[str] = frozenset()
        """The columns that the host does without."""
        self._is_awaiting = False

    @property
    def columns(self) -> Sequence[TableColumn]:
        """The columns, without those that the host has hidden."""
        return link_columns(self.hidden)

    def show_order(self, order: Order) -> None:
        """Shows in the head what the rows are ordered by."""
        if self.ordered_by != (order.column, order.descending):
            self.ordered_by = (order.column, order.descending)
            self.refresh()

    @property
    def cursor_link(self) -> Link | None:
        """The link under the cursor; None while there is none, or it has not been read."""
        return self._rows.window.row(self.cursor) if self.row_count else None

    def watch_cursor(self) -> None:
        """Keeps the link under the cursor, however far the rows are scrolled away from it."""
        self._rows.window.hold(self.cursor)

    def action_extend(self, rows: int) -> None:
        """Moves the cursor by some rows, and runs over those between."""
        self.move_cursor(self.cursor + rows, extend=True)

    def action_extend_page(self, pages: int) -> None:
        """Moves the cursor by some screens, and runs over the rows between."""
        self.move_cursor(self.cursor + pages * self.page_height, extend=True)

    def action_extend_to(self, index: int) -> None:
        """Moves the cursor to a row, -1 for the last, and runs over those between."""
        self.move_cursor(self.row_count - 1 if index < 0 else index, extend=True)

    # Rows

    def rows_chosen(self, first: int, last: int) -> None:
        """Selects the links in some rows."""
        self._choose(first, last)

    def rows_came_up(self, first: int, last: int) -> None:
        """Has missing rows read, and waits a little for them before they are drawn.

        The screen waits, behind what has come in by then: the rest of what the same key set going goes on while rows
        are read, and a burst of moves of a dragged thumb waits once, for the rows at which it ends.
        """
        self._reading.request_rows(first, last)
        if not self._is_awaiting:
            self._is_awaiting = True
            self.screen.call_later(self._await_rows)

    def _await_rows(self) -> None:
        self._is_awaiting = False
        self._reading.await_rows()
        self.call_after_refresh(self._reading.prefetch_rows)

    def row_key(self, index: int) -> Hashable | None:
        """Returns what a link's line depends on."""
        return self._rows.key(index)

    def row_looks(self, index: int) -> tuple[str, ...]:
        """Returns the component classes of a link's line."""
        return self._rows.looks(index)

    def row_cells(self, index: int, columns: Sequence[str]) -> Sequence[Cell] | None:
        """Returns a link's cells; those that can be pressed only where the cursor or the mouse is."""
        return self._rows.cells(index, columns, with_buttons=index in (self.cursor, self.hovered))
