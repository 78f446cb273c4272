"""Bringing a store in a file to the newest schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection

from secret_links.database import Database
from secret_links.errors import OutcomeUnknown, StoreUnusable
from secret_links.sqlite.copies import copy_beside
from secret_links.sqlite.faults import explained
from secret_links.sqlite.header import APPLICATION_ID
from secret_links.tables import migrating
from secret_links.tables.migrating import SCHEMA_VERSION


def upgrade(
    database: Database, path: Path, connect: Callable[[], sqlite3.Connection], *, keep: bool = True
) -> Path | None:
    """Makes the tables of an empty file, or brings an older store forward, in one transaction.

    An older store is first copied beside itself, unless `keep` is false; the path of that copy is given back. An
    upgrade that fails leaves the store as it was, and no copy. StoreUnusable says that the file is damaged.
    """
    with explained(path), closing(connect()) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    copy: Path | None = None
    try:
        with database.writing() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version >= SCHEMA_VERSION:
                return None  # another process was faster
            if version:
                _check_tables(connection, path, version)
                copy = copy_beside(database, path, f"schema-{version}") if keep else None
            _bring_forward(database, path, connection)
    except OutcomeUnknown:
        raise  # the store may have been upgraded
    except BaseException:
        if copy is not None:
            with suppress(OSError):
                copy.unlink(missing_ok=True)
        raise
    return copy


def _check_tables(connection: Connection, path: Path, version: int) -> None:
    """Checks that the tables are of the version that the header says: only migrations from there lead to today's."""
    written = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    if written != [f"{version:04}"]:
        raise StoreUnusable(
            f"{path} is damaged and was not upgraded: its header says schema {version}, its tables say another one. "
            "Restore it from a backup."
        )


def _bring_forward(database: Database, path: Path, connection: Connection) -> None:
    database.notes = migrating.migrate(connection)
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
    fault = first_fault(connection.exec_driver_sql("PRAGMA quick_check").scalars())
    if fault is not None:
        raise StoreUnusable(f"{path} is damaged and was not upgraded: {fault}.")


def first_fault(verdicts: Iterable[str]) -> str | None:
    """Gives the first thing that a check of a file found broken; None where it is sound."""
    return next((verdict for verdict in verdicts if not verdict.startswith(_HARMLESS_VERDICTS)), None)


_HARMLESS_VERDICTS = ("ok", "CHECK constraint failed", "NULL value in")
"""What a check of a sound file may say: all is well, or a value was left that the store shows as damaged."""
