"""A whole list as a stream: read page by page in one snapshot, in the memory of a page."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import datetime
from threading import RLock, Timer
from types import TracebackType
from typing import Self, TypeVar

from secret_links.errors import StoreError
from secret_links.lists.snapshot import Snapshot
from secret_links.values import Link, LinkFilter, Order

T = TypeVar("T")

FIRST_PAGE = 100
"""Links that a stream reads before it gives the first one; each page has twice as many as the one before."""

LARGEST_PAGE = 3200
"""Links that a stream holds at the most: a few megabytes."""

Opening = Callable[[datetime | None], AbstractContextManager[Snapshot]]
"""Opens a snapshot, whose statuses refer to a given instant or, if it is None, to now."""


class LinkStream(Iterator[Link]):
    """All links of a list, one after the other, as they were at one instant.

    The snapshot is closed at the end of the list, by `close()`, or once the database may not keep it any longer: while
    it is open, an SQLite file cannot take over its log, and a server cannot clean up. A reader who takes longer, such
    as a pager, gets the rest page by page, as it is by then, and `is_one_state` becomes False. What was deleted by then
    is left out; where the newest links come first, none that were generated since are read.
    """

    def __init__(self, open_snapshot: Opening, wanted: LinkFilter, order: Order, as_of: datetime | None) -> None:
        self._kept = _KeptSnapshot(open_snapshot, as_of)
        self._wanted, self._order = wanted, order
        self._links = self._read()

    def __next__(self) -> Link:
        """Returns the next link; StoreError where the store cannot be read."""
        return next(self._links)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, error_class: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_one_state(self) -> bool:
        """Whether all that was read so far is of one snapshot."""
        return self._kept.opened <= 1

    def note_names(self, at_most: int) -> list[str]:
        """Returns the names of the notes on the host's links, whichever are listed; up to `at_most` of them."""
        return self._kept.read(lambda snapshot: snapshot.lists.note_names(at_most))

    def close(self) -> None:
        """Ends the stream, and closes its snapshot; closing twice does nothing."""
        self._links.close()
        self._kept.close()

    def _read(self) -> Generator[Link, None, None]:
        last: Link | None = None
        count = FIRST_PAGE
        while True:
            links = self._kept.read(self._page(last, count))
            is_end = len(links) < count
            if is_end:
                self._kept.close()
            yield from links
            if is_end:
                return
            last, count = links[-1], min(2 * count, LARGEST_PAGE)

    def _page(self, last: Link | None, count: int) -> Callable[[Snapshot], list[Link]]:
        return lambda snapshot: snapshot.lists.following(self._wanted, self._order, last, count)


class _KeptSnapshot:
    """A snapshot that is kept from one reading to the next, as long as its database may keep it."""

    def __init__(self, open_snapshot: Opening, as_of: datetime | None) -> None:
        self._open_snapshot = open_snapshot
        self._as_of = as_of
        self._snapshot: Snapshot | None = None
        self._transaction = ExitStack()
        self._timer: Timer | None = None
        self._lock = RLock()
        """Held by whoever uses the snapshot: its reader, or the timer that closes it."""
        self.opened = 0
        """How many snapshots were opened, one after the other."""

    def read(self, operation: Callable[[Snapshot], T]) -> T:
        """Reads through the snapshot, which is opened if it is not open; closes it where that fails."""
        with self._lock, ExitStack() as closing:
            closing.callback(self._forget)
            closing.push(self._transaction)  # is handed an error, to translate it
            snapshot = self._snapshot or self._open()
            result = operation(snapshot)
            if self._timer is not None:
                closing.pop_all()
            return result

    def close(self) -> None:
        """Closes the snapshot, if one is open."""
        with self._lock, ExitStack() as closing:
            closing.callback(self._forget)
            self._transaction.close()

    def _open(self) -> Snapshot:
        snapshot = self._snapshot = self._transaction.enter_context(self._open_snapshot(self._as_of))
        self.opened += 1
        self._as_of = snapshot.now
        if seconds := snapshot.may_be_kept:
            self._timer = Timer(seconds, self._close_in_time)
            self._timer.daemon = True
            self._timer.start()
        return snapshot

    def _close_in_time(self) -> None:
        with suppress(StoreError):  # the next reading raises it, if it is still so
            self.close()

    def _forget(self) -> None:
        self._snapshot = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
