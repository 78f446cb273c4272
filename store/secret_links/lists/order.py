"""The order of a host's lists: each is a row of segments, and each segment is read in order from one index.

An order is cut into segments: by status, say, all Active links come first, newest first, then the Used ones. Within a
segment, rows go by one column and the id, so that the index that serves it is scanned from any link on, in either
direction, without looking at what lies before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, total_ordering
from typing import Any

from secret_links.lists.conditions import (
    RANKED_STATUSES,
    UNREADABLE,
    UNREADABLE_USE,
    UNUSED,
    USED,
    Condition,
    compared_id,
    ends_in_time,
    is_ahead,
    search_conditions,
    those_among,
    unindexed_status,
)
from secret_links.lists.segments import Position, Query, Segment, comparable, label_key
from secret_links.odd_values import is_unreadable
from secret_links.searching import parse_search
from secret_links.tables.core import links
from secret_links.tables.dialects import first_instant, folded, in_milliseconds, last_instant, unindexed
from secret_links.text import fold
from secret_links.times import FIRST, LAST
from secret_links.values import Column, EventType, Link, LinkFilter, Order, Status

_BEFORE_ALL = FIRST - timedelta(milliseconds=1)
"""An instant before all that can be read."""

_AHEAD, _NEVER, _PAST, _SPENT, _DAMAGED = range(5)
"""The segments of a list by expiry, in their order."""

_USED, _AT_NO_INSTANT, _UNUSED = range(3)
"""The segments of a list by use, in their order."""

BY_LABEL = folded(links.c.label)
"""The column that a list by label is ordered by."""

BY_USE = in_milliseconds(links.c.used_at)
"""The column that a list by use is ordered by."""


class Listing:
    """A list of a host's links at one instant: which segments it has, and where in them a link stands."""

    def __init__(
        self, host_id: int, event_types: Mapping[int, EventType], wanted: LinkFilter, order: Order, now: datetime
    ) -> None:
        self._host_id = host_id
        self.event_types = event_types
        """The host's event types by id, as they were when it was made."""
        self._wanted = wanted
        text = parse_search(wanted.search)
        self._order = (
            order if text is None or text.token is None else Order()
        )  # a token names one link, found by its index
        self.now = now
        """The instant that statuses refer to."""
        self._search = (*search_conditions(wanted.search, event_types), *those_among(wanted))
        within = wanted.expires_within
        self._last_expiry = LAST if within is None else min(now + within, LAST)
        mine = wanted.event_type_id is None or wanted.event_type_id in event_types
        compared = compared_id(wanted)
        segments = (replace(segment, compared=compared) for segment in self._segments()) if mine else ()
        self.segments: Sequence[Segment] = sorted(segments, key=lambda segment: segment.slot)
        """Its segments, in their order; none where the event type is not the host's."""

    def position(self, link: Link) -> Position:
        """Returns where a link stands in this list, or where it would stand if it were in it."""
        first = self._order.descending
        match self._order.column:
            case Column.CREATED:
                return Position(0, None, link.id)
            case Column.LABEL:
                return Position(int(link.label is None), label_key(link.label), link.id)
            case Column.EXPIRES:
                slot = self._expiry_slot(link)
                return Position(slot, link.expires_at if slot in (_AHEAD, _PAST) else None, link.id)
            case Column.USED:
                slot = _UNUSED if link.used_at is None else _AT_NO_INSTANT if is_unreadable(link.used_at) else _USED
                return Position(slot, link.used_at if slot == _USED else None, link.id)
            case Column.STATUS:
                rank = RANKED_STATUSES.index(link.status_at(self.now))
                return Position(-rank if first else rank, None, link.id)
            case Column.EVENT_TYPE:
                return Position(self._event_type_slots.get(link.event_type.id, len(self.event_types)), None, link.id)

    def _expiry_slot(self, link: Link) -> int:
        match link.status_at(self.now):
            case Status.ACTIVE:
                return _NEVER if link.expires_at is None else _AHEAD
            case Status.EXPIRED:
                return _PAST
            case Status.USED:
                return _SPENT
            case Status.DAMAGED:
                return _DAMAGED

    def sort_key(self, link: Link) -> tuple[int, object]:
        """Returns the key that sorts links of this list in Python as the database sorts them."""
        position = self.position(link)
        values = (position.id,) if position.key is None else (comparable(position.key), position.id)
        descending = next((part.descending for part in self.segments if part.slot == position.slot), True)
        return position.slot, _Downwards(values) if descending else values

    def queries(
        self,
        since: Link | Position | None = None,
        until: Link | None = None,
        *,
        inclusive: bool = True,
        forward: bool = True,
    ) -> Iterator[Query]:
        """Returns queries for the rows from one link to another, in their order; None is the list's end."""
        return (query for _, query in self.queries_of_segments(since, until, inclusive=inclusive, forward=forward))

    def queries_of_segments(
        self, since: Link | Position | None, until: Link | None = None, *, inclusive: bool = True, forward: bool = True
    ) -> Iterator[tuple[Segment, Query]]:
        """Returns the same, each with the segment that it belongs to."""
        begin = self.position(since) if isinstance(since, Link) else since
        end = self.position(until) if until else None
        for segment in self.segments if forward else reversed(self.segments):
            if begin and (segment.slot < begin.slot if forward else segment.slot > begin.slot):
                continue
            if end and (segment.slot > end.slot if forward else segment.slot < end.slot):
                return
            here = begin if begin and begin.slot == segment.slot else None
            there = end if end and end.slot == segment.slot else None
            for query in segment.queries(here, there, inclusive=inclusive, forward=forward):
                yield segment, query

    def _segments(self) -> Iterator[Segment]:
        down, status = self._order.descending, self._wanted.status
        match self._order.column:
            case Column.CREATED:
                yield Segment(0, self._having(status), down)
            case Column.STATUS:
                yield from self._by_status()
            case Column.EVENT_TYPE:
                for event_type_id, slot in self._event_type_slots.items():
                    if self._wanted.event_type_id in (None, event_type_id):
                        yield Segment(slot, self._having(status, event_type_id))
            case Column.EXPIRES:
                yield from self._by_expiry()
            case Column.USED:
                yield from self._by_use()
            case Column.LABEL:
                yield from self._by_label()

    def _by_status(self) -> Iterator[Segment]:
        """Yields the links of each status."""
        for rank, each in enumerate(RANKED_STATUSES):
            if self._wanted.status in (None, each):
                yield Segment(-rank if self._order.descending else rank, self._having(each))

    def _by_expiry(self) -> Iterator[Segment]:
        """Yields the Active links, ordered by expiry, those that never expire, the Expired, Used and Damaged ones."""
        scope, status, expires = self._scope(), self._wanted.status, links.c.expires_at
        if status in (None, Status.ACTIVE):
            yield Segment(_AHEAD, (*scope, UNUSED), self._order.descending, expires, self.now, self._last_expiry)
            if self._wanted.expires_within is None:
                yield Segment(_NEVER, (*scope, UNUSED, expires.is_(None)))
        if status in (None, Status.EXPIRED):
            yield Segment(_PAST, (*scope, UNUSED), True, expires, _BEFORE_ALL, self.now)
        if status in (None, Status.USED):
            yield Segment(_SPENT, (*scope, USED))
        if status in (None, Status.DAMAGED):
            yield Segment(_DAMAGED, self._having(Status.DAMAGED))

    def _by_label(self) -> Iterator[Segment]:
        """Yields the links with a label, ordered by it, and those without one."""
        # One index serves every filter: it has all columns that they need, and the planner must take no other.
        status = (*unindexed_status(self._wanted.status, self.now), *ends_in_time(self._wanted, self.now))
        conditions = (*self._scope(aside=True), *status)
        yield Segment(0, conditions, self._order.descending, BY_LABEL)
        yield Segment(1, (*conditions, links.c.label.is_(None)))

    def _by_use(self) -> Iterator[Segment]:
        """Yields the Used links, ordered by use, those whose use cannot be read, and the others."""
        aside, status = self._scope(aside=True), self._wanted.status
        if status in (None, Status.USED):
            readable = unindexed(links.c.used_at) <= last_instant()
            yield Segment(_USED, (*aside, USED, readable), self._order.descending, BY_USE, _BEFORE_ALL, LAST)
            yield Segment(_AT_NO_INSTANT, (*aside, USED, UNREADABLE_USE))
        if status is None:
            yield Segment(_UNUSED, (*self._scope(), UNUSED))
        elif status is not Status.USED:
            yield Segment(_UNUSED, self._having(status))

    def _having(self, status: Status | None, event_type_id: int | None = None) -> tuple[Condition, ...]:
        """Returns the conditions for the host, the event type, the search, and a status."""
        # Damaged ones are read by an index of their own, which has hosts only: there are hardly any.
        return (*self._scope(event_type_id, aside=status is Status.DAMAGED), *self._of(status))

    def _scope(self, event_type_id: int | None = None, *, aside: bool = False) -> tuple[Condition, ...]:
        """Returns the conditions for the host, the event type and the search; an event type's id implies its host.

        `aside` keeps the planner from an index of event types.
        """
        event_type_id = event_type_id or self._wanted.event_type_id
        host = links.c.host_id == self._host_id
        if event_type_id is None:
            return (host, *self._search)
        if aside:
            return (host, unindexed(links.c.event_type_id) == event_type_id, *self._search)
        return (links.c.event_type_id == event_type_id, *self._search)

    def _of(self, status: Status | None) -> tuple[Condition, ...]:
        match status:
            case None:
                return ()
            case Status.USED:
                return (USED,)
            case Status.EXPIRED:  # read by id: the index of expiries would hand them out in another order
                expires = unindexed(links.c.expires_at)
                return (UNUSED, expires <= self.now, expires >= first_instant())
            case Status.ACTIVE if self._wanted.expires_within is not None:
                return (UNUSED, links.c.expires_at > self.now, links.c.expires_at <= self._last_expiry)
            case Status.ACTIVE:
                return (UNUSED, is_ahead(links.c.expires_at, self.now))
            case Status.DAMAGED:
                return (UNUSED, UNREADABLE)

    @cached_property
    def _event_type_slots(self) -> dict[int, int]:
        by_name = sorted(self.event_types.values(), key=lambda event_type: (fold(event_type.name), event_type.id))
        return {
            event_type.id: slot
            for slot, event_type in enumerate(reversed(by_name) if self._order.descending else by_name)
        }


@total_ordering
class _Downwards:
    """A sort key with the order reversed."""

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Downwards) and self.values == other.values

    def __lt__(self, other: _Downwards) -> bool:
        return other.values < self.values

    __hash__ = None  # type: ignore[assignment]
