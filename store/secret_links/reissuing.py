"""Reissuing: a fresh link like each of some old ones, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert

from secret_links import generating, recording
from secret_links.deleting import DELETE_SLICE, NOTHING_DELETED, delete_named
from secret_links.errors import EventTypeNotFound, InvalidInput, LinkUnknown
from secret_links.link_set import LinkSet
from secret_links.lists.context import sliced
from secret_links.lists.snapshot import Snapshot
from secret_links.new_values import Reissue
from secret_links.notes import as_kept
from secret_links.reports import Deletion, Reissued
from secret_links.tables.core import links as table
from secret_links.text import clean_label
from secret_links.tokens import new_tokens
from secret_links.values import Link, Status


def reissue(snapshot: Snapshot, chosen: LinkSet, wanted: Reissue, most: int | None, by: str) -> Reissued:
    """Makes a fresh link like each that is still there, in the order of the old ones; deletes those, if asked to.

    LinkUnknown where none is there, EventTypeNotFound where an event type is gone, InvalidInput for too many, for a
    label or an expiry, TooManyLinks as in `check_room`.
    """
    old = snapshot.selections.links(chosen, generating.MOST_AT_ONCE)[::-1]
    if not old:
        raise LinkUnknown
    if len(old) > generating.MOST_AT_ONCE:
        raise InvalidInput("links", f"Reissue up to {generating.MOST_AT_ONCE:,} links at a time.")
    _require_event_types(snapshot, old)
    generating.check_room(snapshot, len(old), most)
    made = _make(snapshot, old, wanted)
    deletion: Deletion | None = None
    active = [link.id for link in old if link.status_at(snapshot.now) is Status.ACTIVE]
    if wanted.delete_old and active:
        deletion = NOTHING_DELETED
        for some in sliced(active, DELETE_SLICE):
            deletion = delete_named(snapshot, deletion, some, by)
    return Reissued(tuple(made), deletion)


def are_there(connection: Connection, done: Reissued) -> bool:
    """Returns whether exactly these links were made, as after generating."""
    return generating.are_there(connection, done.links)


def _require_event_types(snapshot: Snapshot, old: Sequence[Link]) -> None:
    present = {event_type.id for event_type in snapshot.event_types()}
    for link in old:
        if link.event_type.id not in present:
            whose = f"for {link.label}" if link.label else f"{link.token[:6]}…"
            raise EventTypeNotFound(f"The event type of the link {whose} was removed; undo brings it back.")


def _make(snapshot: Snapshot, old: Sequence[Link], wanted: Reissue) -> list[Link]:
    label = None if wanted.label is None else clean_label(wanted.label)
    tokens = new_tokens(len(old))
    ids = snapshot.context.database.new_ids(snapshot.context.connection, table, len(old))
    made = [
        replace(
            link,
            id=new_id,
            token=token,
            label=link.label if wanted.label is None else label,
            created_at=snapshot.now,
            expires_at=_expiry(snapshot, link, wanted),
            used_at=None,
            used_by=None,
            reference=None,
        )
        for link, new_id, token in zip(old, ids, tokens, strict=True)
    ]
    noted = any(link.notes for link in made)
    rows = [
        {
            "id": link.id,
            "host_id": snapshot.context.host_id,
            "event_type_id": link.event_type.id,
            "token": link.token,
            "label": link.label,
            "created_at": link.created_at,
            "expires_at": link.expires_at,
            "replaces": before.id,
            **(as_kept(link.notes) if noted else {}),
        }
        for link, before in zip(made, old, strict=True)
    ]
    snapshot.context.connection.execute(insert(table), rows)
    recording.generated(snapshot, ids)
    return made


def _expiry(snapshot: Snapshot, link: Link, wanted: Reissue) -> datetime | None:
    if not wanted.as_long:
        if wanted.expires_at is not None and wanted.expires_at <= snapshot.now:
            raise InvalidInput("expires", "This expiry has passed; pick one that lies ahead.")
        return wanted.expires_at
    if link.expires_at is not None and link.lifetime is None:
        raise InvalidInput("expires", "It cannot be read how long these links were valid; say until when.")
    return None if link.lifetime is None else snapshot.now + link.lifetime
