"""Deleting links, and undoing it for 30 days.

Links move to a table of their own, in slices, each a transaction: a visitor who books meanwhile waits for one slice,
not for all of them. A deletion that is cut short has deleted what it says, and can be undone like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, literal, select

from secret_links import event_types as kinds
from secret_links.models import LINK_COLUMNS, deleted_links, deletions, links
from secret_links.moment import Moment
from secret_links.times import KEPT_FOR

SLICE = 500
"""Links that one transaction moves: a visitor who books meanwhile waits for two such slices at the most."""


def begin(moment: Moment, by: str) -> int:
    """Writes down that a deletion happens; gives its id."""
    values = {"host_id": moment.host_id, "deleted_at": moment.now, "deleted_by": by}
    return int(moment.connection.execute(insert(deletions).values(values).returning(deletions.c.id)).scalar_one())


def move_away(moment: Moment, deletion_id: int, some: Sequence[int]) -> int:
    """Deletes one slice of links; gives how many of them were still there."""
    mine = (links.c.host_id == moment.host_id, links.c.id.in_(some))
    copied = select(*(links.c[name] for name in LINK_COLUMNS), literal(deletion_id)).where(*mine)
    moment.connection.execute(insert(deleted_links).from_select([*LINK_COLUMNS, "deletion_id"], copied))
    return moment.connection.execute(delete(links).where(*mine)).rowcount


def move_back(moment: Moment, deletion_id: int) -> int:
    """Restores the next slice of a deletion; gives how many links came back, 0 when none is left."""
    recent = select(deletions.c.id).where(
        deletions.c.host_id == moment.host_id,
        deletions.c.id == deletion_id,
        deletions.c.deleted_at > moment.now - KEPT_FOR,
    )
    query = select(deleted_links.c.id, deleted_links.c.event_type_id).where(deleted_links.c.deletion_id.in_(recent))
    rows = moment.connection.execute(query.limit(SLICE)).all()
    some = [row.id for row in rows]
    kinds.bring_back(moment, {row.event_type_id for row in rows})
    copied = select(*(deleted_links.c[name] for name in LINK_COLUMNS)).where(deleted_links.c.id.in_(some))
    moment.connection.execute(insert(links).from_select(LINK_COLUMNS, copied))
    moment.connection.execute(delete(deleted_links).where(deleted_links.c.id.in_(some)))
    return len(some)


def is_anything_due(connection: Connection, now: datetime) -> bool:
    """Says whether anything was deleted more than 30 days ago."""
    query = select(deletions.c.id).where(deletions.c.deleted_at <= now - KEPT_FOR).limit(1)
    return connection.execute(query).first() is not None


def purge_slice(connection: Connection, now: datetime) -> int:
    """Forgets one slice of what was deleted more than 30 days ago; gives how many links went, 0 when none is left."""
    old = select(deletions.c.id).where(deletions.c.deleted_at <= now - KEPT_FOR)
    query = select(deleted_links.c.id).where(deleted_links.c.deletion_id.in_(old)).limit(SLICE)
    some = list(connection.execute(query).scalars())
    connection.execute(delete(deleted_links).where(deleted_links.c.id.in_(some)))
    if not some:
        connection.execute(delete(deletions).where(deletions.c.id.in_(old)))
    return len(some)
