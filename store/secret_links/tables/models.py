"""The tables: hosts, their event types and links, what they deleted, and what happened to links.

Deleting moves a link from `link` to `deleted_link`, so no query about links needs a condition for deleted ones.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, DateTime, Dialect, Index, Integer, String, Table, text
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

from secret_links.odd_values import (
    OddInstant,
    read_instant,
    read_number,
    read_required_instant,
    read_required_server_instant,
    read_required_text,
    read_server_instant,
    read_text,
)
from secret_links.tables import indexes
from secret_links.tables.preferences import NO_PREFERENCES
from secret_links.times import from_milliseconds, to_milliseconds

_Key = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows only if the type is INTEGER


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant: `timestamptz` on PostgreSQL, milliseconds since 1970 on SQLite.

    SQLite has no type for it; an integer takes a third of the bytes of a written date, and compares correctly. A value
    that is no instant is read as an OddInstant; if one is `required`, so is NULL.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, *, required: bool = False) -> None:
        super().__init__()
        self.required = required

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Chooses the column's type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Writes an instant."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.written if isinstance(value, OddInstant) else to_milliseconds(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Returns the function that reads an instant."""
        del coltype
        if dialect.name == "postgresql":
            return read_required_server_instant if self.required else read_server_instant
        return read_required_instant if self.required else read_instant


class Words(TypeDecorator[str]):
    """A text. A value that is none, which SQLite permits, is read as an OddText; if one is `required`, so is NULL."""

    impl = String
    cache_ok = True

    def __init__(self, *, required: bool = False, collation: str | None = None) -> None:
        super().__init__()
        self.required = required
        self.collation = collation
        """The collation on a server."""

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Chooses the column's type."""
        return dialect.type_descriptor(String(collation=self.collation if dialect.name == "postgresql" else None))

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Returns the function that reads a text; None on a server, which has texts only."""
        del coltype
        if dialect.name == "postgresql":
            return read_required_text if self.required else None
        return read_required_text if self.required else read_text


class Number(TypeDecorator[int]):
    """A required whole number; any other value is read as 0."""

    impl = Integer
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Returns the function that reads a number."""
        del dialect, coltype
        return read_number


_SINCE = cast("Any", Instant(required=True))
_TEXT = cast("Any", Words(required=True))
_NOTE = cast("Any", Words())
_TOKEN = cast("Any", Words(required=True, collation="C"))  # so that a search for a prefix is a range


class CountedInstant(Instant):
    """An instant that a statement returns as `dialects.counted`: in milliseconds, on either database."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Returns the function that reads an instant."""
        if dialect.name == "postgresql":
            return _read_counted
        return super().result_processor(dialect, coltype)


def _read_counted(value: int | None) -> datetime | None:
    return None if value is None else from_milliseconds(value)


class Base(SQLModel, registry=registry()):
    """Keeps these tables out of the metadata of a booking page that uses SQLModel, and may create all its tables."""


class HostRow(Base, table=True):
    """A person who takes bookings."""

    __tablename__ = "host"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_type=cast("Any", _Key), primary_key=True)
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

    id: int | None = Field(default=None, sa_type=cast("Any", _Key), primary_key=True)
    host_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="host.id")
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

    id: int | None = Field(default=None, sa_type=cast("Any", _Key), primary_key=True)
    host_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="host.id")
    event_type_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="event_type.id")
    token: str = Field(sa_type=_TOKEN, unique=True)
    label: str | None = Field(default=None, sa_type=_NOTE)
    created_at: datetime = Field(sa_type=_SINCE)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    used_by: str | None = Field(default=None, sa_type=_NOTE)
    used_reference: str | None = Field(default=None, sa_type=_NOTE)
    """What the booking page calls the booking."""
    replaces: int | None = Field(default=None, sa_type=cast("Any", BigInteger))
    """The id of the link that this one was reissued for, which may be deleted."""
    note_names: str | None = Field(default=None, sa_type=_NOTE)
    notes: str | None = Field(default=None, sa_type=_NOTE)
    """The host's own notes, one line for each of `note_names`."""


class DeletionRow(Base, table=True):
    """One act of deleting, undone as a whole."""

    __tablename__ = "deletion"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_type=cast("Any", _Key), primary_key=True)
    host_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="host.id", index=True)
    deleted_at: datetime = Field(sa_type=_SINCE)
    deleted_by: str = Field(sa_type=_TEXT)


class DeletedLinkRow(Base, table=True):
    """A link that was deleted, as it was."""

    __tablename__ = "deleted_link"
    __table_args__ = (indexes.of_replacements("deleted_link"),)

    id: int = Field(sa_type=cast("Any", _Key), primary_key=True, sa_column_kwargs={"autoincrement": False})
    host_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="host.id")
    event_type_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="event_type.id", index=True)
    token: str = Field(sa_type=_TOKEN, unique=True)
    label: str | None = Field(default=None, sa_type=_NOTE)
    created_at: datetime = Field(sa_type=_SINCE)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    used_by: str | None = Field(default=None, sa_type=_NOTE)
    used_reference: str | None = Field(default=None, sa_type=_NOTE)
    replaces: int | None = Field(default=None, sa_type=cast("Any", BigInteger))
    note_names: str | None = Field(default=None, sa_type=_NOTE)
    notes: str | None = Field(default=None, sa_type=_NOTE)
    deletion_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="deletion.id", index=True)


class LinkEventRow(Base, table=True):
    """What happened to a link, or to several that were generated together.

    A use is recorded by a trigger, whoever redeems. When a link was generated and used, its own row says: such events
    are for those who follow, and are forgotten after 30 days. All others are forgotten with their link.
    """

    __tablename__ = "link_event"
    __table_args__ = (*indexes.of_events(), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_type=cast("Any", _Key), primary_key=True)
    """Rises with every event of the store; on a server, one with a lower id may be committed later."""
    host_id: int = Field(sa_type=cast("Any", BigInteger))
    link_id: int = Field(sa_type=cast("Any", BigInteger))
    up_to: int | None = Field(default=None, sa_type=cast("Any", BigInteger))
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
    change_id: int | None = Field(default=None, sa_type=cast("Any", BigInteger))
    """The id of the first event of the change that it is of, until that is taken back; NULL for any other event."""


def _table(model: type[SQLModel]) -> Table:
    return cast("Table", model.__table__)  # type: ignore[attr-defined]


hosts = _table(HostRow)
event_types = _table(EventTypeRow)
links = _table(LinkRow)
deletions = _table(DeletionRow)
deleted_links = _table(DeletedLinkRow)
link_events = _table(LinkEventRow)

LINK_COLUMNS = tuple(column.name for column in links.columns)
"""The columns that a link keeps when it is deleted and when it comes back."""
