"""The window: what is known of a long list, of which only a few rows can be on the screen.

Rows are kept in pages of `PAGE` by row number; those that nobody looked at for longest are forgotten again. Whoever
asks for a row that is not here gets None, and has it read: by key, from the nearest row that is known, be it the edge
of a page, an anchor, or either end of the list. As long as nobody has counted a very long list, its number of rows is
an estimate, and so are the numbers of the rows far down; the rows themselves are always true, and keep their place on
the screen when the numbers become exact.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from secret_links import Checkpoint, Link, LinkFilter, Order

if TYPE_CHECKING:
    from secret_links import Listing
    from secret_links.lists.anchors import Anchors

PAGE = 16
"""Rows in a page: a jump reads the pages that the screen touches, and with small ones little beside it."""

RANGE = 100_000
"""Rows that shift can run over at once; all that pass are chosen with one key."""

KEPT = 192
"""Pages kept at the most."""


@dataclass(frozen=True, slots=True)
class View:
    """Which links are listed, and in which order."""

    wanted: LinkFilter = field(default_factory=LinkFilter)
    order: Order = field(default_factory=Order)


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


class LinkWindow:
    """What is known of one list, read at one instant."""

    def __init__(self, view: View | None = None, count: int = 0, *, exact: bool = True) -> None:
        self.view = view or View()
        self.count = count
        """How many rows the whole list has."""
        self.exact = exact
        """Whether that, and all row numbers, are exact."""
        self.anchors: Anchors | None = None
        self.listing: Listing | None = None
        """How the store reads it, for whoever reads more of it."""
        self._held: Checkpoint | None = None
        self._pages: OrderedDict[int, Sequence[Link]] = OrderedDict()

    def row(self, index: int) -> Link | None:
        """Gives a row, or None while it is not here."""
        page = self._pages.get(index // PAGE)
        if page is None:
            return self._held.link if self._held is not None and self._held.row == index else None
        offset = index % PAGE
        return page[offset] if offset < len(page) else None

    def hold(self, index: int, link: Link | None = None) -> None:
        """Remembers a row, that under the cursor, even when all others around it are forgotten."""
        self._held = Checkpoint(index, link or self.row(index))

    def put(self, number: int, rows: Sequence[Link]) -> None:
        """Takes in a page; the least recently used one goes if there are too many."""
        self._pages[number] = rows
        self._pages.move_to_end(number)
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)

    def put_rows(self, rows: range, links: Sequence[Link], *, guessed: bool = False) -> None:
        """Takes in rows that were read together from the beginning of a page on; fewer than asked for at the end.

        While row numbers are estimates, only what hangs together is kept, for two stretches might have the same row
        twice, and so might one that was `guessed`; where a list turns out to end sooner, that is its number of rows.
        """
        if not self.exact:
            if len(links) < min(len(rows), self.count - rows.start):
                self.count = rows.start + len(links)
            if not links:
                return
            if guessed or not any(distance(edge, rows) <= 1 for edge in self._nearest_edges(rows)):
                self._pages.clear()
        for start in range(0, len(rows), PAGE):
            self.put((rows.start + start) // PAGE, links[start : start + PAGE])

    def refreshed(self, links: dict[int, Link]) -> LinkWindow | None:
        """Gives the same rows with what their links are now, without those that are gone.

        None where that cannot be told, for the rows that are here do not follow each other.
        """
        numbers = sorted(self._pages)
        if not numbers or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            return None
        before = [link for number in numbers for link in self._pages[number]]
        after = [links[link.id] for link in before if link.id in links]
        window = LinkWindow(self.view, self.count - (len(before) - len(after)), exact=self.exact)
        window.anchors = self.anchors
        first = numbers[0] * PAGE
        whole = len(after) if first + len(after) >= window.count else len(after) // PAGE * PAGE
        for start in range(0, whole, PAGE):
            window.put((first + start) // PAGE, after[start : start + PAGE])
        return window

    def missing(self, first: int, last: int) -> range:
        """Gives the rows of all pages with rows from `first` to `last`, both included, as far as any is not here."""
        pages = pages_of(first, min(last, self.count - 1))
        for number in pages:
            if number in self._pages:
                self._pages.move_to_end(number)
        gone = [number for number in pages if number not in self._pages]
        return range(gone[0] * PAGE, (gone[-1] + 1) * PAGE) if gone else range(0)

    def nearest(self, rows: range) -> Checkpoint | None:
        """Gives the known row that some rows are best read from; None for the list's beginning."""
        edges = self._nearest_edges(rows)
        for edge in edges:
            if distance(edge, rows) <= 1:
                return edge  # whatever the numbers are worth, these rows follow each other
        checkpoints = [Checkpoint(self.count, None), *edges]
        if self.anchors is not None:
            near = map(self.anchors.nearest, (rows.start, rows.stop))
            checkpoints.extend(mark for mark in near if mark is not None)
        best = min(checkpoints, key=lambda mark: distance(mark, rows))
        return best if distance(best, rows) < rows.start else None

    def known(self) -> Iterator[Link]:
        """Goes through the links that are here."""
        for rows in self._pages.values():
            yield from rows

    def _nearest_edges(self, rows: range) -> list[Checkpoint]:
        """Gives the first and the last row of the page that is nearest to some rows."""

        def between(number: int) -> int:
            return max(rows.start - (number + 1) * PAGE + 1, number * PAGE - rows.stop, 0)

        nearest = min((number for number, page in self._pages.items() if page), key=between, default=None)
        if nearest is None:
            return []
        page, first = self._pages[nearest], nearest * PAGE
        return [Checkpoint(first, page[0]), Checkpoint(first + len(page) - 1, page[-1])]


def distance(mark: Checkpoint | None, rows: range) -> int:
    """Counts the rows that lie between a known one and some others."""
    row = mark.row if mark is not None else 0
    return max(rows.start - row, row - rows.stop, 0)


def pages_of(first: int, last: int) -> range:
    """Names the pages with rows from `first` to `last`, both included."""
    return range(max(first, 0) // PAGE, last // PAGE + 1) if last >= first else range(0)
