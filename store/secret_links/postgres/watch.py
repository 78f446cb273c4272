"""Noticing changes on PostgreSQL."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, text

from secret_links import forks
from secret_links.database import Database, Watch
from secret_links.errors import StoreError, StoreUpgraded
from secret_links.postgres.cursor import StoreConnection
from secret_links.postgres.faults import explained
from secret_links.postgres.schema import VERSION_TABLE, numbered
from secret_links.postgres.sessions import Sessions
from secret_links.tables.migrating import SCHEMA_VERSION

CHANNEL = "secret_links"
"""What a commit notifies, so that watches look at once."""

_LISTEN = sql.SQL("LISTEN {channel}").format(channel=sql.Identifier(CHANNEL))

_RETRY_AFTER = 1.0
"""Seconds between two tries to reach a server that does not answer."""

_COUNT = sql.SQL("""
    SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0' ELSE last_value END,
        (SELECT max(version_num) FROM {version})
    FROM {count}
""")
"""A number that every change raises. A standby gets it too late; there, it is how much of the log has been replayed."""

_UNDER_WAY = sql.SQL("""
    SELECT transactionid::text FROM pg_locks WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock'
""")
"""The transactions that have not ended: each locks its own number. A snapshot lists none that are newer than the last
one that has ended, so it would miss a page that alone keeps its booking open."""

_COUNT_CHANGE = text("SELECT nextval('change_count')")


def count_change(connection: Connection) -> None:
    """Counts a change in a booking page's own transaction; nobody waits for it, however long it lasts."""
    connection.execute(_COUNT_CHANGE)


class PostgresWatch(Watch):
    """Notices a change by a sequence that every writer counts up before it commits.

    A sequence takes no lock, so writers do not wait for each other. But its number is visible before the commit, the
    change only after. So whenever the number has changed, the open transactions are remembered, and each one that ends
    later is a change too. The number is read first: a transaction that counted before has either ended when the open
    transactions are read, or is among them.

    PostgreSQL has no cheaper sign of changes to this store alone: its snapshots and statistics are about all databases
    of the server, or late. With NOTIFY, commits wait for each other (measured: 8,929 redemptions a second fell to 600
    where each one notified). So only some of the commits notify, and a watch that hears one looks at once; it looks
    regularly for the others, and for those of booking pages, whose transactions may be prepared ones, which cannot
    notify. Poolers and standbys let nobody listen. Each look is a statement of its own: no transaction stays open
    between two.
    """

    every = 0.2
    """Seconds; a look takes the server 30 microseconds."""

    def __init__(self, database: Database, sessions: Sessions) -> None:
        self._database = database
        self._sessions = sessions
        self._connection: StoreConnection | None = None
        self._listens = False
        self._seen: int | None = None
        self._under_way: frozenset[str] = frozenset()
        """The transactions that may have counted, and had not ended at the last look."""
        self._fault: StoreError | None = None
        self._retry_at = 0.0
        with suppress(StoreError):  # `changed` raises it
            self._look()
        forks.watch_over(self)

    def changed(self) -> bool:
        """Says whether anything was committed since the last call, or may have been while the server did not answer.

        Raises StoreUnreachable while it does not answer, StoreUpgraded and StoreClosed.
        """
        self._database.check_open()
        return self._look()

    def descriptor(self) -> int | None:
        """Gives the socket of its connection, where it can listen."""
        return self._connection.fileno() if self._listens and self._connection is not None else None

    def close(self) -> None:
        """Closes its connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def before_fork(self) -> None:
        """Does nothing: the parent keeps its connection."""

    def after_fork_in_child(self) -> None:
        """Forgets the parent's connection; the next look opens one, and counts as a change."""
        forks.left_behind.append(self._connection)
        self._connection = self._seen = None

    def _look(self) -> bool:
        if self._fault is not None and time.monotonic() < self._retry_at:
            raise self._fault
        try:
            with explained(self._database.name):
                changed = self._has_changed()
        except StoreError as error:
            self.close()
            self._seen = None
            self._fault, self._retry_at = error, time.monotonic() + _RETRY_AFTER
            raise
        self._fault = None
        return changed

    def _has_changed(self) -> bool:
        if self._connection is None:
            self._connection = self._sessions.new(prepare=False)
            self._listens = self._listen(self._connection)
        count, version = self._asked(_COUNT)[0]
        if numbered(version) > SCHEMA_VERSION:
            raise StoreUpgraded(self._database.name)
        counted, self._seen = count != self._seen, int(count)
        if not counted and not self._under_way:
            return False
        under_way = frozenset(transaction for (transaction,) in self._asked(_UNDER_WAY))
        ended = not self._under_way <= under_way
        self._under_way = under_way if counted else self._under_way & under_way
        return counted or ended

    @staticmethod
    def _listen(connection: StoreConnection) -> bool:
        if connection.pooled:
            return False
        connection.add_notify_handler(lambda _: None)  # otherwise the driver would keep what it hears
        try:
            connection.execute(_LISTEN)
        except psycopg.errors.ReadOnlySqlTransaction:  # a standby
            return False
        return True

    def _asked(self, query: sql.SQL) -> list[Any]:
        assert self._connection is not None  # noqa: S101  # for the type checker
        named = self._sessions.named
        return self._connection.execute(
            query.format(count=named("change_count"), version=named(VERSION_TABLE))
        ).fetchall()
