"""A table of any number of rows, of which only those on the screen are ever drawn: a cursor, keys and the mouse.

It knows columns, a cursor and a scroll position; what the rows are, and which of them have been read, is its subclass's
business. How rows are drawn is in `painter.py`, the bar beside them in `scrollbar.py`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from secret_links_tui.drawing.table.columns import LineLayout, TableColumn, column_at
from secret_links_tui.drawing.table.lines import CURSOR, CURSOR_BLURRED, HEAD, HOVER, Cell
from secret_links_tui.drawing.table.moves import Position, moved, moved_by_pages
from secret_links_tui.drawing.table.scrollbar import BAR, Scrollbar
from secret_links_tui.widgets.table.painter import PAINTED, RowPainter


class RowTable(ScrollView, can_focus=True):
    """A scrolling table with a cursor; a subclass says what its rows are."""

    ALLOW_SELECT = False  # dragging takes the thumb along; text is copied by keys

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = ()

    COMPONENT_CLASSES: ClassVar[set[str]] = {*PAINTED, CURSOR, CURSOR_BLURRED, HOVER}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="down", tooltip="Go to the next row"),
        Binding("up,k", "move(-1)", "Up", show=False, id="up", tooltip="Go to the row before"),
        Binding("pagedown,ctrl+f", "move_page(1)", "Page down", show=False, id="page-down", tooltip="Go a screen down"),
        Binding("pageup,ctrl+b", "move_page(-1)", "Page up", show=False, id="page-up", tooltip="Go a screen up"),
        Binding("ctrl+d", "move_half(1)", "Half down", show=False, id="half-down", tooltip="Go half a screen down"),
        Binding("ctrl+u", "move_half(-1)", "Half up", show=False, id="half-up", tooltip="Go half a screen up"),
        Binding("home", "move_to(0)", "First", show=False, id="first", tooltip="Go to the first row"),
        Binding("end,G", "move_to(-1)", "Last", show=False, id="last", tooltip="Go to the last row"),
    ]

    cursor: var[int] = var(0)
    """The row that keys act on, from 0."""

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
        """The text in the middle while there are no rows."""
        self.ordered_by: tuple[str, bool] | None = None
        """The column the rows are ordered by, and whether descending."""
        self.is_placed = False
        """Whether the cursor was put where it is on purpose: it is on no other than the first row otherwise."""
        self.scrollbar = Scrollbar()
        self._painter = RowPainter(self, self)
        self.hovered: int | None = None
        """The row under the mouse."""
        self._pressed_at: tuple[int, int] | None = None
        """The line of the screen and the top row when the mouse was pressed on a row; None once it is let go."""
        self._is_row_clicked = False
        """Whether it was let go where it was pressed on a row, that of the cursor since."""

    # What a subclass says of its rows

    @abstractmethod
    def row_cells(self, index: int, columns: Sequence[str]) -> Sequence[Cell] | None:
        """Returns a row's cells for the columns that are shown; None while the row is not there."""

    @abstractmethod
    def row_key(self, index: int) -> Hashable | None:
        """Returns what a row's cells depend on: rows with the same key look the same. None while it is not there."""

    def row_looks(self, index: int) -> tuple[str, ...]:
        """Returns the component classes for what a row is, wherever mouse and cursor are; the last one on top."""
        del index
        return ()

    @property
    def columns(self) -> Sequence[TableColumn]:
        """The columns that are shown where there is room for them."""
        return self.COLUMNS

    def rows_chosen(self, first: int, last: int) -> None:
        """Runs when the cursor has run over rows to choose them, from `first` to `last`, both included.

        It is called, not posted: these are the numbers of the rows that are there now.
        """

    def rows_came_up(self, first: int, last: int) -> None:
        """Runs when other rows are to be on the screen, from `first` to `last`, before they are drawn."""

    # Rows, cursor, scrolling

    @property
    def page_height(self) -> int:
        """How many rows the screen shows at once."""
        return max(1, self.size.height - HEAD)

    @property
    def top(self) -> int:
        """The row under the head."""
        return self.scroll_offset.y

    @property
    def allow_vertical_scroll(self) -> bool:
        """Whether the wheel scrolls: Textual would say no, for the bar is not its own."""
        return True

    def show_rows(self, count: int, *, cursor: int, top: int) -> None:
        """Shows another set of rows, the cursor and the first line on the given ones."""
        if count != self.row_count:
            self.row_count = count
            self._take_size()
        self.cursor = self._clamped(cursor)
        self.scroll_to(y=max(0, min(top, count - self.page_height)), animate=False, force=True)
        self._say_what_came_up()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draws the rows that came onto the screen."""
        if round(old_value) != round(new_value):
            self._say_what_came_up()
            self._draw_rows()

    def _say_what_came_up(self) -> None:
        if self.row_count:
            self.rows_came_up(self.top, min(self.top + self.page_height, self.row_count) - 1)

    def _take_size(self) -> None:
        """Sets the number of rows, without laying out the screen again."""
        self.set_reactive(Widget.virtual_size, Size(self.size.width, self.row_count + HEAD))

    def move_cursor(self, index: int, *, extend: bool = False) -> None:
        """Puts the cursor on a row and brings it onto the screen; `extend` chooses both rows and those between.

        No row where a range began is kept: what was chosen stays so, and the cursor goes along with its row when the
        others shift. So the next part of a range begins at the cursor.
        """
        target = self._clamped(index)
        self.is_placed = target > 0 or extend
        if extend and self.row_count:
            self.rows_chosen(min(self.cursor, target), max(self.cursor, target))
        if target != self.cursor:
            old, self.cursor = self.cursor, target
            self.refresh_rows(old, target)
        self._show_cursor()

    def _show_cursor(self) -> None:
        """Brings the cursor onto the screen, wherever it is by then."""
        top = moved(Position(self.cursor, self.top), 0, self.row_count, self.page_height).top
        if top != self.top:
            self.scroll_to(y=top, animate=False)

    def action_move(self, rows: int) -> None:
        """Moves the cursor by some rows."""
        self.move_cursor(self.cursor + rows)

    def action_move_page(self, pages: int) -> None:
        """Moves the cursor, and what is shown, by some screens."""
        place = moved_by_pages(Position(self.cursor, self.top), pages, self.row_count, self.page_height)
        self.scroll_to(y=place.top, animate=False)
        self.move_cursor(place.cursor)

    def action_move_half(self, halves: int) -> None:
        """Moves the cursor by some halves of a screen."""
        self.move_cursor(self.cursor + halves * max(1, self.page_height // 2))

    def action_move_to(self, index: int) -> None:
        """Moves the cursor to a row; -1 is the last."""
        self.move_cursor(self.row_count - 1 if index < 0 else index)

    def _clamped(self, index: int) -> int:
        return max(0, min(index, self.row_count - 1))

    # Drawing

    @property
    def line_layout(self) -> LineLayout:
        """Where the columns are."""
        return self._painter.layout

    def render_line(self, y: int) -> Strip:
        """Draws one line of the screen."""
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draws lines of what is there."""
        return self._painter.lines(crop)

    def drawing_changes(self) -> AbstractContextManager[None]:
        """Draws, at the end, the lines that look otherwise than at the beginning: none where nothing has changed."""
        return self._painter.drawing_changes()

    def refresh_rows(self, *indexes: int) -> None:
        """Draws some rows again."""
        self._painter.refresh_rows(*indexes)

    def _draw_rows(self) -> None:
        self.refresh(Region(0, HEAD, self.size.width, self.page_height))

    def lay_out_again(self) -> None:
        """Places the columns again, and draws everything."""
        self._painter.lay_out_again()
        self.refresh()

    def notify_style_update(self) -> None:
        """Forgets the styles of another theme."""
        super().notify_style_update()
        self._painter.forget_styles()

    def looks(self, index: int) -> tuple[str, ...]:
        """Marks the row under the mouse, and the cursor's on top."""
        looks = self.row_looks(index)
        if index == self.hovered:
            looks = (*looks, HOVER)
        if index == self.cursor:
            looks = (*looks, CURSOR if self.has_focus else CURSOR_BLURRED)
        return looks

    def on_resize(self) -> None:
        """Keeps the cursor on the screen."""
        self._take_size()
        if not self.top <= self.cursor < self.top + self.page_height:
            self.call_after_refresh(self._show_cursor)
        self._say_what_came_up()

    def on_focus(self) -> None:
        """Shows that keys go here."""
        self.refresh_rows(self.cursor)

    def on_blur(self) -> None:
        """Shows that keys go elsewhere."""
        self.refresh_rows(self.cursor)

    # Mouse

    def is_on_bar(self, event: events.MouseEvent) -> bool:
        """Returns whether the mouse is on the scrollbar."""
        return event.x >= self.size.width - BAR and event.y >= HEAD

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Puts the cursor where the mouse is; takes hold of the thumb; beside it, goes there."""
        row = None if self.is_on_bar(event) else self._row_at(event)
        self._pressed_at = None if row is None else (event.y, self.top)
        if row is not None:
            self.move_cursor(row, extend=event.shift)
            self.is_placed = True  # on the first row too
        if event.button != 1 or not self.is_on_bar(event) or self.row_count <= self.page_height:
            return
        event.stop()
        self.capture_mouse()
        top = self.scrollbar.press(event.y - HEAD, self.top, self.page_height, self.row_count)
        self._draw_rows()  # in the colour of what is held
        self.scroll_to(y=top, animate=False)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Goes where the thumb is dragged, at once; marks the row under the mouse."""
        if self.scrollbar.grabbed:
            event.stop()
            self.scroll_to(y=self.scrollbar.drag(event.y - HEAD, self.page_height, self.row_count), animate=False)
        self._hover(self.top + event.y - HEAD if event.y >= HEAD and not self.is_on_bar(event) else None)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Lets go of the thumb; chooses the rows that the mouse was drawn over."""
        if self.scrollbar.grabbed:
            self.release_mouse()
        row, pressed_at, self._pressed_at = self._row_at(event), self._pressed_at, None
        is_still = pressed_at == (event.y, self.top)  # whichever row has come under it
        self._is_row_clicked = pressed_at is not None and (is_still or row == self.cursor)
        if pressed_at is not None and row is not None and not self._is_row_clicked:
            self.move_cursor(row, extend=True)

    def _row_at(self, event: events.MouseEvent) -> int | None:
        index = self.top + event.y - HEAD
        return index if event.y >= HEAD and index < self.row_count else None

    def on_mouse_release(self) -> None:
        """Shows that it was let go."""
        self.scrollbar.grabbed = False
        self._draw_rows()

    def on_click(self, event: events.Click) -> None:
        """Posts what was pressed: a column's head, or a cell of the row on which the mouse was pressed."""
        if self.scrollbar.grabbed or self.is_on_bar(event):
            return
        column = column_at(self.line_layout.places, event.x)
        if event.y < HEAD:
            if column:
                self.post_message(self.HeadPressed(column))
        elif self._is_row_clicked and column and not event.shift:
            self.post_message(self.CellPressed(self.cursor, column, event.chain > 1))

    def on_leave(self) -> None:
        """Removes the highlight of the row under the mouse."""
        self._hover(None)

    def _hover(self, index: int | None) -> None:
        if index != self.hovered:
            old, self.hovered = self.hovered, index
            self.refresh_rows(*(row for row in (old, index) if row is not None))
