"""Redeeming: exactly one caller can make a link Used."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Label, bindparam, null, select, text, type_coerce, update
from sqlalchemy.dialects import registry
from sqlalchemy.sql.dml import ReturningUpdate

from secret_links import arguments
from secret_links.errors import LinkDamaged, LinkExpired, LinkNotAvailable, LinkUnknown, LinkUsed
from secret_links.lists.conditions import UNREADABLE, USED, is_ahead
from secret_links.odd_values import OddInstant, decoded, read_number, read_required_text, read_text
from secret_links.reports import Offer
from secret_links.tables.column_types import CountedInstant, Instant
from secret_links.tables.core import deleted_links, event_types, hosts, links
from secret_links.tables.dialects import counted, shared_now
from secret_links.text import clean_label
from secret_links.values import EventType, Link

_INSTANT = Instant()
_NOW = shared_now(bindparam("now", type_=_INSTANT))

_READ = CountedInstant()


def _counted(column: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(counted(column), _READ).label(column.name)


_INSTANTS = tuple(_counted(column) for column in (links.c.created_at, links.c.expires_at, links.c.used_at))
_AVAILABLE = (
    links.c.token == bindparam("sought_token"),
    links.c.used_at.is_(None),
    is_ahead(links.c.expires_at, _NOW),
)
"""The conditions of a link that opens a booking, both for looking it up and for spending it.

An expiry that cannot be read is never ahead, although on SQLite a text is greater than any number.
"""

_HAS_EVENT_TYPE = select(event_types.c.id).where(event_types.c.id == links.c.event_type_id).exists()

_EVENT_TYPE = (event_types.c.slug, event_types.c.name, event_types.c.minutes)


def _of_event_type(column: Column[Any]) -> Label[Any]:
    """Returns a column of the link's event type as a subquery: a second statement would take twice as long."""
    found = select(column).where(event_types.c.id == links.c.event_type_id).scalar_subquery()
    return found.label(f"event_type_{column.name}")


def _claim(label: ColumnElement[Any]) -> ReturningUpdate[Any]:
    """Returns the claiming statement, with `label` among the columns that it returns."""
    # Claim and check are one statement. Reading first and writing then spends contested links twice (measured: 22 %).
    return (
        update(links)
        .where(*_AVAILABLE, _HAS_EVENT_TYPE)
        .values(used_at=_NOW, used_by=bindparam("claimed_by"), used_reference=bindparam("claimed_reference"))
        .returning(
            links.c.id,
            links.c.event_type_id,
            label,
            *_INSTANTS,
            *(_of_event_type(column) for column in _EVENT_TYPE),
        )
    )


_CLAIM = _claim(links.c.label)
_CLAIM_AS_PAGE = _claim(null().label("label"))

_OFFER = (
    select(event_types.c.id, *_EVENT_TYPE, hosts.c.name.label("host"))
    .select_from(
        links.join(event_types, event_types.c.id == links.c.event_type_id).join(hosts, hosts.c.id == links.c.host_id)
    )
    .where(*_AVAILABLE)
)


_WHO = "The note of who redeemed"

_AS_PAGE = "secret_links.as_page"
_IS_PAGE = text("SELECT NOT has_column_privilege('link', 'label', 'SELECT')")
NAME_TOKEN = text("SELECT set_config('secret_links.token', :token, true)")
"""Names the link for the rest of the transaction: a server shows a booking page no other."""


@cache
def _claim_for(database: str, driver: str, *, as_page: bool) -> str:
    """Returns the claiming statement as text for a driver, with named parameters."""
    paramstyle = "named" if database == "sqlite" else "pyformat"
    claim = _CLAIM_AS_PAGE if as_page else _CLAIM
    return str(claim.compile(dialect=registry.load(f"{database}.{driver}")(paramstyle=paramstyle)))


def _name_token_as_page(connection: Connection, token: str) -> bool:
    """Names the token if the role is a booking page's (`postgres/rights.py`); returns whether it is."""
    if connection.dialect.name == "sqlite":
        return False
    info = connection.info  # kept for as long as the driver's connection is open
    if _AS_PAGE not in info:
        info[_AS_PAGE] = bool(connection.execute(_IS_PAGE).scalar_one())
    if info[_AS_PAGE]:
        connection.execute(NAME_TOKEN, {"token": token})
    return bool(info[_AS_PAGE])


