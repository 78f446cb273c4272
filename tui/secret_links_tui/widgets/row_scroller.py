"""Scrolling over any number of rows, with a scrollbar that takes part only where it is seen to.

Where Textual would lay the screen out again, or draw the scrollbar again, for a change that nobody can see, it is
passed by: among millions of rows, a row or a page is far less than the thumb can show.
"""

from __future__ import annotations

from textual import on
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollDown, ScrollTo, ScrollUp
from textual.widget import Widget

HEAD = 1
"""Lines that the head takes."""

EIGHTHS = 8
"""Steps of the scrollbar's thumb in a cell."""


class RowScroller(ScrollView):
    """A head that stays, and rows that scroll beneath it."""

    def __init__(self, *, id: str | None = None) -> None:  # Textual's name for it
        super().__init__(id=id)
        self.row_count = 0
        """How many rows there are."""

    @property
    def page_height(self) -> int:
        """How many rows the screen shows at once."""
        return max(1, self.size.height - HEAD)

    @property
    def top(self) -> int:
        """The row under the head."""
        return self.scroll_offset.y

    def rows_wanted(self, first: int, last: int) -> None:
        """Is told which rows are on the screen, so that those that are missing can be read."""

    def _tell_wanted(self) -> None:
        if self.row_count:
            self.rows_wanted(self.top, min(self.top + self.page_height, self.row_count) - 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Asks for the rows that came onto the screen, and draws them."""
        if round(old_value) != round(new_value):
            self._place_thumb()
            self._tell_wanted()
            self.refresh(Region(0, HEAD, self.size.width, self.page_height))

    def _take_size(self) -> None:
        """Takes in the number of rows, without laying out a screen whose layout stays."""
        self.set_reactive(Widget.virtual_size, Size(self.size.width, self.row_count + HEAD))
        self._place_thumb()

    def _place_thumb(self) -> None:
        """Moves the scrollbar's thumb if it would be seen to move: a row of ten million is far less than a step."""
        bar, rows = self.vertical_scrollbar, self.row_count + HEAD
        step = rows / (max(bar.size.height, 1) * EIGHTHS)
        if abs(rows - bar.window_virtual_size) * self.page_height > step * bar.window_virtual_size:
            bar.window_virtual_size = rows
        at_end = self.scroll_y in (0, self.max_scroll_y)
        if at_end or abs(self.scroll_y - bar.position) >= step:
            bar.position = self.scroll_y

    @on(ScrollTo)
    def _follow_thumb(self, event: ScrollTo) -> None:
        """Goes where the thumb is dragged, at once."""
        event.stop()
        event.prevent_default()
        self.scroll_to(y=event.y, animate=False)

    @on(ScrollUp)
    @on(ScrollDown)
    def _jump_to_mouse(self, event: ScrollUp | ScrollDown) -> None:
        """Goes where the scrollbar was pressed: with millions of rows, a page more or less is no move at all."""
        event.stop()
        event.prevent_default()
        bar = self.vertical_scrollbar.region
        part = (self.app.mouse_position.y - bar.y) / max(bar.height - 1, 1)
        self.scroll_to(y=round(part * self.max_scroll_y), animate=False)
