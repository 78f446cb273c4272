"""Bringing a store to the newest schema: a file here, a database on a server in `postgres_schema.py`."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import closing
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from secret_links.errors import StoreUnusable
from secret_links.sqlite.file_check import APPLICATION_ID, SCHEMA_VERSION, explained

if TYPE_CHECKING:
    from secret_links.sqlite.database import SqliteDatabase

MIGRATIONS = Path(__file__).parent.parent / "tables" / "migrations"
"""Where the steps from one version of the schema to the next are."""

_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps what it works on in a module: two threads that made two stores at once got into each other's way."""


def upgrade(database: SqliteDatabase) -> Path | None:
    """Makes the tables of an empty file, or bring an older store forward, in one transaction.

    An older store is first copied beside itself; the path of that copy is given back. An upgrade that fails leaves the
    store as it was, and no copy.
    """
    with explained(database.file.path), closing(database.connect()) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    with database.writing() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version >= SCHEMA_VERSION:
            return None  # another process was faster
        copy = _back_up(database, version) if version else None
        try:
            _bring_forward(database, connection)
        except BaseException:
            if copy is not None:
                copy.unlink(missing_ok=True)
            raise
    return copy


def _bring_forward(database: SqliteDatabase, connection: Connection) -> None:
    database.notes = migrate(connection)
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
    for verdict in connection.exec_driver_sql("PRAGMA quick_check").scalars():
        if not verdict.startswith(_WHAT_IS_SHOWN):
            raise StoreUnusable(f"{database.file.path} is damaged and was not upgraded: {verdict}.")


def _back_up(database: SqliteDatabase, version: int) -> Path:
    """Copies an older store; a copy of an earlier upgrade is never replaced, for it may be of other links."""
    path = database.file.path
    name = f"{path.name}.schema-{version}.backup"
    names = chain([name], (f"{name}.{number}" for number in count(2)))
    copy = next(free for free in map(path.with_name, names) if not os.path.lexists(free))
    database.copy_to(copy)
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
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")
    return tuple(config.attributes.get("notes", ()))
