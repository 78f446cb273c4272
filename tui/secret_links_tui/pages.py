"""The rows of a long list, as far as they have been read.

A list is cut into pages of `PAGE` rows by row number. Pages come from a reader, in any order; the ones that nobody
looked at for longest are forgotten again. Whoever asks for a row that is not here gets None, and the page's number to
ask for.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")

PAGE = 128
"""Rows in a page: more than a tall terminal shows, few enough to be read in a millisecond."""

KEPT = 50
"""Pages kept at the most."""


class Pages(Generic[Row]):
    """Rows of one list, read at one moment, by row number."""

    def __init__(self, count: int = 0) -> None:
        self.count = count
        """How many rows the whole list has."""
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()

    def row(self, index: int) -> Row | None:
        """Gives a row, or None while its page is not here."""
        page = self._pages.get(index // PAGE)
        if page is None:
            return None
        self._pages.move_to_end(index // PAGE)
        offset = index % PAGE
        return page[offset] if offset < len(page) else None

    def put(self, number: int, rows: Sequence[Row]) -> None:
        """Takes in a page; the least recently used one goes if there are too many."""
        self._pages[number] = rows
        self._pages.move_to_end(number)
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)

    def missing(self, first: int, last: int) -> list[int]:
        """Names the pages with rows from `first` to `last`, both included, that are not here."""
        end = min(last, self.count - 1)
        return [number for number in pages_of(first, end) if number not in self._pages]

    def known(self) -> Iterator[tuple[int, Row]]:
        """Goes through the rows that are here, with their numbers."""
        for number, rows in self._pages.items():
            for offset, row in enumerate(rows):
                yield number * PAGE + offset, row


def pages_of(first: int, last: int) -> range:
    """Names the pages with rows from `first` to `last`, both included."""
    return range(max(first, 0) // PAGE, last // PAGE + 1) if last >= first else range(0)
