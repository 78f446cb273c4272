"""Changing links that were sent: their labels, notes and expiries; tokens, and so URLs, stay as they are.

An expiry is changed while its link is Active, and never again: a visitor to a Used or Expired one was told so. Labels
and notes are the host's own, and can be changed at any time.

Links are changed in slices, each a transaction: a visitor who books at the same time waits for one slice, not for all
of them. A change that is cut short has changed what it says, and can be taken back like any other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import bindparam, select, update

from secret_links import arguments, recording
from secret_links.deleting import DELETE_SLICE, PAUSE, Progress, Stopped, Write, or_partly_done
from secret_links.errors import LinkUnknown
from secret_links.link_set import LinkSet
from secret_links.lists.selection import Rest
from secret_links.lists.snapshot import Snapshot
from secret_links.new_values import Change, NewExpiry, why_not
from secret_links.notes import as_kept, checked_changes, with_changes
from secret_links.reports import Changed
from secret_links.tables.core import links as table
from secret_links.text import clean_label
from secret_links.times import EPOCH
from secret_links.values import Link, Status

_BY_ID = table.c.id == bindparam("changed_id")
_LABEL = update(table).where(_BY_ID).values(label=bindparam("new_label"))
_NOTES = update(table).where(_BY_ID).values(note_names=bindparam("new_names"), notes=bindparam("new_notes"))
_EXPIRY = update(table).where(_BY_ID, table.c.used_at.is_(None)).values(expires_at=bindparam("new_expiry"))

UNDO = "undo takes them back"
"""What to do about a change that was cut short: a second `+7d` would move those that were changed once more."""

Told = Callable[[Changed], None]
"""Receives what each slice has changed, all of its links named."""


def checked(wanted: Change) -> Change:
    """Checks a change's parts; InvalidInput refuses a label, notes, or an expiry without a time zone."""
    label = None if wanted.label is None else clean_label(arguments.text(wanted.label, "label", "A label")) or ""
    expiry = wanted.expiry
    if expiry is not None and expiry.at is not None:
        expiry = replace(expiry, at=arguments.instant(expiry.at, "expires"))
    return Change(label, expiry, dict(checked_changes(arguments.notes(wanted.notes))))


def check_all(snapshot: Snapshot, chosen: LinkSet, expiry: NewExpiry | None) -> None:
    """Checks that no link would get an expiry that is refused, before any is changed; InvalidInput as in NewExpiry."""
    if expiry is None or expiry.later is None:
        return  # one instant for all is refused with the first slice
    last = snapshot.selections.ends(chosen).last
    if last is not None:
        expiry.instead_of(last, snapshot.now)


def change_all(
    reading: Callable[[], AbstractContextManager[Snapshot]],
    write: Write,
    chosen: LinkSet,
    wanted: Change,
    *,
    told: Told,
    progress: Progress,
    stopped: Stopped,
) -> Changed:
    """Changes those of selected links that are still there, slice by slice, until it is stopped; newest first.

    Raises as `HostStore.change`.
    """
    with reading() as snapshot:
        check_all(snapshot, chosen, wanted.expiry)
    done, seen, now, is_stopped = Changed(), 0, EPOCH, False
    rest = Rest(sorted(chosen.ids, reverse=True)) if chosen else None
    while rest is not None and not (is_stopped := stopped()):
        with or_partly_done("changed", done.links, UNDO):
            step = partial(change_some, chosen=chosen, wanted=wanted, rest=rest, change_id=done.id)
            slice_ = write(step, bulk=True)
        rest, done, seen, now = slice_.rest, done + slice_.changed, seen + slice_.there, slice_.now
        told(slice_.changed)
        progress(seen)
        time.sleep(PAUSE)
    if not seen and not is_stopped:
        raise LinkUnknown
    if done.kept == seen and wanted.is_of_expiry_alone and not is_stopped:
        raise why_not(done.first_kept[0], now)
    return done


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice of a change."""

    rest: Rest | None
    """What is left behind it; None where nothing is."""
    there: int
    """How many of its links are there."""
    changed: Changed
    now: datetime


def change_some(snapshot: Snapshot, *, chosen: LinkSet, wanted: Change, rest: Rest, change_id: int) -> Slice:
    """Changes the next slice of selected links.

    The links are locked before they are looked at: a claim that came first has made its link Used, and one that comes
    later sees the new expiry.
    """
    some, left = snapshot.selections.next_slice(chosen, rest, DELETE_SLICE)
    before, now = locked(snapshot, some)
    after = [link if wanted.label is None else replace(link, label=wanted.label or None) for link in before]
    if wanted.notes:
        after = [replace(link, notes=with_changes(link.notes, tuple(wanted.notes.items()))) for link in after]
    kept: list[Link] = []
    if wanted.expiry is not None:
        active = {link.id for link in before if link.status_at(now) is Status.ACTIVE}
        kept = [link for link in before if link.id not in active]
        after = [wanted.expiry.given_to(link, now) if link.id in active else link for link in after]
    changed = store(snapshot, zip(before, after, strict=True), kept, now, change_id=change_id)
    return Slice(left, len(before), changed, now)


def locked(snapshot: Snapshot, some: Sequence[int]) -> tuple[list[Link], datetime]:
    """Locks those links of a slice, named by id, that are still there; returns them as they are, newest first.

    And the instant after that.
    """
    mine = table.c.host_id == snapshot.context.host_id
    query = select(table.c.id).where(table.c.id.in_(some), mine).order_by(table.c.id).with_for_update()
    ids = list(snapshot.context.connection.execute(query).scalars())
    return snapshot.lists.links(ids), snapshot.context.database.now(snapshot.context.connection)


def store(
    snapshot: Snapshot,
    links: Iterable[tuple[Link, Link]],
    kept: Sequence[Link],
    now: datetime,
    *,
    change_id: int | None,
) -> Changed:
    """Stores what has become of a slice of links, which are locked, and records it; each is given before and after.

    As a part of the change with an id, or, if that is 0, of a new one; if it is None, of none that can be taken back.
    """
    pairs = [(old, new) for old, new in links if old != new]
    labels = [{"changed_id": new.id, "new_label": new.label} for old, new in pairs if old.label != new.label]
    expiries = [
        {"changed_id": new.id, "new_expiry": new.expires_at} for old, new in pairs if old.expires_at != new.expires_at
    ]
    notes = [{"changed_id": new.id, **_new_notes(new)} for old, new in pairs if old.notes != new.notes]
    for statement, rows in ((_LABEL, labels), (_EXPIRY, expiries), (_NOTES, notes)):
        if rows:
            snapshot.context.connection.execute(statement, rows)
    change_id = recording.changed(snapshot, pairs, now, change_id)
    before, after = tuple(old for old, _ in pairs), tuple(new for _, new in pairs)
    return Changed(change_id, len(pairs), len(kept), before, after, tuple(kept))


def _new_notes(link: Link) -> dict[str, str | None]:
    kept = as_kept(link.notes)
    return {"new_names": kept["note_names"], "new_notes": kept["notes"]}
