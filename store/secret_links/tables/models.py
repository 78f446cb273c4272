"""The tables as models of SQLModel: hosts, their event types and links, what they deleted, and what happened to links.

Deleting moves a link from `link` to `deleted_link`, so no query about links needs a condition for deleted ones.

These models say what the tables are: columns, keys, indexes; migrations lead to them. Statements name the same tables
by `tables/core.py`, since loading SQLModel takes longer than all else that opens a store; a test compares the two.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from secret_links.tables import column_types, indexes
from secret_links.tables.column_types import Instant, Number
from secret_links.tables.preferences import NO_PREFERENCES

_KEY = cast("Any", column_types.KEY)
_BIG = cast("Any", BigInteger)
_SINCE = cast("Any", column_types.SINCE)
_TEXT = cast("Any", column_types.TEXT)
_NOTE = cast("Any", column_types.NOTE)
_TOKEN = cast("Any", column_types.TOKEN)


class Base(SQLModel, registry=registry()):
    """Keeps these tables out of the metadata of a booking page that uses SQLModel, and may create all its tables."""


class HostRow(Base, table=True):
    """A person who takes bookings."""

    __tablename__ = "host"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_type=_KEY, primary_key=True)
    name: str = Field(sa_type=_TEXT, unique=True)
    preferences: str = Field(default=NO_PREFERENCES, sa_type=_TEXT, sa_column_kwargs={"server_default": NO_PREFERENCES})
    """A JSON object of what the host chose: theme and the like."""
    created_at: datetime = Field(sa_type=_SINCE)


class EventTypeRow(Base, table=True):
    """A type of meeting that a host offers."""

    __tablename__ = "event_type"
    __table_args__ = (
        Index(
            "event_type_slug",
            "host_id",
            "slug",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_type=_KEY, primary_key=True)
    host_id: int = Field(sa_type=_BIG, foreign_key="host.id")
    slug: str = Field(sa_type=_TEXT)
    name: str = Field(sa_type=_TEXT)
    minutes: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=_SINCE)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was removed together with its links; it comes back when they do."""


class LinkRow(Base, table=True):
    """A secret link; its status is derived from `used_at` and `expires_at`."""

    __tablename__ = "link"
    __table_args__ = (*indexes.of_links(), indexes.of_replacements("link"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_type=_KEY, primary_key=True)
    host_id: int = Field(sa_type=_BIG, foreign_key="host.id")
    event_type_id: int = Field(sa_type=_BIG, foreign_key="event_type.id")
    token: str = Field(sa_type=_TOKEN, unique=True)
    label: str | None = Field(default=None, sa_type=_NOTE)
    created_at: datetime = Field(sa_type=_SINCE)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    used_by: str | None = Field(default=None, sa_type=_NOTE)
    used_reference: str | None = Field(default=None, sa_type=_NOTE)
    """What the booking page calls the booking."""
    replaces: int | None = Field(default=None, sa_type=_BIG)
    """The id of the link that this one was reissued for, which may be deleted."""
    note_names: str | None = Field(default=None, sa_type=_NOTE)
    notes: str | None = Field(default=None, sa_type=_NOTE)
    """The host's own notes, one line for each of `note_names`."""


class DeletionRow(Base, table=True):
    """One act of deleting, undone as a whole."""

    __tablename__ = "deletion"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_type=_KEY, primary_key=True)
    host_id: int = Field(sa_type=_BIG, foreign_key="host.id", index=True)
    deleted_at: datetime = Field(sa_type=_SINCE)
    deleted_by: str = Field(sa_type=_TEXT)


class DeletedLinkRow(Base, table=True):
    """A link that was deleted, as it was."""

    __tablename__ = "deleted_link"
    __table_args__ = (indexes.of_replacements("deleted_link"),)

    id: int = Field(sa_type=_KEY, primary_key=True, sa_column_kwargs={"autoincrement": False})
    host_id: int = Field(sa_type=_BIG, foreign_key="host.id")
    event_type_id: int = Field(sa_type=_BIG, foreign_key="event_type.id", index=True)
    token: str = Field(sa_type=_TOKEN, unique=True)
    label: str | None = Field(default=None, sa_type=_NOTE)
    created_at: datetime = Field(sa_type=_SINCE)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    used_by: str | None = Field(default=None, sa_type=_NOTE)
    used_reference: str | None = Field(default=None, sa_type=_NOTE)
    replaces: int | None = Field(default=None, sa_type=_BIG)
    note_names: str | None = Field(default=None, sa_type=_NOTE)
    notes: str | None = Field(default=None, sa_type=_NOTE)
    deletion_id: int = Field(sa_type=_BIG, foreign_key="deletion.id", index=True)


class LinkEventRow(Base, table=True):
    """What happened to a link, or to several that were generated together.

    A use is recorded by a trigger, whoever redeems. When a link was generated and used, its own row says: such events
    are for those who follow, and are forgotten after 30 days. All others are forgotten with their link.
    """

    __tablename__ = "link_event"
    __table_args__ = (*indexes.of_events(), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_type=_KEY, primary_key=True)
    """Rises with every event of the store; on a server, one with a lower id may be committed later."""
    host_id: int = Field(sa_type=_BIG)
    link_id: int = Field(sa_type=_BIG)
    up_to: int | None = Field(default=None, sa_type=_BIG)
    """The last one of the host's links that were generated together, `link_id` being the first; NULL for one link."""
    kind: str = Field(sa_type=_TEXT)
    """The value of an `EventKind`."""
    at: datetime = Field(sa_type=_SINCE)
    label_before: str | None = Field(default=None, sa_type=_NOTE)
    label_after: str | None = Field(default=None, sa_type=_NOTE)
    expires_before: datetime | None = Field(default=None, sa_type=Instant)
    expires_after: datetime | None = Field(default=None, sa_type=Instant)
    note_names_before: str | None = Field(default=None, sa_type=_NOTE)
    notes_before: str | None = Field(default=None, sa_type=_NOTE)
    note_names_after: str | None = Field(default=None, sa_type=_NOTE)
    notes_after: str | None = Field(default=None, sa_type=_NOTE)
    """All notes, where any of them was changed."""
    change_id: int | None = Field(default=None, sa_type=_BIG)
    """The id of the first event of the change that it is of, until that is taken back; NULL for any other event."""
