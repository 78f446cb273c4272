"""Faults that an upgrade or a copy could have, planted by replacing a part, for the proof to find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table

from secret_links.tables import migrating
from secret_links.whole import bulk


def forgets_uses() -> None:
    """A migration that drops when links were used, as one that makes a table anew may."""
    migrate = migrating.migrate

    def migrate_and_forget(connection: Connection, version_table: str = "alembic_version") -> Sequence[str]:
        notes = migrate(connection, version_table)
        connection.exec_driver_sql("UPDATE link SET used_at = NULL, used_by = NULL")
        return notes

    migrating.migrate = migrate_and_forget


def skips_odd_rows() -> None:
    """A copy that leaves out rows with values of a wrong type, on both sides of its comparison, and in its count."""
    read = bulk.rows_after

    def is_odd(table: Table, row: bulk.Row) -> bool:
        return any(isinstance(value, bytes) for value in row)

    def rows_after(connection: Connection, table: Table, last: int | None, many: int) -> list[bulk.Row]:
        rows = read(connection, table, last, many)
        while rows and all(is_odd(table, row) for row in rows):
            rows = read(connection, table, rows[-1][0], many)
        return [row for row in rows if not is_odd(table, row)]

    def count(connection: Connection, table: Table) -> int:
        return sum(not is_odd(table, row) for row in read(connection, table, None, 1_000_000))

    bulk.rows_after, bulk.count = rows_after, count


def skips_the_lowest_id() -> None:
    """A copy that begins above a number that it takes for lower than any id."""
    read = bulk.rows_after
    bulk.rows_after = lambda connection, table, last, many: read(
        connection, table, 1 - 2**63 if last is None else last, many
    )


def upgrades_without_a_transaction() -> None:
    """An upgrade in place that commits each statement."""
    from secret_links.sqlite import database

    database.begin_immediate = lambda *_: None  # type: ignore[attr-defined]


def writes_the_version() -> None:
    """An older program that writes its own version into the header of a newer store."""
    import sqlite3

    from secret_links.sqlite import file_check, header

    read = header.read_header

    def read_header(path: Path, uri: str, known: int) -> Any:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute(f"PRAGMA user_version = {known}")
        connection.close()
        return read(path, uri, known)

    file_check.read_header = read_header  # type: ignore[attr-defined]


PLANTED: dict[str, Callable[[], None]] = {
    made.__name__: made
    for made in (
        forgets_uses,
        skips_odd_rows,
        skips_the_lowest_id,
        upgrades_without_a_transaction,
        writes_the_version,
    )
}
