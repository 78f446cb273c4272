"""The window: the part of a long list that has been read.

Rows are kept in pages by row number; the least recently used pages are dropped. A row that is not here is None, and is
read by key from the nearest row that is here: the edge of a page, an anchor, or either end of the list.
As long as a very long list has not been counted, its number of rows is an estimate, and so are the numbers of the rows
far down; the rows themselves are always true, and keep their place on the screen when the numbers become exact.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from secret_links.lists.limits import USUAL, ReadingLimits
from secret_links.values import Checkpoint, Link, LinkFilter, Order

if TYPE_CHECKING:
    from secret_links.lists.anchors import Anchors
    from secret_links.lists.order import Listing


class View(NamedTuple):
    """Which links are listed, and in which order."""

    wanted: LinkFilter = LinkFilter()
    order: Order = Order()


class Place(NamedTuple):
    """Where the host is in a list, so that they are still there when it has been read again."""

    cursor: int = 0
    cursor_link: Link | None = None
    """The link to stay on; it may be anywhere after the reading, or gone."""
    top: int = 0
    top_link: Link | None = None
    """The link to keep under the head, where the list is to stand still and it has been read."""
    still: bool = False
    """Whether the list is to stand still: the same list, read again."""
    height: int = 1
    """Rows on the screen."""
    visible: tuple[Link, ...] = ()
    """The links on the screen: the answer says what became of them."""


@dataclass(frozen=True, slots=True)
class RowRequest:
    """Rows of a list that are to be read, with the state of its window when they were requested."""

    window: LinkWindow
    rows: range
    near: Checkpoint | None
    """The checkpoint nearest to them; None for the list's beginning."""
    count: int
    """How many rows the list had."""
    anchored: bool
    """Whether it had anchors."""


