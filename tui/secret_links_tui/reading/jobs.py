"""What the screen of links asks its readers.

Each job reads one snapshot of the store: rows, count and positions in an answer belong together.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from secret_links import Column, InvalidInput, LinkFilter, LinkSet, LinkUnknown, Order, Status
from secret_links_tui.preferences import ENDS_SOON
from secret_links_tui.reading.messages import AllChosen, AnchorsRead, CountsRead, IdsRead, ListRead, NewsRead, RowsRead

if TYPE_CHECKING:
    from secret_links import DeletedLink, Follower, Link, LinkWindow, Place, ReadingLimits, Snapshot, View


MOST_SOON = 1_000
"""Links that expire soon, which are listed together with what has happened."""


def read_at_once(view: View, place: Place, limits: ReadingLimits) -> Callable[[Snapshot], ListRead | None]:
    """Returns the job that reads some of what a search finds by the beginning of a token, before all is searched."""

    def job(snapshot: Snapshot) -> ListRead | None:
        found = snapshot.windows(limits).found_at_once(view)
        return ListRead(place, found, cursor=0, top=0, as_of=snapshot.now, partial=True) if found is not None else None

    return job


def read_list(
    view: View, place: Place, earlier: LinkWindow | None, limits: ReadingLimits
) -> Callable[[Snapshot], ListRead]:
    """Returns the job that reads a list around a place; `earlier` is the window of this list before."""

    def job(snapshot: Snapshot) -> ListRead:
        read = snapshot.windows(limits).around(view, place, earlier)
        return ListRead(place, read.window, cursor=read.cursor, top=read.top, as_of=snapshot.now, seen=read.seen)

    return job


def read_rows(window: LinkWindow, rows: range, *, ahead: bool = False) -> Callable[[Snapshot], RowsRead | None]:
    """Returns the job that reads rows of a list, from the nearest checkpoint, or from an estimated place.

    While the host waits for nothing, as they are read `ahead`, a first jump to rows far away is prepared, too.
    """
    request = window.request(rows)

    def job(snapshot: Snapshot) -> RowsRead | None:
        windows = snapshot.windows(window.limits)
        read = windows.rows(request)
        if ahead:
            windows.prepare(window)
        if read is None:
            return None
        return RowsRead(window, rows, read.links, estimated=read.estimated, begins=read.begins)

    return job


def read_anchors(view: View, count: int, changes: int, limits: ReadingLimits) -> Callable[[Snapshot], AnchorsRead]:
    """Returns the job that scans a list of about `count` rows for its anchors."""

    def job(snapshot: Snapshot) -> AnchorsRead:
        began = time.monotonic()
        anchors = snapshot.windows(limits).anchors(view, count)
        return AnchorsRead(view, anchors, changes, time.monotonic() - began)

    return job


def read_counts(view: View, selected: LinkSet, fresh: frozenset[int]) -> Callable[[Snapshot], CountsRead]:
    """Returns the job that counts."""

    def job(snapshot: Snapshot) -> CountsRead:
        began = time.monotonic()
        return CountsRead(
            view,
            counts=snapshot.lists.counts(view.wanted),
            soon=snapshot.lists.count(replace(view.wanted, status=Status.ACTIVE, expires_within=ENDS_SOON)),
            total=snapshot.lists.count(),
            selected=selected,
            tally=snapshot.selections.tally(selected, view.wanted),
            gone=fresh - {link.id for link in snapshot.lists.links(fresh)},
            as_of=snapshot.now,
            next_expiry=snapshot.next_expiry(),
            can_undo=snapshot.can_undo(),
            named=_named(snapshot, view.wanted.search),
            took=time.monotonic() - began,
        )

    return job


def read_news(follower: Follower) -> Callable[[Snapshot], NewsRead]:
    """Returns the job that reads what has happened since a follower's last reading.

    Where it cannot go on from its cursor, which is of another store or of long ago, it goes on from now.
    """

    def job(snapshot: Snapshot) -> NewsRead:
        began = time.monotonic()
        try:
            told = follower.read_in(snapshot)
        except InvalidInput:
            follower.start_over()
            told = follower.read_in(snapshot)
        events = [each.event for each in told]
        took = time.monotonic() - began
        return NewsRead(events, str(follower.cursor), more=follower.has_more, as_of=snapshot.now, took=took)

    return job


def soon_ids(snapshot: Snapshot) -> frozenset[int]:
    """Returns the ids of the links that expire within a day, the soonest where there are very many."""
    soon = LinkFilter(status=Status.ACTIVE, expires_within=ENDS_SOON)
    soonest = snapshot.lists.window(soon, Order(Column.EXPIRES, descending=False), 0, MOST_SOON)
    return frozenset(link.id for link in soonest)


def read_ids(window: LinkWindow, first: int, last: int) -> Callable[[Snapshot], IdsRead]:
    """Returns the job that finds the ids of the links from one row to another, both included."""
    ends = [window.row(row) or window.request(range(row, row)) for row in (first, last)]
    return lambda snapshot: IdsRead(window.view, snapshot.windows(window.limits).ids(window.view, ends))


def read_newest(view: View) -> Callable[[Snapshot], AllChosen]:
    """Returns the job that finds the newest link, up to which all are selected."""
    return lambda snapshot: AllChosen(view, snapshot.selections.newest_id(), snapshot.now)


def _named(snapshot: Snapshot, search: str) -> Link | DeletedLink | None:
    try:
        return snapshot.find(search) if search else None
    except LinkUnknown:
        return None
