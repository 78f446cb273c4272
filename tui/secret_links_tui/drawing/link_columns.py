"""The columns of the table of links."""

from __future__ import annotations

from collections.abc import Set

from secret_links import Column
from secret_links_tui.drawing.table.columns import TableColumn
from secret_links_tui.preferences import COPY, TOKEN, USED_BY

ROOMY = 138
"""The cells of a line from which on it has room for who booked, and when."""

BUTTONS = ("copy", "delete")
"""The columns that can be pressed."""

LINK_COLUMNS = (
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


def link_columns(hidden: Set[str]) -> list[TableColumn]:
    """Returns the columns without those that the host has hidden."""
    gone = {*hidden, *(BUTTONS if COPY in hidden else ())}
    return [column for column in LINK_COLUMNS if column.key not in gone]
