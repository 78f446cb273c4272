"""Sessions with a server, independent of the settings that it has for roles and databases.

A role, a database, the environment or a configuration may set how instants are written, how long a statement may run,
or in which schemas names are looked up. Each session sets what it needs as soon as it is connected. The store is looked
for in the `search_path` of the connection; once it is found, its schema is the only one.

A pooler in transaction mode (PgBouncer) gives a connection to another client after each transaction, and keeps no
session. It is recognized by the server process's number, which poolers make up. Behind one, each transaction makes the
settings for itself, and no statements are prepared.
"""

from __future__ import annotations

import os
import socket
from typing import Any
from weakref import WeakSet

import psycopg
from psycopg import sql

from secret_links import forks
from secret_links.errors import StoreUnusable
from secret_links.postgres.address import NO_URL, Address
from secret_links.postgres.cursor import StoreConnection
from secret_links.postgres.faults import explain
from secret_links.postgres.instants import read_instants
from secret_links.postgres.schema import VERSION_TABLE

_SETTINGS = {
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "quote_all_identifiers": "off",
    "transform_null_equals": "off",
    "exit_on_error": "off",
    "row_security": "on",
    "restrict_nonsystem_relation_kind": "",
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "statement_timeout": "0",
    "transaction_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
}
"""What sessions need: PostgreSQL's own defaults, but for the time zone.

`default_transaction_read_only` is not among them: it makes a store read-only. Nor are settings that only change speed,
or that only a superuser can make.
"""

_SET = sql.SQL("""
    SELECT pg_catalog.set_config(name, value, {local})
    FROM (VALUES {settings}, ('lock_timeout', %(wait)s), ('search_path', %(path)s), (
        'synchronous_commit', CASE pg_catalog.current_setting('synchronous_commit') WHEN 'off' THEN 'local' END
    )) AS setting (name, value)
    WHERE value IS NOT NULL AND pg_catalog.current_setting(name, true) IS NOT NULL AND {condition}
""")
"""Makes all settings that this version of the server has. A power cut must not un-spend a link."""

_UNPOOLED = sql.SQL("pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) %(process)s")

_LOOK = """
    SELECT coalesce((
        SELECT nspname FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
        WHERE pg_class.oid = pg_catalog.to_regclass(%s)
    ), pg_catalog.current_schema())
"""
"""The schema that the store is in, or else the one in which its tables would be made."""


def _set(condition: sql.SQL, *, local: bool) -> sql.Composed:
    settings = sql.SQL(", ").join(
        sql.SQL("({}, {})").format(sql.Literal(name), sql.Literal(value)) for name, value in _SETTINGS.items()
    )
    return _SET.format(local=sql.Literal(local), settings=settings, condition=condition)


_SET_FOR_SESSION = _set(_UNPOOLED, local=False).as_string().encode()
_SET_FOR_TRANSACTION = _set(sql.SQL("true"), local=True).as_string().encode()


class Sessions:
    """Opens sessions with one database; a writer waits `wait` seconds for another one."""

    def __init__(self, address: Address, wait: float) -> None:
        self._address = address
        self._wait = wait
        self._schema: str | None = None
        self._open: WeakSet[StoreConnection] = WeakSet()

    def new(self, *, prepare: bool) -> StoreConnection:
        """Opens a connection in autocommit, with all settings; `prepare` has frequent statements prepared.

        Raises StoreUnusable, StoreUnreachable and the like, whose messages show nothing of the password.
        """
        threshold = 5 if prepare else None
        try:
            connection = StoreConnection.connect(
                **self._address.parameters, autocommit=True, prepare_threshold=threshold
            )
            self._open.add(connection)
            try:
                self._set_up(connection)
            except BaseException:
                connection.close()
                raise
        except psycopg.Error as error:
            raise explain(self._address.name, error, connecting=True, harmless=self._address.harmless) from error
        except OSError as error:  # this machine cannot wait for the server: it is out of memory or of descriptors
            refused = psycopg.OperationalError(str(error))
            raise explain(self._address.name, refused, connecting=True, harmless=self._address.harmless) from error
        except (ValueError, TypeError, OverflowError):  # from the driver; the message may repeat the value
            raise StoreUnusable(NO_URL) from None
        read_instants(connection)
        return connection

    def begin(self, connection: StoreConnection) -> None:
        """Makes the settings for a transaction that has just begun, if the session keeps none."""
        if connection.pooled:
            connection.execute(_SET_FOR_TRANSACTION, self._values(connection), prepare=False)

    def named(self, relation: str) -> sql.Identifier:
        """Gives the qualified name of one of the store's relations, for sessions without settings."""
        return sql.Identifier(self._schema, relation) if self._schema is not None else sql.Identifier(relation)

    def leave_behind(self) -> None:
        """Cuts a forked child off from every connection: they are the parent's, which goes on using them."""
        for connection in tuple(self._open):
            if not connection.closed:
                _cut_off(connection.pgconn.socket)
                forks.left_behind.append(connection)
        self._open.clear()

    def _set_up(self, connection: StoreConnection) -> None:
        if self._schema is None:
            found = connection.execute(_LOOK, [VERSION_TABLE], prepare=False).fetchone()
            self._schema = found[0] if found else None
        done = connection.execute(_SET_FOR_SESSION, self._values(connection), prepare=False)
        connection.pooled = done.rowcount == 0
        if not connection.pooled:
            return
        connection.prepare_threshold = None
        if self._address.parameters.get("options"):
            raise StoreUnusable(
                f"A pooler stands before {self._address.name} and may not hand on “options” of a URL; leave them out, "
                "and name a schema by ALTER ROLE … SET search_path."
            )

    def _values(self, connection: StoreConnection) -> dict[str, Any]:
        path = sql.Identifier(self._schema).as_string() + ", pg_temp" if self._schema is not None else None
        return {"wait": str(round(self._wait * 1000)), "path": path, "process": connection.info.backend_pid}


def _cut_off(descriptor: int) -> None:
    """Replaces a socket by one whose other end is closed, so that nothing can be sent through it."""
    line, end = socket.socketpair()
    end.close()
    with line:
        os.dup2(line.fileno(), descriptor, inheritable=False)
