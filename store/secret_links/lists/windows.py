"""Reads windows of long lists: the rows around a host's place, and further rows of the same list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from secret_links.lists.anchors import Anchors
from secret_links.lists.context import ReadContext
from secret_links.lists.estimates import Estimates
from secret_links.lists.limits import ReadingLimits
from secret_links.lists.order import Listing
from secret_links.lists.queries import Lists
from secret_links.lists.window import LinkWindow, Place, RowRequest, View, distance
from secret_links.searching import parse_search
from secret_links.values import Checkpoint, Link


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list that was read around a place."""

    window: LinkWindow
    """What has been read of it."""
    cursor: int
    """The row of the cursor's link now."""
    top: int
    """The first row on the screen now."""
    seen: list[Link]
    """The links that were on the screen, as they are now, without deleted ones."""


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Some rows of a list."""

    links: list[Link]
    """Fewer than asked for, where the list ends."""
    estimated: bool
    """Whether their place was estimated."""
    begins: int
    """The row with which the list turned out to begin; 0 where it begins as its numbers say."""


class Windows:
    """Reads windows of a host's lists, within some limits."""

    def __init__(self, context: ReadContext, lists: Lists, limits: ReadingLimits) -> None:
        self._now = context.now
        self._lists = lists
        self._limits = limits
        self._estimates = Estimates(context, lists, limits.sample)

    def around(self, view: View, place: Place, earlier: LinkWindow | None) -> ReadList:
        """Reads a list around a place; `earlier` is the window of this list before, None for another list."""
        return _Around(
            self._lists, self._estimates, self._limits, now=self._now, view=view, place=place, earlier=earlier
        ).read()

    def rows(self, request: RowRequest) -> ReadRows | None:
        """Reads rows of a window's list from the nearest checkpoint, or from an estimated place if that is far.

        None where so few links pass that nothing can be estimated: then anchors are needed.
        """
        window, rows, start = request.window, request.rows, request.near
        view, far = window.view, not request.anchored and distance(start, rows) > self._limits.near
        if far:
            sample = self._estimates.sample_of(window)
            start = self._estimates.checkpoint(view.wanted, view.order, rows.start, request.count, sample)
            if start is None:
                return None
        if window.listing is None or window.listing.now != self._now:
            window.listing = self._lists.listing(view.wanted, view.order)
        links = self._lists.rows(window.listing, rows.start, len(rows), start)
        return ReadRows(links, far, _beginning(window.listing, rows, links, start))

    def prepare(self, window: LinkWindow) -> None:
        """Reads what estimating places far down takes, unless the window has it, or never needs it."""
        if not window.exact and window.anchors is None:
            self._estimates.sample_of(window)

    def found_at_once(self, view: View) -> LinkWindow | None:
        """Reads some of what a search finds by the beginning of a token; None for a short list, or if there is none."""
        if self._lists.count(at_most=self._limits.short) < self._limits.short:
            return None
        found = self._lists.beginning_with(view.wanted, view.order, self._limits.found_at_once)
        window = LinkWindow(view, len(found), exact=False, limits=self._limits)
        window.put_rows(range(len(found)), found)
        return window if found else None

    def anchors(self, view: View, count: int) -> Anchors:
        """Scans a whole list of about `count` rows for its anchors and its length."""
        checkpoints = self._lists.checkpoints(view.wanted, view.order, self._limits.step_for(count))
        if not checkpoints:
            return Anchors((), self._lists.count(view.wanted))
        return Anchors(checkpoints, self._lists.count_from(view.wanted, view.order, checkpoints[-1]))

    def ids(self, view: View, ends: Sequence[Link | RowRequest]) -> list[int]:
        """Reads the ids of the links from one row to another, both included, as far as a range may go.

        The two ends are links, or requests for one row each.
        """
        first, last = (end if isinstance(end, Link) else self._row(end) for end in ends)
        if first is None or last is None:
            return []
        return self._lists.ids_between(view.wanted, view.order, first, last, self._limits.selected_at_once)

    def _row(self, request: RowRequest) -> Link | None:
        view = request.window.view
        return next(iter(self._lists.window(view.wanted, view.order, request.rows.start, 1, request.near)), None)


