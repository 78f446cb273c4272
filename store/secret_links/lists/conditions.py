"""What a filter asks of links, as conditions of a query.

Those on `used_at` are written out, never bound: a partial index serves only a query that visibly implies it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, false, or_

from secret_links.searching import PART_LENGTH, ParsedSearch, Word, is_in, parse_search, spellings
from secret_links.tables.core import links
from secret_links.tables.dialects import first_instant, last_instant, lowered, place_in, unindexed
from secret_links.text import fold
from secret_links.values import EventType, LinkFilter, Status

Condition = ColumnElement[bool]

RANKED_STATUSES = (Status.ACTIVE, Status.USED, Status.EXPIRED, Status.DAMAGED)
"""The statuses in the order of their ranks."""

UNUSED = links.c.used_at.is_(None)
USED = links.c.used_at.is_not(None)

UNREADABLE = or_(links.c.expires_at < first_instant(), links.c.expires_at > last_instant())
"""The condition that an expiry is no instant, written as in the index of such links.

No status needs the type of a value: SQLite sorts numbers before texts, and texts before bytes.
"""


UNREADABLE_USE = or_(links.c.used_at < first_instant(), links.c.used_at > last_instant())
"""The condition that the instant of a use is none, written as in the index of such links."""


def rank(now: datetime) -> ColumnElement[int]:
    """Returns a link's place in RANKED_STATUSES."""
    return case((USED, 1), (UNREADABLE, 3), (links.c.expires_at <= now, 2), else_=0)


def unindexed_status(status: Status | None, now: datetime) -> tuple[Condition, ...]:
    """Says which status links have, written so that the planner does not choose an index for it."""
    used, expires = unindexed(links.c.used_at), unindexed(links.c.expires_at)
    match status:
        case None:
            return ()
        case Status.USED:
            return (used.is_not(None),)
        case Status.EXPIRED:
            return (used.is_(None), expires <= now, expires >= first_instant())
        case Status.ACTIVE:
            return (used.is_(None), is_ahead(expires, now))
        case Status.DAMAGED:
            return (used.is_(None), or_(expires < first_instant(), expires > last_instant()))


def is_ahead(expires: ColumnElement[datetime], now: ColumnElement[datetime] | datetime) -> Condition:
    """Says that a link has not expired: only if its expiry can be read, or it has none."""
    return or_(expires.is_(None), and_(expires > now, expires <= last_instant()))


def conditions(
    host_id: int, wanted: LinkFilter, now: datetime, event_types: Mapping[int, EventType]
) -> list[Condition]:
    """Returns the conditions for passing a filter; the query itself says by which index links are found."""
    mine = unindexed(links.c.host_id) == host_id
    status = (*unindexed_status(wanted.status, now), *ends_in_time(wanted, now))
    passing = [mine, *status, *search_conditions(wanted.search, event_types), *those_among(wanted)]
    if wanted.event_type_id is not None:
        passing.append(unindexed(links.c.event_type_id) == wanted.event_type_id)
    return passing


def ends_in_time(wanted: LinkFilter, now: datetime) -> tuple[Condition, ...]:
    """Returns the condition that Active links expire within the time that a filter asks for; none if it asks for none.

    Written so that the planner does not choose an index for it.
    """
    return () if wanted.expires_within is None else (unindexed(links.c.expires_at) <= now + wanted.expires_within,)


def those_among(wanted: LinkFilter) -> tuple[Condition, ...]:
    """Returns the condition that links are among those that a filter names, which are found by their ids."""
    return () if wanted.among is None else (links.c.id.in_(wanted.among),)


def compared_id(wanted: LinkFilter) -> ColumnElement[int]:
    """Returns the id as other ids are compared with it in a list of those that pass a filter.

    Beside the ids of `those_among`, no index may serve that: SQLite 3.40.1 finds them in an index, and then leaves the
    comparison out where that index ends with the id, as all do.
    """
    return links.c.id if wanted.among is None else unindexed(links.c.id)


def search_conditions(search: str, event_types: Mapping[int, EventType]) -> Iterator[Condition]:
    """Yields the condition for links that a search finds; none if the search is empty.

    The names of `event_types`, by id, are looked into here: they are few.
    """
    match parse_search(search):
        case None:
            return
        case ParsedSearch(token=str(token)):
            yield links.c.token == token
        case ParsedSearch(words=()):
            yield false()
        case ParsedSearch(words=words, prefix=prefix):
            all_words = and_(*(or_(*_ways(word, event_types)) for word in words))
            yield all_words if prefix is None else or_(all_words, begins_with(prefix))


def _ways(word: Word, event_types: Mapping[int, EventType]) -> Iterator[Condition]:
    # The database folds the case of ASCII only: other letters are looked for in their usual spellings.
    for column in (links.c.label, links.c.used_by, links.c.used_reference, links.c.notes):
        for spelling in spellings(word.text):
            yield place_in(lowered(column), fold(spelling)) > 0
    if named := [each.id for each in event_types.values() if is_in(word.text, each.name)]:
        yield unindexed(links.c.event_type_id).in_(named)
    if word.prefix:
        yield begins_with(word.prefix)
        if len(word.prefix) >= PART_LENGTH:
            yield place_in(links.c.token, word.prefix) > 0


def begins_with(prefix: str) -> Condition:
    """Returns the condition that a token begins with a prefix."""
    return and_(links.c.token >= prefix, links.c.token < prefix[:-1] + chr(ord(prefix[-1]) + 1))
