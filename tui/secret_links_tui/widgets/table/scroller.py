"""Scrolling over any number of rows, with a scrollbar that is the last cell of each line.

Textual's own bar is a widget beside the table: it is laid out and drawn by itself, which takes a third of a frame while
it is dragged, and every line on the screen is put together of two pieces because of it.
"""

from __future__ import annotations

from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.widget import Widget

from secret_links_tui.widgets.table.thumb import Thumb, row_at, thumb_of

HEAD = 1
"""Lines that the head takes."""

BAR = 1
"""Cells that the scrollbar takes."""


class RowScroller(ScrollView):
    """A head that stays, and rows that scroll beneath it, beside a bar."""

    ALLOW_SELECT = False  # dragging takes the thumb along; text is copied by keys

    def __init__(self, *, id: str | None = None) -> None:  # Textual's name for it
        super().__init__(id=id)
        self.row_count = 0
        """How many rows there are."""
        self.grabbed = False
        """Whether the thumb is held with the mouse."""
        self._held_at = 0.0

    @property
    def page_height(self) -> int:
        """How many rows the screen shows at once."""
        return max(1, self.size.height - HEAD)

    @property
    def top(self) -> int:
        """The row under the head."""
        return self.scroll_offset.y

    @property
    def thumb(self) -> Thumb:
        """The scrollbar's thumb, where it is now."""
        return thumb_of(self.top, self.page_height, self.row_count, self.page_height)

    @property
    def allow_vertical_scroll(self) -> bool:
        """Whether the wheel scrolls: Textual would say no, for the bar is not its own."""
        return True

    def rows_wanted(self, first: int, last: int) -> None:
        """Is told which rows are on the screen, so that those that are missing can be read."""

    def _tell_wanted(self) -> None:
        if self.row_count:
            self.rows_wanted(self.top, min(self.top + self.page_height, self.row_count) - 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Asks for the rows that came onto the screen, and draws them."""
        if round(old_value) != round(new_value):
            self._tell_wanted()
            self._draw_rows()

    def _draw_rows(self) -> None:
        self.refresh(Region(0, HEAD, self.size.width, self.page_height))

    def _take_size(self) -> None:
        """Takes in the number of rows, without laying out a screen whose layout stays."""
        self.set_reactive(Widget.virtual_size, Size(self.size.width, self.row_count + HEAD))

    # The bar and the mouse

    def is_on_bar(self, event: events.MouseEvent) -> bool:
        """Says whether the mouse is on the scrollbar."""
        return event.x >= self.size.width - BAR and event.y >= HEAD

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Takes hold of the thumb; beside it, goes there: among millions of rows, a page more or less is no move."""
        if event.button != 1 or not self.is_on_bar(event) or self.row_count <= self.page_height:
            return
        event.stop()
        line = event.y - HEAD
        on_thumb = self.thumb.covers(line)
        self._held_at = line - self._line_of_top if on_thumb else 0.0
        self.grabbed = True
        self.capture_mouse()
        if on_thumb:
            self._draw_rows()  # in the colour of what is held
        else:
            self._go_along(line)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Goes where the thumb is dragged, at once."""
        if self.grabbed:
            event.stop()
            self._go_along(event.y - HEAD)

    def on_mouse_up(self) -> None:
        """Lets go of the thumb."""
        if self.grabbed:
            self.release_mouse()

    def on_mouse_release(self) -> None:
        """Shows that it was let go."""
        self.grabbed = False
        self._draw_rows()

    def _go_along(self, line: float) -> None:
        row = row_at(line - self._held_at, self.page_height, self.row_count, self.page_height)
        self.scroll_to(y=row, animate=False)

    @property
    def _line_of_top(self) -> float:
        """The line of the bar at which a press shows what is shown now."""
        return (self.page_height - 1) * self.top / (self.row_count - self.page_height)
