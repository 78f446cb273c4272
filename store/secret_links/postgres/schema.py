"""What a PostgreSQL database holds, and bringing it to the newest schema.

A store has a table `secret_links_schema`, which names the newest migration that was run. No tables are made in a schema
that holds another program's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from secret_links.database import Database
from secret_links.errors import StoreUnusable
from secret_links.tables import migrating
from secret_links.tables.migrating import SCHEMA_VERSION

VERSION_TABLE = "secret_links_schema"
"""Where the version of the schema is kept."""

UNKNOWN_VERSION = 2**31
"""Stands for a version that is no number, which only a newer program can have given."""

OLDEST_SERVER = 13
"""The first PostgreSQL that has the functions used here to look up a transaction."""

_SERVER = text("""
    SELECT current_setting('server_version_num')::integer / 10000 AS version,
        current_setting('server_encoding') AS encoding,
        pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' AS read_only,
        current_schema() AS schema, to_regclass(:table) IS NOT NULL AS is_store
""")
_OTHERS = text("""
    SELECT count(*) FROM pg_class WHERE relnamespace = CAST(quote_ident(current_schema()) AS regnamespace)
        AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND NOT EXISTS (
            SELECT FROM pg_depend
            WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
""")
_MAY_WRITE = text("SELECT has_column_privilege('link', 'used_at', 'UPDATE')")
"""Whether the role may redeem, which is the least of writing; the server refuses anything more that it may not do."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a database holds."""

    version: int
    """The schema's version; 0 if it holds no store yet."""
    read_only: bool
    """Whether it can be looked at, and not changed."""


def numbered(written: str | None) -> int:
    """Gives the number of a version as migrations are named, UNKNOWN_VERSION where it is none."""
    return int(written) if written and written.isascii() and written.isdigit() else UNKNOWN_VERSION


def prepare(database: Database, *, upgrade: bool) -> Found:
    """Makes the tables of an empty database, or brings an older store forward if that is asked for; refuses others."""
    with database.reading() as connection:
        found = look(connection, database.name)
    if found.version == SCHEMA_VERSION:
        return found
    if found.read_only:
        raise StoreUnusable(f"{database.name} has no tables of today's schema, and cannot be written.")
    if found.version and not upgrade:
        raise StoreUnusable(
            f"{database.name} is of an older version of Secret Links (its schema is {found.version}, this program has "
            f"{SCHEMA_VERSION}). Keep a copy (pg_dump), then run: secret-links store upgrade"
        )
    database.notes = database.write(lambda connection: _bring_forward(connection, database.name))
    return Found(SCHEMA_VERSION, read_only=False)


def look(connection: Connection, name: str) -> Found:
    """Says what a database holds; StoreUnusable says why it cannot be a store."""
    server = connection.execute(_SERVER, {"table": VERSION_TABLE}).one()
    if server.version < OLDEST_SERVER:
        raise StoreUnusable(f"The server of {name} is PostgreSQL {server.version}; {OLDEST_SERVER} or newer is needed.")
    if server.encoding != "UTF8":
        raise StoreUnusable(f"{name} keeps text as {server.encoding}; make a database with: createdb --encoding=UTF8")
    if not server.is_store:
        if server.schema is None:
            raise StoreUnusable(f"{name} has no schema to make tables in; look at the user's search_path.")
        if connection.execute(_OTHERS).scalar_one():
            raise StoreUnusable(f"{name} is a database of another program; nothing in it was changed.")
        return Found(0, server.read_only)
    written = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalars().all()  # noqa: S608
    if len(written) != 1:
        raise StoreUnusable(f"{name} is damaged: its table {VERSION_TABLE} has not one row. Restore it from a backup.")
    version = numbered(written[0])
    if version > SCHEMA_VERSION:
        said = written[0] if version == UNKNOWN_VERSION else version
        raise StoreUnusable(
            f"{name} was made by a newer version of Secret Links (its schema is {said}, this program knows "
            f"{SCHEMA_VERSION}); update the program to open it."
        )
    return Found(version, server.read_only or not connection.execute(_MAY_WRITE).scalar_one())


def _bring_forward(connection: Connection, name: str) -> Sequence[str]:
    """Runs the missing migrations; a second process that does the same waits, and finds nothing left to do."""
    if look(connection, name).version:
        connection.exec_driver_sql(f"LOCK TABLE {VERSION_TABLE} IN ACCESS EXCLUSIVE MODE")
        if look(connection, name).version == SCHEMA_VERSION:
            return ()
    return migrating.migrate(connection, VERSION_TABLE)
