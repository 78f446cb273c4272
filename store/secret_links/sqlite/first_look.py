"""What a screen shows before its store is open, read with the standard library alone.

The libraries behind `Store.open()` take longer to import than a terminal program takes to draw. So the newest links and
the host's preferences are read directly, in one or two milliseconds. Errors are left for the opening to report.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from secret_links.cursors import Cursor
from secret_links.errors import StoreError
from secret_links.first_looks import FirstLook
from secret_links.notes import as_read
from secret_links.odd_values import (
    decoded,
    read_instant,
    read_number,
    read_required_instant,
    read_required_text,
    read_text,
)
from secret_links.places import path_of
from secret_links.sqlite.file_check import StoreFile
from secret_links.sqlite.header import APPLICATION_ID, is_unknown
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links.tables.preferences import read_preferences
from secret_links.times import utc_now
from secret_links.values import NO_EVENT_TYPE, EventType, Link, by_name

_TYPES = "SELECT id, slug, name, minutes, removed_at IS NULL FROM event_type WHERE host_id = ?"
_NEWEST = """
    SELECT id, token, event_type_id, label, created_at, expires_at, used_at, used_by, used_reference, note_names, notes
    FROM link WHERE host_id = ? ORDER BY id DESC LIMIT ?
"""
_LAST_EVENT = "SELECT coalesce(max(id), 0) FROM link_event"
_OLDEST = "SELECT min(id) FROM link WHERE host_id = ?"


def first_look(url: str | Path, host_name: str, rows: int) -> FirstLook:
    """Reads the newest `rows` links of a host, if a store of today's schema is there and can be read at once."""
    try:
        file = StoreFile(path_of(url), SCHEMA_VERSION, read_only=True)
        if not file.path.is_file() or not file.path.stat().st_size:  # reading a pipe would wait
            return FirstLook()  # and SQLite would delete the log of an empty file
        if is_unknown(file.path, SCHEMA_VERSION):
            return FirstLook()
        with closing(sqlite3.connect(file.uri, uri=True, timeout=0, isolation_level=None)) as connection:
            connection.text_factory = decoded
            return _look(connection, host_name, rows)
    except (StoreError, sqlite3.Error, OSError, ValueError, TypeError, AttributeError):
        return FirstLook()


def _look(connection: sqlite3.Connection, host_name: str, rows: int) -> FirstLook:
    connection.execute("BEGIN")  # one snapshot for all queries
    if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
        return FirstLook()
    host = connection.execute("SELECT id, preferences FROM host WHERE name = ?", (host_name,)).fetchone()
    if host is None:
        return FirstLook()
    preferences = read_preferences(read_required_text(host[1]))
    if connection.execute("PRAGMA user_version").fetchone() != (SCHEMA_VERSION,):
        return FirstLook(preferences)
    types = list(connection.execute(_TYPES, (host[0],)))
    event_types = {row[0]: _event_type(row) for row in types}
    newest = tuple(_link(row, event_types) for row in connection.execute(_NEWEST, (host[0], rows)))
    cursor = Cursor(connection.execute(_LAST_EVENT).fetchone()[0], utc_now())
    present = [event_types[row[0]] for row in types if row[4]]
    offered = tuple(by_name(present))
    if len(newest) < rows:
        return FirstLook(preferences, newest, len(newest), cursor, offered)
    (oldest,) = connection.execute(_OLDEST, (host[0],)).fetchone()
    return FirstLook(preferences, newest, newest[0].id - oldest + 1, cursor, offered)


def _event_type(row: tuple[Any, ...]) -> EventType:
    type_id, slug, name, minutes, _ = row
    return EventType(type_id, read_required_text(slug), read_required_text(name), read_number(minutes))


def _link(row: tuple[Any, ...], event_types: dict[int, EventType]) -> Link:
    link_id, token, type_id, label, created, expires, used, used_by, reference, names, notes = row
    return Link(
        link_id,
        read_required_text(token),
        event_types.get(type_id, NO_EVENT_TYPE),
        read_text(label),
        read_required_instant(created),
        read_instant(expires),
        read_instant(used),
        read_text(used_by),
        read_text(reference),
        as_read(read_text(names), read_text(notes)),
    )
