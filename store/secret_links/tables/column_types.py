"""The types of columns: what is written of a value, and how what another program wrote is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator, TypeEngine

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
from secret_links.times import from_milliseconds, to_milliseconds

KEY = BigInteger().with_variant(Integer(), "sqlite")
"""The type of ids: SQLite numbers rows only if it is INTEGER."""


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


SINCE = Instant(required=True)
TEXT = Words(required=True)
NOTE = Words()
TOKEN = Words(required=True, collation="C")
"""So that a search for the beginning of a token is a range."""
