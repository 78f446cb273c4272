"""Adding, renaming and removing a host's event types."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain, count

from sqlalchemy import insert, select, update

from secret_links import arguments
from secret_links.errors import EventTypeExists, EventTypeInUse, InvalidInput
from secret_links.lists.snapshot import Snapshot
from secret_links.tables.core import event_types
from secret_links.text import clean_name, slug_of
from secret_links.values import DAY_MINUTES, EventType, LinkFilter, NewEventType


def add(snapshot: Snapshot, new: NewEventType) -> EventType:
    """Adds an event type; a slug that is made from its name gets a number if it is taken.

    EventTypeExists where a given slug, or the name, is taken; InvalidInput for a name, slug or length that cannot be.
    """
    name, slug, minutes = checked(new.name, new.slug, new.minutes)
    present = snapshot.event_types()
    if new.slug:
        _require_free(present, slug, except_id=None)
    elif any(name.casefold() == each.name.casefold() for each in present):
        raise EventTypeExists(f"There is an event type “{name}” already; pick it, or give a new one another name.")
    else:
        slug = _free(slug, {each.slug for each in present})
    values = {
        "host_id": snapshot.context.host_id,
        "name": name,
        "slug": slug,
        "minutes": minutes,
        "created_at": snapshot.now,
    }
    new_id = snapshot.context.connection.execute(
        insert(event_types).values(values).returning(event_types.c.id)
    ).scalar_one()
    return EventType(new_id, slug, name, minutes, links=0)


def change(snapshot: Snapshot, event_type_id: int, name: str, slug: str | None, minutes: int) -> EventType:
    """Changes an event type's name, slug or length; its links stay."""
    old = snapshot.event_type(event_type_id)
    name, slug, minutes = checked(name, slug or old.slug, minutes)
    _require_free(snapshot.event_types(), slug, except_id=event_type_id)
    values = {"name": name, "slug": slug, "minutes": minutes}
    snapshot.context.connection.execute(update(event_types).where(event_types.c.id == event_type_id).values(values))
    return EventType(event_type_id, slug, name, minutes, snapshot.lists.count(LinkFilter(event_type_id)))


def remove(snapshot: Snapshot, event_type_id: int) -> None:
    """Removes an event type; EventTypeInUse while it has links. It comes back when one of its links is restored."""
    event_type = snapshot.event_type(event_type_id)
    if links := snapshot.lists.count(LinkFilter(event_type_id)):
        raise EventTypeInUse(
            f"“{event_type.name}” still has {links:,} {'link' if links == 1 else 'links'}; "
            "delete them first, or remove it together with them.",
            links,
        )
    removal = update(event_types).where(event_types.c.id == event_type_id).values(removed_at=snapshot.now)
    snapshot.context.connection.execute(removal)


def bring_back(snapshot: Snapshot, event_type_ids: set[int]) -> None:
    """Puts removed event types on the list again; one whose slug was taken since gets a number behind it."""
    table = event_types.c
    taken = {each.slug for each in snapshot.event_types()}
    removed = snapshot.context.connection.execute(
        select(table.id, table.slug).where(
            table.host_id == snapshot.context.host_id, table.id.in_(event_type_ids), table.removed_at.is_not(None)
        )
    ).all()
    for event_type_id, slug in removed:
        free = _free(slug, taken)
        taken.add(free)
        snapshot.context.connection.execute(
            update(event_types).where(table.id == event_type_id).values(removed_at=None, slug=free)
        )


def checked(name: str, slug: str | None, minutes: int) -> tuple[str, str, int]:
    """Returns a cleaned name, slug and length; makes a slug where none was given. InvalidInput says what is wrong."""
    name = clean_name(arguments.text(name, "name", "A name"))
    given = (arguments.optional_text(slug, "slug", "A slug") or "").strip()
    arguments.whole(minutes, "minutes")
    slug = given or slug_of(name)
    if not slug:
        raise InvalidInput("slug", f"No slug can be made of “{name}”; give one, of a-z, 0-9 and hyphens.")
    if slug_of(slug) != slug:
        raise InvalidInput("slug", f"“{given}” is no slug; use a-z, 0-9 and single hyphens, at most 60 characters.")
    if not 1 <= minutes <= DAY_MINUTES:
        raise InvalidInput("minutes", f"A meeting lasts 1 to {DAY_MINUTES:,} minutes, not {minutes:,}.")
    return name, slug, minutes


def _free(slug: str, taken: Collection[str]) -> str:
    """Returns the slug, or the first of `slug-2`, `slug-3`, … that is free."""
    numbered = (f"{slug}-{number}" for number in count(2))
    return next(free for free in chain([slug], numbered) if free not in taken)


def _require_free(present: Iterable[EventType], slug: str, except_id: int | None) -> None:
    for each in present:
        if each.slug == slug and each.id != except_id:
            raise EventTypeExists(f"There is an event type “{slug}” already: {each.name}. Pick another slug.")
