"""Stores whose tables let anything in, and one row for each column and each kind of wrong value."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from secret_links.tables.core import deleted_links, deletions, event_types, hosts, links

TABLES = {table.name: table for table in (hosts, event_types, links, deletions, deleted_links)}

NOT_UTF_8 = "CAST(x'41ff' AS TEXT)"
"""A text of SQLite's that is none."""

ANYTHING = (
    *("NULL", "''", "'later'", "'2026-12-01'", "datetime('now')", "x''", "x'ff00'", "x'616263'", NOT_UTF_8),
    *("'a' || char(0) || 'b'", "1.5", "1e300", "-1", "0", "4611686018427387904", "-4611686018427387904"),
)
"""What SQLite keeps in any column, as SQL."""

BY_TYPE = {
    "timestamp with time zone": (
        *("NULL", "'infinity'", "'-infinity'", "'20000-01-01'", "'9999-12-31'", "'0001-06-01'", "'4000-01-01 BC'"),
    ),
    "character varying": ("NULL", "''", "'x'", "repeat('x', 2000)", r"E'\u202e\x1b[2J'"),
    "bigint": ("NULL", "-1", "0", "4611686018427387904"),
    "integer": ("NULL", "-1", "0", "2147483647"),
}
"""What PostgreSQL keeps in a column of a type."""


@dataclass(frozen=True)
class Wrong:
    """A wrong value, in a column."""

    column: str
    value: str


def opened_up(url: str, tables: Sequence[str] = tuple(TABLES)) -> None:
    """Takes away from tables what they refuse."""
    if url.startswith("postgresql"):
        with psycopg.connect(url) as connection:
            for table in tables:
                _open_up(connection, table)
        return
    with closing(sqlite3.connect(url, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        for table in tables:
            less = "UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table' AND name = ?"
            connection.execute(less, (table,))
        (version,) = connection.execute("PRAGMA schema_version").fetchone()
        connection.execute(f"PRAGMA schema_version = {version + 1}")


def _open_up(connection: psycopg.Connection, table: str) -> None:
    named = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f')"
    for (name,) in connection.execute(named, (table,)).fetchall():
        drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name))
        connection.execute(drop)
    for column in TABLES[table].columns:
        if not column.primary_key:
            keeps = sql.SQL("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL")
            connection.execute(keeps.format(sql.Identifier(table), sql.Identifier(column.name)))


def wrong_values(url: str, table: str) -> list[Wrong]:
    """Gives every wrong value for every column of a table but its key."""
    names = [column.name for column in TABLES[table].columns if not column.primary_key]
    if not url.startswith("postgresql"):
        return [Wrong(name, value) for name in names for value in ANYTHING]
    with psycopg.connect(url) as connection:
        asked = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        types: dict[str, str] = dict(connection.execute(asked, (table,)).fetchall())
    return [Wrong(name, value) for name in names for value in BY_TYPE[types[name]]]


def put_in(url: str, table: str, ids: Sequence[int], values: Sequence[Wrong]) -> dict[int, Wrong]:
    """Writes each wrong value into a row of its own; gives which row has which."""
    put = {}
    for row_id, wrong in zip(ids, values, strict=True):
        statement = f"UPDATE {table} SET {wrong.column} = {wrong.value} WHERE id = {row_id}"
        if _is_done(url, statement):
            put[row_id] = wrong
    return put


def _is_done(url: str, statement: str) -> bool:
    """Whether a value can be kept at all: two rows with the same token cannot."""
    if url.startswith("postgresql"):
        with psycopg.connect(url) as server:
            try:
                server.execute(statement.encode())
            except psycopg.errors.UniqueViolation:
                return False
        return True
    with closing(sqlite3.connect(url, isolation_level=None)) as file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        try:
            file.execute(statement)
        except sqlite3.IntegrityError:
            return False
    return True


def asked(url: str, query: str) -> list[tuple[Any, ...]]:
    """Asks the database itself, past the store."""
    if url.startswith("postgresql"):
        with psycopg.connect(url) as server:
            return server.execute(query.encode()).fetchall()
    with closing(sqlite3.connect(url)) as file:
        file.text_factory = bytes
        return file.execute(query).fetchall()


def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Gives all rows as the database itself writes them, so that nothing is lost on the way."""
    written = "CAST({} AS text)" if url.startswith("postgresql") else "quote({})"
    found = {}
    for name, table in TABLES.items():
        columns = ", ".join(written.format(column.name) for column in table.columns)
        found[name] = asked(url, f"SELECT {columns} FROM {name} ORDER BY id")
    return found
