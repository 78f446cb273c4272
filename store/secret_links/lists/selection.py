"""Selected links: counted by what they are now, read, and listed by id in slices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal, or_, select

from secret_links.link_set import LinkSet
from secret_links.lists.conditions import RANKED_STATUSES, UNUSED, Condition, compared_id, is_ahead, rank
from secret_links.lists.context import IDS_NAMED, ReadContext, sliced
from secret_links.lists.queries import EVERYTHING, Lists
from secret_links.lists.segments import Query
from secret_links.reports import Counts, Ends, Tally
from secret_links.tables.core import links
from secret_links.tables.dialects import last_instant, unindexed
from secret_links.values import Column, Link, LinkFilter, Order, Status


@dataclass(frozen=True, slots=True)
class Rest:
    """What is still to do of a selection, slice by slice: those named one by one, then all that pass its filter."""

    named: Sequence[int]
    """The ids that were selected one by one, in the order in which they are done."""
    done: int = 0
    """How many of those are done."""
    below: int | None = None
    """The id below which the others begin; None while none of them is done."""


class Selections:
    """The links of a host's selections: counted, read, and listed by id."""

    def __init__(self, context: ReadContext, lists: Lists) -> None:
        self._context = context
        self._lists = lists

    def tally(self, selected: LinkSet, passing: LinkFilter = EVERYTHING) -> Tally:
        """Counts selected links by status, and how many of them pass a filter."""
        by_status = self._all_by_status(selected)
        shown = sum(by_status.values())
        same = passing == selected.every and passing.status is not Status.ACTIVE  # some may have expired since
        if selected.every is not None and passing != EVERYTHING and not same:
            shown = self._count_all(selected, *self._context.conditions(passing))
        for ids, sign in ((selected.ids, 1), (selected.but, -1)):
            for place, with_all, passed, number in self._grouped(sorted(ids), selected, passing):
                if with_all == (sign < 0):  # selected one by one, and not with all as well; or deselected from all
                    by_status[RANKED_STATUSES[place]] += sign * number
                    shown += sign * number * passed
        counts = Counts(**{status.value: number for status, number in by_status.items()})
        return Tally(counts, shown, self._gone(selected))

    def ends(self, selected: LinkSet) -> Ends:
        """Finds out when the selected links that are Active now expire, without reading any of them."""
        found = [self._ends(query) for query in self._active(selected)]
        expiries = [at for first, last, _ in found for at in (first, last) if at is not None]
        return Ends(min(expiries, default=None), max(expiries, default=None), sum(never for *_, never in found))

    def links(self, selected: LinkSet, at_most: int) -> list[Link]:
        """Reads selected links that are still there, newest first; one more than `at_most` where there are more."""
        with_all = self.next_ids(selected, count=at_most + len(selected.but) + 1)
        still = {link_id for some in sliced(sorted(selected.ids)) for link_id in self._existing(some)}
        ids = sorted((set(with_all) - selected.but) | still, reverse=True)
        return self._lists.links(ids[: at_most + 1])

    def next_ids(
        self, selected: LinkSet, below: int | None = None, count: int = IDS_NAMED, *, locked: bool = False
    ) -> list[int]:
        """Reads the newest ids, below a given one, of all that were selected at once.

        While they are `locked`, nobody else can change what they were selected for.
        """
        if selected.every is None:
            return []
        top = selected.up_to if below is None else min(selected.up_to, below - 1)
        newest_first = next(self._lists.listing(selected.every, as_of=selected.as_of).queries(), None)  # one query
        if newest_first is None:
            return []
        query = (
            newest_first.with_only_columns(links.c.id)
            .where(compared_id(selected.every) <= top, *_used_by_then(selected))
            .limit(count)
        )
        return list(self._context.run(query.with_for_update() if locked else query).scalars())

    def next_slice(self, selected: LinkSet, rest: Rest, count: int) -> tuple[Sequence[int], Rest | None]:
        """Reads the ids of the next slice of a selection, and what is left behind it: None where nothing is.

        So nobody has to look once more to find nothing, and whoever fails behind a slice can say that there is a rest.
        Those that pass the filter are locked, as by `next_ids`.
        """
        if rest.done < len(rest.named):
            some = rest.named[rest.done : rest.done + count]
            behind = replace(rest, done=rest.done + len(some))
            is_all = behind.done == len(rest.named) and not self._wanted_below(selected, rest.below, 1)
            return some, None if is_all else behind
        wanted = self._wanted_below(selected, rest.below, count + 1)
        return wanted[:count], replace(rest, below=wanted[count - 1]) if len(wanted) > count else None

    def _wanted_below(self, selected: LinkSet, below: int | None, at_least: int) -> list[int]:
        """Locks the newest of those that were selected at once and are not named; fewer where there are no more."""
        wanted: list[int] = []
        while len(wanted) < at_least:
            some = self.next_ids(selected, below, at_least, locked=True)
            wanted += [link_id for link_id in some if link_id not in selected.but and link_id not in selected.ids]
            if len(some) < at_least:
                break
            below = some[-1]
        return wanted

    def every(self, wanted: LinkFilter) -> LinkSet:
        """Returns the set of all links that pass a filter now."""
        return LinkSet(every=wanted, up_to=self.newest_id(), as_of=self._context.now)

    def newest_id(self) -> int:
        """Returns the id of the host's newest link, 0 where there is none."""
        newest = select(func.coalesce(func.max(links.c.id), 0)).where(links.c.host_id == self._context.host_id)
        return self._context.number(newest)

    def _active(self, selected: LinkSet) -> Iterator[Query]:
        """Yields queries that have each selected link that is Active once."""
        now = self._context.now
        if selected.every is not None and selected.every.status in (None, Status.ACTIVE):
            every = replace(selected.every, status=Status.ACTIVE)
            others = (selected.but | selected.ids) or {0}
            still = (is_ahead(unindexed(links.c.expires_at), now), _older(selected), _is_none_of(others))
            active = self._lists.listing(every, Order(Column.EXPIRES), selected.as_of).queries()
            yield from (query.where(*still) for query in active)
        mine = (links.c.host_id == self._context.host_id, UNUSED, is_ahead(links.c.expires_at, now))
        for some in sliced(sorted(selected.ids)):
            yield select(links.c.id).where(*mine, links.c.id.in_(some))

    def _ends(self, query: Query) -> tuple[datetime | None, datetime | None, int]:
        """Returns the first and the last expiry of a query's links, and how many never expire."""
        expires = links.c.expires_at
        lasting: ColumnElement[Any] = func.count() - func.count(expires)
        ends = query.with_only_columns(func.min(expires), func.max(expires), lasting).order_by(None)
        row: tuple[Any, ...] = self._context.run(ends).one()
        first, last, never = row
        return first, last, never

    def _all_by_status(self, selected: LinkSet) -> dict[Status, int]:
        """Counts all links that were selected at once, by their status now."""
        by_status = dict.fromkeys(RANKED_STATUSES, 0)
        if selected.every is None:
            return by_status
        status = selected.every.status
        if status is None:
            for each in Status:
                by_status[each] = self._lists.count(replace(selected.every, status=each), also=_older(selected))
        else:
            by_status[status] = self._count_all(selected)
        if status is Status.ACTIVE:  # some may have expired since
            still = self._count_all(selected, is_ahead(unindexed(links.c.expires_at), self._context.now))
            by_status |= {Status.ACTIVE: still, Status.EXPIRED: by_status[status] - still}
        return by_status

    def _count_all(self, selected: LinkSet, *also: Condition) -> int:
        """Counts those of all links selected at once that meet some conditions."""
        assert selected.every is not None  # noqa: S101  # for the type checker
        further = and_(_older(selected), *_used_by_then(selected), *also)
        return self._lists.count(selected.every, also=further, as_of=selected.as_of)

    def _grouped(
        self, ids: Sequence[int], selected: LinkSet, passing: LinkFilter
    ) -> Iterator[tuple[int, bool, bool, int]]:
        """Counts some links by status, by whether they were selected with all, and by whether they pass a filter."""
        host_id, now = self._context.host_id, self._context.now
        with_all: ColumnElement[int] = literal(0)
        if selected.every is not None:
            every = self._context.conditions(selected.every, selected.as_of)
            with_all = _truth(*every, _older(selected), *_used_by_then(selected))
        shown = _truth(*self._context.conditions(passing))
        for some in sliced(ids):
            groups = (rank(now), with_all, shown)
            query = select(*groups, func.count()).where(links.c.host_id == host_id, links.c.id.in_(some))
            for place, all_too, passed, number in self._context.connection.execute(query.group_by(*groups)):
                yield place, bool(all_too), bool(passed), number

    def _gone(self, selected: LinkSet) -> frozenset[int]:
        slices = sliced(sorted(selected.ids))
        return frozenset(gone for some in slices for gone in set(some).difference(self._existing(some)))

    def _existing(self, some: Sequence[int]) -> list[int]:
        query = select(links.c.id).where(links.c.host_id == self._context.host_id, links.c.id.in_(some))
        return list(self._context.run(query).scalars())


def _older(selected: LinkSet) -> Condition:
    """Whether a link was there when all links were selected."""
    every = selected.every
    return (links.c.id if every is None else compared_id(every)) <= selected.up_to


def _used_by_then(selected: LinkSet) -> list[Condition]:
    """For a selection of Used links: only those used before it was made, or at an instant that cannot be read."""
    used = selected.every is not None and selected.every.status is Status.USED
    return [or_(links.c.used_at <= selected.as_of, links.c.used_at > last_instant())] if used else []


def _is_none_of(others: Collection[int]) -> Condition:
    """Whether a link is none of some, whose ids are written out: they may be more than parameters can be."""
    return links.c.id.not_in(bindparam("others", sorted(others), expanding=True, literal_execute=True))


def _truth(*all_of: Condition) -> ColumnElement[int]:
    """1 if every condition is true, 0 if any is false or NULL."""
    return case((and_(*all_of), 1), else_=0)
