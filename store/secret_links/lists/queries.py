"""The rows of lists: read by where they stand, found and counted.

Nothing here walks a list from its beginning unless it is asked to: whoever knows a row, its number and its link, gets
those around it from the index, however far down they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any, cast

from sqlalchemy import Connection, Result, Row, bindparam, func, select

from secret_links.database import Database
from secret_links.errors import QueryCancelled
from secret_links.lists.conditions import Condition, begins_with, conditions
from secret_links.lists.order import Listing
from secret_links.lists.segments import LINKS, Position, Query
from secret_links.reports import Counts
from secret_links.searching import parse_search
from secret_links.tables.models import event_types, links
from secret_links.values import NO_EVENT_TYPE, Checkpoint, Column, EventType, Link, LinkFilter, Order, Status

SLICE = 1000
"""How many ids one statement names: many enough to be quick."""

KINDS = select(event_types.c.id, event_types.c.slug, event_types.c.name, event_types.c.minutes).where(
    event_types.c.host_id == bindparam("of_host")
)
"""Asks for the event types of a host: built once, for every moment begins with it."""

EVERYTHING = LinkFilter()
NEWEST_FIRST = Order()


class Lists:
    """A host's lists of links at one instant, `now`, on one connection."""

    def __init__(self, database: Database, connection: Connection, host_id: int, now: datetime) -> None:
        self.database = database
        self.connection = connection
        self.host_id = host_id
        self.now = now
        """The instant by which statuses are told, in UTC."""
        self._cancelled = False

    def cancel(self) -> None:
        """Breaks off whatever is being read through this moment, from another thread; it ends in Withdrawn."""
        self._cancelled = True
        self.database.interrupt(self.connection)

    def run(self, query: Query) -> Result[Any]:
        """Runs a query, unless the moment was withdrawn."""
        if self._cancelled:
            raise QueryCancelled
        return self.connection.execute(query)

    @cached_property
    def kinds(self) -> dict[int, EventType]:
        """The host's event types by id, also those that were removed; read once, for they are few."""
        return kinds_of(self.connection, self.host_id)

    def listing(self, wanted: LinkFilter, order: Order = NEWEST_FIRST) -> Listing:
        """Gives a list of the links that pass a filter, as this moment orders it."""
        return Listing(self.host_id, self.kinds, wanted, order, self.now)

    def window(
        self,
        wanted: LinkFilter = EVERYTHING,
        order: Order = NEWEST_FIRST,
        start: int = 0,
        count: int | None = 100,
        near: Checkpoint | None = None,
    ) -> list[Link]:
        """Reads `count` rows of a list from row `start` (from 0) on; None reads all that follow.

        Rows between `start` and the nearest one that is known, `near` or the first, are walked over in an index: some
        20 million a second.
        """
        return self.rows(self.listing(wanted, order), start, count, near)

    def rows(self, listing: Listing, start: int, count: int | None, near: Checkpoint | None = None) -> list[Link]:
        """Reads the same of a list that was made at an earlier moment of the store, and by the same instant."""
        if near is None:
            return self._walk(listing, None, start, count)
        rows: list[Link] = []
        if start < near.row:
            between = near.row - start if count is None else max(near.row - start - count, 0)
            skipped = 0 if count is None else between
            rows = self._walk(listing, near.link, skipped, near.row - start - skipped, forward=False)[::-1]
        if near.link is not None and (count is None or start + count > near.row):
            rest = None if count is None else count - max(near.row - start, 0)
            rows += self._walk(listing, near.link, max(start - near.row, 0), rest)
        return rows

    def following(self, wanted: LinkFilter, order: Order, last: Link | None, count: int) -> list[Link]:
        """Reads `count` rows of a list behind a link, which need no longer be there; the first ones behind None."""
        return self._walk(self.listing(wanted, order), last, 0, count, inclusive=last is None)

    def position(self, wanted: LinkFilter, order: Order, link: Link, near: Checkpoint | None = None) -> int:
        """Counts the rows of a list that stand before a link, be it in the list or not, from a known row on."""
        listing = self.listing(wanted, order)
        if near is None or near.link is None:
            return self._total(listing.pieces(until=link))
        if listing.sort_key(near.link) <= listing.sort_key(link):
            return near.row + self._total(listing.pieces(near.link, link))
        return near.row - self._total(listing.pieces(link, near.link))

    def checkpoints(self, wanted: LinkFilter, order: Order, step: int) -> list[Checkpoint]:
        """Hops through a list, `step` rows at a time, and gives the rows it comes down on, but not the first."""
        listing = self.listing(wanted, order)
        positions: list[Position] = []
        here: Position | None = None
        while (here := self._hop(listing, here, step)) is not None:
            positions.append(here)
        known = sliced(position.id for position in positions)
        found = {link.id: link for some in known for link in self._read(LINKS.where(links.c.id.in_(some)))}
        return [Checkpoint(number * step, found[position.id]) for number, position in enumerate(positions, start=1)]

    def count(
        self,
        wanted: LinkFilter = EVERYTHING,
        *,
        at_most: int | None = None,
        also: Condition | None = None,
        as_of: datetime | None = None,
    ) -> int:
        """Counts the links that pass a filter, at another instant if told so; stops counting at `at_most`.

        `also` is a further condition. The order is that of the shortest indexes that tell statuses apart.
        """
        order = NEWEST_FIRST if wanted.status is None else Order(Column.EXPIRES)
        pieces = Listing(self.host_id, self.kinds, wanted, order, as_of or self.now).pieces()
        return self._total(pieces if also is None else (piece.where(also) for piece in pieces), at_most)

    def count_on(self, wanted: LinkFilter, order: Order, mark: Checkpoint) -> int:
        """Counts all rows of a list of which one is known, by looking only at those from it on."""
        return mark.row + self._total(self.listing(wanted, order).pieces(mark.link))

    def counts(self, wanted: LinkFilter = EVERYTHING) -> Counts:
        """Counts by status the links that pass a filter, whatever status it asks for."""
        return Counts(**{status.value: self.count(replace(wanted, status=status)) for status in Status})

    def beginning_with(self, wanted: LinkFilter, order: Order, count: int) -> list[Link]:
        """Reads some of the links that a search finds by the beginning of their token: at once, however many there are.

        They come in the list's order, but the list may have others between them.
        """
        text = parse_search(wanted.search)
        if text is None or text.prefix is None:
            return []
        passing = conditions(self.host_id, replace(wanted, search=""), self.now)
        found = self._read(LINKS.where(begins_with(text.prefix), *passing).limit(count))
        return sorted(found, key=self.listing(replace(wanted, search=""), order).sort_key)

    def ids_between(self, wanted: LinkFilter, order: Order, first: Link, last: Link, at_most: int) -> list[int]:
        """Reads the ids of a list's rows from one link to another, both of which are in it; `at_most` of them."""
        listing = self.listing(wanted, order)
        ids: list[int] = []
        for piece in listing.pieces(first, last):
            ids += self.run(piece.with_only_columns(links.c.id).limit(at_most - len(ids))).scalars()
        return [*ids, last.id][:at_most]

    def links(self, wanted: Iterable[int]) -> list[Link]:
        """Reads those of these links that are still there, newest first."""
        found: list[Link] = []
        for some in sliced(wanted):
            mine = (links.c.host_id == self.host_id, links.c.id.in_(some))
            found += self._read(LINKS.where(*mine))
        return sorted(found, key=lambda link: link.id, reverse=True)

    def _walk(
        self,
        listing: Listing,
        since: Link | Position | None,
        skip: int,
        count: int | None,
        *,
        forward: bool = True,
        inclusive: bool | None = None,
    ) -> list[Link]:
        """Reads rows from a link on: it is the first of them on the way down, and not among them on the way up."""
        rows: list[Link] = []
        for piece in listing.pieces(since, inclusive=forward if inclusive is None else inclusive, forward=forward):
            if len(rows) == count:
                break
            left = None if count is None else count - len(rows)
            found = self._read(piece.offset(skip or None).limit(left), listing.event_types)
            if skip:  # as long as nothing is found, this piece is too short
                skip = 0 if found else skip - self._total([piece])
            rows += found
        return rows

    def _hop(self, listing: Listing, since: Position | None, step: int) -> Position | None:
        """Finds the spot some rows further on in the indexes alone: what else a link has would have to be fetched."""
        for segment, piece in listing.pieces_of_segments(since):
            columns = (links.c.id,) if segment.key is None else (links.c.id, segment.key)
            row = self.run(piece.with_only_columns(*columns).offset(step).limit(1)).first()
            if row is not None:
                values: list[Any] = list(row)
                return Position(segment.slot, values[1] if len(values) > 1 else None, values[0])
            step -= self._total([piece])
        return None

    def _total(self, pieces: Iterable[Query], at_most: int | None = None) -> int:
        total = 0
        for piece in pieces:
            unordered = piece.with_only_columns(links.c.id).order_by(None)
            if at_most is None:
                total += self._number(unordered.with_only_columns(func.count()))
            elif total < at_most:
                total += self._number(select(func.count()).select_from(unordered.limit(at_most - total).subquery()))
        return total

    def _read(self, query: Query, kinds: Mapping[int, EventType] | None = None) -> list[Link]:
        kinds = self.kinds if kinds is None else kinds
        rows = cast("Iterable[tuple[Any, ...]]", self.run(query).all())
        return [  # taken apart at once: naming a row's columns one by one takes a sixth of the time of a page
            Link(known, token, kinds.get(kind, NO_EVENT_TYPE), label, created, expires, used, used_by)
            for known, kind, token, label, created, expires, used, used_by in rows
        ]

    def _number(self, query: Query) -> int:
        number: int = self.run(query).scalar_one()
        return number


def sliced(ids: Iterable[int], length: int = SLICE) -> Iterator[Sequence[int]]:
    """Cuts ids into slices that one statement can name."""
    rest = iter(ids)
    while some := list(islice(rest, length)):
        yield some


def kinds_of(connection: Connection, host_id: int, *, removed: bool = True) -> dict[int, EventType]:
    """Reads a host's event types by id, without their numbers of links, perhaps with those that were removed."""
    query = KINDS if removed else KINDS.where(event_types.c.removed_at.is_(None))
    rows = connection.execute(query, {"of_host": host_id}).all()
    return {row[0]: EventType(*row) for row in rows}


def as_link(row: Row[Any], kinds: dict[int, EventType]) -> Link:
    """Makes a link of a row that has a link's columns.

    Event types are looked up beside it: they are few, and a join could make the planner start from them and sort.
    """
    return Link(
        row.id,
        row.token,
        kinds.get(row.event_type_id, NO_EVENT_TYPE),
        row.label,
        row.created_at,
        row.expires_at,
        row.used_at,
        row.used_by,
    )
