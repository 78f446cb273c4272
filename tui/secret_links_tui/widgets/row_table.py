"""A table of any number of rows, of which only those on the screen are ever drawn.

It knows columns, a cursor and a scroll position; what the rows are, and which of them have been read, is its subclass's
business. The first line is the head and stays; a row that is not there yet is drawn as dots and asked for.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from secret_links_tui.plain_text import fitted
from secret_links_tui.widgets.columns import GAP, Place, TableColumn, column_at, lay_out

HEAD = 1
"""Lines that the head takes."""

Cell = tuple[str, str]
"""A cell's text, and the component class that it is drawn with; an empty one for the row's own look."""


class RowTable(ScrollView, can_focus=True):
    """A scrolling table with a cursor; a subclass says what its rows are."""

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = ()

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-table--head",
        "row-table--head-ordered",
        "row-table--cursor",
        "row-table--cursor-blurred",
        "row-table--hover",
        "row-table--empty",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="down", tooltip="Go to the next row"),
        Binding("up,k", "move(-1)", "Up", show=False, id="up", tooltip="Go to the row before"),
        Binding("pagedown", "move_page(1)", "Page down", show=False, id="page-down", tooltip="Go a screen down"),
        Binding("pageup", "move_page(-1)", "Page up", show=False, id="page-up", tooltip="Go a screen up"),
        Binding("home", "move_to(0)", "First", show=False, id="first", tooltip="Go to the first row"),
        Binding("end,G", "move_to(-1)", "Last", show=False, id="last", tooltip="Go to the last row"),
    ]

    cursor: var[int] = var(0)
    """The row that keys act on, from 0."""

    @dataclass
    class CursorMoved(Message):
        """The cursor went to another row."""

        index: int

    @dataclass
    class RangeChosen(Message):
        """The rows from `first` to `last`, both included, were run over with shift held."""

        first: int
        last: int

    @dataclass
    class CellPressed(Message):
        """A cell was clicked; a second click on the same place comes with `twice`."""

        index: int
        column: str
        twice: bool

    @dataclass
    class HeadPressed(Message):
        """A column's head was clicked."""

        column: str

    def __init__(self, *, id: str | None = None) -> None:  # Textual's name for it
        super().__init__(id=id)
        self.row_count = 0
        """How many rows there are."""
        self.empty_lines: tuple[str, ...] = ()
        """What is said in the middle while there are no rows."""
        self.ordered_by: tuple[str, bool] | None = None
        """The column the rows are ordered by, and whether descending."""
        self._layout: list[Place] = []
        self._hovered: int | None = None
        self._anchor: int | None = None
        self._styles: dict[tuple[str, ...], Style] = {}

    # What a subclass says of its rows

    @abstractmethod
    def row_cells(self, index: int, columns: Sequence[str]) -> Sequence[Cell] | None:
        """Gives a row's cells for the columns that are shown; None while the row is not there."""

    def row_look(self, index: int) -> str:
        """Names the component class that a whole row is drawn with."""
        del index
        return ""

    def rows_wanted(self, first: int, last: int) -> None:
        """Is told which rows are on the screen, so that those that are missing can be read."""

    # Rows, cursor, scrolling

    @property
    def page_height(self) -> int:
        """How many rows the screen shows at once."""
        return max(1, self.size.height - HEAD)

    @property
    def top(self) -> int:
        """The row under the head."""
        return self.scroll_offset.y

    @contextmanager
    def drawing_changes(self) -> Iterator[None]:
        """Draws, at the end, the lines that look otherwise than at the beginning: none where nothing has changed."""
        before = self._looks_of_lines()
        yield
        after = self._looks_of_lines()
        changed = [self.top + line for line, (old, new) in enumerate(zip_longest(before, after)) if old != new]
        self.refresh_rows(*changed)

    def _looks_of_lines(self) -> list[object]:
        rows = range(self.top, self.top + self.page_height)
        return [
            (self.row_cells(row, self.shown_columns), self._looks(row)) if row < self.row_count else None
            for row in rows
        ]

    def show_rows(self, count: int, *, cursor: int, top: int) -> None:
        """Shows another set of rows, the cursor and the first line on the given ones."""
        if count != self.row_count:
            self.row_count = count
            self.virtual_size = Size(self.size.width, count + HEAD)
        moved = self._clamped(cursor) != self.cursor
        self.cursor = self._clamped(cursor)
        self.scroll_to(y=max(0, min(top, count - self.page_height)), animate=False, force=True)
        if moved:
            self.post_message(self.CursorMoved(self.cursor))
        self._tell_wanted()

    def move_cursor(self, index: int, *, extend: bool = False) -> None:
        """Puts the cursor on a row and brings it onto the screen; `extend` runs over the rows between."""
        target = self._clamped(index)
        if extend:
            self._anchor = self.cursor if self._anchor is None else self._anchor
            self.post_message(self.RangeChosen(min(self._anchor, target), max(self._anchor, target)))
        else:
            self._anchor = None
        if target != self.cursor:
            old, self.cursor = self.cursor, target
            self.refresh_rows(old, target)
            self.post_message(self.CursorMoved(target))
        if target < self.top:
            self.scroll_to(y=target, animate=False)
        elif target >= self.top + self.page_height:
            self.scroll_to(y=target - self.page_height + 1, animate=False)

    def refresh_rows(self, *indexes: int) -> None:
        """Draws some rows again."""
        width = self.size.width
        lines = {index - self.top + HEAD for index in indexes if 0 <= index - self.top < self.page_height}
        if lines:
            self.refresh(*(Region(0, line, width, 1) for line in lines))

    def action_move(self, rows: int) -> None:
        """Moves the cursor by some rows."""
        self.move_cursor(self.cursor + rows)

    def action_move_page(self, pages: int) -> None:
        """Moves the cursor, and what is shown, by some screens."""
        top = max(0, min(self.top + pages * self.page_height, self.row_count - self.page_height))
        self.scroll_to(y=top, animate=False)
        self.move_cursor(self.cursor + pages * self.page_height)

    def action_move_to(self, index: int) -> None:
        """Moves the cursor to a row; -1 is the last."""
        self.move_cursor(self.row_count - 1 if index < 0 else index)

    def _clamped(self, index: int) -> int:
        return max(0, min(index, self.row_count - 1))

    def _tell_wanted(self) -> None:
        if self.row_count:
            self.rows_wanted(self.top, min(self.top + self.page_height, self.row_count) - 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Asks for the rows that came onto the screen."""
        super().watch_scroll_y(old_value, new_value)
        self._tell_wanted()

    # Layout and drawing

    def on_resize(self) -> None:
        """Lays the columns out for the new width, and keeps the cursor on the screen."""
        self._layout = lay_out(self.COLUMNS, self.size.width)
        self.virtual_size = Size(self.size.width, self.row_count + HEAD)
        if not self.top <= self.cursor < self.top + self.page_height:
            self.call_after_refresh(self.move_cursor, self.cursor)
        self._tell_wanted()

    @property
    def shown_columns(self) -> list[str]:
        """The keys of the columns that there is room for."""
        return [column.key for column, _, _ in self._layout]

    def render_line(self, y: int) -> Strip:
        """Draws one line of the screen: the head, a row, or nothing."""
        index = self.top + y - HEAD
        if y < HEAD:
            return self._line(self._head_cells(), ["row-table--head"])
        if index >= self.row_count:
            return self._blank_line(y)
        cells = self.row_cells(index, self.shown_columns)
        if cells is None:
            cells = [("·" * min(3, width), "row-table--empty") for _, _, width in self._layout]
        return self._line(cells, self._looks(index))

    def notify_style_update(self) -> None:
        """Forgets the styles of another theme."""
        super().notify_style_update()
        self._styles.clear()

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
            for column, _, _ in self._layout
        ]

    def _looks(self, index: int) -> list[str]:
        looks = [self.row_look(index)]
        if index == self._hovered:
            looks.append("row-table--hover")
        if index == self.cursor:
            looks.append("row-table--cursor" if self.has_focus else "row-table--cursor-blurred")
        return looks

    def _line(self, cells: Sequence[Cell], looks: Sequence[str]) -> Strip:
        base = self._style(*looks)
        segments = [Segment(" ", base)]
        for (text, look), (_, _, width) in zip(cells, self._layout, strict=True):
            segments += [Segment(fitted(text, width), self._style(*looks, look)), Segment(" " * GAP, base)]
        return Strip(segments).simplify().adjust_cell_length(self.size.width, base)

    def _blank_line(self, y: int) -> Strip:
        width = self.size.width
        lines = self.empty_lines if not self.row_count else ()
        line = y - max(HEAD, (self.size.height - len(lines)) // 2)
        if not 0 <= line < len(lines):
            return Strip.blank(width, self._style())
        text = fitted(lines[line], min(width, len(lines[line]))).center(width)
        return Strip([Segment(text, self._style("row-table--empty"))]).adjust_cell_length(width, self._style())

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor where the mouse is, and tells what was pressed."""
        column = column_at(self._layout, event.x)
        index = self.top + event.y - HEAD
        if event.y < HEAD:
            if column:
                self.post_message(self.HeadPressed(column))
        elif index < self.row_count:
            self.move_cursor(index, extend=event.shift)
            if column and not event.shift:
                self.post_message(self.CellPressed(index, column, event.chain > 1))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Marks the row under the mouse."""
        self._hover(self.top + event.y - HEAD if event.y >= HEAD else None)

    def on_leave(self) -> None:
        """Takes that mark away."""
        self._hover(None)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            old, self._hovered = self._hovered, index
            self.refresh_rows(*(row for row in (old, index) if row is not None))

    def on_focus(self) -> None:
        """Shows that keys go here."""
        self.refresh_rows(self.cursor)

    def on_blur(self) -> None:
        """Shows that keys go elsewhere."""
        self.refresh_rows(self.cursor)
