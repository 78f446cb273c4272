"""Recording what happens to links, in the transaction in which it happens.

A use is recorded by a trigger of the tables: a booking page may run a statement of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert

from secret_links.lists.snapshot import Snapshot
from secret_links.notes import as_kept
from secret_links.reports import EventKind
from secret_links.tables.core import link_events
from secret_links.values import Link


def generated(snapshot: Snapshot, ids: Sequence[int]) -> None:
    """Records that links were generated, in one row whatever their number: a row for each is a third of the work.

    Their ids rise, and no other links of the host are among them, because the host's row is locked.
    """
    up_to = ids[-1] if len(ids) > 1 else None
    _record(snapshot, [{"link_id": ids[0], "up_to": up_to, "kind": EventKind.GENERATED.value, "at": snapshot.now}])


def changed(snapshot: Snapshot, pairs: Sequence[tuple[Link, Link]], at: datetime, change_id: int | None) -> int:
    """Records what links were before a change, and after it; returns the change's id.

    They are a part of the change with an id or, if that is 0, of a new one; if it is None, of none, which returns 0.
    """
    if not pairs:
        return change_id or 0
    rows: list[dict[str, object]] = [
        {
            "link_id": after.id,
            "kind": EventKind.CHANGED.value,
            "at": at,
            "label_before": before.label,
            "label_after": after.label,
            "expires_before": before.expires_at,
            "expires_after": after.expires_at,
            "change_id": change_id,
        }
        for before, after in pairs
    ]
    if any(before.notes != after.notes for before, after in pairs):
        rows = [{**row, **_notes(*pair)} for row, pair in zip(rows, pairs, strict=True)]
    if change_id == 0:
        context = snapshot.context
        ids = context.database.new_ids(context.connection, link_events, len(rows))
        change_id = ids[0]
        rows = [{**row, "id": event_id, "change_id": change_id} for event_id, row in zip(ids, rows, strict=True)]
    _record(snapshot, rows)
    return change_id or 0


def _notes(before: Link, after: Link) -> dict[str, object]:
    """Returns what the notes were, and are; nothing where they are the same."""
    old, new = (as_kept(link.notes if before.notes != after.notes else ()) for link in (before, after))
    return {
        "note_names_before": old["note_names"],
        "notes_before": old["notes"],
        "note_names_after": new["note_names"],
        "notes_after": new["notes"],
    }


def moved(snapshot: Snapshot, kind: EventKind, some: Sequence[int]) -> None:
    """Records that links were deleted or restored."""
    _record(snapshot, [{"link_id": link_id, "kind": kind.value, "at": snapshot.now} for link_id in some])


def _record(snapshot: Snapshot, rows: Sequence[dict[str, object]]) -> None:
    host = {"host_id": snapshot.context.host_id}
    snapshot.context.connection.execute(insert(link_events), [{**host, **row} for row in rows])
