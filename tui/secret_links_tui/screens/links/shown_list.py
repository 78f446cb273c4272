"""Which list is shown, and where in it the host is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from secret_links import LinkWindow, Place, View
from secret_links_tui.drawing.link_rows import LinkRows
from secret_links_tui.drawing.table.moves import Position
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
        self._table.show_rows(self._rows.window.count, cursor=place.cursor, top=place.top)
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
            self._table.show_rows(self._rows.window.count, cursor=cursor, top=top)
        self.view, self.is_answered, self._wanted = view, False, None
        self._table.show_order(view.order)
        self._feed.show(view, here)

    def read_again(self) -> None:
        """Asks for what is shown again; the list stands still where it can."""
        table, here = self._table, self._here()
        if self._wanted is not None:  # somebody has changed the store before the cursor came there
            here = here._replace(cursor_link=self._wanted)
        elif self.is_shown:  # otherwise another list is on its way: that one is to be read
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
        """Shows a list that has been read."""
        table, asked = self._table, message.asked
        # Where the list was asked to stand still, what the host has moved since is added to where it would stand.
        moved, scrolled = (table.cursor - asked.cursor, table.top - asked.top) if asked.still else (0, 0)
        cursor, top = message.cursor + moved, message.top + scrolled
        if asked.cursor_link == self._wanted:
            self._wanted = None
        if moved and table.cursor == 0:  # Home means the first row, whatever came before it since
            cursor, top = 0, 0
        self._rows.window, self._rows.as_of = message.window, message.as_of
        table.show_rows(message.window.count, cursor=cursor, top=top)
        self._feed.learn(message)
        if not message.partial:
            self.is_answered, self._aside = True, None

    def set_aside(self) -> None:
        """Shows no rows in place of those of another list, which are there again when the host goes back to it."""
        table = self._table
        self._aside = self._aside or (self._rows.window, table.cursor, table.top)
        self._rows.window = LinkWindow(self.view, limits=self._rows.limits)
        table.show_rows(0, cursor=0, top=0)

    def take_length(self) -> None:
        """Shows as many rows as the list turned out to have."""
        table, count = self._table, self._rows.window.count
        if count != table.row_count:
            table.show_rows(count, cursor=table.cursor, top=table.top)
            table.refresh()
