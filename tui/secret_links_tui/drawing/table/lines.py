"""The lines of a table as runs of text: its head, its rows, and what stands where there are none.

A line is put together of as few runs as can be: each of them takes time, and bytes on the way out.
"""

from __future__ import annotations

from collections.abc import Sequence

from secret_links_tui.drawing.table.columns import LineLayout
from secret_links_tui.drawing.table.runs import REVERSED, Looks, Run, cropped
from secret_links_tui.drawing.table.scrollbar import BAR
from secret_links_tui.terminal.plain_text import fitted, width_of

HEAD = 1
"""Lines that the head takes."""

HEAD_LOOK, ORDERED_LOOK, EMPTY_LOOK, BAR_LOOK, HELD_LOOK = (
    f"row-table--{name}" for name in ("head", "head-ordered", "empty", "bar", "bar-held")
)
"""The component classes that lines are drawn with, beside those of rows."""

CURSOR, CURSOR_BLURRED, HOVER = "row-table--cursor", "row-table--cursor-blurred", "row-table--hover"
"""The component classes of a row that is marked."""

Cell = tuple[str, str]
"""A cell's text, and the component class that it is drawn with; an empty one for the row's own look."""

BarCell = tuple[str, bool]
"""What a cell of the scrollbar shows, and whether the thumb is what is cut out of it."""


def head_line(layout: LineLayout, ordered_by: tuple[str, bool] | None) -> list[Run]:
    """Draws the head; `ordered_by` is the column that rows are ordered by, and whether descending."""
    ordered, descending = ordered_by or ("", False)
    cells = [
        (f"{column.title} {'▾' if descending else '▴'}", ORDERED_LOOK) if column.key == ordered else (column.title, "")
        for column, _, _ in layout.places
    ]
    return [*_cells(layout, cells, (HEAD_LOOK,)), (" " * BAR, (HEAD_LOOK,))]


def row_line(
    layout: LineLayout, cells: Sequence[Cell] | None, looks: Looks, bar: BarCell, *, held: bool = False
) -> list[Run]:
    """Draws a row and its cell of the scrollbar; a row that is not there yet as dots."""
    if cells is None:
        looks = (*looks, EMPTY_LOOK)
        cells = [("·" * min(3, width), "") for _, _, width in layout.places]
    return [*_cells(layout, cells, looks), _bar(bar, held=held)]


def blank_line(layout: LineLayout, said: str, bar: BarCell, *, held: bool = False) -> list[Run]:
    """Draws a line without a row, with what is said there in its middle."""
    text = fitted(said, min(layout.room, width_of(said)))
    left = " " * ((layout.room - width_of(text)) // 2)
    return [(fitted(left + text, layout.room), (EMPTY_LOOK,)), _bar(bar, held=held)]


def said_on(line: int, lines: Sequence[str], height: int) -> str:
    """Returns what is said on a line of a table without rows; it is `height` lines high, its head is line 0."""
    number = line - max(HEAD, (height - len(lines)) // 2)
    return lines[number] if 0 <= number < len(lines) else ""


def _cells(layout: LineLayout, cells: Sequence[Cell], looks: Looks) -> list[Run]:
    """What a cell is goes over what its row is, and the marks on the row, such as the cursor, go over both."""
    runs: list[Run] = []
    plain = ""
    for (text, look), (gap, width) in zip(cells, layout.steps, strict=True):
        plain += gap
        if look:
            runs += ((plain, looks), (fitted(text, width), (*looks[:1], look, *looks[1:])))
            plain = ""
        else:
            plain += fitted(text, width)
    runs.append((plain + layout.rest, looks))
    return runs if layout.fits else cropped(runs, layout.room)


def _bar(bar: BarCell, *, held: bool) -> Run:
    block, cut_out = bar
    look = HELD_LOOK if held else BAR_LOOK
    return block, (look, REVERSED) if cut_out else (look,)