@dataclass(frozen=True, slots=True)
class Claim:
    """A request to spend a link on a booking."""

    token: str
    by: str | None
    """Who books."""
    reference: str | None
    """What the booking page calls the booking."""

    @classmethod
    def of(cls, token_or_url: str, by: str | None, reference: str | int | UUID | None) -> Self:
        """Reads the arguments of a caller.

        LinkUnclear says that the text has no token, or several; LinkUnknown that it is no text. InvalidInput refuses a
        `by` or a `reference` that cannot be kept.
        """
        token = arguments.one_token(token_or_url)
        redeemer = clean_label(arguments.optional_text(by, "by", _WHO), "by", _WHO)
        return cls(token, redeemer, clean_label(arguments.reference(reference), "reference", "A reference"))


def redeem(connection: Connection, claim: Claim, now: datetime | None) -> Link:
    """Spends a link; LinkNotAvailable says why it cannot be spent. If `now` is None, the server's clock is used.

    A role that may not read labels, as those of booking pages, gets a link without one. The claim is executed by the
    driver: through SQLAlchemy, redeeming takes 1.4 times as long.
    """
    as_page = _name_token_as_page(connection, claim.token)
    dialect = connection.dialect
    parameters = _parameters(claim, _INSTANT.process_bind_param(now, dialect))
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_claim_for(dialect.name, dialect.driver, as_page=as_page), parameters)
        rows = cursor.fetchall()
    finally:
        cursor.close()
    if not rows:
        raise _refusal(connection, claim.token, now)
    link_id, type_id, label, *instants, slug, name, minutes = rows[0]
    read = map(_READ.result_processor(dialect, None), instants)
    event_type = (read_required_text(slug), read_required_text(name), read_number(minutes))
    return _spent(claim, (link_id, type_id, read_text(label), *read, *event_type))


def redeem_through(connection: Connection, claim: Claim, now: datetime | None) -> Link:
    """Like `redeem`, but through SQLAlchemy, for callers with a driver and a transaction of their own."""
    as_page = _name_token_as_page(connection, claim.token)
    with _texts_of_any_bytes(connection):
        row = connection.execute(_CLAIM_AS_PAGE if as_page else _CLAIM, _parameters(claim, now)).one_or_none()
    if row is None:
        raise _refusal(connection, claim.token, now)
    return _spent(claim, row)


@contextmanager
def _texts_of_any_bytes(connection: Connection) -> Iterator[None]:
    """Makes a page's own connection read texts that are not UTF-8, as the store's connections do."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    before, driver.text_factory = driver.text_factory, decoded
    try:
        yield
    finally:
        driver.text_factory = before


def look_up(connection: Connection, token: str, now: datetime | None) -> Offer | None:
    """Returns what a visitor may see of a link; None if it opens no booking, for any reason."""
    _name_token_as_page(connection, token)
    row = connection.execute(_OFFER, {"sought_token": token, "now": now}).one_or_none()
    return Offer(EventType(*row[:4]), row.host) if row else None


def _parameters(claim: Claim, now: object) -> dict[str, object]:
    return {
        "sought_token": claim.token,
        "claimed_by": claim.by,
        "claimed_reference": claim.reference,
        "now": now,
    }


def _spent(claim: Claim, row: Sequence[Any]) -> Link:
    link_id, type_id, label, created, expires, used, *event_type = row
    created = created or OddInstant.unreadable(None)
    offered = EventType(type_id, *event_type)
    return Link(link_id, claim.token, offered, label, created, expires, used, claim.by, claim.reference)


def is_there(connection: Connection, won: Link) -> bool:
    """Returns whether a link, deleted or not, was spent by the claim that returned `won`."""
    for table in (links.c, deleted_links.c):
        same = (table.token == won.token, table.used_at == won.used_at, table.used_by.is_not_distinct_from(won.used_by))
        if connection.execute(select(table.id).where(*same)).first() is not None:
            return True
    return False


def _refusal(connection: Connection, token: str, now: datetime | None) -> LinkNotAvailable:
    expired = (links.c.expires_at <= _NOW).label("expired")
    instants = (_counted(links.c.used_at), _counted(links.c.expires_at))
    query = select(USED.label("used"), UNREADABLE.label("damaged"), expired, *instants, links.c.used_by)
    with _texts_of_any_bytes(connection):
        row = connection.execute(query.where(links.c.token == token), {"now": now}).one_or_none()
    if row is not None and row.used:
        return LinkUsed(row.used_at or OddInstant.unreadable(None), row.used_by)
    if row is not None and row.damaged:
        return LinkDamaged()
    if row is not None and row.expired:
        return LinkExpired(row.expires_at)
    return LinkUnknown()  # if it is there, it was restored after the claim failed