class _Around:
    """Reads a list around a place: how long it is, where the host is in it now, and the rows there."""

    def __init__(
        self,
        lists: Lists,
        estimates: Estimates,
        limits: ReadingLimits,
        *,
        now: datetime,
        view: View,
        place: Place,
        earlier: LinkWindow | None,
    ) -> None:
        self._now = now
        self._lists = lists
        self._estimates = estimates
        self._limits = limits
        self._view = view
        self._place = place
        self._earlier = earlier
        self._listing: Listing = self._lists.listing(view.wanted, view.order)
        self._window = LinkWindow(view, limits=limits)
        self._window.listing = self._listing
        self._gone: list[int] = []
        """The rows of the window before whose links were deleted."""

    def read(self) -> ReadList:
        """Reads it."""
        place, window = self._place, self._window
        seen = self._lists.links(link.id for link in place.visible)
        if (refreshed := self._refreshed()) is not None:
            self._window = refreshed
            cursor, top = (self._row_without_gone(row) for row in (place.cursor, place.top))
            self._hold(cursor, place.cursor_link)
            return ReadList(refreshed, cursor, top, seen)
        self._count()
        cursor_link, top_link = self._as_it_is_now(place.cursor_link), place.top_link
        cursor = self._cursor_of(cursor_link)
        unmoved = place.top if place.still else cursor - (place.cursor - place.top)
        top = self._row_of(top_link, unmoved)
        sticks_to_first = place.top == 0 and place.still and cursor < place.height
        top = 0 if sticks_to_first else max(0, min(top, window.count - place.height))
        # Estimates may be exact once the rows have been read to the list's end, and anchors are as old as they are.
        is_certain = window.exact and window.anchors is None
        begins = self._read_rows(top, self._fixed(cursor, cursor_link, top, top_link))
        cursor, top = cursor - begins, max(0, top - begins)
        if not is_certain:
            cursor = self._in_view(cursor_link, cursor, top)
        cursor = max(0, min(cursor, window.count - 1))
        self._hold(cursor, cursor_link)
        return ReadList(window, cursor, top, seen)

    def _refreshed(self) -> LinkWindow | None:
        """Returns the same rows with their links as they are now, if searching the list again would take long."""
        earlier = self._earlier
        ids = {link.id for link in earlier.links()} if earlier is not None else set()
        if earlier is None or not ids or not self._place.still or not self._is_long_search():
            return None
        links = {link.id: link for link in self._lists.links(ids)}
        self._gone = [row for row, link in earlier.numbered() if link.id not in links]
        refreshed = earlier.refreshed(links)
        if refreshed is not None:
            refreshed.listing = self._listing
        return refreshed

    def _row_without_gone(self, row: int) -> int:
        """Returns where a row is once those that are gone are left out."""
        left = row - sum(gone < row for gone in self._gone)
        return max(0, min(left, self._window.count - 1))

    def _is_long_search(self) -> bool:
        """Returns whether reading the list again scans all links, which is too much for every change."""
        text, short = parse_search(self._view.wanted.search), self._limits.short
        return text is not None and text.token is None and self._lists.count(at_most=short) == short

    def _count(self) -> None:
        """Counts the rows: exactly, where that is quick; else an estimate, or the number from earlier."""
        lists, wanted, earlier, window = self._lists, self._view.wanted, self._earlier, self._window
        short = self._limits.short
        window.sample = earlier.sample if earlier is not None else ()
        if earlier is not None and earlier.anchors is not None and (earlier.exact or earlier.count > 2 * short):
            window.count, window.exact, window.anchors = earlier.count, earlier.exact, earlier.anchors
        elif lists.count(at_most=short) < short:
            window.count = lists.count(wanted)
        elif not wanted.search and (count := lists.count(wanted, at_most=short)) < short:
            window.count = count
        else:
            estimated = earlier.count if earlier is not None else self._estimates.count(wanted)
            at_least = 0 if wanted.search else short  # as was just counted, even if few were in the sample
            window.count, window.exact = max(estimated, at_least), False

    def _as_it_is_now(self, link: Link | None) -> Link | None:
        """Returns a link as it is now; as it was, if it was deleted: its place can still be found."""
        return next(iter(self._lists.links([link.id])), link) if link is not None else None

    def _cursor_of(self, link: Link | None) -> int:
        """Returns the cursor's row: that of its link, unless that has left the screen of a list that stands still."""
        place = self._place
        if not place.still or link is None or place.cursor_link is None:
            return self._row_of(link, place.cursor)
        then = self._row_of(place.cursor_link, place.cursor)
        if link == place.cursor_link or not self._view.wanted.passes(link, self._now):
            return then
        now = self._row_of(link, place.cursor)
        return now if abs(now - then) < place.height else then

    def _row_of(self, link: Link | None, otherwise: int) -> int:
        """Returns the row where a link stands now, or would stand, without scanning a long list."""
        lists, view, window, short = self._lists, self._view, self._window, self._limits.short
        if link is None or not window.count:
            return otherwise
        if window.anchors is not None:
            before = window.anchors.before(link, self._listing.sort_key)
            return lists.position(view.wanted, view.order, link, before)
        if window.exact or (self._place.still and otherwise < short):
            return lists.position(view.wanted, view.order, link)
        if self._place.still:
            return otherwise
        sample = self._estimates.sample_of(window)
        estimated = self._estimates.row(view.wanted, view.order, link, window.count, sample)
        if estimated >= short:
            return estimated
        # Near the beginning, where numbers are exact, it is counted: an estimate would put another link in its row.
        row = lists.position(view.wanted, view.order, link)
        window.count = max(window.count, row + 1)  # the estimate was too low
        return row

    def _fixed(self, cursor: int, cursor_link: Link | None, top: int, top_link: Link | None) -> Checkpoint | None:
        """The link that must stay on its screen line while row numbers are estimates; None if they are exact."""
        if self._window.exact or (top_link is None and cursor_link is None):
            return None
        if top_link is not None:
            return Checkpoint(top, top_link)
        return None if self._place.still else Checkpoint(cursor, cursor_link)

    def _read_rows(self, top: int, fixed: Checkpoint | None) -> int:
        """Reads the rows on the screen and around it; returns the row with which the list turned out to begin."""
        window, view, page = self._window, self._view, self._limits.page
        first = max(0, top - page // 2) // page * page
        rows = range(first, -(-(top + self._place.height + page // 2) // page) * page)
        near = fixed if top and fixed is not None else window.nearest(rows)
        links = self._lists.window(view.wanted, view.order, first, len(rows), near)
        begins = _beginning(self._listing, rows, links, near)
        window.put_rows(rows, links, begins=begins)
        if begins:
            return begins
        if not window.exact and len(links) < len(rows) and (near is None or near.row <= first):
            window.count, window.exact = first + len(links), first == 0  # the end was reached
        elif not window.exact:
            window.count = max(window.count, first + len(links))
        return 0

    def _hold(self, cursor: int, link: Link | None) -> None:
        """Keeps the link under the cursor in the window, however far it is from the rows on the screen."""
        window, view = self._window, self._view
        if window.row(cursor) is not None or not window.count:
            window.hold(cursor)
            return
        still_there = link is not None and view.wanted.passes(link, self._now)
        if window.exact or not still_there:
            near = window.nearest(range(cursor, cursor + 1))
            if distance(near, range(cursor, cursor + 1)) < self._limits.near:
                link = next(iter(self._lists.window(view.wanted, view.order, cursor, 1, near)), None)
        window.hold(cursor, link)

    def _in_view(self, link: Link | None, otherwise: int, top: int) -> int:
        """Finds the row of a link, whose number may be another one by now, among the rows that were read."""
        if link is None:
            return otherwise
        page = self._limits.page
        rows = range(max(0, top - page), top + self._place.height + page)
        return next((row for row in rows if (here := self._window.row(row)) and here.id == link.id), otherwise)


def _beginning(listing: Listing, rows: range, links: Sequence[Link], near: Checkpoint | None) -> int:
    """Returns the row with which a list turned out to begin, as rows before a checkpoint were read; else 0."""
    if near is None or near.row <= rows.start:
        return 0
    asked, last, key = min(near.row, rows.stop) - rows.start, near.link, listing.sort_key
    read = len(links) if last is None else sum(key(link) < key(last) for link in links)
    return rows.start + asked - read if read < asked else 0
