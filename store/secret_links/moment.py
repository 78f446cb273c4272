"""One moment of the store, as one host sees it: everything read through it belongs together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, select

from secret_links import listing
from secret_links.errors import EventTypeNotFound, LinkUnknown
from secret_links.models import deleted_links, deletions, event_types, hosts, links
from secret_links.times import KEPT_FOR
from secret_links.tokens import find_token
from secret_links.values import (
    Counts,
    DeletedLink,
    Deletion,
    EventType,
    Link,
    LinkFilter,
    Order,
    Status,
    Tally,
)

SLICE = 1000
"""How many ids one statement names: few enough to leave the writer's place soon, many enough to be quick."""

NO_EVENT_TYPE = EventType(0, "-", "–", 0)
"""Stands for an event type that another program took out of the store."""

EVERYTHING = LinkFilter()
NEWEST_FIRST = Order()


class Moment:
    """A host's event types and links at one instant, `now`, on one connection."""

    def __init__(self, connection: Connection, host_id: int, now: datetime) -> None:
        self.connection = connection
        self.host_id = host_id
        self.now = now
        """The instant by which statuses are told, in UTC."""

    def event_types(self) -> list[EventType]:
        """Lists the event types by name, each with its number of links."""
        number = select(func.count()).where(links.c.event_type_id == event_types.c.id).scalar_subquery()
        table = event_types.c
        query = select(table.id, table.slug, table.name, table.minutes, number).where(
            table.host_id == self.host_id, table.removed_at.is_(None)
        )
        return [EventType(*row) for row in self.connection.execute(query.order_by(func.lower(table.name), table.id))]

    def event_type(self, slug_or_id: str | int) -> EventType:
        """Reads one event type, without its number of links, or raises EventTypeNotFound."""
        table = event_types.c
        sought = table.id == slug_or_id if isinstance(slug_or_id, int) else table.slug == slug_or_id
        query = select(table.id, table.slug, table.name, table.minutes)
        mine = (table.host_id == self.host_id, table.removed_at.is_(None), sought)
        row = self.connection.execute(query.where(*mine)).one_or_none()
        if row is not None:
            return EventType(*row)
        if isinstance(slug_or_id, int):
            raise EventTypeNotFound("This event type is no longer there; pick another one.")
        known = ", ".join(kind.slug for kind in self.event_types()) or "none yet; add one with: event-type add NAME"
        raise EventTypeNotFound(f"There is no event type “{slug_or_id}”. There are: {known}.")

    def window(
        self, wanted: LinkFilter = EVERYTHING, order: Order = NEWEST_FIRST, start: int = 0, count: int = 100
    ) -> list[Link]:
        """Reads `count` rows of a list from row `start` (from 0) on."""
        query = listing.ordered(select(*listing.LINK), self.host_id, wanted, order, self.now)
        return self._read(query.offset(start).limit(count))

    def ids(
        self, wanted: LinkFilter, order: Order = NEWEST_FIRST, start: int = 0, count: int | None = None
    ) -> list[int]:
        """Reads the ids of a list, or of `count` of its rows from row `start` on."""
        query = listing.ordered(select(links.c.id), self.host_id, wanted, order, self.now)
        return list(self.connection.execute(query.offset(start).limit(count)).scalars())

    def position(self, wanted: LinkFilter, order: Order, link: Link) -> int:
        """Counts the rows of a list that stand before a link, be it in the list or not."""
        query = select(func.count()).select_from(listing.source(order))
        passing = listing.conditions(self.host_id, wanted, self.now)
        return self._number(query.where(*passing, listing.before(order, link, self.now)))

    def count(self, wanted: LinkFilter = EVERYTHING) -> int:
        """Counts the links that pass a filter."""
        passing = listing.conditions(self.host_id, wanted, self.now)
        return self._number(select(func.count()).select_from(links).where(*passing))

    def counts(self, wanted: LinkFilter = EVERYTHING) -> Counts:
        """Counts by status the links that pass a filter, whatever status it asks for."""
        return Counts(**{status.value: self.count(replace(wanted, status=status)) for status in Status})

    def links(self, wanted: Iterable[int]) -> list[Link]:
        """Reads those of these links that are still there, newest first."""
        found: list[Link] = []
        for some in sliced(wanted):
            mine = (links.c.host_id == self.host_id, links.c.id.in_(some))
            found += self._read(select(*listing.LINK).where(*mine))
        return sorted(found, key=lambda link: link.id, reverse=True)

    def tally(self, wanted: Iterable[int], passing: LinkFilter = EVERYTHING) -> Tally:
        """Counts what has become of some links, and how many of them pass a filter."""
        by_status = dict.fromkeys(Status, 0)
        shown = 0
        passes = func.sum(case((and_(*listing.conditions(self.host_id, passing, self.now)), 1), else_=0))
        rank = listing.rank(self.now)
        for some in sliced(wanted):
            mine = (links.c.host_id == self.host_id, links.c.id.in_(some))
            for place, number, passed in self.connection.execute(
                select(rank, func.count(), passes).where(*mine).group_by(rank)
            ):
                by_status[listing.STATUSES[place]] += number
                shown += passed
        return Tally(Counts(**{status.value: number for status, number in by_status.items()}), shown)

    def find(self, token_or_url: str) -> Link | DeletedLink:
        """Looks a token or pasted URL up, also among what was deleted; LinkUnknown where this host has none such."""
        token = find_token(token_or_url)
        if token is None:
            raise LinkUnknown
        mine = (links.c.host_id == self.host_id, links.c.token == token)
        found = self._read(select(*listing.LINK).where(*mine))
        return found[0] if found else self._find_deleted(token)

    def next_expiry(self) -> datetime | None:
        """Finds the earliest instant ahead at which an Active link expires."""
        active = listing.conditions(self.host_id, LinkFilter(status=Status.ACTIVE), self.now)
        query = select(func.min(links.c.expires_at)).where(*active, links.c.expires_at > self.now)
        earliest: datetime | None = self.connection.execute(query).scalar_one()
        return earliest

    def last_deletion(self) -> Deletion | None:
        """Finds the newest deletion that can still be undone."""
        mine = (deletions.c.host_id == self.host_id, deletions.c.deleted_at > self.now - KEPT_FOR)
        number = select(func.count()).where(deleted_links.c.deletion_id == deletions.c.id).scalar_subquery()
        query = select(deletions.c.id, deletions.c.deleted_at, number).where(*mine, number > 0)
        row = self.connection.execute(query.order_by(deletions.c.id.desc()).limit(1)).one_or_none()
        return Deletion(*row) if row else None

    def preferences(self) -> dict[str, str]:
        """Reads what the host chose: the theme and the like."""
        query = select(hosts.c.preferences).where(hosts.c.id == self.host_id)
        chosen = self.connection.execute(query).scalar_one_or_none()
        return dict(json.loads(chosen)) if chosen else {}

    def _find_deleted(self, token: str) -> DeletedLink:
        query = select(deleted_links, deletions.c.deleted_at, deletions.c.deleted_by).join(deletions)
        row = self.connection.execute(
            query.where(
                deleted_links.c.host_id == self.host_id,
                deleted_links.c.token == token,
                deletions.c.deleted_at > self.now - KEPT_FOR,
            )
        ).one_or_none()
        if row is None:
            raise LinkUnknown
        (link,) = as_links(self.connection, self.host_id, [row])
        return DeletedLink(link, row.deleted_at, row.deleted_by)

    def _read(self, query: listing.Query) -> list[Link]:
        return as_links(self.connection, self.host_id, self.connection.execute(query).all())

    def _number(self, query: listing.Query) -> int:
        return int(self.connection.execute(query).scalar_one())


def as_links(connection: Connection, host_id: int, rows: Sequence[Row[Any]]) -> list[Link]:
    """Makes links of rows that have a link's columns.

    A host's event types are read beside them: they are few, and a join could make the planner start from them and sort.
    """
    if not rows:
        return []
    table = event_types.c
    query = select(table.id, table.slug, table.name, table.minutes).where(table.host_id == host_id)
    types = {row.id: EventType(*row) for row in connection.execute(query)}
    return [
        Link(
            row.id,
            row.token,
            types.get(row.event_type_id, NO_EVENT_TYPE),
            row.label,
            row.created_at,
            row.expires_at,
            row.used_at,
            row.used_by,
        )
        for row in rows
    ]


def sliced(wanted: Iterable[int]) -> Iterator[Sequence[int]]:
    """Cuts ids into slices that one statement can name."""
    rest = iter(wanted)
    while some := list(islice(rest, SLICE)):
        yield some
