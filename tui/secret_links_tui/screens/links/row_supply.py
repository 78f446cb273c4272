"""The rows that the table draws: asked for before they are drawn, and taken in when they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from secret_links import View
from secret_links_tui.drawing.link_rows import LinkRows

if TYPE_CHECKING:
    from secret_links_tui.reading.feed import LinkFeed
    from secret_links_tui.reading.messages import RowsRead


class RowSupply:
    """Has rows of the list `view` returns read into `rows`.

    `taken` is called with the rows that have come in, and with the row with which the list turned out to begin.
    """

    def __init__(
        self, rows: LinkRows, feed: LinkFeed, view: Callable[[], View], taken: Callable[[range, int], None]
    ) -> None:
        self._rows = rows
        self._feed = feed
        self._view = view
        self._taken = taken

    def request_rows(self, first: int, last: int) -> None:
        """Has the missing ones of some rows read, which are about to be drawn."""
        if self._is_current:
            self._feed.request_rows(self._rows.window, first, last, self._rows.as_of)

    def await_rows(self) -> None:
        """Takes in rows that are on their way, if they come within a few milliseconds."""
        if (answer := self._feed.wait_for_rows()) is not None:
            self.take(answer)

    def prefetch_rows(self) -> None:
        """Has the rows read that come next on the way that the host goes."""
        if self._is_current:
            self._feed.prefetch_rows(self._rows.window, self._rows.as_of)

    def take(self, message: RowsRead) -> None:
        """Takes in rows that were missing, and asks for those that still are."""
        window = self._rows.window
        if message.window is window and window.missing(message.rows.start, message.rows.stop - 1):
            window.put_rows(message.rows, message.links, estimated=message.estimated, begins=message.begins)
            self._taken(message.rows, message.begins)
            self._feed.request_remaining_rows(window, self._rows.as_of)

    @property
    def _is_current(self) -> bool:
        """Whether the rows are those of the list that is wanted: otherwise that one is on its way."""
        return self._rows.window.view == self._view()
