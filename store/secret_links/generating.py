"""Generating links: all that were asked for, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, literal_column, select

from secret_links import arguments, recording
from secret_links.errors import AlreadyActive, InvalidInput, LinkUnknown, TooManyLinks
from secret_links.lists.snapshot import Snapshot
from secret_links.notes import Notes, as_kept, checked_notes
from secret_links.reports import KEPT_FOR
from secret_links.tables.core import deleted_links, deletions, links
from secret_links.text import clean_label
from secret_links.tokens import new_tokens
from secret_links.values import EventType, Expiries, Link

MOST_AT_ONCE = 10_000
"""The most links that one call generates: about a second's work."""


def checked_labels(count: int | None, labels: Sequence[str]) -> list[str | None]:
    """Returns one cleaned label for each link: none, one for all, or one each."""
    given = arguments.labels(labels)
    count = max(1, len(given)) if count is None else arguments.whole(count, "count")
    if not 1 <= count <= MOST_AT_ONCE:
        raise InvalidInput("count", f"Generate 1 to {MOST_AT_ONCE:,} links at a time, not {count:,}.")
    if len(given) > 1 and len(given) != count:
        raise InvalidInput("label", f"{len(given):,} labels do not fit {count:,} links; give one label, or one each.")
    cleaned = [clean_label(label) for label in given] or [None]
    return cleaned if len(cleaned) == count else cleaned * count


def checked_expiries(expires_at: Expiries, count: int) -> list[datetime | None]:
    """Returns one expiry for each link, in UTC."""
    if expires_at is None or not isinstance(expires_at, Sequence):
        return [None if expires_at is None else arguments.instant(expires_at, "expires")] * count
    if len(expires_at) != count:
        raise InvalidInput("expires", f"{len(expires_at):,} expiries do not fit {count:,} links; give one each.")
    return [None if each is None else arguments.instant(each, "expires") for each in expires_at]


def checked_all_notes(given: Sequence[Mapping[str, str]], count: int) -> list[Notes]:
    """Returns the notes of each link, cleaned; none where none are given."""
    if given and len(given) != count:
        raise InvalidInput("notes", f"{len(given):,} times notes do not fit {count:,} links; give them for each one.")
    names: dict[str, str] = {}
    return [checked_notes(arguments.notes(each), names) for each in given]


def check_none_active(snapshot: Snapshot, event_type: EventType, labels: Sequence[str | None]) -> None:
    """Raises AlreadyActive where an Active link of the event type has one of the labels.

    The host's row is locked, so that no other process makes one before these are made.
    """
    taken = snapshot.lists.active_with_labels((label for label in labels if label is not None), event_type.id)
    if taken:
        raise AlreadyActive(taken)


def check_room(snapshot: Snapshot, count: int, most: int | None) -> None:
    """Raises TooManyLinks where a host would have more links than `most`, or has deleted more in the last 30 days.

    Deleted links are counted separately, because they can be restored. So no host ever has more than twice as many
    rows, and undoing is never refused. Where links are generated, the host's row is locked, so that no other process
    adds any.
    """
    if most is None:
        return
    recent = select(deletions.c.id).where(
        deletions.c.host_id == snapshot.context.host_id, deletions.c.deleted_at > snapshot.now - KEPT_FOR
    )
    there, deleted = (
        select(func.count()).select_from(select(literal_column("1")).where(condition).limit(most + 1).subquery())
        for condition in (links.c.host_id == snapshot.context.host_id, deleted_links.c.deletion_id.in_(recent))
    )
    row = snapshot.context.connection.execute(select(there.scalar_subquery(), deleted.scalar_subquery())).one()
    free = max(0, most - row[0])
    if count > free:
        raise TooManyLinks(
            f"A host can have {most:,} links here, and there is room for {free:,} more; delete some, or generate fewer."
        )
    if row[1] > most:
        raise TooManyLinks(
            f"More than {most:,} links were deleted in the last 30 days, and are kept for undo; generate more when "
            "they are forgotten, 30 days after their deletion."
        )


def generate(
    snapshot: Snapshot,
    event_type: EventType,
    labels: Sequence[str | None],
    expiries: Sequence[datetime | None],
    *,
    replaces: int | None = None,
    notes: Sequence[Notes] = (),
) -> list[Link]:
    """Makes one link for each label and expiry, in their order; in the place of an earlier one, if it is named."""
    if any(expires_at is not None and expires_at <= snapshot.now for expires_at in expiries):
        raise InvalidInput("expires", "This expiry has passed; pick one that lies ahead.")
    same: dict[str, object] = {
        "host_id": snapshot.context.host_id,
        "event_type_id": event_type.id,
        "created_at": snapshot.now,
    }
    if replaces is not None:
        if not snapshot.ever_had(replaces):
            raise LinkUnknown
        same["replaces"] = replaces
    tokens = new_tokens(len(labels))
    ids = snapshot.context.database.new_ids(snapshot.context.connection, links, len(labels))
    made = list(zip(ids, tokens, labels, strict=True))
    rows = [{**same, "id": new_id, "token": token} for new_id, token, _ in made]
    for name, values in (("label", labels), ("expires_at", expiries)):
        if any(value is not None for value in values):  # each column that is named makes the insertion slower
            for row, value in zip(rows, values, strict=True):
                row[name] = value
    if any(notes):
        for row, each in zip(rows, notes, strict=True):
            row.update(as_kept(each))
    snapshot.context.connection.execute(insert(links), rows)
    recording.generated(snapshot, ids)
    return [
        Link(new_id, token, event_type, label, snapshot.now, expires_at, None, None, notes=each)
        for (new_id, token, label), expires_at, each in zip(made, expiries, notes or [()] * len(made), strict=True)
    ]


def are_there(connection: Connection, made: Sequence[Link]) -> bool:
    """Returns whether exactly these links were made, even if they were deleted since: all were, if one was."""
    first = made[0].token
    queries = (select(table.id).where(table.token == first) for table in (links.c, deleted_links.c))
    return any(connection.execute(query).first() is not None for query in queries)
