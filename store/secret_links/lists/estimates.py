"""Estimates of a long list that has not been counted yet, from some of its links."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select

from secret_links.lists.context import ReadContext
from secret_links.lists.queries import EVERYTHING, Lists
from secret_links.lists.segments import LINKS, Position
from secret_links.lists.window import LinkWindow
from secret_links.tables.core import links
from secret_links.values import Checkpoint, Column, Link, LinkFilter, Order


class Estimates:
    """Estimates numbers and rows of a host's lists, in constant time, from a sample of so many ids.

    A list's sample can be given; otherwise it is read.
    """

    def __init__(self, context: ReadContext, lists: Lists, sample: int) -> None:
        self._context = context
        self._lists = lists
        self._length = sample

    def sample(self, wanted: LinkFilter, order: Order) -> list[Link]:
        """Reads a sample of a list's links, in its order; it takes longer than all else that an estimate needs.

        Empty where the ids say as much.
        """
        if _goes_by_ids(wanted, order):
            return []
        sample, _ = self._sample()
        found = self._context.read(LINKS.where(*self._passing(wanted), links.c.id.in_(sample)))
        return sorted(found, key=self._lists.listing(wanted, order).sort_key)

    def sample_of(self, window: LinkWindow) -> Sequence[Link]:
        """Returns the sample of a window's list, which the window keeps."""
        if not window.sample:  # where none of it passed, some may by now
            window.sample = self.sample(window.view.wanted, window.view.order)
        return window.sample

    def checkpoint(
        self, wanted: LinkFilter, order: Order, row: int, count: int, sample: Sequence[Link] | None = None
    ) -> Checkpoint | None:
        """Estimates which link stands at a row of a list of `count` rows; None where no link of its sample passes."""
        if not count:
            return None
        if _goes_by_ids(wanted, order):
            listing = self._lists.listing(wanted, order)
            first, last = self._span()
            there = last - (last - first) * row // count if order.descending else first + (last - first) * row // count
            about = Position(0, None, there)
            scan = self._lists.scan
            found = scan(listing, about, 0, 1) or scan(listing, about, 0, 1, forward=False)
        else:
            some = self.sample(wanted, order) if sample is None else sample
            found = list(some[row * len(some) // count :][:1])
        return Checkpoint(row, found[0]) if found else None

    def row(
        self, wanted: LinkFilter, order: Order, link: Link, count: int, sample: Sequence[Link] | None = None
    ) -> int:
        """Estimates at which row of a list of `count` rows a link stands."""
        if _goes_by_ids(wanted, order):
            first, last = self._span()
            before, all_of_them = (last - link.id if order.descending else link.id - first), last - first
        else:
            sort_key = self._lists.listing(wanted, order).sort_key
            some = self.sample(wanted, order) if sample is None else sample
            before, all_of_them = bisect_left(some, sort_key(link), key=sort_key), len(some)
        return max(0, min(count - 1, before * count // all_of_them)) if all_of_them else count // 2

    def count(self, wanted: LinkFilter = EVERYTHING) -> int:
        """Estimates how many links pass a filter."""
        sample, of = self._sample()
        if not sample:
            return 0
        passing = select(func.count()).where(*self._passing(wanted), links.c.id.in_(sample))
        return of * self._context.number(passing) // len(sample)

    def _passing(self, wanted: LinkFilter) -> list[ColumnElement[bool]]:
        return self._context.conditions(wanted)

    def _sample(self) -> tuple[list[int], int]:
        """Returns a sample of the ids from the host's oldest to its newest link, and how many ids there are in all.

        The sample stays the same as long as these two links do.
        """
        first, last = self._span()
        of = last - first + 1 if last else 0
        # No secret depends on it.
        return random.Random(last).sample(range(first, first + of), min(self._length, of)), of  # noqa: S311

    def _span(self) -> tuple[int, int]:
        """Returns the ids of the host's oldest and newest links; two queries, so that SQLite seeks each end."""
        mine = links.c.host_id == self._context.host_id
        ends = (func.min(links.c.id), func.max(links.c.id))
        first, last = (self._context.number(select(func.coalesce(end, 0)).where(mine)) for end in ends)
        return first, last


def _goes_by_ids(wanted: LinkFilter, order: Order) -> bool:
    """Returns whether a list is ordered by id with ids spread about evenly; those of one status are not."""
    return order.column is Column.CREATED and wanted == LinkFilter(wanted.event_type_id)
