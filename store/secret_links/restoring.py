"""Restoring deleted links, for 30 days: a whole deletion, or any of its links."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from functools import partial

from sqlalchemy import delete, insert, select

from secret_links import event_types, recording
from secret_links.deleting import (
    DELETE_SLICE,
    PAUSE,
    Progress,
    Stopped,
    Write,
    move_each,
    or_partly_done,
    require_all,
)
from secret_links.lists.context import sliced
from secret_links.lists.snapshot import Snapshot
from secret_links.reports import KEPT_FOR, EventKind
from secret_links.tables.core import LINK_COLUMNS, deleted_links, deletions, links


def restore_all(write: Write, deletion_id: int, progress: Progress, stopped: Stopped) -> int:
    """Restores a deletion's links, slice by slice, at least one; returns how many, 0 where none is left."""
    return _restore(write, deletion_id, [()], progress, stopped)


def restore_named(write: Write, named: Collection[int], progress: Progress, stopped: Stopped) -> int:
    """Restores those deleted links that are named by id, whichever deletion they are of; returns how many.

    Each link is looked for once: one that somebody deletes again meanwhile stays deleted.
    """
    return _restore(write, None, sliced(sorted(named), DELETE_SLICE), progress, stopped)


def _restore(
    write: Write, deletion_id: int | None, named: Iterable[Collection[int]], progress: Progress, stopped: Stopped
) -> int:
    done, refused = 0, 0
    for only in named:
        stay, is_all = set[int](), False
        while not is_all and not (done and stopped()):
            with or_partly_done("restored", done):
                step = partial(move_back, deletion_id=deletion_id, only=only, refused=stay)
                back, stayed, is_all = write(step, bulk=True)
            stay |= stayed
            if back:
                done += back
                progress(done)
                time.sleep(PAUSE)
        refused += len(stay)
    require_all("restored", done, refused)
    return done


def move_back(
    snapshot: Snapshot, deletion_id: int | None, only: Collection[int] = (), refused: Collection[int] = ()
) -> tuple[int, set[int], bool]:
    """Restores the next slice of a deletion, or of the links in `only`, but for those that were refused before.

    Returns how many links came back, the ids of those that the table of links refuses, and whether none is left.
    """
    recent = select(deletions.c.id).where(
        deletions.c.host_id == snapshot.context.host_id, deletions.c.deleted_at > snapshot.now - KEPT_FOR
    )
    if deletion_id is not None:
        recent = recent.where(deletions.c.id == deletion_id)
    query = select(deleted_links.c.id, deleted_links.c.event_type_id).where(deleted_links.c.deletion_id.in_(recent))
    if deletion_id is None:
        query = query.where(deleted_links.c.id.in_(only))
    if refused:
        query = query.where(deleted_links.c.id.not_in(refused))
    found = snapshot.context.connection.execute(query.limit(DELETE_SLICE + 1).with_for_update()).all()
    rows = found[:DELETE_SLICE]
    some = [row.id for row in rows]
    event_types.bring_back(snapshot, {row.event_type_id for row in rows})
    moved = move_each(snapshot.context.connection, some, partial(_give_back, snapshot))
    return len(moved), set(some).difference(moved), len(found) == len(rows)


def _give_back(snapshot: Snapshot, some: Sequence[int]) -> None:
    connection = snapshot.context.connection
    copied = select(*(deleted_links.c[name] for name in LINK_COLUMNS)).where(deleted_links.c.id.in_(some))
    connection.execute(insert(links).from_select(LINK_COLUMNS, copied))
    connection.execute(delete(deleted_links).where(deleted_links.c.id.in_(some)))
    recording.moved(snapshot, EventKind.RESTORED, some)
