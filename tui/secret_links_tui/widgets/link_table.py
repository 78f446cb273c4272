"""The table of links: what a link looks like in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import ClassVar

from textual.binding import Binding, BindingType

from secret_links import Column, Link, Order, Status
from secret_links_tui.ages import relative
from secret_links_tui.pages import Pages
from secret_links_tui.plain_text import visible
from secret_links_tui.widgets.columns import TableColumn
from secret_links_tui.widgets.row_table import Cell, RowTable

TOKEN_SHOWN = 6
"""Characters of a token in the table: enough to tell rows apart, too few to be of use to who looks over a shoulder."""

PATH_SHOWN = 3
"""Characters of the base URL's path before it; a longer one would leave no room for the token."""

SIGNS = {Status.ACTIVE: "● Active", Status.USED: "✓ Used", Status.EXPIRED: "○ Expired"}
"""Each status as sign and word, so that colour never speaks alone."""

_NONE = "–"


def shown_token(link: Link) -> str:
    """Gives as much of a link's token as the screen shows."""
    return f"{visible(link.token[:TOKEN_SHOWN])}…"


class LinkTable(RowTable):
    """The links of a host that pass the filters."""

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = (
        TableColumn("check", " ☐", 2),
        TableColumn(Column.TOKEN, "Link", 10, keep=40),
        TableColumn(Column.LABEL, "For", 10, flex=3),
        TableColumn(Column.EVENT_TYPE, "Event type", 12, flex=2, keep=20),
        TableColumn(Column.STATUS, "Status", 9),
        TableColumn(Column.CREATED, "Created", 10, keep=10),
        TableColumn(Column.EXPIRES, "Expires", 10, keep=30),
        TableColumn("copy", "", 4, keep=50),
        TableColumn("delete", "", 1, keep=60),
    )

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "link-table--active",
        "link-table--used",
        "link-table--expired",
        "link-table--quiet",
        "link-table--action",
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

    def __init__(self, base_url: str, zone: tzinfo, want: Callable[[int, int], None], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.pages: Pages[Link] = Pages()
        """The rows, as far as they were read."""
        self.selected: set[int] = set()
        """The ids of the links whose checkbox is on, shown or not."""
        self.fresh: set[int] = set()
        """The ids of the links that were generated last."""
        self.flipped: set[int] = set()
        """The ids of the links whose status changed a moment ago."""
        self.as_of = datetime.now(UTC)
        """The instant by which statuses and ages are told."""
        path = f"/{base_url.rsplit('/', 1)[1]}/" if base_url.count("/") > 2 else "/"
        self._path = path if len(path) <= PATH_SHOWN else "…/"
        self._zone = zone
        self._want = want

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
        return self.pages.row(self.cursor) if self.row_count else None

    def show_order(self, order: Order) -> None:
        """Shows in the head what the rows are ordered by."""
        self.ordered_by = (order.column, order.descending)
        self.refresh()

    def rows_wanted(self, first: int, last: int) -> None:
        """Has missing rows read."""
        self._want(first, last)

    def row_look(self, index: int) -> str:
        """Marks rows that are selected, or that have just flipped."""
        link = self.pages.row(index)
        if link is not None and link.id in self.flipped:
            return "link-table--flipped"
        return "link-table--selected" if link is not None and link.id in self.selected else ""

    def row_cells(self, index: int, columns: Sequence[str]) -> Sequence[Cell] | None:
        """Gives a link's cells."""
        link = self.pages.row(index)
        if link is None:
            return None
        cells = {
            "check": self._check(link),
            Column.TOKEN: (self._path + shown_token(link), "link-table--quiet"),
            Column.LABEL: self._label(link, Column.TOKEN in columns),
            Column.EVENT_TYPE: (visible(link.event_type.name), ""),
            Column.STATUS: self._status(link),
            Column.CREATED: (relative(link.created_at, self.as_of, self._zone), "link-table--quiet"),
            Column.EXPIRES: self._expires(link),
            "copy": ("Copy", "link-table--action"),
            "delete": ("×", "link-table--action"),
        }
        return [cells[column] for column in columns]

    def _check(self, link: Link) -> Cell:
        mark = "*" if link.id in self.flipped else "+" if link.id in self.fresh else " "
        box = "☑" if link.id in self.selected else "☐"
        return mark + box, "link-table--mark" if mark != " " or link.id in self.selected else "link-table--quiet"

    def _label(self, link: Link, token_is_shown: bool) -> Cell:
        if link.label is not None:
            return visible(link.label), ""
        return (_NONE if token_is_shown else shown_token(link)), "link-table--quiet"

    def _status(self, link: Link) -> Cell:
        status = link.status_at(self.as_of)
        return SIGNS[status], f"link-table--{status}"

    def _expires(self, link: Link) -> Cell:
        if link.expires_at is None or link.used_at is not None:
            return _NONE, "link-table--quiet"
        return relative(link.expires_at, self.as_of, self._zone), "link-table--quiet"
