"""The table of links: its columns, and selecting ranges of rows with shift."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar, Protocol

from textual.binding import Binding, BindingType

from secret_links import Column, Link, Order
from secret_links_tui.preferences import COPY, TOKEN, USED_BY
from secret_links_tui.widgets.link_rows import DONE, FLIPPED, LIVE, LOOKS, MARK, SELECTED, SOON, LinkRows
from secret_links_tui.widgets.table.columns import TableColumn
from secret_links_tui.widgets.table.painter import Cell
from secret_links_tui.widgets.table.row_table import RowTable

ROOMY = 138
"""The cells of a line from which on it has room for who booked, and when."""

BUTTONS = ("copy", "delete")
"""The columns that can be pressed."""


class RowReading(Protocol):
    """Requests rows for the table."""

    def request_rows(self, first: int, last: int) -> None:
        """Has the missing ones of some rows read, which are about to be drawn."""

    def await_rows(self) -> None:
        """Takes in rows that are on their way, if they come within a few milliseconds."""

    def prefetch_rows(self) -> None:
        """Has the rows read that come next."""


class LinkTable(RowTable):
    """The links of a host that pass the filters."""

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = (
        TableColumn("check", " ☐", 2, keep=200),
        TableColumn(Column.LABEL, "For", 20, flex=3, keep=1000, most=48),
        TableColumn(Column.EVENT_TYPE, "Event type", 13, flex=2, keep=50, most=36),
        TableColumn(Column.STATUS, "Status", 9, keep=500),
        TableColumn(Column.USED, "Used", 11, keep=2, least_line=ROOMY),
        TableColumn(USED_BY, "By", 12, flex=1, keep=1, least_line=ROOMY, most=36),
        TableColumn(Column.CREATED, "Created", 11, keep=40),
        TableColumn(Column.EXPIRES, "Expires", 11, keep=60),
        TableColumn(TOKEN, "Link", 10, keep=10),
        TableColumn("copy", "", 4, keep=20),
        TableColumn("delete", "", 1, keep=30),
    )
    """What a host reads comes first; where there is little room, tokens go first."""

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

    def __init__(self, rows: LinkRows, reading: RowReading, *, id: str | None = None) -> None:  # Textual's name for it
        super().__init__(id=id)
        self._rows = rows
        self._reading = reading
        self.hidden: frozenset[str] = frozenset()
        """The columns that the host does without."""
        self._is_awaiting = False

    @property
    def columns(self) -> Sequence[TableColumn]:
        """The columns, without those that the host has hidden."""
        hidden = {*self.hidden, *(BUTTONS if COPY in self.hidden else ())}
        return [column for column in self.COLUMNS if column.key not in hidden]

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
        cells = self._rows.cells(index, columns)
        if cells is None or index in (self.cursor, self.hovered):
            return cells
        return [("", "") if key in BUTTONS else cell for key, cell in zip(columns, cells, strict=True)]
