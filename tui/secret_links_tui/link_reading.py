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

from secret_links import Counts, DeletedLink, Deletion, Link, LinkFilter, LinkSet, LinkUnknown, Mark, Tally
from secret_links.searching import sought
from secret_links_tui.anchors import Anchors, step_for
from secret_links_tui.link_window import PAGE, LinkWindow, View, distance

if TYPE_CHECKING:
    from secret_links import Moment

SHORT = 20_000
"""Rows up to which a list is counted at once; of longer ones the first rows are shown before that."""

NEAR = 50_000
"""Rows that are walked over to those that are wanted, at the most; farther ones are guessed until there are anchors."""

AT_ONCE = 200
"""Links found by the beginning of their token that are shown before those found in other ways."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the host is in a list, so that they are still there when it has been read again."""

    cursor: int = 0
    cursor_link: Link | None = None
    """The link to stay on; it may be anywhere after the reading, or gone."""
    top: int = 0
    top_link: Link | None = None
    """The link to keep under the head, where the list is to stand still and it is known."""
    still: bool = False
    """Whether the list is to stand still: the same list, read again."""
    height: int = 1
    """Rows on the screen."""
    visible: tuple[Link, ...] = ()
    """The links on the screen, to be told what became of them."""


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


def read_list(view: View, place: Place, known: LinkWindow | None) -> Callable[[Moment], ListRead]:
    """Makes the job that reads a list around a place; `known` is what was known of this list before."""
    return lambda moment: _ListReading(moment, view, place, known).read()


