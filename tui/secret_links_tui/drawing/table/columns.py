"""Columns, and how they share a line's room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

GAP = 2
"""Cells between two columns."""

MARGIN = 1
"""Cells before the first column and behind the last."""


class TableColumn(NamedTuple):
    """How a column is laid out."""

    key: str
    title: str
    width: int
    """The fewest cells that it needs."""
    flex: int = 0
    """Its share of the cells that are left over."""
    keep: int = 100
    """Where room is short, the column with the lowest number goes first."""
    least_line: int = 0
    """The cells of a line from which on it is shown."""
    most: int = 1000
    """The most cells that it grows to."""


Place = tuple[TableColumn, int, int]
"""A column, the cell it begins at, and its width."""


class LineLayout:
    """Where columns are in a line, and what stands between them."""

    def __init__(self, columns: Sequence[TableColumn], room: int) -> None:
        self.room = room
        """Cells that a line has."""
        self.places = lay_out(columns, room)
        self.keys = [column.key for column, _, _ in self.places]
        ends = [0, *(x + width for _, x, width in self.places)]
        self.steps = [(" " * (x - end), width) for (_, x, width), end in zip(self.places, ends, strict=False)]
        """For each column, the gap before it and its width."""
        self.rest = " " * (room - ends[-1])
        """What is left behind the last one."""
        self.fits = ends[-1] <= room
        """Whether the last column ends within the line."""


def lay_out(columns: Sequence[TableColumn], width: int) -> list[Place]:
    """Places the columns that there is room for; what is left over goes to those that can use it."""
    shown = [column for column in columns if column.least_line <= width]
    room = width - 2 * MARGIN
    while len(shown) > 1 and _needed(shown) > room:
        shown.remove(min(shown, key=lambda column: column.keep))
    widths = _grown(shown, max(0, room - _needed(shown)))
    places: list[Place] = []
    x = MARGIN
    for column, column_width in zip(shown, widths, strict=True):
        places.append((column, x, column_width))
        x += column_width + GAP
    return places


def _grown(columns: Sequence[TableColumn], spare: int) -> list[int]:
    """Returns the widths of columns that share what is left over, each up to its most."""
    widths = [column.width for column in columns]
    growing = [number for number, column in enumerate(columns) if column.flex]
    while growing and spare:
        shares = sum(columns[number].flex for number in growing)
        parts = {number: spare * columns[number].flex // shares for number in growing}
        full = [number for number in growing if widths[number] + parts[number] >= columns[number].most]
        for number in full or growing:
            part = min(parts[number], columns[number].most - widths[number])
            widths[number] += part
            spare -= part
        growing = [number for number in growing if number not in full] if full else []
    return widths


def column_at(places: Sequence[Place], x: int) -> str | None:
    """Returns the column at a cell, or beside it: half a gap belongs to each neighbour."""
    return next((column.key for column, left, width in places if left - 1 <= x < left + width + 1), None)


def _needed(columns: Sequence[TableColumn]) -> int:
    return sum(column.width + GAP for column in columns) - GAP
