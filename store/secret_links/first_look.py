"""What a screen shows before its store is open, read with the standard library alone.

The libraries behind `Store.open()` take longer to import than a terminal program takes to draw. So the newest links and
the host's choices are read by hand, in a millisecond or two; whatever is wrong with the file, opening it will tell.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from secret_links.errors import StoreError
from secret_links.gate import APPLICATION_ID, SCHEMA_VERSION, StoreFile, path_of
from secret_links.times import from_milliseconds
from secret_links.values import EventType, Link, preferences_of

_TYPES = "SELECT id, slug, name, minutes FROM event_type WHERE host_id = ?"
_NEWEST = """
    SELECT id, token, event_type_id, label, created_at, expires_at, used_at, used_by
    FROM link WHERE host_id = ? ORDER BY id DESC LIMIT ?
"""
_OLDEST = "SELECT min(id) FROM link WHERE host_id = ?"


@dataclass(frozen=True, slots=True)
class FirstLook:
    """A host's preferences and newest links; nothing where the store cannot say."""

    preferences: dict[str, str] = field(default_factory=dict)
    newest: tuple[Link, ...] = ()
    count: int = 0
    """About how many links the host has: the span of their ids."""


def first_look(url: str | Path, host_name: str, rows: int) -> FirstLook:
    """Reads the newest `rows` links of a host, if a store of today's schema is there and can be read at once."""
    try:
        file = StoreFile(path_of(url), SCHEMA_VERSION, read_only=True)
        if not file.path.is_file() or not file.path.stat().st_size:  # a pipe would be waited for
            return FirstLook()  # and SQLite would delete the log of an empty file
        with closing(sqlite3.connect(file.uri, uri=True, timeout=0, isolation_level=None)) as connection:
            return _look(connection, host_name, rows)
    except (StoreError, sqlite3.Error, OSError, ValueError, TypeError, AttributeError):
        return FirstLook()


def _look(connection: sqlite3.Connection, host_name: str, rows: int) -> FirstLook:
    connection.execute("BEGIN")  # all of it belongs to one moment
    if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
        return FirstLook()
    host = connection.execute("SELECT id, preferences FROM host WHERE name = ?", (host_name,)).fetchone()
    if host is None:
        return FirstLook()
    preferences = preferences_of(host[1])
    if connection.execute("PRAGMA user_version").fetchone() != (SCHEMA_VERSION,):
        return FirstLook(preferences)
    kinds = {row[0]: EventType(*row) for row in connection.execute(_TYPES, (host[0],))}
    newest = tuple(_link(row, kinds) for row in connection.execute(_NEWEST, (host[0], rows)) if row[2] in kinds)
    if len(newest) < rows:
        return FirstLook(preferences, newest, len(newest))
    (oldest,) = connection.execute(_OLDEST, (host[0],)).fetchone()
    return FirstLook(preferences, newest, newest[0].id - oldest + 1)


def _link(
    row: tuple[int, str, int, str | None, int, int | None, int | None, str | None], kinds: dict[int, EventType]
) -> Link:
    known, token, kind, label, created, expires, used, used_by = row
    ends = from_milliseconds(expires) if expires is not None else None
    spent = from_milliseconds(used) if used is not None else None
    return Link(known, token, kinds[kind], label, from_milliseconds(created), ends, spent, used_by)
