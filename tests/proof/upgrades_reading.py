"""All that is in a store, to the byte, past the program."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from proof.upgrades_rows import TABLES

Value = tuple[str, bytes]
"""A value's type in its database, and its bytes."""

Rows = dict[str, dict[int, dict[str, Value]]]
"""The values of each column of each row, by its id, of each table."""


def rows_of(url: str) -> Rows:
    """Reads all rows of all tables that there are."""
    return _rows_on_server(url) if url.startswith("postgresql:") else _rows_in_file(url)


def _rows_in_file(path: str) -> Rows:
    found: Rows = {}
    with closing(sqlite3.connect(path)) as file:
        for table in TABLES:
            columns = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
            if columns:
                exact = ", ".join(f"typeof({column}), CAST({column} AS BLOB)" for column in columns)
                rows = file.execute(f"SELECT id, {exact} FROM {table}")
                found[table] = {row[0]: _paired(columns, row[1:]) for row in rows}
    return found


def _rows_on_server(url: str) -> Rows:
    found: Rows = {}
    with psycopg.connect(url) as server:
        server.execute("SET TimeZone = 'UTC'")
        query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'"
        for table in TABLES:
            columns = [name for (name,) in server.execute(query, [table])]
            if columns:
                exact = ", ".join(f"pg_typeof({column})::text, {column}::text" for column in columns)
                rows = server.execute(f"SELECT id, {exact} FROM {table}".encode()).fetchall()
                found[table] = {row[0]: _paired(columns, row[1:]) for row in rows}
    return found


def _paired(columns: list[str], values: tuple[Any, ...]) -> dict[str, Value]:
    paired = {}
    for place, column in enumerate(columns):
        kind, value = values[2 * place : 2 * place + 2]
        given = value if isinstance(value, bytes) else b"" if value is None else str(value).encode()
        paired[column] = ("null" if value is None else kind, given)
    return paired


def verdicts(path: str) -> list[str]:
    """What SQLite says of a file, but for values that a rule refuses, and that were there before the rule."""
    with closing(sqlite3.connect(path)) as file:
        said = [verdict for (verdict,) in file.execute("PRAGMA integrity_check(100000)")]
    return [verdict for verdict in said if not verdict.startswith(("ok", "CHECK constraint failed", "NULL value in"))]


_BY_CHANCE = re.compile(r"\.secret-links-[a-z0-9_]{8}\.part")


def files_of(folder: Path) -> dict[str, str]:
    """A digest of each file below a folder; without the index of a log, which is made again by whoever opens it."""
    return {
        _BY_CHANCE.sub(".part", str(path.relative_to(folder))): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith("-shm")
    }


_CATALOG = """
    SELECT 'column', relname || '.' || attname, format_type(atttypid, atttypmod) || attnotnull FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'version', version_num, '' FROM secret_links_schema
    ORDER BY 1, 2
"""


def state_of_server(url: str) -> tuple[Rows, list[tuple[str, str, str]]]:
    """All rows of a server's store, and what its tables are."""
    with psycopg.connect(url) as server:
        catalog = server.execute(_CATALOG.encode()).fetchall()
    return rows_of(url), catalog
