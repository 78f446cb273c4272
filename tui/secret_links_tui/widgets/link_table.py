"""The table of links: what a link looks like in a row."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import ClassVar, Protocol

from textual.binding import Binding, BindingType

from secret_links import Column, Link, LinkSet, Order, Status
from secret_links.lists.window import LinkWindow
from secret_links_tui.ages import relative
from secret_links_tui.preferences import TOKEN
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.table.columns import TableColumn
from secret_links_tui.widgets.table.painter import Cell
from secret_links_tui.widgets.table.row_table import RowTable

TOKEN_SHOWN = 6
"""Characters of a token in the table: enough to tell rows apart, too few to be of use to who looks over a shoulder."""

PATH_SHOWN = 3
"""Characters of the base URL's path before it; a longer one would leave no room for the token."""

SIGNS = {
    Status.ACTIVE: "● Active",
    Status.USED: "✓ Used",
    Status.EXPIRED: "○ Expired",
    Status.DAMAGED: "! Damaged",
}
"""Each status as sign and word, so that colour never speaks alone."""

LOOKS = {status: (f"link-table--{status}",) for status in Status}
"""The component class of each status."""

_NONE = "–"


def shown_token(link: Link) -> str:
    """Gives as much of a link's token as the screen shows."""
    return f"{visible(link.token[:TOKEN_SHOWN])}…"


class RowReading(Protocol):
    """Whoever has rows read for the table."""

    def request_rows(self, first: int, last: int) -> None:
        """Has rows read that are on the screen."""

    def await_rows(self) -> None:
        """Waits a moment for rows that are about to be drawn and are on their way."""

    def rows_drawn(self) -> None:
        """Is told that rows were drawn."""


