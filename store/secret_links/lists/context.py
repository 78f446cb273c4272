"""What all queries of a snapshot share: the connection, whose rows they are, and the instant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Result, Row, bindparam, select

from secret_links.database import Database
from secret_links.errors import QueryCancelled
from secret_links.lists.conditions import Condition, conditions
from secret_links.lists.segments import Query
from secret_links.notes import as_read
from secret_links.tables.core import event_types
from secret_links.values import NO_EVENT_TYPE, EventType, Link, LinkFilter

T = TypeVar("T")

IDS_NAMED = 1000
"""Ids that one statement names: enough to be quick."""

EVENT_TYPES = select(event_types.c.id, event_types.c.slug, event_types.c.name, event_types.c.minutes).where(
    event_types.c.host_id == bindparam("of_host")
)
"""Selects the event types of a host; built once, because every snapshot begins with it."""


class ReadContext:
    """A host's rows at one instant, `now`, on one connection; its queries can be cancelled from another thread."""

    def __init__(self, database: Database, connection: Connection, host_id: int, now: datetime) -> None:
        self.database = database
        self.connection = connection
        self.host_id = host_id
        self.now = now
        """The instant that statuses refer to, in UTC."""
        self._cancelled = False

    def cancel(self) -> None:
        """Breaks off the query that is running, and refuses all further ones: each ends in QueryCancelled."""
        self._cancelled = True
        self.database.interrupt(self.connection)

    def run(self, query: Query) -> Result[Any]:
        """Runs a query; QueryCancelled where queries were cancelled."""
        if self._cancelled:
            raise QueryCancelled
        return self.connection.execute(query)

    def number(self, query: Query) -> int:
        """Runs a query for one number."""
        number: int = self.run(query).scalar_one()
        return number

    def read(self, query: Query, event_types: Mapping[int, EventType] | None = None) -> list[Link]:
        """Runs a query for links; `event_types` are those of an earlier snapshot, if its links are read."""
        types = self.event_types if event_types is None else event_types
        rows = cast("Iterable[tuple[Any, ...]]", self.run(query).all())
        return [  # unpacked at once: access to columns by name takes a sixth of the time of a page
            Link(
                link_id,
                token,
                types.get(type_id, NO_EVENT_TYPE),
                label,
                created,
                expires,
                used,
                used_by,
                reference,
                as_read(names, notes) if notes else (),
            )
            for link_id, type_id, token, label, created, expires, used, used_by, reference, names, notes in rows
        ]

    def conditions(self, wanted: LinkFilter, as_of: datetime | None = None) -> list[Condition]:
        """Returns the conditions for passing a filter, at the instant `as_of`, or now."""
        return conditions(self.host_id, wanted, as_of or self.now, self.event_types)

    def link_of(self, row: Row[Any]) -> Link:
        """Returns the link of a row that has a link's columns, and others.

        Its event type is looked up here: they are few, and a join could make the planner start from them and sort.
        """
        event_type = self.event_types.get(row.event_type_id, NO_EVENT_TYPE)
        times = (row.created_at, row.expires_at, row.used_at)
        booking = (row.used_by, row.used_reference)
        return Link(row.id, row.token, event_type, row.label, *times, *booking, as_read(row.note_names, row.notes))

    @cached_property
    def event_types(self) -> dict[int, EventType]:
        """The host's event types by id, including removed ones; read once, for they are few."""
        return self._event_types(EVENT_TYPES)

    def present_event_types(self) -> list[EventType]:
        """Reads the event types that were not removed, without their numbers of links."""
        return [*self._event_types(EVENT_TYPES.where(event_types.c.removed_at.is_(None))).values()]

    def _event_types(self, query: Query) -> dict[int, EventType]:
        rows = cast("Iterable[tuple[Any, ...]]", self.connection.execute(query, {"of_host": self.host_id}).all())
        return {row[0]: EventType(*row) for row in rows}


def sliced(values: Iterable[T], length: int = IDS_NAMED) -> Iterator[Sequence[T]]:
    """Cuts ids, or other values, into slices that one statement can name."""
    rest = iter(values)
    while some := list(islice(rest, length)):
        yield some