class LinkWindow:
    """What has been read of one list, at one instant."""

    def __init__(
        self, view: View | None = None, count: int = 0, *, exact: bool = True, limits: ReadingLimits = USUAL
    ) -> None:
        self.limits = limits
        self.view = view or View()
        self.count = count
        """How many rows the whole list has."""
        self.exact = exact
        """Whether that, and all row numbers, are exact."""
        self.anchors: Anchors | None = None
        self.listing: Listing | None = None
        """The list as the store reads it, for reading more of it."""
        self.sample: Sequence[Link] = ()
        """Some of its links, in its order, from which places far down are estimated; none before any was."""
        self._page = limits.page
        self._held: Checkpoint | None = None
        self._pages: OrderedDict[int, Sequence[Link]] = OrderedDict()

    def row(self, index: int) -> Link | None:
        """Returns a row, or None while it is not here."""
        page = self._pages.get(index // self._page)
        if page is None:
            return self._held.link if self._held is not None and self._held.row == index else None
        offset = index % self._page
        return page[offset] if offset < len(page) else None

    def hold(self, index: int, link: Link | None = None) -> None:
        """Keeps the row under the cursor, even when the others around it are dropped."""
        self._held = Checkpoint(index, link or self.row(index))

    def put(self, number: int, rows: Sequence[Link]) -> None:
        """Adds a page; the least recently used one is dropped if there are too many."""
        self._pages[number] = rows
        self._pages.move_to_end(number)
        while len(self._pages) > self.limits.kept_pages:
            self._pages.popitem(last=False)

    def put_rows(self, rows: range, links: Sequence[Link], *, estimated: bool = False, begins: int = 0) -> None:
        """Adds rows that were read together from the beginning of a page on; fewer than asked for at the end.

        While row numbers are estimates, only rows that follow each other are kept: two parts of a list might have the
        same row twice, and so might one whose place was `estimated`. Where a list turns out to end sooner, that is its
        number of rows; where it turns out to begin only with the row `begins`, that is its first one from then on, and
        all others count from it.
        """
        if not self.exact:
            first = max(rows.start, begins)
            if len(links) < min(rows.stop, self.count) - first:
                self.count = first + len(links)
            if not links and not begins:
                return
            if estimated or not any(distance(edge, rows) <= 1 for edge in self._nearest_edges(rows)):
                self._pages.clear()
        if begins:
            self._begin_at(begins, links)
            return
        for start in range(0, len(rows), self._page):
            self.put((rows.start + start) // self._page, links[start : start + self._page])

    def _begin_at(self, row: int, links: Sequence[Link]) -> None:
        """Takes a row for the first one, where the list begins with some links."""
        there = {number - row: link for number, link in self.numbered()} | dict(enumerate(links))
        self.count -= row
        self._pages.clear()
        for number in sorted({index // self._page for index in there if index >= 0}):
            whole = range(number * self._page, min((number + 1) * self._page, self.count))
            if all(index in there for index in whole):
                self.put(number, [there[index] for index in whole])
        if self._held is not None:
            self._held = Checkpoint(self._held.row - row, self._held.link)

    def refreshed(self, links: dict[int, Link]) -> LinkWindow | None:
        """Returns a window of the same rows with their links as they are now, without deleted ones.

        None where the rows that are here do not follow each other.
        """
        numbers = sorted(self._pages)
        if not numbers or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            return None
        before = [link for number in numbers for link in self._pages[number]]
        after = [links[link.id] for link in before if link.id in links]
        left = self.count - (len(before) - len(after))
        window = LinkWindow(self.view, left, exact=self.exact, limits=self.limits)
        window.anchors = self.anchors
        first = numbers[0] * self._page
        whole = len(after) if first + len(after) >= window.count else len(after) // self._page * self._page
        for start in range(0, whole, self._page):
            window.put((first + start) // self._page, after[start : start + self._page])
        return window

    def missing(self, first: int, last: int) -> range:
        """Returns the rows of all pages with rows from `first` to `last`, both included, as far as any is not here."""
        pages = self._pages_of(first, min(last, self.count - 1))
        for number in pages:
            if number in self._pages:
                self._pages.move_to_end(number)
        gone = [number for number in pages if number not in self._pages]
        return range(gone[0] * self._page, (gone[-1] + 1) * self._page) if gone else range(0)

    def nearest(self, rows: range) -> Checkpoint | None:
        """Returns the checkpoint nearest to some rows; None for the list's beginning."""
        edges = self._nearest_edges(rows)
        for edge in edges:
            if distance(edge, rows) <= 1:
                return edge  # whatever the numbers are worth, these rows follow each other
        checkpoints = [Checkpoint(self.count, None), *edges]
        if self.anchors is not None:
            near = map(self.anchors.nearest, (rows.start, rows.stop))
            checkpoints.extend(anchor for anchor in near if anchor is not None)
        best = min(checkpoints, key=lambda checkpoint: distance(checkpoint, rows))
        return best if distance(best, rows) < rows.start else None

    def request(self, rows: range) -> RowRequest:
        """Returns the request for some rows."""
        return RowRequest(self, rows, self.nearest(rows), self.count, self.anchors is not None)

    def find(self, link: Link) -> int | None:
        """Returns the row of a link; None where it is not here."""
        for row, here in self.numbered():
            if here.id == link.id:
                return row
        held = self._held
        return held.row if held is not None and held.link is not None and held.link.id == link.id else None

    def links(self) -> Iterator[Link]:
        """Yields the links that are here."""
        for rows in self._pages.values():
            yield from rows

    def numbered(self) -> Iterator[tuple[int, Link]]:
        """Yields the links that are here with their rows."""
        for number, rows in self._pages.items():
            yield from enumerate(rows, number * self._page)

    def _pages_of(self, first: int, last: int) -> range:
        """Returns the numbers of the pages with rows from `first` to `last`, both included."""
        return range(max(first, 0) // self._page, last // self._page + 1) if last >= first else range(0)

    def _nearest_edges(self, rows: range) -> list[Checkpoint]:
        """Returns the first and the last row of the page that is nearest to some rows."""

        def between(number: int) -> int:
            return max(rows.start - (number + 1) * self._page + 1, number * self._page - rows.stop, 0)

        nearest = min((number for number, page in self._pages.items() if page), key=between, default=None)
        if nearest is None:
            return []
        page, first = self._pages[nearest], nearest * self._page
        return [Checkpoint(first, page[0]), Checkpoint(first + len(page) - 1, page[-1])]


def distance(checkpoint: Checkpoint | None, rows: range) -> int:
    """Returns how many rows lie between a checkpoint, or the list's beginning, and some rows."""
    row = checkpoint.row if checkpoint is not None else 0
    return max(rows.start - row, row - rows.stop, 0)
