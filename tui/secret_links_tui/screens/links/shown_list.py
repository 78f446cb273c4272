"""Which list is shown, and where in it the host is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from secret_links import LinkWindow, Place, View
from secret_links_tui.drawing.link_rows import LinkRows
from secret_links_tui.drawing.table.moves import Position, moved
from secret_links_tui.widgets.link_table import LinkTable

if TYPE_CHECKING:
    from secret_links import FirstLook, Link
    from secret_links_tui.reading.feed import LinkFeed
    from secret_links_tui.reading.messages import ListRead


class ShownList:
    """The list in the table: asked for, shown when it has been read, and set aside while it cannot be."""

    def __init__(self, rows: LinkRows, table: LinkTable, feed: LinkFeed) -> None:
        self.view = View()
        """What is listed."""
        self.is_answered = False
        """Whether it has been read."""
        self._rows = rows
        self._table = table
        self._feed = feed
        self._aside: tuple[LinkWindow, int, int] | None = None
        """The rows that were shown last, with the cursor and the top row, while no list can be read."""
        self._wanted: Link | None = None
        """The link that the cursor is to go to; it has not been read there yet."""
        self._coming_to = Place()
        """Where the host is to be in the list that was asked for last."""
        self._put_on: tuple[int, Link | None] = (0, None)
        """The row, and the link, on which the cursor was put when the list was last shown."""

    @property
    def is_shown(self) -> bool:
        """Whether the rows are those of the list that was asked for last."""
        return self._rows.window.view == self.view

    @property
    def is_settled(self) -> bool:
        """Whether what is under the cursor is what the host asked for last, so that keys may act on it."""
        there = bool(self._table.cursor_link) if self._table.row_count else self.is_answered
        return self._feed.is_open and self.is_shown and there

    def show_first(self, first: FirstLook, place: Position) -> None:
        """Shows the links that were seen before the store is open, where the host has gone among them."""
        self._rows.show_first(first)
        self._table.is_placed = place.cursor > 0
        self._put(self._rows.window.count, place)
        self._table.show_order(self.view.order)

    # Asking

    def show(self, view: View) -> None:
        """Asks for other links, or another order; the cursor stays on its link where that is listed too.

        Another order begins at its first row, unless the host has put the cursor on a link.
        """
        here = self._here()
        if view.order != self.view.order and not self._table.is_placed:
            here = here._replace(cursor=0, cursor_link=None, top=0)
        if self._aside is not None and self._aside[0].view == view:  # shown until it is read again
            (self._rows.window, cursor, top), self._aside = self._aside, None
            self._put(self._rows.window.count, Position(cursor, top))
        self.view, self.is_answered, self._wanted = view, False, None
        self._table.show_order(view.order)
        self._coming_to = here
        self._feed.show(view, here)

    def read_again(self) -> None:
        """Asks for what is shown again; the list stands still where it can."""
        table, here = self._table, self._here()
        if self._wanted is not None:  # somebody has changed the store before the cursor came there
            here = here._replace(cursor_link=self._wanted)
        elif not self.is_shown or self._aside is not None:  # another list is on its way: that one is to be read
            here = self._coming_to
        else:
            links = [self._rows.window.row(index) for index in range(table.top, table.top + table.page_height)]
            shown = tuple(link for link in links if link is not None)
            here = here._replace(top_link=links[0] if links else None, still=True, visible=shown)
        self._feed.read(self.view, here)

    def go_to(self, link: Link) -> None:
        """Asks for the list again, with the cursor on a link."""
        self._table.is_placed, self._wanted = True, link
        self._feed.read(self.view, self._here()._replace(cursor_link=link))

    def _here(self) -> Place:
        """Where the host is."""
        table = self._table
        return Place(table.cursor, table.cursor_link, table.top, height=table.page_height)

    # Answers

    def take(self, message: ListRead) -> None:
        """Shows a list that has been read; reads it again where the host has gone elsewhere in the meantime."""
        place = self._place_in(message)
        if place is None:
            self.read_again()
            return
        if message.asked.cursor_link == self._wanted:
            self._wanted = None
        self._rows.window, self._rows.as_of = message.window, message.as_of
        self._put(message.window.count, place)
        self._feed.learn(message)
        if not message.partial:
            self.is_answered, self._aside = True, None

    def _put(self, count: int, place: Position) -> None:
        """Shows so many rows, with the host at a place among them."""
        self._table.show_rows(count, cursor=place.cursor, top=place.top)
        self._put_on = self._table.cursor, self._table.cursor_link

    def _place_in(self, message: ListRead) -> Position | None:
        """Returns where the host is in a list that was read; None where that part of it was not read.

        Where the list was asked to stand still, that is on the links on which the host is now. Row numbers would not
        do: they may be those of another list that was read since this one was asked for.
        """
        table, asked, window = self._table, message.asked, message.window
        is_moved = self._is_moved_since(asked)
        if not asked.still and self.is_answered and not self._goes_to_link(asked):
            return None  # the host has seen this list since, and may have gone elsewhere in it
        if not asked.still and not is_moved:
            return Position(message.cursor, message.top)
        if is_moved and table.cursor == 0 and not table.is_placed:
            return Position()  # Home means the first row, whatever came before it since
        cursor: int | None = message.cursor
        if is_moved:
            cursor = window.find(table.cursor_link) if table.cursor_link is not None else table.cursor
        top: int | None = message.top
        top_link = self._rows.window.row(table.top)
        if table.top != asked.top and not _are_same(top_link, asked.top_link, table.top, asked.top):
            top = window.find(top_link) if top_link is not None else table.top
        if cursor is None or top is None:
            return None
        is_on_screen = is_moved and table.top <= table.cursor < table.top + table.page_height
        place = Position(cursor, top)
        return moved(place, 0, window.count, table.page_height) if is_on_screen else place

    def _is_moved_since(self, asked: Place) -> bool:
        """Returns whether the host has gone to another link since a list was asked for, or first shown."""
        row, link = (asked.cursor, asked.cursor_link) if asked.still else self._put_on
        if not asked.still and (self._goes_to_link(asked) or not self.is_shown):
            return False
        return not _are_same(self._table.cursor_link, link, self._table.cursor, row)

    def _goes_to_link(self, asked: Place) -> bool:
        """Returns whether a list was asked for with the cursor on a link to which it has not come yet."""
        return self._wanted is not None and asked.cursor_link == self._wanted

    def set_aside(self) -> None:
        """Shows no rows in place of those of another list, which are there again when the host goes back to it."""
        table = self._table
        self._aside = self._aside or (self._rows.window, table.cursor, table.top)
        self._rows.window = LinkWindow(self.view, limits=self._rows.limits)
        self._put(0, Position())

    def take_ends(self, begins: int) -> None:
        """Shows as many rows as the list turned out to have; `begins` is the row with which it turned out to begin."""
        table, count = self._table, self._rows.window.count
        if count != table.row_count or begins:
            self._put_on = self._put_on[0] - begins, self._put_on[1]
            table.show_rows(count, cursor=table.cursor - begins, top=table.top - begins)
            table.refresh()


def _are_same(link: Link | None, other: Link | None, row: int, other_row: int) -> bool:
    """Returns whether two rows have the same link; as far as they were not read, whether they are the same row."""
    return link.id == other.id if link is not None and other is not None else row == other_row
