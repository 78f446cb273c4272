"""The header of a store's file, read so that no byte of the file or its log is changed.

SQLite copies the log into the file when a connection that may write is closed, and makes a log and an index of it where
one that may only read is opened. So a store that is none of this program's is looked at in another way: the header is
read in the file alone, without locks, and a log with its index as it is.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

APPLICATION_ID = 0x534C_4E4B
"""`SLNK`, in the header of every store (the SQLite file format, bytes 68 to 71)."""

HEADER_WAIT = 10.0
"""Seconds that reading a file's header waits for a program that keeps the file locked."""


class Header(NamedTuple):
    """What a file says of itself."""

    application_id: int
    version: int
    """The schema's version, `user_version`."""
    tables: int
    """How many tables and indexes it has; 1 where nobody asked."""


def uri_of(path: Path, options: str) -> str:
    """Gives the URI that opens a file with `sqlite3.connect(..., uri=True)`."""
    return f"file://{quote(os.fsencode(path))}?{options}"


def read_header(path: Path, uri: str, known: int) -> Header:
    """Reads the header of a file; raises sqlite3.Error as SQLite does.

    `uri` opens a file whose log is empty. `known` is the newest version that this program knows.
    """
    written = _written(path)
    if written is not None and _is_unknown(written, known):
        return written  # versions only rise, so the log has none that is known
    if not has_content(path, "-wal"):
        return _asked(uri)
    try:
        return _asked(uri_of(path, "mode=ro&readonly_shm=1"))
    except sqlite3.OperationalError:  # there is no index of the log, or one that another program must bring up to date
        return _asked(uri_of(path, "mode=ro"))


def is_unknown(path: Path, known: int) -> bool:
    """Says whether a file is a store of no version up to `known`, if that can be said without changing a byte of it."""
    written = _written(path)
    if written is None:
        return False
    if _is_unknown(written, known) or not has_content(path, "-wal"):
        return _is_unknown(written, known)
    try:
        return _is_unknown(_asked(uri_of(path, "mode=ro&readonly_shm=1")), known)
    except sqlite3.Error:
        return False


def _is_unknown(header: Header, known: int) -> bool:
    return header.application_id == APPLICATION_ID and not 0 <= header.version <= known


def _written(path: Path) -> Header | None:
    """Reads the header in the file itself; None where it is no database, or a transaction in it is to be undone."""
    if has_content(path, "-journal"):
        return None
    try:  # through SQLite: to close a file of one's own drops all locks that this process has on it (fcntl(2))
        with closing(sqlite3.connect(uri_of(path, "mode=ro&immutable=1"), uri=True)) as connection:
            return Header(*_numbers(connection), tables=1)
    except sqlite3.DatabaseError:
        return None


def has_content(path: Path, suffix: str) -> bool:
    """Says whether the log (`-wal`) or the journal (`-journal`) that SQLite keeps beside a file has anything in it."""
    try:
        return path.resolve().with_name(f"{path.resolve().name}{suffix}").stat().st_size > 0
    except OSError:
        return False


def _asked(uri: str) -> Header:
    with closing(sqlite3.connect(uri, uri=True, timeout=HEADER_WAIT)) as connection:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return Header(*_numbers(connection), tables)


def _numbers(connection: sqlite3.Connection) -> tuple[int, int]:
    """Reads the id of the application and the version of the schema."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application_id, version
