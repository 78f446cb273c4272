"""Drawing any number of rows: columns, a head that stays, and lines that are kept as they were drawn.

A line is kept by what makes it look so; a row that is not there yet is drawn as dots.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip

from secret_links_tui.terminal.plain_text import fitted
from secret_links_tui.widgets.table.columns import LineLayout, TableColumn
from secret_links_tui.widgets.table.scroller import BAR, HEAD, RowScroller

KEPT_LINES = 300
"""Lines that are kept as they were drawn, at the most."""

Cell = tuple[str, str]
"""A cell's text, and the component class that it is drawn with; an empty one for the row's own look."""

BarCell = tuple[str, bool]
"""What a cell of the scrollbar shows, and whether the thumb is what is cut out of it."""


class RowPainter(RowScroller):
    """Rows in columns; a subclass says what they are."""

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = ()

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-table--head",
        "row-table--head-ordered",
        "row-table--empty",
        "row-table--bar",
        "row-table--bar-held",
    }

    def __init__(self, *, id: str | None = None) -> None:  # Textual's name for it
        super().__init__(id=id)
        self.empty_lines: tuple[str, ...] = ()
        """What is said in the middle while there are no rows."""
        self.ordered_by: tuple[str, bool] | None = None
        """The column the rows are ordered by, and whether descending."""
        self._line_layout: LineLayout | None = None
        self._styles: dict[tuple[str, ...], Style] = {}
        self._lines: dict[Hashable, Strip] = {}
        self._ground: Color | None = None

    # What a subclass says of its rows

    @abstractmethod
    def row_cells(self, index: int, columns: Sequence[str]) -> Sequence[Cell] | None:
        """Gives a row's cells for the columns that are shown; None while the row is not there."""

    @abstractmethod
    def looks(self, index: int) -> tuple[str, ...]:
        """Names the component classes that a whole row is drawn with now, the last one on top."""

    @abstractmethod
    def row_key(self, index: int) -> Hashable | None:
        """Gives what a row's cells depend on: rows with the same key look the same. None while the row is not there."""

    def rows_needed(self, first: int, last: int) -> None:
        """Is told which rows are about to be drawn; may wait a few milliseconds for those that are not there."""

    def rows_drawn(self) -> None:
        """Is told that rows were drawn."""

    # When to draw

    @contextmanager
    def drawing_changes(self) -> Iterator[None]:
        """Draws, at the end, the lines that look otherwise than at the beginning: none where nothing has changed."""
        before = self._looks_of_lines()
        yield
        after = self._looks_of_lines()
        changed = [self.top + line for line, (old, new) in enumerate(zip_longest(before, after)) if old != new]
        self.refresh_rows(*changed)

    def _looks_of_lines(self) -> list[object]:
        top, thumb = self.top, self.thumb
        looks: list[object] = []
        for line in range(self.page_height):
            row = top + line
            shown = (self.row_key(row), self.looks(row)) if row < self.row_count else self._said_on(line + HEAD)
            looks.append((shown, thumb.cell(line)))
        return looks

    def refresh_rows(self, *indexes: int) -> None:
        """Draws some rows again."""
        width = self.size.width
        lines = {index - self.top + HEAD for index in indexes if 0 <= index - self.top < self.page_height}
        if lines:
            self.refresh(*(Region(0, line, width, 1) for line in lines))

    # Drawing

    def lay_out_again(self) -> None:
        """Gives the columns other places, and draws everything anew."""
        self._line_layout = None
        self.refresh()

    @property
    def line_layout(self) -> LineLayout:
        """Where the columns are; lines are drawn before a widget is told of its width."""
        room = max(0, self.size.width - BAR)
        if self._line_layout is None or self._line_layout.room != room:
            self._line_layout = LineLayout(self.columns, room)
            self._lines.clear()
        return self._line_layout

    @property
    def columns(self) -> Sequence[TableColumn]:
        """The columns that are shown where there is room for them."""
        return self.COLUMNS

    def render_line(self, y: int) -> Strip:
        """Draws one line of the screen."""
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draws lines, the head, rows or nothing, after a moment's wait where rows are missing."""
        first, last = self.top + max(crop.y - HEAD, 0), min(self.top + crop.bottom - HEAD, self.row_count) - 1
        if first <= last:
            self.rows_needed(first, last)  # it may turn out that there are fewer
        layout, top, thumb = self.line_layout, self.top, self.thumb
        lines = []
        for y in crop.line_range:
            index = top + y - HEAD
            if y < HEAD:
                lines.append(self._head_line(layout))
            elif index < self.row_count:
                lines.append(self._row_line(layout, index, thumb.cell(y - HEAD)))
            else:
                lines.append(self._blank_line(layout, y, thumb.cell(y - HEAD)))
        self.rows_drawn()
        return lines if crop.column_span == (0, self.size.width) else [line.crop(*crop.column_span) for line in lines]

    def _row_line(self, layout: LineLayout, index: int, bar: BarCell) -> Strip:
        """Draws a row and its cell of the bar, unless they were drawn before."""
        key, looks = self.row_key(index), self.looks(index)
        known = key, looks, bar, self.grabbed
        if (line := self._lines.get(known)) is None:
            cells = None if key is None else self.row_cells(index, layout.keys)
            if cells is None:
                looks = (*looks, "row-table--empty")
                cells = [("·" * min(3, width), "") for _, _, width in layout.places]
            if len(self._lines) >= KEPT_LINES:
                self._lines.clear()
            line = self._lines[known] = self._finished(layout, [*self._segments(layout, cells, looks), self._bar(bar)])
        return line

    def notify_style_update(self) -> None:
        """Forgets the styles of another theme."""
        super().notify_style_update()
        self._styles.clear()
        self._lines.clear()
        self._ground = None

    def _head_line(self, layout: LineLayout) -> Strip:
        ordered, descending = self.ordered_by or ("", False)
        looks = ("row-table--head",)
        cells = [
            (f"{column.title} {'▾' if descending else '▴'}", "row-table--head-ordered")
            if column.key == ordered
            else (column.title, "")
            for column, _, _ in layout.places
        ]
        return self._finished(layout, [*self._segments(layout, cells, looks), Segment(" " * BAR, self._style(*looks))])

    def _blank_line(self, layout: LineLayout, y: int, bar: BarCell) -> Strip:
        """Draws a line without a row; in the middle of an empty table stands why it is empty."""
        said = self._said_on(y)
        text = fitted(said, min(layout.room, cell_len(said)))
        left = " " * ((layout.room - cell_len(text)) // 2)
        line = Segment(fitted(left + text, layout.room), self._style("row-table--empty"))
        return self._finished(layout, [line, self._bar(bar)])

    def _said_on(self, y: int) -> str:
        """Gives what a line of the screen says where there are no rows."""
        lines = self.empty_lines if not self.row_count else ()
        line = y - max(HEAD, (self.size.height - len(lines)) // 2)
        return lines[line] if 0 <= line < len(lines) else ""

    def _segments(self, layout: LineLayout, cells: Sequence[Cell], looks: Sequence[str]) -> list[Segment]:
        """Puts a line together, of as few pieces as can be: each of them takes time, and bytes on the way out."""
        base = self._style(*looks)
        segments: list[Segment] = []
        plain = ""
        for (text, look), (gap, width) in zip(cells, layout.steps, strict=True):
            plain += gap
            if look:
                segments += Segment(plain, base), Segment(fitted(text, width), self._style(*looks, look))
                plain = ""
            else:
                plain += fitted(text, width)
        segments.append(Segment(plain + layout.rest, base))
        return segments if layout.fits else [*Strip(segments).crop(0, layout.room)]

    def _bar(self, bar: BarCell) -> Segment:
        """Draws a cell of the scrollbar."""
        block, cut_out = bar
        style = self._style("row-table--bar-held" if self.grabbed else "row-table--bar")
        return Segment(block, style + Style(reverse=True) if cut_out else style)

    def _style(self, *looks: str) -> Style:
        style = self._styles.get(looks)
        if style is None:
            style = self._styles[looks] = self.get_visual_style(*(look for look in looks if look)).rich_style
        return style

    def _finished(self, layout: LineLayout, segments: list[Segment]) -> Strip:
        """Makes a line for the terminal: what Textual does for all widgets, done once for a line that is kept."""
        if self._ground is None:  # looked up once: it takes a fifth of the time of a line
            self._ground = self.background_colors[1]
        for known in self.app.get_line_filters():
            segments = known.apply(segments, self._ground)
        return Strip(segments, layout.room + BAR)
