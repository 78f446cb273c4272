"""A scrollbar that is the last cell of each line: where its thumb is, and dragging it.

Textual's own bar is a widget beside the table: it is laid out and drawn separately, which takes a third of a frame
while it is dragged, and every line on the screen is put together of two parts because of it.
"""

from __future__ import annotations

from typing import NamedTuple

BAR = 1
"""Cells that the scrollbar takes."""

EIGHTHS = 8
"""Steps of the thumb in a cell: terminals have blocks of one to seven eighths."""

LOWER = " ▁▂▃▄▅▆▇█"
"""Blocks that fill a cell from below, by the number of eighths."""


class Thumb(NamedTuple):
    """The part of a bar that stands for the rows on the screen; equal thumbs look the same."""

    first: int
    """The first eighth of the bar that it covers."""
    end: int
    """The first one behind it."""

    def covers(self, line: int) -> bool:
        """Returns whether any of it is in a cell of the bar."""
        return self.first < (line + 1) * EIGHTHS and line * EIGHTHS < self.end

    def cell(self, line: int) -> tuple[str, bool]:
        """Returns what to draw in a cell of the bar, and whether in the thumb's colour or cut out of it."""
        above, below = line * EIGHTHS, (line + 1) * EIGHTHS
        covered = min(self.end, below) - max(self.first, above)
        if covered <= 0:
            return LOWER[0], False
        if self.end >= below:
            return LOWER[covered], False
        return LOWER[EIGHTHS - covered], True


def thumb_of(top: int, shown: int, rows: int, height: int) -> Thumb:
    """Returns the thumb of a bar `height` cells high, for `shown` of `rows` rows from `top` on: at least one cell."""
    if rows <= shown:
        return Thumb(0, 0)
    room = height * EIGHTHS
    length = max(EIGHTHS, room * shown // rows)
    first = (room - length) * min(top, rows - shown) // (rows - shown)
    return Thumb(first, first + length)


def row_at(line: float, shown: int, rows: int, height: int) -> int:
    """Returns the first row to be shown when the bar is pressed, or the thumb dragged by its middle, at a line."""
    part = line / max(height - 1, 1)
    return round(max(0.0, min(part, 1.0)) * max(rows - shown, 0))


class Scrollbar:
    """A bar beside rows: of `rows` rows `shown` are on the screen, from row `top` on; it has `shown` lines."""

    def __init__(self) -> None:
        self.grabbed = False
        """Whether the thumb is held with the mouse."""
        self._held_at = 0.0

    def press(self, line: int, top: int, shown: int, rows: int) -> int:
        """Takes hold of the thumb; returns the row that becomes the first one, `top` if the press was on the thumb.

        Beside the thumb, that is the row at this place of the bar: among millions, a page more or less is no move.
        """
        self.grabbed = True
        if thumb_of(top, shown, rows, shown).covers(line):
            self._held_at = line - (shown - 1) * top / (rows - shown)
            return top
        self._held_at = 0.0
        return self.drag(line, shown, rows)

    def drag(self, line: int, shown: int, rows: int) -> int:
        """Returns the row that becomes the first one when the held thumb is dragged to a line."""
        return row_at(line - self._held_at, shown, rows, shown)
