"""Reading a list around the place where the host is: how long it is, where they are in it now, and the rows there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from secret_links import Checkpoint, Link
from secret_links.lists.window import PAGE, LinkWindow, Place, View, distance
from secret_links.searching import parse_search
from secret_links_tui.reading.jobs import NEAR, SHORT, ListRead

if TYPE_CHECKING:
    from secret_links import Snapshot


def read_list(view: View, place: Place, known: LinkWindow | None) -> Callable[[Snapshot], ListRead]:
    """Makes the job that reads a list around a place; `known` is what was known of this list before."""
    return lambda snapshot: _ListReader(snapshot, view, place, known).read()


class _ListReader:
    """Reads a list around a place: how long it is, where the host is in it now, and the rows there."""

    def __init__(self, snapshot: Snapshot, view: View, place: Place, known: LinkWindow | None) -> None:
        self._snapshot = snapshot
        self._view = view
        self._place = place
        self._known = known
        self._window = LinkWindow(view)
        self._window.listing = listing = snapshot.listing(view.wanted, view.order)
        self._sort_key = listing.sort_key

    def read(self) -> ListRead:
        """Reads it."""
        place, window = self._place, self._window
        seen = self._snapshot.links(link.id for link in place.visible)
        ids = {link.id for link in self._known.known()} if self._known is not None else set()
        if self._known is not None and ids and place.still and self._is_long_search():
            refreshed = self._known.refreshed({link.id: link for link in self._snapshot.links(ids)})
            if refreshed is not None:
                self._window, refreshed.listing = refreshed, self._window.listing
                self._hold(place.cursor, place.cursor_link)
                return ListRead(place, refreshed, place.cursor, place.top, self._snapshot.now, seen)
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
        return ListRead(place, window, cursor, top, self._snapshot.now, seen)

    def _is_long_search(self) -> bool:
        """Whether reading the list again means going through all links: too much for every change."""
        text = parse_search(self._view.wanted.search)
        return text is not None and text.token is None and self._snapshot.count(at_most=SHORT) == SHORT

    def _count(self) -> None:
        """Tells how many rows there are: exactly, where that is known at once."""
        snapshot, wanted, known, window = self._snapshot, self._view.wanted, self._known, self._window
        if known is not None and known.anchors is not None and (known.exact or known.count > 2 * SHORT):
            window.count, window.exact, window.anchors = known.count, known.exact, known.anchors
        elif snapshot.count(at_most=SHORT) < SHORT:
            window.count = snapshot.count(wanted)
        elif not wanted.search and (count := snapshot.count(wanted, at_most=SHORT)) < SHORT:
            window.count = count
        else:
            guessed = known.count if known is not None else snapshot.estimate(wanted)
            at_least = 0 if wanted.search else SHORT  # as was just seen, however few were among those looked at
            window.count, window.exact = max(guessed, at_least), False

    def _now(self, link: Link | None) -> Link | None:
        """What a link is now; as it was, if it is gone: it still tells where it stood."""
        return next(iter(self._snapshot.links([link.id])), link) if link is not None else None

    def _found_cursor(self, link: Link | None) -> int:
        """Finds where the cursor belongs: on its link, unless that leaves the screen of a list that stands still."""
        place = self._place
        if not place.still or link is None or place.cursor_link is None:
            return self._found(link, place.cursor)
        then = self._found(place.cursor_link, place.cursor)
        if link == place.cursor_link or not self._view.wanted.passes(link, self._snapshot.now):
            return then
        now = self._found(link, place.cursor)
        return now if abs(now - then) < place.height else then

    def _found(self, link: Link | None, otherwise: int) -> int:
        """Finds where a link stands now, or would stand, without going through a long list."""
        snapshot, view, window = self._snapshot, self._view, self._window
        if link is None or not window.count:
            return otherwise
        if window.anchors is not None:
            return snapshot.position(view.wanted, view.order, link, window.anchors.before(link, self._sort_key))
        if window.exact or (self._place.still and otherwise < SHORT):
            return snapshot.position(view.wanted, view.order, link)
        if self._place.still:
            return otherwise
        guessed = snapshot.guess_row(view.wanted, view.order, link, window.count)
        if guessed >= SHORT:
            return guessed
        # Near the beginning, where numbers are exact, it is counted: a guess would put another link in its row.
        row = snapshot.position(view.wanted, view.order, link)
        window.count = max(window.count, row + 1)  # the estimate was too low
        return row

    def _pin(self, cursor: int, cursor_link: Link | None, top: int, top_link: Link | None) -> Checkpoint | None:
        """The row that others are read from: where numbers are estimates, it keeps its place on the screen."""
        if self._window.exact or (top_link is None and cursor_link is None):
            return None
        if top_link is not None:
            return Checkpoint(top, top_link)
        return None if self._place.still else Checkpoint(cursor, cursor_link)

    def _read_rows(self, top: int, pinned: Checkpoint | None) -> None:
        window, view = self._window, self._view
        first = max(0, top - PAGE // 2) // PAGE * PAGE
        rows = range(first, -(-(top + self._place.height + PAGE // 2) // PAGE) * PAGE)
        near = pinned if top and pinned is not None else window.nearest(rows)
        links = self._snapshot.window(view.wanted, view.order, first, len(rows), near)
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
        still_there = link is not None and view.wanted.passes(link, self._snapshot.now)
        if window.exact or not still_there:
            near = window.nearest(range(cursor, cursor + 1))
            if distance(near, range(cursor, cursor + 1)) < NEAR:
                link = next(iter(self._snapshot.window(view.wanted, view.order, cursor, 1, near)), None)
        window.hold(cursor, link)

    def _in_view(self, link: Link | None, otherwise: int, top: int) -> int:
        """Finds a link among the rows that were read; where numbers are estimates, that is its number."""
        if link is None or self._window.exact:
            return otherwise
        rows = range(max(0, top - PAGE), top + self._place.height + PAGE)
        return next((row for row in rows if (known := self._window.row(row)) and known.id == link.id), otherwise)
