"""The tables: hosts, their event types and links, and what they deleted.

Deleting moves a link from `link` to `deleted_link`, so no question about links ever has to say "and not deleted".
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, DateTime, Dialect, Index, Integer, String, Table, text
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

from secret_links import indexes
from secret_links.times import from_milliseconds, to_milliseconds, to_utc
from secret_links.values import NOTHING_CHOSEN

_Key = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows by itself only where the type is INTEGER

_Token = String().with_variant(String(collation="C"), "postgresql")  # the beginning of one is a range


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant: `timestamptz` on PostgreSQL, milliseconds since 1970 on SQLite.

    SQLite has no type for it; an integer takes a third of the bytes of a written date, and compares as what it is.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Chooses the column's type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Writes an instant."""
        if value is None or dialect.name == "postgresql":
            return value
        return to_milliseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """Read an instant."""
        if value is None:
            return None
        return to_utc(value) if dialect.name == "postgresql" else from_milliseconds(value)


class CountedInstant(Instant):
    """An instant that a statement gives as `dialects.counted` has it: in milliseconds, on either database."""

    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """Reads an instant."""
        if dialect.name == "postgresql":
            return None if value is None else from_milliseconds(value)
        return super().process_result_value(value, dialect)


class Base(SQLModel, registry=registry()):
    """Keeps these tables apart from those of a booking page that uses SQLModel too, and may make all it knows of."""


class HostRow(Base, table=True):
    """A person who takes bookings."""

    __tablename__ = "host"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_type=cast("Any", _Key), primary_key=True)
    name: str = Field(unique=True)
    preferences: str = Field(default=NOTHING_CHOSEN, sa_column_kwargs={"server_default": NOTHING_CHOSEN})
    """A JSON object of what the host chose: theme and the like."""
    created_at: datetime = Field(sa_type=Instant)


class EventTypeRow(Base, table=True):
    """A kind of meeting of a host."""

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
    slug: str
    name: str
    minutes: int
    created_at: datetime = Field(sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was removed together with its links; it comes back when they do."""


class LinkRow(Base, table=True):
    """A secret link; its status is derived from `used_at` and `expires_at`."""

    __tablename__ = "link"
    __table_args__ = (*indexes.of_links(), indexes.of_threads("link"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_type=cast("Any", _Key), primary_key=True)
    host_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="host.id")
    event_type_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="event_type.id")
    token: str = Field(sa_type=cast("Any", _Token), unique=True)
    label: str | None = None
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    used_by: str | None = None
    used_reference: str | None = None
    """What the booking page calls the booking."""
    replaces: int | None = Field(default=None, sa_type=cast("Any", BigInteger))
    """The id of the link that this one was reissued for; that may be gone for good by now."""


class DeletionRow(Base, table=True):
    """One act of deleting, undone as a whole."""

    __tablename__ = "deletion"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_type=cast("Any", _Key), primary_key=True)
    host_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="host.id", index=True)
    deleted_at: datetime = Field(sa_type=Instant)
    deleted_by: str


class DeletedLinkRow(Base, table=True):
    """A link that was deleted, as it was."""

    __tablename__ = "deleted_link"
    __table_args__ = (indexes.of_threads("deleted_link"),)

    id: int = Field(sa_type=cast("Any", _Key), primary_key=True, sa_column_kwargs={"autoincrement": False})
    host_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="host.id")
    event_type_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="event_type.id", index=True)
    token: str = Field(sa_type=cast("Any", _Token), unique=True)
    label: str | None = None
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    used_by: str | None = None
    used_reference: str | None = None
    replaces: int | None = Field(default=None, sa_type=cast("Any", BigInteger))
    deletion_id: int = Field(sa_type=cast("Any", BigInteger), foreign_key="deletion.id", index=True)


def _table(model: type[SQLModel]) -> Table:
    return cast("Table", model.__table__)  # type: ignore[attr-defined]


hosts = _table(HostRow)
event_types = _table(EventTypeRow)
links = _table(LinkRow)
deletions = _table(DeletionRow)
deleted_links = _table(DeletedLinkRow)

LINK_COLUMNS = tuple(column.name for column in links.columns)
"""The columns that a link keeps when it is deleted and when it comes back."""