class LinkTable(RowTable):
    """The links of a host that pass the filters."""

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = (
        TableColumn("check", " ☐", 2),
        TableColumn(TOKEN, "Link", 10, keep=40),
        TableColumn(Column.LABEL, "For", 10, flex=3),
        TableColumn(Column.EVENT_TYPE, "Event type", 12, flex=2, keep=20),
        TableColumn(Column.STATUS, "Status", 9),
        TableColumn(Column.CREATED, "Created", 11, keep=10),
        TableColumn(Column.EXPIRES, "Expires", 11, keep=30),
        TableColumn("copy", "", 4, keep=50),
        TableColumn("delete", "", 1, keep=60),
    )

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "link-table--active",
        "link-table--used",
        "link-table--expired",
        "link-table--damaged",
        "link-table--live",
        "link-table--mark",
        "link-table--selected",
        "link-table--flipped",
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
        self,
        base_url: str,
        zone: tzinfo,
        reading: RowReading,
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.window = LinkWindow()
        """The rows, as far as they were read."""
        self.selected = LinkSet()
        """The links whose checkbox is on, shown or not."""
        self.fresh: set[int] = set()
        """The ids of the links that were generated last."""
        self.flipped: set[int] = set()
        """The ids of the links whose status changed a moment ago."""
        self.as_of = datetime.now(UTC)
        path = f"/{base_url.rsplit('/', 1)[1]}/" if base_url.count("/") > 2 else "/"
        self._path = path if len(path) <= PATH_SHOWN else "…/"
        self._zone = zone
        self._hidden: frozenset[str] = frozenset()
        self._reading = reading

    @property
    def as_of(self) -> datetime:
        """The instant by which statuses and ages are told."""
        return self._as_of

    @as_of.setter
    def as_of(self, instant: datetime) -> None:
        self._as_of, self._minute = instant, int(instant.timestamp()) // 60

    @property
    def columns(self) -> Sequence[TableColumn]:
        """The columns but for those that the host does without."""
        return [column for column in self.COLUMNS if column.key not in self._hidden]

    def show_as_preferred(self, zone: tzinfo, hidden: frozenset[str]) -> None:
        """Tells times in a zone, and leaves some columns away."""
        if (zone, hidden) != (self._zone, self._hidden):
            self._zone, self._hidden = zone, hidden
            self.lay_out_again()

    def action_extend(self, rows: int) -> None:
        """Moves the cursor by some rows, and runs over those between."""
        self.move_cursor(self.cursor + rows, extend=True)

    def action_extend_page(self, pages: int) -> None:
        """Moves the cursor by some screens, and runs over the rows between."""
        self.move_cursor(self.cursor + pages * self.page_height, extend=True)

    def action_extend_to(self, index: int) -> None:
        """Moves the cursor to a row, -1 for the last, and runs over those between."""
        self.move_cursor(self.row_count - 1 if index < 0 else index, extend=True)

    @property
    def cursor_link(self) -> Link | None:
        """The link under the cursor; None while there is none, or it has not been read."""
        return self.window.row(self.cursor) if self.row_count else None

    def watch_cursor(self) -> None:
        """Has the link under the cursor remembered, however far the rows are scrolled away from it."""
        self.window.hold(self.cursor)

    def show_order(self, order: Order) -> None:
        """Shows in the head what the rows are ordered by."""
        if self.ordered_by != (order.column, order.descending):
            self.ordered_by = (order.column, order.descending)
            self.refresh()

    def rows_wanted(self, first: int, last: int) -> None:
        """Has missing rows read."""
        self._reading.request_rows(first, last)

    def rows_needed(self, first: int, last: int) -> None:
        """Waits for rows that are on their way."""
        if self.window.missing(first, last):
            self._reading.await_rows()

    def rows_drawn(self) -> None:
        """Has the rows read that come next."""
        self._reading.rows_drawn()

    def row_key(self, index: int) -> Hashable | None:
        """Gives what a link's line depends on: the link, its status, its marks, and the minute."""
        link = self.window.row(index)
        if link is None:
            return None
        status = link.status_at(self._as_of)
        return link, status, self._is_selected(link), link.id in self.flipped, link.id in self.fresh, self._minute

    def row_looks(self, index: int) -> tuple[str, ...]:
        """Gives rows the colour of their status, and marks those that are selected, or that have just flipped."""
        link = self.window.row(index)
        if link is None:
            return ()
        looks = LOOKS[link.status_at(self._as_of)]
        if link.id in self.flipped:
            return (*looks, "link-table--flipped")
        return (*looks, "link-table--selected") if self._is_selected(link) else looks

    def _is_selected(self, link: Link) -> bool:
        return bool(self.selected) and self.selected.holds(link)

    def row_cells(self, index: int, columns: Sequence[str]) -> Sequence[Cell] | None:
        """Gives a link's cells."""
        link = self.window.row(index)
        if link is None:
            return None
        cells = {
            "check": self._check(link),
            TOKEN: (self._path + shown_token(link), ""),
            Column.LABEL: (self._label(link, TOKEN in columns), ""),
            Column.EVENT_TYPE: (visible(link.event_type.name), ""),
            Column.STATUS: self._status(link),
            Column.CREATED: (relative(link.created_at, self.as_of, self._zone), ""),
            Column.EXPIRES: (self._expires(link), ""),
            "copy": ("Copy", ""),
            "delete": ("×", ""),
        }
        return [cells[column] for column in columns]

    def _check(self, link: Link) -> Cell:
        mark = "*" if link.id in self.flipped else "+" if link.id in self.fresh else " "
        box = "☑" if self._is_selected(link) else "☐"
        return mark + box, "link-table--mark" if mark != " " or box == "☑" else ""

    def _label(self, link: Link, token_is_shown: bool) -> str:
        if link.label is not None:
            return visible(link.label)
        return _NONE if token_is_shown else shown_token(link)

    def _status(self, link: Link) -> Cell:
        """Says the status; what can still be booked with stands out."""
        status = link.status_at(self.as_of)
        return SIGNS[status], "link-table--live" if status is Status.ACTIVE else ""

    def _expires(self, link: Link) -> str:
        if link.expires_at is None or link.used_at is not None:
            return _NONE
        return relative(link.expires_at, self.as_of, self._zone)
