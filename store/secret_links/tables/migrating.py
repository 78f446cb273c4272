"""The schema's newest version, and the migrations that lead to it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a screen looks at the version of a file before SQLAlchemy is loaded
    from sqlalchemy import Connection

SCHEMA_VERSION = 10
"""The newest schema that this version of the program knows; the number of the last migration."""

MIGRATIONS = Path(__file__).parent / "migrations"
"""Where the steps from one version of the schema to the next are."""

_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps its state in a module, so two threads that made two stores at once would disturb each other."""


def migrate(connection: Connection, version_table: str = "alembic_version") -> Sequence[str]:
    """Runs the migrations that are missing, in the transaction that a connection is in.

    Gives sentences on the values that were repaired, or could not be.
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
