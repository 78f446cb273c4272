"""Purging: forgetting for good what is over 30 days old."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from secret_links.deleting import DELETE_SLICE
from secret_links.reports import KEPT_FOR, EventKind
from secret_links.tables.core import deleted_links, deletions, link_events

_IN_ROW = link_events.c.kind.in_((EventKind.GENERATED.value, EventKind.USED.value))
"""Events that a link's own row keeps; the others stay as long as their link."""


def is_anything_due(connection: Connection, now: datetime) -> bool:
    """Returns whether anything was deleted, or happened, more than 30 days ago and can be forgotten."""
    query = select(deletions.c.id).where(deletions.c.deleted_at <= now - KEPT_FOR).limit(1)
    return connection.execute(query).first() is not None or bool(_old_events(connection, now))


def purge_slice(connection: Connection, now: datetime) -> tuple[int, bool]:
    """Purges one slice; returns the number of links that are forgotten, and whether there may be more to purge.

    Links that were deleted more than 30 days ago go with all that happened to them; then the events that old that
    a link's own row keeps.
    """
    old = select(deletions.c.id).where(deletions.c.deleted_at <= now - KEPT_FOR)
    query = select(deleted_links.c.id).where(deleted_links.c.deletion_id.in_(old)).limit(DELETE_SLICE)
    some = list(connection.execute(query).scalars())
    if some:
        connection.execute(delete(link_events).where(link_events.c.link_id.in_(some), ~_IN_ROW))
        connection.execute(delete(deleted_links).where(deleted_links.c.id.in_(some)))
        return len(some), True
    connection.execute(delete(deletions).where(deletions.c.id.in_(old)))
    events = _old_events(connection, now)
    connection.execute(delete(link_events).where(link_events.c.id.in_(events[:DELETE_SLICE])))
    return 0, len(events) > DELETE_SLICE


def _old_events(connection: Connection, now: datetime) -> list[int]:
    """Returns the ids of the first events that a link's own row keeps, as far as they are over 30 days old.

    A slice, and one more where there are more.
    """
    first = select(link_events.c.id, link_events.c.at).where(_IN_ROW).order_by(link_events.c.id)
    return [row.id for row in connection.execute(first.limit(DELETE_SLICE + 1)) if row.at <= now - KEPT_FOR]
