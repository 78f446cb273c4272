"""The rows of lists: read by their place, sought and counted.

With a checkpoint (a row's number and its link), the rows around it are read from the index, in the same time anywhere
in the list. Without one, a list is scanned from its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from secret_links.lists.conditions import Condition, begins_with, unindexed_status
from secret_links.lists.context import ReadContext, sliced
from secret_links.lists.order import BY_LABEL, Listing
from secret_links.lists.segments import LINKS, Position, Query
from secret_links.reports import Counts
from secret_links.searching import parse_search
from secret_links.tables.core import links
from secret_links.tables.dialects import unindexed
from secret_links.text import fold
from secret_links.values import Checkpoint, Column, Link, LinkFilter, Order, Status

EVERYTHING = LinkFilter()
NEWEST_FIRST = Order()


class Lists:
    """A host's lists of links."""

    def __init__(self, context: ReadContext) -> None:
        self._context = context

    def listing(self, wanted: LinkFilter, order: Order = NEWEST_FIRST, as_of: datetime | None = None) -> Listing:
        """Returns the list of the links that pass a filter, in an order, at the instant `as_of`, or now."""
        context = self._context
        return Listing(context.host_id, context.event_types, wanted, order, as_of or context.now)

    # Rows

    def window(
        self,
        wanted: LinkFilter = EVERYTHING,
        order: Order = NEWEST_FIRST,
        start: int = 0,
        count: int | None = 100,
        near: Checkpoint | None = None,
    ) -> list[Link]:
        """Reads `count` rows of a list from row `start` (from 0) on; None reads all that follow.

        Rows between `start` and `near`, or the first row, are skipped in an index: some 20 million a second.
        """
        return self.rows(self.listing(wanted, order), start, count, near)

    def rows(self, listing: Listing, start: int, count: int | None, near: Checkpoint | None = None) -> list[Link]:
        """Like `window`, for a `Listing` made in an earlier snapshot with the same `now`."""
        if near is None:
            return self.scan(listing, None, start, count)
        rows: list[Link] = []
        if start < near.row:
            between = near.row - start if count is None else max(near.row - start - count, 0)
            skipped = 0 if count is None else between
            rows = self.scan(listing, near.link, skipped, near.row - start - skipped, forward=False)[::-1]
        if near.link is not None and (count is None or start + count > near.row):
            rest = None if count is None else count - max(near.row - start, 0)
            rows += self.scan(listing, near.link, max(start - near.row, 0), rest)
        return rows

    def following(self, wanted: LinkFilter, order: Order, last: Link | None, count: int) -> list[Link]:
        """Reads `count` rows of a list after a link, which need no longer be there; None reads from the first row."""
        return self.scan(self.listing(wanted, order), last, 0, count, inclusive=last is None)

    def links(self, wanted: Iterable[int]) -> list[Link]:
        """Reads those of these links, named by id, that are still there, newest first."""
        found: list[Link] = []
        for some in sliced(wanted):
            mine = (links.c.host_id == self._context.host_id, links.c.id.in_(some))
            found += self._context.read(LINKS.where(*mine))
        return sorted(found, key=lambda link: link.id, reverse=True)

    def active_with_labels(self, labels: Iterable[str], event_type_id: int | None = None) -> set[str]:
        """Returns those of some labels that Active links have already, with A to Z in either case as in lists.

        Links of one event type, or of all.
        """
        by_label = {label: fold(label) for label in labels}
        active = unindexed_status(Status.ACTIVE, self._context.now)
        if event_type_id is not None:
            active = (*active, unindexed(links.c.event_type_id) == event_type_id)
        there: set[str] = set()
        for some in sliced(dict.fromkeys(by_label.values())):
            mine = (links.c.host_id == self._context.host_id, BY_LABEL.in_(some), *active)
            found = self._context.run(select(links.c.label).where(*mine).distinct()).scalars()
            there.update(fold(label) for label in found if label is not None)
        return {label for label, folded in by_label.items() if folded in there} if there else there

    def note_names(self, at_most: int) -> list[str]:
        """Returns the names of the notes on the host's links, up to `at_most` of them, in the order of the links."""
        mine = (links.c.host_id == self._context.host_id, links.c.note_names.is_not(None))
        first = func.min(links.c.id)
        query = select(links.c.note_names).where(*mine).group_by(links.c.note_names).order_by(first).limit(at_most)
        found = self._context.run(query).scalars()
        return list(dict.fromkeys(name for names in found for name in names.split("\n")))[:at_most]

    def beginning_with(self, wanted: LinkFilter, order: Order, count: int) -> list[Link]:
        """Reads up to `count` links that a search finds by the beginning of their token, quickly in any list.

        They come in the list's order, but the list may have others between them.
        """
        text = parse_search(wanted.search)
        if text is None or text.prefix is None:
            return []
        passing = self._context.conditions(replace(wanted, search=""))
        found = self._context.read(LINKS.where(begins_with(text.prefix), *passing).limit(count))
        return sorted(found, key=self.listing(replace(wanted, search=""), order).sort_key)

    def ids_between(self, wanted: LinkFilter, order: Order, first: Link, last: Link, at_most: int) -> list[int]:
        """Reads the ids of a list's rows from one link to another, both of which are in it; `at_most` of them."""
        ids: list[int] = []
        for query in self.listing(wanted, order).queries(first, last):
            ids += self._context.run(query.with_only_columns(links.c.id).limit(at_most - len(ids))).scalars()
        return [*ids, last.id][:at_most]

    def scan(
        self,
        listing: Listing,
        since: Link | Position | None,
        skip: int,
        count: int | None,
        *,
        forward: bool = True,
        inclusive: bool | None = None,
    ) -> list[Link]:
        """Reads `count` rows after the first `skip` from a link on, in the list's order, or backwards unless `forward`.

        The link itself is included forwards, and left out backwards, unless `inclusive` says otherwise.
        """
        rows: list[Link] = []
        for query in listing.queries(since, inclusive=forward if inclusive is None else inclusive, forward=forward):
            if len(rows) == count:
                break
            left = None if count is None else count - len(rows)
            found = self._context.read(query.offset(skip or None).limit(left), listing.event_types)
            if skip:  # as long as nothing is found, this query has too few rows
                skip = 0 if found else skip - self._total([query])
            rows += found
        return rows

    # Places and numbers

    def position(self, wanted: LinkFilter, order: Order, link: Link, near: Checkpoint | None = None) -> int:
        """Counts the rows of a list that stand before a link, which may not be in it, from a checkpoint on."""
        listing = self.listing(wanted, order)
        if near is None or near.link is None:
            return self._total(listing.queries(until=link))
        if listing.sort_key(near.link) <= listing.sort_key(link):
            return near.row + self._total(listing.queries(near.link, link))
        return near.row - self._total(listing.queries(link, near.link))

    def checkpoints(self, wanted: LinkFilter, order: Order, step: int) -> list[Checkpoint]:
        """Samples a list: returns every `step`th row of it, but not the first."""
        listing = self.listing(wanted, order)
        positions: list[Position] = []
        here: Position | None = None
        while (here := self._seek(listing, here, step)) is not None:
            positions.append(here)
        ids = sliced(position.id for position in positions)
        found = {link.id: link for some in ids for link in self._context.read(LINKS.where(links.c.id.in_(some)))}
        return [Checkpoint(number * step, found[position.id]) for number, position in enumerate(positions, start=1)]

    def count(
        self,
        wanted: LinkFilter = EVERYTHING,
        *,
        at_most: int | None = None,
        also: Condition | None = None,
        as_of: datetime | None = None,
    ) -> int:
        """Counts the links that pass a filter, at the instant `as_of`, or now; stops counting at `at_most`.

        `also` is a further condition. The order is that of the shortest indexes that distinguish statuses.
        """
        order = NEWEST_FIRST if wanted.status is None else Order(Column.EXPIRES)
        queries = self.listing(wanted, order, as_of).queries()
        return self._total(queries if also is None else (query.where(also) for query in queries), at_most)

    def count_from(self, wanted: LinkFilter, order: Order, checkpoint: Checkpoint) -> int:
        """Counts all rows of a list by looking only at those from a checkpoint on."""
        return checkpoint.row + self._total(self.listing(wanted, order).queries(checkpoint.link))

    def counts(self, wanted: LinkFilter = EVERYTHING) -> Counts:
        """Counts by status the links that pass a filter, without regard to the filter's own status and expiry."""
        any_expiry = replace(wanted, expires_within=None)
        return Counts(**{status.value: self.count(replace(any_expiry, status=status)) for status in Status})

    def _seek(self, listing: Listing, since: Position | None, step: int) -> Position | None:
        """Seeks the position `step` rows on; reads indexes only, since fetching whole rows would take longer."""
        for segment, query in listing.queries_of_segments(since):
            columns = (links.c.id,) if segment.key is None else (links.c.id, segment.key)
            row = self._context.run(query.with_only_columns(*columns).offset(step).limit(1)).first()
            if row is not None:
                values: list[Any] = list(row)
                return Position(segment.slot, values[1] if len(values) > 1 else None, values[0])
            step -= self._total([query])
        return None

    def _total(self, queries: Iterable[Query], at_most: int | None = None) -> int:
        number = self._context.number
        total = 0
        for query in queries:
            if at_most is None:
                total += number(query.with_only_columns(func.count()).order_by(None))
            elif total < at_most:
                # In the list's order, else a server may look for the first ones in all the table, past all others.
                first = query.with_only_columns(links.c.id).limit(at_most - total)
                total += number(select(func.count()).select_from(first.subquery()))
        return total
