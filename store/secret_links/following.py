"""Following the events of a host's links: each is told once, and whoever stops can go on from a cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from secret_links.cursors import LOOKED_BACK, Cursor, Ranges, without
from secret_links.database import Horizon
from secret_links.errors import InvalidInput
from secret_links.lists.history import event_of
from secret_links.lists.snapshot import Snapshot
from secret_links.reports import KEPT_FOR, EventKind, LinkEvent
from secret_links.times import EPOCH

MOST_AT_ONCE = 500
"""Events that one call tells."""

LOOK_AGAIN = 1.0
"""Seconds between two looks whether links have expired unused while transactions are open."""

MOST_WAITING = 20
"""Looks that are remembered one by one while transactions are open."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and the cursor to go on from behind it."""

    event: LinkEvent
    cursor: Cursor


@dataclass(slots=True)
class _Waiting:
    """What cannot be told before the transactions below a number have ended: their events may have ids in the gaps.

    An id is taken after its transaction has its number, so whoever has one below the newest id that is visible has
    begun. A link that expired by `now` may yet be used by a claim that was in time.
    """

    gaps: Ranges
    now: datetime | None
    begun: int


class Follower:
    """Tells what happens to a host's links from a cursor on, or from now on; it keeps no connection."""

    def __init__(self, snapshot: Callable[[], AbstractContextManager[Snapshot]], since: Cursor | None = None) -> None:
        self._snapshot = snapshot
        self._waiting: list[_Waiting] = []
        self._cursor = since
        self._is_begun = False
        self.has_more = False
        """Whether the last call left something for the next one, at once."""
        self.as_of = EPOCH
        """The instant of the last call, by the store's clock."""
        self.wait: float | None = None
        """Seconds after which to look again even if nothing is changed, from the last call on; None for never."""

    @property
    def cursor(self) -> Cursor | None:
        """Where the next call goes on; None before the first one, unless it is given."""
        return self._cursor

    def start_over(self) -> None:
        """Goes on from now, where it cannot go on from its cursor."""
        self._cursor, self._waiting, self._is_begun, self.has_more = None, [], False, False

    def read(self) -> list[Told]:
        """Tells up to MOST_AT_ONCE events: recorded ones in the order of their ids, then links that expired.

        InvalidInput refuses a cursor of another store, or one that is so old that events behind it are forgotten.
        Raises StoreError like any reading; then the next call tells the same.
        """
        with self._snapshot() as snapshot:
            return self.read_in(snapshot)

    def read_in(self, snapshot: Snapshot) -> list[Told]:
        """Tells the same as `read`, of a snapshot that is open."""
        before = self._cursor, [replace(waiting) for waiting in self._waiting], self._is_begun, self.has_more
        try:
            return self._read(snapshot)
        except BaseException:
            self._cursor, self._waiting, self._is_begun, self.has_more = before
            raise

    def _read(self, snapshot: Snapshot) -> list[Told]:
        horizon = snapshot.context.database.horizon(snapshot.context.connection)
        newest = snapshot.history.newest()
        self.as_of = snapshot.now
        if not self._is_begun:
            self._begin(snapshot, newest, horizon)
        told = self._recorded(snapshot, newest, horizon)
        if not self.has_more:
            told += self._expired(snapshot, self._settle(horizon), MOST_AT_ONCE - len(told))
        self.wait = self._seconds_to_wait(snapshot)
        return told

    def _begin(self, snapshot: Snapshot, newest: int, horizon: Horizon) -> None:
        cursor = self._cursor
        if cursor is None:
            recent = max(newest - LOOKED_BACK, 0)
            gaps = snapshot.history.missing(recent, newest) if horizon.ended < horizon.begun else ()
            self._cursor = cursor = Cursor(newest, snapshot.now, gaps)
        elif cursor.event > newest:
            raise InvalidInput("since", "This cursor is not of this store: nothing has come so far here.")
        elif snapshot.now - cursor.expiries > KEPT_FOR:
            raise InvalidInput("since", "This cursor is over 30 days old; some of what came behind it is forgotten.")
        self._waiting.append(_Waiting(cursor.gaps, None, horizon.begun))
        self._is_begun = True

    def _recorded(self, snapshot: Snapshot, newest: int, horizon: Horizon) -> list[Told]:
        assert self._cursor is not None  # noqa: S101  # for the type checker
        history, begun_at = snapshot.history, self._cursor.event
        rows = history.recorded_in(self._cursor.gaps, MOST_AT_ONCE + 1)
        rows += history.recorded_after(begun_at, MOST_AT_ONCE + 1 - len(rows))
        self.has_more = len(rows) > MOST_AT_ONCE
        rows = rows[:MOST_AT_ONCE]
        up_to = rows[-1].id if self.has_more else newest
        missing = history.missing(begun_at, up_to) if horizon.ended < horizon.begun and up_to > begun_at else ()
        told: list[Told] = []
        for row, events in _told(snapshot, rows, self._cursor.part):
            for event in events:
                self._cursor = self._cursor._replace(part=(row.id, event.link.id))
                told.append(Told(event, self._cursor))
                if len(told) == MOST_AT_ONCE:
                    break
            else:
                self._pass(row.id, missing)
                if told and events:
                    told[-1] = replace(told[-1], cursor=self._cursor)
                continue
            self.has_more = True
            break
        if not self.has_more:
            self._pass(newest, missing)
        new = tuple(gap for gap in missing if gap[1] <= self._cursor.event)
        self._wait_for(_Waiting(new, None if self.has_more else snapshot.now, horizon.begun))
        return told

    def _wait_for(self, waiting: _Waiting) -> None:
        """Remembers what to wait for; while one transaction stays open for hours, in place of another without gaps."""
        if len(self._waiting) > MOST_WAITING and not self._waiting[-1].gaps:
            self._waiting.pop()
        self._waiting.append(waiting)

    def _pass(self, event: int, missing: Ranges) -> None:
        """Goes on behind an event, and remembers what is missing before it."""
        assert self._cursor is not None  # noqa: S101  # for the type checker
        for waiting in self._waiting:
            waiting.gaps = without(waiting.gaps, event)
        before = self._cursor.event
        gaps = without(self._cursor.gaps, event)
        if event > before:
            gaps += tuple(gap for gap in missing if before < gap[1] < event)
        self._cursor = self._cursor._replace(event=max(before, event), gaps=gaps, part=None)

    def _settle(self, horizon: Horizon) -> datetime | None:
        """Drops what need not be waited for any more; returns until when links are known to have expired unused."""
        assert self._cursor is not None  # noqa: S101  # for the type checker
        settled: datetime | None = None
        left: list[_Waiting] = []
        for waiting in self._waiting:
            if horizon.ended < waiting.begun:
                left.append(waiting)
            else:
                settled = waiting.now or settled
        self._waiting = left
        gaps = sorted(gap for waiting in left for gap in waiting.gaps)
        self._cursor = self._cursor._replace(gaps=tuple(gaps))
        return settled

    def _expired(self, snapshot: Snapshot, until: datetime | None, at_most: int) -> list[Told]:
        cursor = self._cursor
        assert cursor is not None  # noqa: S101  # for the type checker
        if until is None or (until == cursor.expiries and not cursor.expired_link):
            return []
        if until < cursor.expiries:  # the clock was put back: links are Active again, and expire again
            self._cursor = cursor._replace(expiries=until, expired_link=0)
            return []
        after_link = cursor.expired_link or _LAST_LINK
        links, last = snapshot.history.expired(cursor.expiries, after_link, until, max(1, at_most))
        self.has_more = last is not None
        told: list[Told] = []
        for link in links:
            assert link.expires_at is not None  # noqa: S101  # for the type checker
            cursor = cursor._replace(expiries=link.expires_at, expired_link=link.id)
            told.append(Told(LinkEvent(EventKind.EXPIRED, link.expires_at, link), cursor))
        if last is not None and last.expires_at is not None:
            self._cursor = cursor._replace(expiries=last.expires_at, expired_link=last.id)
        else:
            self._cursor = cursor._replace(expiries=until, expired_link=0)
        return told

    def _seconds_to_wait(self, snapshot: Snapshot) -> float | None:
        if self.has_more:
            return 0.0
        if self._waiting:
            return LOOK_AGAIN
        expiry = snapshot.next_expiry()
        return None if expiry is None else max(0.0, (expiry - snapshot.now).total_seconds())


_LAST_LINK = 2**63 - 1
"""The greatest id that can be."""


def _told(
    snapshot: Snapshot, rows: Sequence[Row[Any]], part: tuple[int, int] | None
) -> Iterator[tuple[Row[Any], list[LinkEvent]]]:
    """Yields each row with its events: none where its links are gone for good."""
    links = snapshot.history.links_of(rows)
    for row in rows:
        after_link = part[1] if part and part[0] == row.id else 0
        if row.up_to is None:
            found = [links[row.link_id]] if row.link_id in links and row.link_id > after_link else []
        else:
            found = snapshot.history.generated(row, after_link, MOST_AT_ONCE)
        yield row, [event for link in found if (event := event_of(row, link))]
