"""A table of any number of rows, of which only those on the screen are ever drawn: a cursor, keys and the mouse.

It knows columns, a cursor and a scroll position; what the rows are, and which of them have been read, is its subclass's
business. How rows are drawn is in `row_painter.py`, how they scroll in `row_scroller.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import var

from secret_links_tui.widgets.table.columns import column_at
from secret_links_tui.widgets.table.painter import RowPainter
from secret_links_tui.widgets.table.scroller import HEAD


class RowTable(RowPainter, can_focus=True):
    """A scrolling table with a cursor; a subclass says what its rows are."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-table--cursor",
        "row-table--cursor-blurred",
        "row-table--hover",
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
        self._hovered: int | None = None
        self._anchor: int | None = None

    # Rows, cursor, scrolling

    def show_rows(self, count: int, *, cursor: int, top: int) -> None:
        """Shows another set of rows, the cursor and the first line on the given ones."""
        if count != self.row_count:
            self.row_count = count
            self._take_size()
        self.cursor = self._clamped(cursor)
        self.scroll_to(y=max(0, min(top, count - self.page_height)), animate=False, force=True)
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
        if target < self.top:
            self.scroll_to(y=target, animate=False)
        elif target >= self.top + self.page_height:
            self.scroll_to(y=target - self.page_height + 1, animate=False)

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

    # Looks

    def on_resize(self) -> None:
        """Keeps the cursor on the screen."""
        self._take_size()
        if not self.top <= self.cursor < self.top + self.page_height:
            self.call_after_refresh(self.move_cursor, self.cursor)
        self._tell_wanted()

    def row_looks(self, index: int) -> tuple[str, ...]:
        """Names the component classes for what a row is, whoever points at it; the last one on top."""
        del index
        return ()

    def looks(self, index: int) -> tuple[str, ...]:
        """Marks the row under the mouse, and the cursor's on top."""
        looks = self.row_looks(index)
        if index == self._hovered:
            looks = (*looks, "row-table--hover")
        if index == self.cursor:
            looks = (*looks, "row-table--cursor" if self.has_focus else "row-table--cursor-blurred")
        return looks

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor where the mouse is, and tells what was pressed."""
        if self.grabbed or self.is_on_bar(event):
            return
        column = column_at(self.line_layout.places, event.x)
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
        self._hover(self.top + event.y - HEAD if event.y >= HEAD and not self.is_on_bar(event) else None)

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
