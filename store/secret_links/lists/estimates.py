"""What a long list is like, told before anybody has gone through it: by looking at some of its links."""

from __future__ import annotations

import random
from bisect import bisect_left

from sqlalchemy import func, select

from secret_links.lists.conditions import conditions
from secret_links.lists.order import Listing
from secret_links.lists.queries import EVERYTHING, Lists
from secret_links.lists.segments import LINKS, Position
from secret_links.tables.models import links
from secret_links.values import Checkpoint, Column, Link, LinkFilter, Order

SAMPLE = 300
"""How many ids are looked at: two times out of three, a row of all links is told within three hundredths of them."""


class Estimates(Lists):
    """Numbers and rows of a host's lists that are about right, at once."""

    def guess(self, wanted: LinkFilter, order: Order, row: int, count: int) -> Checkpoint | None:
        """Guesses which link stands at a row; None where none of the links that are looked at pass."""
        if not count:
            return None
        if _goes_by_ids(wanted, order):
            first, last = self._span()
            there = last - (last - first) * row // count if order.descending else first + (last - first) * row // count
            listing, there_about = self.listing(wanted, order), Position(0, None, there)
            found = self._walk(listing, there_about, 0, 1) or self._walk(listing, there_about, 0, 1, forward=False)
        else:
            some = self._some(wanted, self.listing(wanted, order))
            found = some[row * len(some) // count :][:1]
        return Checkpoint(row, found[0]) if found else None

    def guess_row(self, wanted: LinkFilter, order: Order, link: Link, count: int) -> int:
        """Guesses at which row a link stands."""
        if _goes_by_ids(wanted, order):
            first, last = self._span()
            before, all_of_them = (last - link.id if order.descending else link.id - first), last - first
        else:
            listing = self.listing(wanted, order)
            some = self._some(wanted, listing)
            before, all_of_them = bisect_left(some, listing.sort_key(link), key=listing.sort_key), len(some)
        return max(0, min(count - 1, before * count // all_of_them)) if all_of_them else count // 2

    def estimate(self, wanted: LinkFilter = EVERYTHING) -> int:
        """Guesses how many links pass a filter by looking at some, for the time until they are counted."""
        sample, of = self._sample()
        if not sample:
            return 0
        passing = select(func.count()).where(*conditions(self.host_id, wanted, self.now), links.c.id.in_(sample))
        return of * self._number(passing) // len(sample)

    def _some(self, wanted: LinkFilter, listing: Listing) -> list[Link]:
        """Reads some links of a list from all over it, in its order."""
        sample, _ = self._sample()
        found = self._read(LINKS.where(*conditions(self.host_id, wanted, self.now), links.c.id.in_(sample)))
        return sorted(found, key=listing.sort_key)

    def _sample(self) -> tuple[list[int], int]:
        """Gives some ids between those of the host's oldest and newest links, and how many lie there.

        As long as these two are the same, so are the ids.
        """
        first, last = self._span()
        of = last - first + 1 if last else 0
        # No secret depends on it.
        return random.Random(last).sample(range(first, first + of), min(SAMPLE, of)), of  # noqa: S311

    def _span(self) -> tuple[int, int]:
        """The ids of the host's oldest and newest links; two queries, for SQLite finds one end of an index at once."""
        mine = links.c.host_id == self.host_id
        ends = (func.min(links.c.id), func.max(links.c.id))
        first, last = (self._number(select(func.coalesce(end, 0)).where(mine)) for end in ends)
        return first, last


def _goes_by_ids(wanted: LinkFilter, order: Order) -> bool:
    """Says whether a list goes by the ids, and these are about evenly spread: those of a status are not."""
    return order.column is Column.CREATED and wanted.status is None and not wanted.search
