"""Deleting links, and undoing it for 30 days.

Links move to a table of their own, in slices, each a transaction: a visitor who books at the same time waits for one
slice, not for all of them. A deletion that is cut short has deleted what it says, and can be undone like any other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Connection, delete, insert, literal, or_, select
from sqlalchemy.exc import IntegrityError

from secret_links import event_types, recording
from secret_links.errors import InvalidInput, OutcomeUnknown, PartlyDone, StoreError
from secret_links.link_set import LinkSet
from secret_links.lists.selection import Rest
from secret_links.lists.snapshot import Snapshot
from secret_links.reports import Deletion, EventKind
from secret_links.tables.core import LINK_COLUMNS, deleted_links, deletions, links
from secret_links.times import EPOCH
from secret_links.values import LinkFilter

T = TypeVar("T")

DELETE_SLICE = 500
"""Links that one transaction moves: a visitor who books at the same time waits for two such slices at most."""


NOTHING_DELETED = Deletion(0, EPOCH, 0)
"""A deletion before its first slice."""

_NEWEST = 2**63 - 1
"""The greatest id that can be."""


PAUSE = 0.002
"""Seconds between two slices: a booking that waits for the writer's place gets it then."""

Progress = Callable[[int], None]
"""Receives the number of links that are done so far."""

Stopped = Callable[[], bool]
"""Returns whether to stop after the current slice."""


class Write(Protocol):
    """Runs an operation of a host in a transaction of its own."""

    def __call__(self, operation: Callable[[Snapshot], T], *, bulk: bool) -> T:
        """Returns what the operation returns; the database may run it more than once."""


def delete_all(write: Write, chosen: LinkSet, by: str, progress: Progress, stopped: Stopped) -> Deletion:
    """Deletes selected links, slice by slice, until it is stopped; PartlyDone where not all of them can be."""
    deletion = NOTHING_DELETED
    rest: Rest | None = Rest(sorted(chosen.ids))
    while rest is not None and not stopped():
        with or_partly_done("deleted", deletion.links):
            step = partial(delete_some, chosen=chosen, rest=rest, deletion=deletion, by=by)
            deletion, rest = write(step, bulk=True)
        progress(deletion.links)
        time.sleep(PAUSE)
    require_all("deleted", deletion.links, deletion.refused)
    return deletion


def remove_with_links(write: Write, event_type_id: int, by: str, progress: Progress, stopped: Stopped) -> Deletion:
    """Deletes an event type's links, slice by slice, and then the event type, unless it is stopped before."""
    deletion, removed = NOTHING_DELETED, False
    while not removed and not stopped():
        with or_partly_done("deleted", deletion.links):
            step = partial(remove_some, event_type_id=event_type_id, deletion=deletion, by=by)
            deletion, removed = write(step, bulk=True)
        progress(deletion.links)
        time.sleep(PAUSE)
    require_all("deleted", deletion.links, deletion.refused)
    return deletion


@contextmanager
def or_partly_done(done: str, links: int, cure: str = "try again for the rest") -> Iterator[None]:
    """Turns a StoreError or InvalidInput after the first slice into PartlyDone with the number of links so far.

    It is for a slice that has something to do: that there is a rest must be true.
    """
    try:
        yield
    except (StoreError, InvalidInput) as error:
        if not links:
            raise
        if isinstance(error, OutcomeUnknown):
            sentence = f"{links:,} links were {done}, and perhaps more: the store failed during a commit; {cure}."
        elif isinstance(error, InvalidInput):
            sentence = f"{links:,} links were {done}, then the rest was refused ({error}); {cure}."
        else:
            sentence = f"{links:,} links were {done}, then the store could not be written; {cure}."
        raise PartlyDone(sentence, links) from error


def require_all(done: str, links: int, refused: int) -> None:
    """Raises PartlyDone if tables refused to delete or restore some links."""
    if refused:
        sentence = (
            f"{links:,} links were {done}; {refused:,} could not be, for they are damaged, or the store's tables are."
        )
        raise PartlyDone(sentence, links)


