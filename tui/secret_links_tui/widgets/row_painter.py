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

from secret_links_tui.plain_text import fitted
from secret_links_tui.widgets.columns import Place, TableColumn, lay_out
from secret_links_tui.widgets.row_scroller import BAR, HEAD, RowScroller
from secret_links_tui.widgets.thumb import Thumb

KEPT_LINES = 300
"""Lines that are kept as they were drawn, at the most."""

Cell = tuple[str, str]
"""A cell's text, and the component class that it is drawn with; an empty one for the row's own look."""


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
        self._places: list[Place] = []
        self._laid_out_for: int | None = None
        self._styles: dict[tuple[str, ...], Style] = {}
        self._lines: dict[Hashable, Strip] = {}
        self._ground: Color | None = None
        self._bars: dict[tuple[str, bool, bool], Strip] = {}

    # What a subclass says of its rows

    @abstractmethod
    def row_cells(self, index: int, columns: Sequence[str]) -> Sequence[Cell] | None:
        """Gives a row's cells for the columns that are shown; None while the row is not there."""

    def row_looks(self, index: int) -> tuple[str, ...]:
        """Names the component classes that a whole row is drawn with, the last one on top."""
        del index
        return ()

    @abstractmethod
    def row_key(self, index: int) -> Hashable | None:
        """Gives what a row's cells depend on: rows with the same key look the same. None while the row is not there."""

    def rows_missing(self) -> None:
        """Is told that rows are about to be drawn that are not there; may wait for them a few milliseconds."""

    def rows_drawn(self) -> None:
        """Is told that rows were drawn."""

    def looks(self, index: int) -> list[str]:
        """Names all component classes that a row is drawn with now, the last one on top."""
        return [*self.row_looks(index)]

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
        self._laid_out_for = None
        self._lines.clear()
        self.refresh()

    @property
    def places(self) -> Sequence[Place]:
        """Where the columns are; lines are drawn before a widget is told of its width."""
        width = max(0, self.size.width - BAR)
        if width != self._laid_out_for:
            self._places, self._laid_out_for = lay_out(self.columns, width), width
            self._lines.clear()
        return self._places

    @property
    def columns(self) -> Sequence[TableColumn]:
        """The columns that are shown where there is room for them."""
        return self.COLUMNS

    @property
    def shown_columns(self) -> list[str]:
        """The keys of the columns that there is room for."""
        return [column.key for column, _, _ in self.places]

    def render_line(self, y: int) -> Strip:
        """Draws one line of the screen: the head, a row, or nothing."""
        return self._draw(y, self.thumb)

    def _draw(self, y: int, thumb: Thumb) -> Strip:
        if y < HEAD:
            return self._line(self._head_cells(), ["row-table--head"], self.size.width)
        index = self.top + y - HEAD
        line = self._row_line(index) if index < self.row_count else self._blank_line(y)
        return Strip.join([line, self._bar(*thumb.cell(y - HEAD))])

    def _row_line(self, index: int) -> Strip:
        """Draws a row, unless it was drawn before."""
        looks, key = self.looks(index), self.row_key(index)
        if key is None:
            looks.append("row-table--empty")
        line = self._lines.get((key, *looks))
        if line is None:
            cells = None if key is None else self.row_cells(index, self.shown_columns)
            if cells is None:
                cells = [("·" * min(3, width), "") for _, _, width in self.places]
            if len(self._lines) >= KEPT_LINES:
                self._lines.clear()
            line = self._lines[key, *looks] = self._line(cells, looks, self._laid_out_for or 0)
        return line

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draws lines, after a moment's wait where rows are missing."""
        first = self.top + max(crop.y - HEAD, 0)
        if any(self.row_key(row) is None for row in range(first, min(self.top + crop.bottom - HEAD, self.row_count))):
            self.rows_missing()
        thumb = self.thumb
        lines = [self._draw(y, thumb) for y in crop.line_range]
        self.rows_drawn()
        return lines if crop.column_span == (0, self.size.width) else [line.crop(*crop.column_span) for line in lines]

    def notify_style_update(self) -> None:
        """Forgets the styles of another theme."""
        super().notify_style_update()
        self._styles.clear()
        self._lines.clear()
        self._ground = None
        self._bars.clear()

    def _style(self, *looks: str) -> Style:
        style = self._styles.get(looks)
        if style is None:
            style = self._styles[looks] = self.get_visual_style(*(look for look in looks if look)).rich_style
        return style

    def _head_cells(self) -> list[Cell]:
        ordered, descending = self.ordered_by or ("", False)
        return [
            (f"{column.title} {'▾' if descending else '▴'}", "row-table--head-ordered")
            if column.key == ordered
            else (column.title, "")
            for column, _, _ in self.places
        ]

    def _bar(self, block: str, cut_out: bool) -> Strip:
        """Draws a cell of the scrollbar."""
        key = (block, cut_out, self.grabbed)
        if (bar := self._bars.get(key)) is None:
            style = self._style("row-table--bar-held" if self.grabbed else "row-table--bar")
            style = style + Style(reverse=True) if cut_out else style
            bar = self._bars[key] = self._finished([Segment(block, style)], BAR)
        return bar

    def _line(self, cells: Sequence[Cell], looks: Sequence[str], room: int) -> Strip:
        base = self._style(*looks)
        runs: list[tuple[str, Style]] = [("", base)]
        end = 0
        for (text, look), (_, x, width) in zip(cells, self.places, strict=True):
            own = self._style(*looks, look) if look else base
            for piece, style in ((" " * (x - end), base), (fitted(text, width), own)):
                if style is runs[-1][1]:
                    runs[-1] = (runs[-1][0] + piece, style)
                else:
                    runs.append((piece, style))
            end = x + width
        segments = [Segment(text, style) for text, style in runs if text]
        if end > room:
            segments = list(Strip(segments).crop(0, room))
        else:
            segments.append(Segment(" " * (room - end), base))
        return self._finished(segments, room)

    def _finished(self, segments: list[Segment], width: int) -> Strip:
        """Makes a line for the terminal: what Textual does for all widgets, done once for a line that is kept."""
        if self._ground is None:  # looked up once: it takes a fifth of the time of a line
            self._ground = self.background_colors[1]
        for known in self.app.get_line_filters():
            segments = known.apply(segments, self._ground)
        return Strip(Segment.simplify(segments), width)

    def _said_on(self, y: int) -> str:
        """Gives what a line of the screen says where there are no rows."""
        lines = self.empty_lines if not self.row_count else ()
        line = y - max(HEAD, (self.size.height - len(lines)) // 2)
        return lines[line] if 0 <= line < len(lines) else ""

    def _blank_line(self, y: int) -> Strip:
        width, said = self.size.width - BAR, self._said_on(y)
        if not said:
            return self._finished([Segment(" " * width, self._style())], width)
        text = fitted(said, min(width, cell_len(said)))
        left = " " * ((width - cell_len(text)) // 2)
        return self._finished([Segment(fitted(left + text, width), self._style("row-table--empty"))], width)
