"""Bringing a store to the newest schema: a file here, a database on a server in `postgres_schema.py`."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from secret_links.errors import StoreUnusable
from secret_links.gate import APPLICATION_ID, SCHEMA_VERSION, explained

if TYPE_CHECKING:
    from secret_links.sqlite import SqliteDatabase

MIGRATIONS = Path(__file__).parent / "migrations"
"""Where the steps from one version of the schema to the next are."""


def upgrade(database: SqliteDatabase) -> Path | None:
    """Makes the tables of an empty file, or bring an older store forward, in one transaction.

    An older store is first copied beside itself; the path of that copy is given back. Whoever fails on the way leaves
    the store as it was.
    """
    with explained(database.file.path), closing(database.connect()) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    with database.writing() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version >= SCHEMA_VERSION:
            return None  # another process was faster
        copy = _back_up(database, version) if version else None
        database.notes = migrate(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
        for verdict in connection.exec_driver_sql("PRAGMA quick_check").scalars():
            if not verdict.startswith(_WHAT_IS_SHOWN):
                raise StoreUnusable(f"{database.file.path} is damaged and was not upgraded: {verdict}.")
    return copy


def _back_up(database: SqliteDatabase, version: int) -> Path:
    path = database.file.path
    copy = path.with_name(f"{path.name}.schema-{version}.backup")
    os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    with closing(database.connect()) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


_WHAT_IS_SHOWN = ("ok", "CHECK constraint failed", "NULL value in")
"""What a check of a file may say: all is well, or a value was left that the store shows as what it is."""


def migrate(connection: Connection, version_table: str = "alembic_version") -> Sequence[str]:
    """Runs the migrations that are missing, in the transaction that a connection is in.

    Gives sentences on what was found to be repaired, or could not be.
    """
    # Alembic takes 75 ms to import, and a store of today's schema needs none of it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection, "version_table": version_table})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
    return tuple(config.attributes.get("notes", ()))
