"""Drawing any number of rows: columns, a head that stays, and lines that are kept as they were drawn.

A line is kept by what makes it look so; a row that is not there yet is drawn as dots. Drawing reads what is there and
asks for nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import Protocol

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from secret_links_tui.drawing.table.columns import LineLayout, TableColumn
from secret_links_tui.drawing.table.lines import (
    BAR_LOOK,
    EMPTY_LOOK,
    HEAD,
    HEAD_LOOK,
    HELD_LOOK,
    ORDERED_LOOK,
    BarCell,
    Cell,
    blank_line,
    head_line,
    row_line,
    said_on,
)
from secret_links_tui.drawing.table.runs import REVERSED, Looks, Run
from secret_links_tui.drawing.table.scrollbar import BAR, Scrollbar, thumb_of

PAINTED = (HEAD_LOOK, ORDERED_LOOK, EMPTY_LOOK, BAR_LOOK, HELD_LOOK)
"""The component classes that lines are drawn with, beside those of rows."""

KEPT_LINES = 300
"""The most lines that are kept as they were drawn."""


class Rows(Protocol):
    """What is drawn: the rows of a table, and where they are scrolled to."""

    empty_lines: tuple[str, ...]
    """The text in the middle while there are no rows."""
    ordered_by: tuple[str, bool] | None
    """The column the rows are ordered by, and whether descending."""
    row_count: int
    scrollbar: Scrollbar

    @property
    def columns(self) -> Sequence[TableColumn]: ...  # noqa: D102
    @property
    def size(self) -> Size: ...  # noqa: D102
    @property
    def top(self) -> int: ...  # noqa: D102
    @property
    def page_height(self) -> int: ...  # noqa: D102

    def row_cells(self, index: int, columns: Sequence[str]) -> Sequence[Cell] | None:
        """Returns a row's cells for the columns that are shown; None while the row is not there."""

    def looks(self, index: int) -> tuple[str, ...]:
        """Returns the component classes that a whole row is drawn with now, the last one on top."""

    def row_key(self, index: int) -> Hashable | None:
        """Returns what a row's cells depend on: rows with the same key look the same. None while it is not there."""


class _Line(Strip):
    """A line that is drawn whole, most of the time.

    Textual's own remembers how it was divided, and refers to itself where it was not: such lines, with hundreds of
    objects on each screen, would stay until garbage is looked for, which then holds up a frame.
    """

    __slots__ = ()

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """Divides the line at some cells."""
        ends = list(cuts)
        return [self] if ends == [self.cell_length] else super().divide(ends)


class RowPainter:
    """Draws the lines of a table; `widget` has the styles."""

    def __init__(self, rows: Rows, widget: Widget) -> None:
        self._rows = rows
        self._widget = widget
        self._layout: LineLayout | None = None
        self._styles: dict[tuple[str, ...], Style] = {}
        self._lines: dict[Hashable, Strip] = {}
        self._ground: Color | None = None
        self._filters: Sequence[LineFilter] = ()

    @property
    def layout(self) -> LineLayout:
        """Where the columns are; lines are drawn before a widget learns of its width."""
        room = max(0, self._rows.size.width - BAR)
        if self._layout is None or self._layout.room != room:
            self._layout = LineLayout(self._rows.columns, room)
            self._lines.clear()
        return self._layout

    def lay_out_again(self) -> None:
        """Has the columns placed again when the next line is drawn."""
        self._layout = None

    def forget_styles(self) -> None:
        """Forgets everything that was drawn in another theme."""
        self._styles.clear()
        self._lines.clear()
        self._ground = None

    def _looks_of_lines(self) -> list[object]:
        """Returns for each line below the head what it looks like: two that are equal are drawn alike."""
        rows, top = self._rows, self._rows.top
        thumb = thumb_of(top, rows.page_height, rows.row_count, rows.page_height)
        looks: list[object] = []
        for line in range(rows.page_height):
            row = top + line
            shown = (rows.row_key(row), rows.looks(row)) if row < rows.row_count else self._said_on(line + HEAD)
            looks.append((shown, thumb.cell(line)))
        return looks

    @contextmanager
    def drawing_changes(self) -> Iterator[None]:
        """Draws, at the end, the lines that look otherwise than at the beginning: none where nothing has changed."""
        before = self._looks_of_lines()
        yield
        after = self._looks_of_lines()
        changed = [self._rows.top + line for line, (old, new) in enumerate(zip_longest(before, after)) if old != new]
        self.refresh_rows(*changed)

    def refresh_rows(self, *indexes: int) -> None:
        """Has some rows drawn again, as far as they are on the screen."""
        top, height, width = self._rows.top, self._rows.page_height, self._rows.size.width  # Textual works them out
        lines = {index - top + HEAD for index in indexes if 0 <= index - top < height}
        if lines:
            self._widget.refresh(*(Region(0, line, width, 1) for line in lines))

    def lines(self, crop: Region) -> list[Strip]:
        """Draws the lines of a region of the table: the head, rows or nothing."""
        rows, layout, top = self._rows, self.layout, self._rows.top
        thumb = thumb_of(top, rows.page_height, rows.row_count, rows.page_height)
        self._filters = self._widget.app.get_line_filters()
        lines = []
        for y in crop.line_range:
            index = top + y - HEAD
            if y < HEAD:
                lines.append(self._finished(layout, head_line(layout, rows.ordered_by)))
            elif index < rows.row_count:
                lines.append(self._row_line(layout, index, thumb.cell(y - HEAD)))
            else:
                lines.append(self._blank_line(layout, y, thumb.cell(y - HEAD)))
        return lines if crop.column_span == (0, rows.size.width) else [line.crop(*crop.column_span) for line in lines]

    def _row_line(self, layout: LineLayout, index: int, bar: BarCell) -> Strip:
        """Draws a row and its cell of the bar, unless they were drawn before."""
        rows = self._rows
        key, looks = rows.row_key(index), rows.looks(index)
        drawn_by = key, looks, bar, rows.scrollbar.grabbed
        if (line := self._lines.get(drawn_by)) is None:
            cells = None if key is None else rows.row_cells(index, layout.keys)
            if len(self._lines) >= KEPT_LINES:
                self._lines.clear()
            line = self._finished(layout, row_line(layout, cells, looks, bar, held=rows.scrollbar.grabbed))
            self._lines[drawn_by] = line
        return line

    def _said_on(self, y: int) -> str:
        """Returns what a line of the screen says where there are no rows."""
        return said_on(y, self._rows.empty_lines, self._rows.size.height) if not self._rows.row_count else ""

    def _blank_line(self, layout: LineLayout, y: int, bar: BarCell) -> Strip:
        """Draws a line without a row; in the middle of an empty table stands why it is empty."""
        return self._finished(layout, blank_line(layout, self._said_on(y), bar, held=self._rows.scrollbar.grabbed))

    def _style(self, looks: Looks) -> Style:
        style = self._styles.get(looks)
        if style is None:
            style = self._widget.get_visual_style(*(look for look in looks if look != REVERSED)).rich_style
            if REVERSED in looks:
                style += Style(reverse=True)
            self._styles[looks] = style
        return style

    def _finished(self, layout: LineLayout, runs: Iterable[Run]) -> Strip:
        """Makes a line for the terminal: what Textual does for all widgets, done once for a line that is kept."""
        if self._ground is None:  # looked up once: it takes a fifth of the time of a line
            self._ground = self._widget.background_colors[1]
        segments = [Segment(text, self._style(looks)) for text, looks in runs]
        for line_filter in self._filters:
            segments = line_filter.apply(segments, self._ground)
        return _Line(segments, layout.room + BAR)
