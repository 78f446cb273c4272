"""What has become of the links that a host has chosen, and their ids, slice by slice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from secret_links.link_set import LinkSet
from secret_links.lists.conditions import STATUSES, Condition, conditions, rank
from secret_links.lists.order import Listing
from secret_links.lists.queries import EVERYTHING, NEWEST_FIRST, SLICE, Lists, sliced
from secret_links.reports import Counts, Tally
from secret_links.tables.dialects import last_instant
from secret_links.tables.models import links
from secret_links.values import LinkFilter, Order, Status


def tally(lists: Lists, chosen: LinkSet, passing: LinkFilter = EVERYTHING) -> Tally:
    """Counts chosen links by status, and how many of them pass a filter."""
    by_status = _all_by_status(lists, chosen)
    shown = sum(by_status.values())
    same = passing == chosen.every and passing.status is not Status.ACTIVE  # of which some may have expired since
    if chosen.every is not None and passing != EVERYTHING and not same:
        shown = _count_all(lists, chosen, *conditions(lists.host_id, passing, lists.now))
    for ids, sign in ((chosen.ids, 1), (chosen.but, -1)):
        for place, with_all, passed, number in _grouped(lists, sorted(ids), chosen, passing):
            if with_all == (sign < 0):  # one by one, and not with all as well; or let go of
                by_status[STATUSES[place]] += sign * number
                shown += sign * number * passed
    counts = Counts(**{status.value: number for status, number in by_status.items()})
    return Tally(counts, shown, _gone(lists, chosen))


def next_ids(
    lists: Lists, chosen: LinkSet, below: int | None = None, count: int = SLICE, *, locked: bool = False
) -> list[int]:
    """Reads the newest ids, below one that is known, of all that were chosen at once.

    While they are `locked`, nobody else can change what they were chosen for.
    """
    if chosen.every is None:
        return []
    top = chosen.up_to if below is None else min(chosen.up_to, below - 1)
    for piece in _as_chosen(lists, chosen, NEWEST_FIRST).pieces():  # newest first is one piece
        query = piece.with_only_columns(links.c.id).where(links.c.id <= top, *_used_by_then(chosen))
        query = query.limit(count)
        return list(lists.run(query.with_for_update() if locked else query).scalars())
    return []


def ids_of(lists: Lists, chosen: LinkSet, at_most: int) -> list[int]:
    """Reads the ids of chosen links that are still there, newest first, stopping soon after `at_most`."""
    with_all = next_ids(lists, chosen, count=at_most + len(chosen.but) + 1)
    still = {known for some in sliced(sorted(chosen.ids)) for known in _existing(lists, some)}
    return sorted((set(with_all) - chosen.but) | still, reverse=True)[: at_most + 1]


def _all_by_status(lists: Lists, chosen: LinkSet) -> dict[Status, int]:
    """Counts by their status now all that were chosen at once."""
    by_status = dict.fromkeys(STATUSES, 0)
    if chosen.every is None:
        return by_status
    older = links.c.id <= chosen.up_to
    known = chosen.every.status
    if known is None:
        for status in Status:
            by_status[status] = lists.count(replace(chosen.every, status=status), also=older)
    else:
        by_status[known] = _count_all(lists, chosen)
    if known is Status.ACTIVE:  # some may have expired since
        still = lists.count(chosen.every, also=older)
        by_status |= {Status.ACTIVE: still, Status.EXPIRED: by_status[known] - still}
    return by_status


def _count_all(lists: Lists, chosen: LinkSet, *also: Condition) -> int:
    """Counts those of all that were chosen at once which fulfil some conditions."""
    assert chosen.every is not None  # noqa: S101  # for the type checker
    further = and_(links.c.id <= chosen.up_to, *_used_by_then(chosen), *also)
    return lists.count(chosen.every, also=further, as_of=chosen.as_of)


def _as_chosen(lists: Lists, chosen: LinkSet, order: Order) -> Listing:
    return Listing(lists.host_id, lists.kinds, chosen.every or EVERYTHING, order, chosen.as_of)


def _used_by_then(chosen: LinkSet) -> list[Condition]:
    """Where links were chosen for being used: that they were by then; one of which it cannot be read when, was."""
    used = chosen.every is not None and chosen.every.status is Status.USED
    return [or_(links.c.used_at <= chosen.as_of, links.c.used_at > last_instant())] if used else []


def _grouped(
    lists: Lists, ids: Sequence[int], chosen: LinkSet, passing: LinkFilter
) -> Iterator[tuple[int, bool, bool, int]]:
    """Counts some links by status, by whether they were chosen with all, and by whether they pass a filter."""
    with_all: ColumnElement[int] = literal(0)
    if chosen.every is not None:
        every = conditions(lists.host_id, chosen.every, chosen.as_of)
        with_all = _truth(*every, links.c.id <= chosen.up_to, *_used_by_then(chosen))
    shown = _truth(*conditions(lists.host_id, passing, lists.now))
    for some in sliced(ids):
        groups = (rank(lists.now), with_all, shown)
        query = select(*groups, func.count()).where(links.c.host_id == lists.host_id, links.c.id.in_(some))
        for place, all_too, passed, number in lists.connection.execute(query.group_by(*groups)):
            yield place, bool(all_too), bool(passed), number


def _truth(*all_of: Condition) -> ColumnElement[int]:
    """1 where all conditions hold; 0 where one does not, or cannot be told."""
    return case((and_(*all_of), 1), else_=0)


def _gone(lists: Lists, chosen: LinkSet) -> frozenset[int]:
    return frozenset(
        known for some in sliced(sorted(chosen.ids)) for known in set(some).difference(_existing(lists, some))
    )


def _existing(lists: Lists, some: Sequence[int]) -> list[int]:
    query = select(links.c.id).where(links.c.host_id == lists.host_id, links.c.id.in_(some))
    return list(lists.run(query).scalars())
