"""What the screen of links shows is read here: one thread reads lists and rows, another counts.

The anchors and the exact length of a list are kept here for its next reading, for as long as the list is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual.message import Message

from secret_links import Column, LinkSet, LinkWindow, Place, ReadingLimits, View
from secret_links_tui.reading.jobs import read_at_once, read_ids, read_list, read_newest, read_rows
from secret_links_tui.reading.messages import AnchorsRead, CountsRead, JobKind, ListRead, NewsRead, RowsRead
from secret_links_tui.reading.pace import COUNTING_JOBS, Pace, SetTimer
from secret_links_tui.reading.reader import Reader

if TYPE_CHECKING:
    from secret_links import Follower, HostStore, Store

ROWS_WAIT = 0.01
"""Seconds to wait for missing rows before they are drawn: most are there by then, and no frame is late."""

NOTICED = 0.01
"""The share of a list by which its length must be wrong to be counted again at once."""


READING_JOBS = (JobKind.AT_ONCE, JobKind.LIST, JobKind.ROWS, JobKind.ROWS_AHEAD, JobKind.IDS)
"""The jobs of the thread that reads lists, the most urgent first."""


class LinkFeed:
    """Asks the store for lists, rows, numbers and selections; the answers come as messages."""

    def __init__(
        self,
        post: Callable[[Message], object],
        set_timer: SetTimer,
        rested: Callable[[JobKind], None],
        limits: ReadingLimits,
    ) -> None:
        self._limits = limits
        self._reader = Reader(post, READING_JOBS, watching=True)
        self._counter = Reader(post, COUNTING_JOBS, watching=False)
        self._pace = Pace(self._counter, set_timer, rested, limits)
        self._earlier: LinkWindow | None = None
        self._rows = range(0)
        self._upwards = False
        self._changes = 0

    def open(self, store: Store, host: HostStore) -> None:
        """Starts reading and watching; jobs that were asked for before are ignored."""
        self._reader.open(store, host)
        self._counter.open(store, host)

    @property
    def is_open(self) -> bool:
        """Whether there is a store to read."""
        return self._reader.is_open

    def close(self) -> None:
        """Ends the reading."""
        self._reader.close()
        self._counter.close()

    # Asking

    def show(self, view: View, here: Place) -> None:
        """Asks for another list, and cancels reading the one before."""
        self._earlier = None
        if view.wanted.search:
            self._reader.ask(JobKind.AT_ONCE, read_at_once(view, here, self._limits), cancel=True)
        self._reader.ask(JobKind.LIST, read_list(view, here, None, self._limits), cancel=not view.wanted.search)
        self._pace.begin_anew()

    def read(self, view: View, place: Place) -> None:
        """Asks for the list again."""
        earlier = self._earlier if self._earlier is not None and self._earlier.view == view else None
        self._reader.ask(JobKind.LIST, read_list(view, place, earlier, self._limits))

    def request_rows(self, window: LinkWindow, first: int, last: int, as_of: datetime) -> None:
        """Asks for the missing rows of those on the screen."""
        if first != self._rows.start:
            self._upwards = first < self._rows.start
        self._rows = range(first, last + 1)
        if missing := window.missing(first, last):
            self._reader.ask(JobKind.ROWS, read_rows(window, missing), as_of)

    def request_remaining_rows(self, window: LinkWindow, as_of: datetime) -> None:
        """Asks for what is still missing of the rows that were wanted last."""
        self.request_rows(window, self._rows.start, self._rows.stop - 1, as_of)

    def prefetch_rows(self, window: LinkWindow, as_of: datetime) -> None:
        """Asks for the rows that come next in the direction in which the host scrolls."""
        if missing := self.missing_ahead(window):
            self._reader.ask(JobKind.ROWS_AHEAD, read_rows(window, missing, ahead=True), as_of)

    def missing_ahead(self, window: LinkWindow) -> range:
        """Returns those of these rows that are to be read; none while any on the screen are missing."""
        first, last = self._rows.start, self._rows.stop - 1
        if window.missing(first, last):
            return range(0)
        length = max(self._limits.page, len(self._rows))  # a screenful
        if self._upwards:
            return window.missing(max(0, first - length), first - 1)
        return window.missing(last + 1, last + length)

    def wait_for_rows(self) -> RowsRead | None:
        """Returns rows that are on their way, if they come within `ROWS_WAIT`."""
        answer = self._reader.wait_for(JobKind.ROWS, ROWS_WAIT)
        return answer if isinstance(answer, RowsRead) else None

    def want_ids(self, window: LinkWindow, first: int, last: int) -> None:
        """Asks which links stand from one row to another."""
        self._reader.ask(JobKind.IDS, read_ids(window, first, last))

    def want_all(self, view: View) -> None:
        """Asks for all links of a list, as a selection."""
        self._reader.ask(JobKind.IDS, read_newest(view))

    def count(self, view: View, selected: LinkSet, fresh: frozenset[int]) -> None:
        """Asks for the counts that are shown around the list."""
        self._pace.count(view, selected, fresh, self._changes)

    def request_news(self, follower: Follower) -> None:
        """Asks what happened since a follower's last reading."""
        self._pace.request_news(follower)

    def take_news(self, message: NewsRead) -> None:
        """Records that news arrived."""
        self._pace.take_news(message)

    def request_anchors(self, window: LinkWindow) -> None:
        """Asks for a long list's anchors."""
        self._pace.request_anchors(window.view, window.count, self._changes)

    def rest_no_longer(self) -> None:
        """Counts everything at once when it is asked the next time."""
        self._pace.end_rests()

    # Learning

    def learn(self, message: ListRead) -> None:
        """Keeps what was read of the list for its next reading, unless there is more by now."""
        earlier, window = self._earlier, message.window
        anchored = earlier is not None and earlier.anchors is not None and window.anchors is None
        if not message.partial and (window.exact or not anchored):
            self._earlier = window

    def take_anchors(self, message: AnchorsRead) -> None:
        """Keeps a list's anchors.

        What is shown keeps its estimated numbers until it has been read again: new ones would not fit its rows.
        """
        self._pace.take_anchors(message)
        self._earlier = LinkWindow(
            message.view, message.anchors.count, exact=message.changes == self._changes, limits=self._limits
        )
        self._earlier.anchors = message.anchors

    def counted(self, message: CountsRead) -> None:
        """Records that counts arrived, and has a long list scanned at once if its length was far from them."""
        self._pace.counted(message)
        number, earlier = message.listed, self._earlier
        if earlier is not None and earlier.exact and abs(earlier.count - number) > NOTICED * number + 1000:
            earlier.exact = False
            self._pace.request_anchors(earlier.view, earlier.count, self._changes, at_once=True)

    def changed(self, shown: LinkWindow) -> None:
        """Records that somebody changed the store: the numbers of a long list become estimates."""
        self._changes += 1
        self._doubt(shown)

    def time_passed(self, shown: LinkWindow) -> None:
        """Records that a link may have expired: the numbers of a long list by status or expiry become estimates."""
        view = shown.view
        if view.wanted.status is not None or view.order.column in (Column.STATUS, Column.EXPIRES):
            self._doubt(shown)

    def failed(self, kind: JobKind) -> None:
        """Records that a job gets no answer: the next change asks again."""
        self._pace.failed(kind)

    def _doubt(self, shown: LinkWindow) -> None:
        """Takes the numbers of a long list for estimates again."""
        if self._earlier is not None and self._earlier.anchors is not None:
            self._earlier.exact = shown.exact = False
