"""What happened to a host's links: the story of one, and the events of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, true

from secret_links.cursors import Ranges
from secret_links.lists.conditions import Condition
from secret_links.lists.context import ReadContext, sliced
from secret_links.lists.segments import LINKS
from secret_links.notes import as_read
from secret_links.reports import KEPT_FOR, EventKind, LastChange, LinkEvent
from secret_links.tables.core import deleted_links, deletions, link_events, links
from secret_links.values import Link, Status

_BY_LINK = link_events.c.kind.not_in((EventKind.GENERATED.value, EventKind.USED.value))
"""As in the index of a link's events."""

_ANYWHERE = (
    (LINKS, links.c),
    (select(*(deleted_links.c[column.name] for column in LINKS.selected_columns)), deleted_links.c),
)
"""The columns of a Link, from either table."""


class History:
    """Reads the events of a host's links, as they were recorded and as time has made them."""

    def __init__(self, context: ReadContext) -> None:
        self._context = context

    def of(self, link: Link) -> tuple[LinkEvent, ...]:
        """Returns all that happened to a link, the oldest first; it may be deleted.

        When it was generated and used, and by whom, its own row says.
        """
        mine = (link_events.c.link_id == link.id, link_events.c.host_id == self._context.host_id, _BY_LINK)
        rows = self._context.run(select(link_events).where(*mine).order_by(link_events.c.id)).all()
        recorded = (event_of(row, link) for row in rows)
        events = [LinkEvent(EventKind.GENERATED, link.created_at, link), *(each for each in recorded if each)]
        if link.used_at is not None:
            events.append(LinkEvent(EventKind.USED, link.used_at, link))
        elif link.expires_at is not None and link.status_at(self._context.now) is Status.EXPIRED:
            events.append(LinkEvent(EventKind.EXPIRED, link.expires_at, link))
        return tuple(sorted(events, key=lambda event: event.at))

    # Changes that can be taken back

    def last_change(self, *, counted: bool = True) -> LastChange | None:
        """Returns the newest change of the last 30 days that was not taken back; None where there is none.

        It takes one look into an index; if its links are to be `counted`, one at each of them.
        """
        of_change = (link_events.c.host_id == self._context.host_id, link_events.c.change_id.is_not(None))
        newest = (link_events.c.change_id.desc(), link_events.c.id.desc())
        query = select(link_events.c.change_id, link_events.c.at).where(*of_change).order_by(*newest).limit(1)
        row = self._context.run(query).one_or_none()
        if row is None or row.at <= self._context.now - KEPT_FOR:
            return None
        number = select(func.count()).where(*self._of_change(row.change_id))
        return LastChange(row.change_id, row.at, self._context.number(number) if counted else 0)

    def events_of_change(self, change_id: int, after_event: int, at_most: int) -> Sequence[Row[Any]]:
        """Reads the rows of a change's events of the last 30 days behind one of them, in their order."""
        recent = (link_events.c.id > after_event, link_events.c.at > self._context.now - KEPT_FOR)
        query = select(link_events).where(*self._of_change(change_id), *recent).order_by(link_events.c.id)
        return self._context.run(query.limit(at_most)).all()

    def links_of_change(self, change_id: int, at_most: int) -> list[Link]:
        """Reads the first links of a change, as they are now, also those that are deleted."""
        rows = self.events_of_change(change_id, 0, at_most)
        links = self.links_of(rows)
        return [links[row.link_id] for row in rows if row.link_id in links]

    def _of_change(self, change_id: int) -> tuple[Condition, ...]:
        return link_events.c.host_id == self._context.host_id, link_events.c.change_id == change_id

    # For those who follow

    def newest(self) -> int:
        """Returns the highest id of an event of any host, forgotten ones too as far as known; 0 where there is none."""
        return self._context.database.last_id(self._context.connection, link_events)

    def recorded_after(self, event: int, at_most: int) -> list[Row[Any]]:
        """Reads the rows of the host's events with ids above another one, in their order."""
        return self._rows(link_events.c.id > event, at_most)

    def recorded_in(self, gaps: Ranges, at_most: int) -> list[Row[Any]]:
        """Reads the rows of the host's events with ids in some ranges, in their order."""
        if not gaps:
            return []
        each = or_(*(link_events.c.id.between(first, last) for first, last in gaps))
        return self._rows(and_(link_events.c.id.between(gaps[0][0], gaps[-1][1]), each), at_most)

    def _rows(self, which: Condition, at_most: int) -> list[Row[Any]]:
        mine = link_events.c.host_id == self._context.host_id
        rows = self._context.run(select(link_events).where(mine, which).order_by(link_events.c.id).limit(at_most))
        return list(rows)

    def missing(self, after: int, up_to: int) -> Ranges:
        """Returns the ids between two others that no event has: those not committed yet, and those that never will."""
        ids, before = link_events.c.id, func.lag(link_events.c.id, 1, after).over(order_by=link_events.c.id)
        within = select(ids, before.label("before")).where(ids > after, ids <= up_to).subquery()
        gaps = select(within.c.before + 1, within.c.id - 1).where(within.c.id - within.c.before > 1)
        rows: list[Any] = list(self._context.run(gaps.order_by(within.c.id)))
        return tuple((first, last) for first, last in rows)

    def links_of(self, rows: Iterable[Row[Any]]) -> dict[int, Link]:
        """Reads the links that are named in rows of events, by id, deleted or not; not those gone for good."""
        found: dict[int, Link] = {}
        for some in sliced(sorted({row.link_id for row in rows if row.up_to is None})):
            for query, columns in _ANYWHERE:
                mine = (columns.id.in_(some), columns.host_id == self._context.host_id)
                found |= {each.id: self._context.link_of(each) for each in self._context.run(query.where(*mine))}
        return found

    def generated(self, row: Row[Any], after_link: int, at_most: int) -> list[Link]:
        """Reads those that are not gone for good of links that were generated together, from the one behind another."""
        found: list[Link] = []
        for query, columns in _ANYWHERE:
            within = columns.id.between(max(row.link_id, after_link + 1), row.up_to)
            mine = query.where(columns.host_id == self._context.host_id, within).order_by(columns.id).limit(at_most)
            found += [self._context.link_of(each) for each in self._context.run(mine)]
        return sorted(found, key=lambda link: link.id)[:at_most]

    def expired(
        self, after: datetime, after_link: int, until: datetime, at_most: int
    ) -> tuple[list[Link], Link | None]:
        """Reads links that expired unused after an instant, up to another, in the order of their expiries.

        Of those that expired at the first instant, only the links with ids above `after_link`. A link that was deleted
        later is among them; not one that lay deleted then, although it may be back. Returns also the link to go on
        behind where there may be more, and None where these are all.
        """
        found: list[Link] = []
        recent = select(deletions.c.id).where(
            deletions.c.host_id == self._context.host_id, deletions.c.deleted_at >= after
        )
        for (query, columns), which in zip(_ANYWHERE, (true(), deleted_links.c.deletion_id.in_(recent)), strict=True):
            expires = columns.expires_at
            behind = or_(expires > after, columns.id > after_link)
            within = (columns.used_at.is_(None), expires >= after, expires <= until, behind, which)
            mine = query.where(columns.host_id == self._context.host_id, *within).order_by(expires, columns.id)
            found += [self._context.link_of(row) for row in self._context.run(mine.limit(at_most + 1))]
        found.sort(key=lambda link: (link.expires_at or after, link.id))
        return self._not_deleted_then(found[:at_most]), found[at_most - 1] if len(found) > at_most else None

    def _not_deleted_then(self, expired: list[Link]) -> list[Link]:
        """Leaves out the links that lay deleted at the instant of their expiry."""
        kinds = (EventKind.DELETED.value, EventKind.RESTORED.value)
        by_id = {link.id: link for link in expired}
        gone: set[int] = set()
        for some in sliced(by_id):
            moved = (link_events.c.link_id.in_(some), link_events.c.kind.in_(kinds), _BY_LINK)
            query = select(link_events).where(*moved).order_by(link_events.c.id)
            for row in self._context.run(query):
                expires_at = by_id[row.link_id].expires_at
                if expires_at is not None and row.at < expires_at:
                    (gone.add if row.kind == EventKind.DELETED.value else gone.discard)(row.link_id)
        return [link for link in expired if link.id not in gone]


def event_of(row: Row[Any], link: Link) -> LinkEvent | None:
    """Returns what a row says of a link; None where another program wrote a kind that does not exist."""
    if row.kind not in _RECORDED:
        return None
    kind = EventKind(row.kind)
    if kind is not EventKind.CHANGED:
        return LinkEvent(kind, row.at, link)
    old = as_read(row.note_names_before, row.notes_before)
    new = as_read(row.note_names_after, row.notes_after)
    before = replace(link, label=row.label_before, expires_at=row.expires_before, notes=old)
    after = replace(link, label=row.label_after, expires_at=row.expires_after, notes=new)
    return LinkEvent(kind, row.at, link, before, after)


_RECORDED = frozenset(kind.value for kind in EventKind) - {EventKind.EXPIRED.value}