def delete_some(
    snapshot: Snapshot, *, chosen: LinkSet, rest: Rest, deletion: Deletion, by: str
) -> tuple[Deletion, Rest | None]:
    """Deletes the next slice of selected links; returns the deletion so far, and what is left."""
    # Read in this transaction: nobody can book with them until they are deleted.
    some, left = snapshot.selections.next_slice(chosen, rest, DELETE_SLICE)
    return delete_named(snapshot, deletion, some, by), left


def remove_some(snapshot: Snapshot, *, event_type_id: int, deletion: Deletion, by: str) -> tuple[Deletion, bool]:
    """Deletes one slice of an event type's links; with the last slice, the event type itself.

    One transaction does both, so that no link can be made in between. Returns the deletion so far, and whether the
    event type was removed, or cannot be.
    """
    chosen = LinkSet(every=LinkFilter(event_type_id), up_to=_NEWEST)
    some, rest = snapshot.selections.next_slice(chosen, Rest(()), DELETE_SLICE)
    before = replace(deletion, refused=0)  # those that were refused are in this slice again
    deletion = delete_named(snapshot, before, some, by)
    if deletion.refused:
        return deletion, deletion.links == before.links or rest is None
    if rest is None:
        event_types.remove(snapshot, event_type_id)
    return deletion, rest is None


def delete_named(snapshot: Snapshot, deletion: Deletion, some: Sequence[int], by: str) -> Deletion:
    """Deletes those of some links that are still there, a slice at the most; returns the deletion so far."""
    if not some:
        return deletion
    if not deletion.id:
        values = {"host_id": snapshot.context.host_id, "deleted_at": snapshot.now, "deleted_by": by}
        begun = insert(deletions).values(values).returning(deletions.c.id)
        deletion = Deletion(
            int(snapshot.context.connection.execute(begun).scalar_one()), snapshot.now, 0, deleted_by=by
        )
    moved, refused = _move_away(snapshot, deletion, some)
    return replace(deletion, links=deletion.links + moved, refused=deletion.refused + refused)


def _move_away(snapshot: Snapshot, deletion: Deletion, some: Sequence[int]) -> tuple[int, int]:
    """Moves those of some links that are still there; returns how many, and how many had to stay.

    They are locked first: otherwise a link that is redeemed after it was copied and before it is deleted would be
    restored as Active.
    """
    # Lists of one event type have no condition on hosts: what they show can be deleted, even if a program changed it.
    mine = or_(links.c.host_id == snapshot.context.host_id, links.c.event_type_id.in_(snapshot.context.event_types))
    locked = select(links.c.id).where(links.c.id.in_(some), mine).order_by(links.c.id).with_for_update()
    still = list(snapshot.context.connection.execute(locked).scalars())
    take = partial(_take, snapshot, deletion.id)
    moved = move_each(snapshot.context.connection, still, take)
    return len(moved), len(still) - len(moved)


def _take(snapshot: Snapshot, deletion_id: int, some: Sequence[int]) -> None:
    connection = snapshot.context.connection
    copied = select(*(links.c[name] for name in LINK_COLUMNS), literal(deletion_id)).where(links.c.id.in_(some))
    connection.execute(insert(deleted_links).from_select([*LINK_COLUMNS, "deletion_id"], copied))
    connection.execute(delete(links).where(links.c.id.in_(some)))
    recording.moved(snapshot, EventKind.DELETED, some)


def move_each(connection: Connection, some: Sequence[int], move: Callable[[Sequence[int]], None]) -> list[int]:
    """Moves links all at once; one by one where a table refuses some, which stay. Returns those that were moved.

    That is met only where another program has changed rows, or what the tables ask of them: one such row must
    not keep the others where they are.
    """
    if not some:
        return []
    try:
        with connection.begin_nested():
            move(some)
    except IntegrityError:
        if len(some) == 1:
            return []
        return [moved for each in some for moved in move_each(connection, [each], move)]
    return list(some)
