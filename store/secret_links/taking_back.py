"""Taking a change back, for 30 days: links get their earlier labels, notes and expiries, which its events have.

It goes in slices, as changing does. What a slice has looked at is no longer of the change, whether or not it could be
taken back; so one that is cut short can be gone on with.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, update

from secret_links.changing import locked, store
from secret_links.deleting import DELETE_SLICE, PAUSE, Progress, Stopped, Write, or_partly_done
from secret_links.lists.snapshot import Snapshot
from secret_links.notes import Notes, as_read
from secret_links.reports import Changed
from secret_links.tables.core import link_events
from secret_links.values import Link, Status


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice of a change that is taken back."""

    events: Sequence[int]
    """The ids of its events."""
    is_last: bool
    """Whether no more are left behind it."""
    changed: Changed


def take_back_all(write: Write, change_id: int, progress: Progress, stopped: Stopped) -> Changed | None:
    """Takes a change back, slice by slice, at least one; returns what was done, None where nothing is left of it."""
    done, seen, after_event, is_last = Changed(), 0, 0, False
    while not is_last and not (seen and stopped()):
        with or_partly_done("taken back", seen):
            step = partial(take_back_some, change_id=change_id, after_event=after_event)
            slice_ = write(step, bulk=True)
        is_last = slice_.is_last
        if not slice_.events:
            break
        after_event = slice_.events[-1]
        done, seen = done + slice_.changed, seen + len(slice_.events)
        progress(seen)
        time.sleep(PAUSE)
    return done if seen else None


def take_back_some(snapshot: Snapshot, *, change_id: int, after_event: int) -> Slice:
    """Takes back the next slice of a change, behind one of its events: links that are still as they were changed to.

    An expiry only while its link is Active, and only one that still lies ahead.
    """
    found = snapshot.history.events_of_change(change_id, after_event, DELETE_SLICE + 1)
    rows = found[:DELETE_SLICE]
    by_link = {row.link_id: row for row in rows}
    before, now = locked(snapshot, list(by_link))
    after: list[Link] = []
    kept: list[Link] = []
    for link in before:
        row = by_link[link.id]
        notes = _notes_back(link, row)
        label = row.label_before if link.label == row.label_after else link.label
        expires_at = link.expires_at
        if row.expires_after != row.expires_before:
            if _can_have_back(link, row, now):
                expires_at = row.expires_before
            else:
                kept.append(link)
        after.append(replace(link, label=label, expires_at=expires_at, notes=notes))
    changed = store(snapshot, zip(before, after, strict=True), kept, now, change_id=None)
    ids = [row.id for row in rows]
    done = update(link_events).where(link_events.c.id.in_(ids)).values(change_id=None)
    if ids:
        snapshot.context.connection.execute(done)
    return Slice(ids, len(found) == len(rows), changed)


def _can_have_back(link: Link, row: Row[Any], now: datetime) -> bool:
    is_as_changed = link.expires_at == row.expires_after and link.status_at(now) is Status.ACTIVE
    return is_as_changed and replace(link, expires_at=row.expires_before).status_at(now) is Status.ACTIVE


def _notes_back(link: Link, row: Row[Any]) -> Notes:
    old = as_read(row.note_names_before, row.notes_before)
    new = as_read(row.note_names_after, row.notes_after)
    return old if old != new and link.notes == new else link.notes
