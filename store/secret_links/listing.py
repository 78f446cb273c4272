"""The questions about a host's links, as queries: which ones, in which order.

Conditions on `used_at` are written out, never bound: a partial index serves only a query that visibly implies it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, false, func, literal, or_

from secret_links.models import event_types, links
from secret_links.text import LABEL_LENGTH, clean
from secret_links.tokens import find_token, token_prefix
from secret_links.values import Column, Link, LinkFilter, Order, Status

Query = Select[Any]
Key = tuple[ColumnElement[Any], bool]
"""What rows are ordered by, and whether descending."""

LINK = (
    links.c.id,
    links.c.event_type_id,
    links.c.token,
    links.c.label,
    links.c.created_at,
    links.c.expires_at,
    links.c.used_at,
    links.c.used_by,
)
"""The columns that make a Link."""

STATUSES = (Status.ACTIVE, Status.USED, Status.EXPIRED)
"""The statuses in the order of their ranks."""


def source(order: Order) -> FromClause:
    """Gives the tables that an order looks at."""
    return links.join(event_types) if order.column is Column.EVENT_TYPE else links


def ordered(query: Query, host_id: int, wanted: LinkFilter, order: Order, now: datetime) -> Query:
    """Narrows a query of link columns to a list, in its order."""
    by = [key.desc() if descending else key.asc() for key, descending in _keys(order, now)]
    return query.select_from(source(order)).where(*conditions(host_id, wanted, now)).order_by(*by)


def before(order: Order, link: Link, now: datetime) -> ColumnElement[bool]:
    """Says what stands before a link in an order: less in the first key that differs."""
    ways: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for (key, descending), value in zip(_keys(order, now), _values(order, link, now), strict=True):
        ways.append(and_(*equal, key > value if descending else key < value))
        equal.append(key.is_not_distinct_from(value))
    return or_(*ways)


def rank(now: datetime) -> ColumnElement[int]:
    """Gives a link's place in STATUSES."""
    expired = and_(links.c.expires_at.is_not(None), links.c.expires_at <= now)
    return case((links.c.used_at.is_not(None), 1), (expired, 2), else_=0)


def conditions(host_id: int, wanted: LinkFilter, now: datetime) -> list[ColumnElement[bool]]:
    """Says which of a host's links pass a filter."""
    passing = [links.c.host_id == host_id]
    if wanted.event_type_id is not None:
        passing.append(links.c.event_type_id == wanted.event_type_id)
    if wanted.status is not None:
        passing += _status_conditions(wanted.status, now)
    if clean(wanted.search):
        passing.append(_search_condition(clean(wanted.search)))
    return passing


def _status_conditions(status: Status, now: datetime) -> list[ColumnElement[bool]]:
    match status:
        case Status.USED:
            return [links.c.used_at.is_not(None)]
        case Status.EXPIRED:
            return [links.c.used_at.is_(None), links.c.expires_at <= now]
        case Status.ACTIVE:
            return [links.c.used_at.is_(None), or_(links.c.expires_at.is_(None), links.c.expires_at > now)]


def _search_condition(text: str) -> ColumnElement[bool]:
    """A token or URL names one link; other text begins a token, is in one (from 3 characters on), or in a label."""
    if token := find_token(text):
        return links.c.token == token
    if len(text) > LABEL_LENGTH:
        return false()
    # SQLite folds the case of ASCII only: what else there is in the text is looked for as it is usually written.
    spellings = {text.lower(), text.upper(), text.title()} if not text.isascii() else {text}
    ways = [links.c.label.icontains(spelling, autoescape=True) for spelling in sorted(spellings)]
    if prefix := token_prefix(text):
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        ways.append(and_(links.c.token >= prefix, links.c.token < after))
        if len(prefix) >= 3:
            ways.append(func.instr(links.c.token, prefix) > 0)
    return or_(*ways)


def _keys(order: Order, now: datetime) -> list[Key]:
    newest_first = (links.c.id, True)
    match order.column:
        case Column.CREATED:
            return [(links.c.id, order.descending)]
        case Column.TOKEN:
            return [(links.c.token, order.descending)]
        case Column.LABEL:
            label = func.lower(links.c.label)
            return [(links.c.label.is_(None), False), (label, order.descending), newest_first]
        case Column.EXPIRES:
            expires = links.c.expires_at
            return [(expires.is_(None), False), (expires, order.descending), newest_first]
        case Column.EVENT_TYPE:
            return [(func.lower(event_types.c.name), order.descending), newest_first]
        case Column.STATUS:
            return [(rank(now), order.descending), newest_first]


def _values(order: Order, link: Link, now: datetime) -> list[ColumnElement[Any]]:
    """Gives a link's values of the keys; the database folds case, so that both sides are folded alike."""
    number = literal(link.id)
    match order.column:
        case Column.CREATED:
            return [number]
        case Column.TOKEN:
            return [literal(link.token)]
        case Column.LABEL:
            return [literal(link.label is None), func.lower(literal(link.label, links.c.label.type)), number]
        case Column.EXPIRES:
            return [literal(link.expires_at is None), literal(link.expires_at, links.c.expires_at.type), number]
        case Column.EVENT_TYPE:
            return [func.lower(literal(link.event_type.name)), number]
        case Column.STATUS:
            return [literal(STATUSES.index(link.status_at(now))), number]