class _ListReading:
    """Reads a list around a place: how long it is, where the host is in it now, and the rows there."""

    def __init__(self, moment: Moment, view: View, place: Place, known: LinkWindow | None) -> None:
        self._moment = moment
        self._view = view
        self._place = place
        self._known = known
        self._window = LinkWindow(view)
        self._sort_key = moment.listing(view.wanted, view.order).sort_key

    def read(self) -> ListRead:
        """Reads it."""
        place, window = self._place, self._window
        seen = self._moment.links(link.id for link in place.visible)
        ids = {link.id for link in self._known.known()} if self._known is not None else set()
        if self._known is not None and ids and place.still and self._is_long_search():
            refreshed = self._known.refreshed({link.id: link for link in self._moment.links(ids)})
            if refreshed is not None:
                self._window = refreshed
                self._hold(place.cursor, place.cursor_link)
                return ListRead(place, refreshed, place.cursor, place.top, self._moment.now, seen)
        self._count()
        cursor_link, top_link = self._now(place.cursor_link), place.top_link
        cursor = self._found_cursor(cursor_link)
        unmoved = place.top if place.still else cursor - (place.cursor - place.top)
        top = self._found(top_link, unmoved)
        sticks_to_first = place.top == 0 and place.still and cursor < place.height
        top = 0 if sticks_to_first else max(0, min(top, window.count - place.height))
        self._read_rows(top, self._pin(cursor, cursor_link, top, top_link))
        cursor = max(0, min(self._in_view(cursor_link, cursor, top), window.count - 1))
        self._hold(cursor, cursor_link)
        return ListRead(place, window, cursor, top, self._moment.now, seen)

    def _is_long_search(self) -> bool:
        """Whether reading the list again means going through all links: too much for every change."""
        text = sought(self._view.wanted.search)
        return text is not None and text.token is None and self._moment.count(at_most=SHORT) == SHORT

    def _count(self) -> None:
        """Tells how many rows there are: exactly, where that is known at once."""
        moment, wanted, known, window = self._moment, self._view.wanted, self._known, self._window
        if known is not None and known.anchors is not None and (known.exact or known.count > 2 * SHORT):
            window.count, window.exact, window.anchors = known.count, known.exact, known.anchors
        elif moment.count(at_most=SHORT) < SHORT:
            window.count = moment.count(wanted)
        elif not wanted.search and (count := moment.count(wanted, at_most=SHORT)) < SHORT:
            window.count = count
        else:
            window.count, window.exact = (known.count if known is not None else moment.estimate(wanted)), False

    def _now(self, link: Link | None) -> Link | None:
        """What a link is now; as it was, if it is gone: it still tells where it stood."""
        return next(iter(self._moment.links([link.id])), link) if link is not None else None

    def _found_cursor(self, link: Link | None) -> int:
        """Finds where the cursor belongs: on its link, unless that leaves the screen of a list that stands still."""
        place = self._place
        if not place.still or link is None or place.cursor_link is None:
            return self._found(link, place.cursor)
        then = self._found(place.cursor_link, place.cursor)
        if link == place.cursor_link or not self._view.wanted.passes(link, self._moment.now):
            return then
        now = self._found(link, place.cursor)
        return now if abs(now - then) < place.height else then

    def _found(self, link: Link | None, otherwise: int) -> int:
        """Finds where a link stands now, or would stand, without going through a long list."""
        moment, view, window = self._moment, self._view, self._window
        if link is None or not window.count:
            return otherwise
        if window.anchors is not None:
            return moment.position(view.wanted, view.order, link, window.anchors.before(link, self._sort_key))
        if window.exact or (self._place.still and otherwise < SHORT):
            return moment.position(view.wanted, view.order, link)
        return otherwise if self._place.still else moment.guess_row(view.order, link, window.count)

    def _pin(self, cursor: int, cursor_link: Link | None, top: int, top_link: Link | None) -> Mark | None:
        """The row that others are read from: where numbers are estimates, it keeps its place on the screen."""
        if self._window.exact or (top_link is None and cursor_link is None):
            return None
        if top_link is not None:
            return Mark(top, top_link)
        return None if self._place.still else Mark(cursor, cursor_link)

    def _read_rows(self, top: int, pinned: Mark | None) -> None:
        window, view = self._window, self._view
        first = max(0, top - PAGE // 2) // PAGE * PAGE
        rows = range(first, -(-(top + self._place.height + PAGE // 2) // PAGE) * PAGE)
        near = pinned if top and pinned is not None else window.nearest(rows)
        links = self._moment.window(view.wanted, view.order, first, len(rows), near)
        window.put_rows(rows, links)
        if not window.exact and len(links) < len(rows) and (near is None or near.row <= first):
            window.count, window.exact = first + len(links), first == 0  # the end was reached
        elif not window.exact:
            window.count = max(window.count, first + len(links))

    def _hold(self, cursor: int, link: Link | None) -> None:
        """Has the row under the cursor known, wherever it is."""
        window, view = self._window, self._view
        if window.row(cursor) is not None or not window.count:
            window.hold(cursor)
            return
        still_there = link is not None and view.wanted.passes(link, self._moment.now)
        if window.exact or not still_there:
            near = window.nearest(range(cursor, cursor + 1))
            if distance(near, range(cursor, cursor + 1)) < NEAR:
                link = next(iter(self._moment.window(view.wanted, view.order, cursor, 1, near)), None)
        window.hold(cursor, link)

    def _in_view(self, link: Link | None, otherwise: int, top: int) -> int:
        """Finds a link among the rows that were read; where numbers are estimates, that is its number."""
        if link is None or self._window.exact:
            return otherwise
        rows = range(max(0, top - PAGE), top + self._place.height + PAGE)
        return next((row for row in rows if (known := self._window.row(row)) and known.id == link.id), otherwise)


def read_at_once(view: View, place: Place) -> Callable[[Moment], ListRead | None]:
    """Makes the job that reads some of what a search finds by the beginning of a token, before all is looked for."""

    def job(moment: Moment) -> ListRead | None:
        if moment.count(at_most=SHORT) < SHORT:
            return None
        found = moment.beginning_with(view.wanted, view.order, AT_ONCE)
        window = LinkWindow(view, len(found), exact=False)
        window.put_rows(range(len(found)), found)
        return ListRead(place, window, 0, 0, moment.now, partial=True) if found else None

    return job


def read_rows(window: LinkWindow, rows: range) -> Callable[[Moment], RowsRead | None]:
    """Makes the job that reads rows of a list, from the nearest one that is known, or else from a guess."""
    near, count, view = window.nearest(rows), window.count, window.view
    far = window.anchors is None and distance(near, rows) > NEAR

    def job(moment: Moment) -> RowsRead | None:
        start = moment.guess(view.wanted, view.order, rows.start, count) if far else near
        if far and start is None:
            return None  # anchors will tell
        return RowsRead(window, rows, moment.window(view.wanted, view.order, rows.start, len(rows), start))

    return job


def read_anchors(view: View, count: int, changes: int) -> Callable[[Moment], AnchorsRead]:
    """Makes the job that goes through a list of about `count` rows."""

    def job(moment: Moment) -> AnchorsRead:
        began = time.monotonic()
        marks = moment.marks(view.wanted, view.order, step_for(count))
        total = moment.count_on(view.wanted, view.order, marks[-1]) if marks else moment.count(view.wanted)
        return AnchorsRead(view, Anchors(marks, total), changes, time.monotonic() - began)

    return job


def read_counts(view: View, selected: LinkSet, fresh: frozenset[int]) -> Callable[[Moment], CountsRead]:
    """Makes the job that counts."""

    def job(moment: Moment) -> CountsRead:
        began = time.monotonic()
        return CountsRead(
            view=view,
            counts=moment.counts(view.wanted),
            total=moment.count(LinkFilter()),
            selected=selected,
            tally=moment.tally(selected, view.wanted),
            gone=fresh - {link.id for link in moment.links(fresh)},
            as_of=moment.now,
            next_expiry=moment.next_expiry(),
            last_deletion=moment.last_deletion(),
            deleted=_deleted(moment, view.wanted.search),
            took=time.monotonic() - began,
        )

    return job


def read_ids(window: LinkWindow, first: int, last: int, at_most: int) -> Callable[[Moment], IdsRead]:
    """Makes the job that finds which links stand from one row to another, both included."""
    ends = [(Mark(row, window.row(row)), window.nearest(range(row, row))) for row in (first, last)]
    view = window.view

    def job(moment: Moment) -> IdsRead:
        found = [
            end.link or next(iter(moment.window(view.wanted, view.order, end.row, 1, near)), None) for end, near in ends
        ]
        if found[0] is None or found[1] is None:
            return IdsRead(view, [])
        return IdsRead(view, moment.ids_between(view.wanted, view.order, found[0], found[1], at_most))

    return job


def read_newest(view: View) -> Callable[[Moment], AllChosen]:
    """Makes the job that finds up to which link all are chosen."""
    return lambda moment: AllChosen(view, moment.newest_id(), moment.now)


def _deleted(moment: Moment, search: str) -> DeletedLink | None:
    try:
        found = moment.find(search) if search else None
    except LinkUnknown:
        return None
    return found if isinstance(found, DeletedLink) else None
