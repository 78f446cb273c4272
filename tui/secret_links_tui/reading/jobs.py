"""What the screen of links asks its readers, and the messages that come back.

Each job reads one moment of the store: rows, count and positions in an answer belong together.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from textual.message import Message

from secret_links import Checkpoint, Counts, DeletedLink, Deletion, Link, LinkFilter, LinkSet, LinkUnknown, Tally
from secret_links.lists.anchors import Anchors, step_for
from secret_links.lists.window import LinkWindow, Place, View, distance

if TYPE_CHECKING:
    from secret_links import Snapshot

SHORT = 20_000
"""Rows up to which a list is counted at once; of longer ones the first rows are shown before that."""

NEAR = 50_000
"""Rows that are walked over to those that are wanted, at the most; farther ones are guessed until there are anchors."""

AT_ONCE = 200
"""Links found by the beginning of their token that are shown before those found in other ways."""


@dataclass
class ListRead(Message):
    """A list was read, around the place where the host is."""

    asked: Place
    """Where the host was when it was asked for."""
    window: LinkWindow
    """What is known of the list now."""
    cursor: int
    top: int
    as_of: datetime
    """The instant by which statuses are told."""
    seen: list[Link] = field(default_factory=list)
    """What the links that were on the screen are now; those that were deleted are missing."""
    partial: bool = False
    """Whether these are only some of its links, shown until all are found."""


@dataclass
class RowsRead(Message):
    """Some more rows of a list were read."""

    window: LinkWindow
    """Of which list."""
    rows: range
    """Which ones were asked for."""
    links: list[Link]
    """Fewer, where the list ends."""
    guessed: bool = False
    """Whether it was guessed where they are."""


@dataclass
class AnchorsRead(Message):
    """A long list was gone through."""

    view: View
    anchors: Anchors
    changes: int
    """How many changes of the store were known when it was asked for."""
    took: float
    """Seconds."""


@dataclass
class CountsRead(Message):
    """What stands around the list was counted."""

    view: View
    counts: Counts
    """By status, for the list's other filters."""
    total: int
    """All links of the host."""
    selected: LinkSet
    tally: Tally
    """What has become of the selected links."""
    gone: frozenset[int]
    """Those of the new links that are no longer there."""
    as_of: datetime
    """The instant of the counting."""
    next_expiry: datetime | None
    last_deletion: Deletion | None
    deleted: DeletedLink | None
    """The deleted link that the search names, if it names one."""
    took: float
    """Seconds."""


@dataclass
class IdsRead(Message):
    """The links to select were found."""

    view: View
    ids: list[int]


@dataclass
class AllChosen(Message):
    """What "all links that pass the filters" means was found."""

    view: View
    newest_id: int
    as_of: datetime


def read_at_once(view: View, place: Place) -> Callable[[Snapshot], ListRead | None]:
    """Makes the job that reads some of what a search finds by the beginning of a token, before all is looked for."""

    def job(snapshot: Snapshot) -> ListRead | None:
        if snapshot.count(at_most=SHORT) < SHORT:
            return None
        found = snapshot.beginning_with(view.wanted, view.order, AT_ONCE)
        window = LinkWindow(view, len(found), exact=False)
        window.put_rows(range(len(found)), found)
        return ListRead(place, window, 0, 0, snapshot.now, partial=True) if found else None

    return job


def read_rows(window: LinkWindow, rows: range) -> Callable[[Snapshot], RowsRead | None]:
    """Makes the job that reads rows of a list, from the nearest one that is known, or else from a guess."""
    near, count, view = window.nearest(rows), window.count, window.view
    far = window.anchors is None and distance(near, rows) > NEAR

    def job(snapshot: Snapshot) -> RowsRead | None:
        start = snapshot.guess(view.wanted, view.order, rows.start, count) if far else near
        if far and start is None:
            return None  # so few pass that none was among those that were looked at; anchors will tell
        if window.listing is None or window.listing.now != snapshot.now:
            window.listing = snapshot.listing(view.wanted, view.order)
        return RowsRead(window, rows, snapshot.rows(window.listing, rows.start, len(rows), start), guessed=far)

    return job


def read_anchors(view: View, count: int, changes: int) -> Callable[[Snapshot], AnchorsRead]:
    """Makes the job that goes through a list of about `count` rows."""

    def job(snapshot: Snapshot) -> AnchorsRead:
        began = time.monotonic()
        checkpoints = snapshot.checkpoints(view.wanted, view.order, step_for(count))
        total = (
            snapshot.count_on(view.wanted, view.order, checkpoints[-1]) if checkpoints else snapshot.count(view.wanted)
        )
        return AnchorsRead(view, Anchors(checkpoints, total), changes, time.monotonic() - began)

    return job


def read_counts(view: View, selected: LinkSet, fresh: frozenset[int]) -> Callable[[Snapshot], CountsRead]:
    """Makes the job that counts."""

    def job(snapshot: Snapshot) -> CountsRead:
        began = time.monotonic()
        return CountsRead(
            view=view,
            counts=snapshot.counts(view.wanted),
            total=snapshot.count(LinkFilter()),
            selected=selected,
            tally=snapshot.tally(selected, view.wanted),
            gone=fresh - {link.id for link in snapshot.links(fresh)},
            as_of=snapshot.now,
            next_expiry=snapshot.next_expiry(),
            last_deletion=snapshot.last_deletion(),
            deleted=_deleted(snapshot, view.wanted.search),
            took=time.monotonic() - began,
        )

    return job


def read_ids(window: LinkWindow, first: int, last: int, at_most: int) -> Callable[[Snapshot], IdsRead]:
    """Makes the job that finds which links stand from one row to another, both included."""
    ends = [(Checkpoint(row, window.row(row)), window.nearest(range(row, row))) for row in (first, last)]
    view = window.view

    def job(snapshot: Snapshot) -> IdsRead:
        found = [
            end.link or next(iter(snapshot.window(view.wanted, view.order, end.row, 1, near)), None)
            for end, near in ends
        ]
        if found[0] is None or found[1] is None:
            return IdsRead(view, [])
        return IdsRead(view, snapshot.ids_between(view.wanted, view.order, found[0], found[1], at_most))

    return job


def read_newest(view: View) -> Callable[[Snapshot], AllChosen]:
    """Makes the job that finds up to which link all are chosen."""
    return lambda snapshot: AllChosen(view, snapshot.newest_id(), snapshot.now)


def _deleted(snapshot: Snapshot, search: str) -> DeletedLink | None:
    try:
        found = snapshot.find(search) if search else None
    except LinkUnknown:
        return None
    return found if isinstance(found, DeletedLink) else None
