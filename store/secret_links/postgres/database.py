"""A store in a PostgreSQL database, which any number of terminals and booking pages on any machine share.

Readers see one snapshot (REPEATABLE READ, READ ONLY). Writers see each other's changes as they are committed (READ
COMMITTED) and lock the rows that they depend on: a host's writers lock the host's row, a deletion its links. A claim is
one conditional statement, which checks the link again after it has waited for its lock. An operation that is undone by
a conflict, or by a lost connection, is tried again.
"""

from __future__ import annotations

import random
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import psycopg
from sqlalchemy import Connection, Engine, Table, TextClause, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from secret_links import forks
from secret_links.database import WRITER_WAIT, Database, Horizon, Restoration, Watch
from secret_links.errors import StoreError, StoreReadOnly, StoreUpgraded
from secret_links.postgres import schema
from secret_links.postgres.address import Address
from secret_links.postgres.cancelling import CancellableQuery
from secret_links.postgres.commits import CommitLost, is_kept
from secret_links.postgres.cursor import driver_of
from secret_links.postgres.faults import ConnectionLost, InTheWay, explain, explained
from secret_links.postgres.horizon import HORIZON
from secret_links.postgres.sessions import Sessions
from secret_links.postgres.watch import CHANNEL, PostgresWatch
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links.times import Clock, to_utc

T = TypeVar("T")

NOTIFY_EVERY = 0.1
"""Seconds between two commits of a process that notify watches: such commits wait for each other, all others do not."""

WRITE_TRIES = 6
"""How often an operation is tried, at the most, that conflicts with others."""

_COUNTED = """
    SELECT CASE WHEN pg_current_xact_id_if_assigned() IS NOT NULL THEN nextval('change_count') END,
        pg_current_xact_id_if_assigned()::text, (SELECT max(version_num) FROM secret_links_schema)
"""
_BEFORE_COMMIT = text(_COUNTED)
_BEFORE_COMMIT_HEARD = text(f"""{_COUNTED},
    CASE WHEN pg_current_xact_id_if_assigned() IS NOT NULL AND pg_notification_queue_usage() < 0.5
        THEN pg_notify('{CHANNEL}', '') END
""")
"""Where a listener of another program keeps the queue full, a commit that notifies would fail."""
_NOW = text("SELECT date_trunc('milliseconds', clock_timestamp())")
_NEW_IDS = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")


class PostgresDatabase(Database):
    """One store's database, with one pool of connections for readers and one for writers."""

    def __init__(self, url: str, *, clock: Clock | None = None, wait: float = WRITER_WAIT) -> None:
        super().__init__(clock)
        address = Address.of(url)
        self.name = address.name
        self.read_only = False
        self.sessions = Sessions(address, wait)
        """Opens connections."""
        self._wait = wait
        self._notified_at = -NOTIFY_EVERY
        self._make_engines()
        forks.watch_over(self)

    def prepare(self, *, upgrade: bool = False) -> Path | None:
        """Makes the tables of an empty database; brings an older one to today's schema only if that is asked for."""
        found = schema.prepare(self, upgrade=upgrade)
        self.read_only = found.read_only
        return None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Gives a connection that sees one snapshot of the store, and cannot change it; QueryCancelled ends it."""
        with explained(self.name), self._readers.connect() as connection:
            query = CancellableQuery(connection)
            self._queries[connection] = query
            try:
                with connection.begin(), query:
                    yield connection
            except DBAPIError as error:
                if query.cancelled and isinstance(error.orig, psycopg.Error):
                    raise explain(self.name, error.orig, cancelled=True) from error
                raise
            finally:
                self._queries.pop(connection, None)  # after a fork, the child has another dict

    def interrupt(self, connection: Connection) -> None:
        """Asks the server to break off a query, on another thread, since the server may not answer."""
        if (query := self._queries.get(connection)) is not None:
            query.cancel()

    @contextmanager
    def writing(self, *, bulk: bool = False) -> Iterator[Connection]:
        """Gives a connection that can write, and commits at the end.

        The transaction's number is fetched before the commit, so that a lost commit can be looked up. Raises
        StoreReadOnly, StoreUpgraded, InTheWay, ConnectionLost and CommitLost.
        """
        del bulk  # a slice makes nobody wait but those who want the same links
        if self.read_only:
            raise StoreReadOnly(f"{self.name} can be read, but not written; nothing was changed.")
        with explained(self.name), self._writers.connect() as connection, connection.begin() as transaction:
            yield connection
            _, transaction_id, version, *_ = connection.execute(self._before_commit()).one()
            if schema.numbered(version) > SCHEMA_VERSION:
                raise StoreUpgraded(self.name)
            try:
                transaction.commit()
            except DBAPIError as error:
                if not error.connection_invalidated and getattr(error.orig, "sqlstate", None) is not None:
                    raise  # the server has answered
                connection.invalidate(error)
                raise CommitLost(self.name, transaction_id) from error

    def _before_commit(self) -> TextClause:
        """Counts the change; some commits are heard by watches at once, the others when they look."""
        now = time.monotonic()
        if now - self._notified_at < NOTIFY_EVERY:
            return _BEFORE_COMMIT
        self._notified_at = now
        return _BEFORE_COMMIT_HEARD

    def write(
        self,
        operation: Callable[[Connection], T],
        *,
        bulk: bool = False,
        proof: Callable[[Connection, T], bool] | None = None,
    ) -> T:
        """Runs an operation in one transaction; again if a conflict or a lost connection has undone it.

        If the connection is lost during the commit, the server is asked whether the change is kept: so a visitor gets
        the link that they have won, and nobody wins it twice. OutcomeUnknown says that the server did not answer.
        """
        attempt = 0
        while True:
            done: list[T] = []
            try:
                with self.writing(bulk=bulk) as connection:
                    done.append(operation(connection))
                return done[0]
            except (InTheWay, ConnectionLost, CommitLost) as error:
                if isinstance(error, CommitLost):
                    found = partial(_found, proof, done[0]) if proof is not None else None
                    if is_kept(error, self._writers, found, self._wait):
                        return done[0]
                attempt += 1
                if attempt == WRITE_TRIES:
                    raise
            time.sleep(random.uniform(0.2, 1) * 0.005 * 2**attempt)  # noqa: S311

    def new_ids(self, connection: Connection, table: Table, count: int) -> list[int]:
        """Takes ids from the table's sequence, all at once."""
        return list(connection.execute(_NEW_IDS, {"table": table.name, "count": count}).scalars())

    def watch(self) -> Watch:
        """Makes a watch, which looks at a number that every writer counts up."""
        return PostgresWatch(self, self.sessions)

    def horizon(self, connection: Connection) -> Horizon:
        """Tells which transactions, in any database of the server, had ended at a connection's snapshot."""
        return Horizon(*connection.execute(text(HORIZON)).one())

    def copy_to(self, path: Path) -> None:
        """Raises StoreError, which names the command of PostgreSQL that copies a database."""
        command = shlex.join(["pg_dump", "--format=custom", f"--file={path}", self.name])
        raise StoreError(f"A store on a server is copied by PostgreSQL's own tool: {command}")

    def restoring(self, path: Path) -> AbstractContextManager[Restoration]:
        """Raises StoreError, which names the command of PostgreSQL that restores a database."""
        options = ["--clean", "--if-exists", "--single-transaction", f"--dbname={self.name}", str(path)]
        raise StoreError(
            f"A store on a server is restored by PostgreSQL's own tool: {shlex.join(['pg_restore', *options])}"
        )

    def disconnect(self) -> None:
        """Closes every connection that is not in use."""
        self._readers.dispose()
        self._writers.dispose()

    def _server_now(self, connection: Connection) -> datetime:
        return to_utc(connection.execute(_NOW).scalar_one())

    def before_fork(self) -> None:
        """Does nothing: the parent keeps its connections."""

    def after_fork_in_child(self) -> None:
        """Makes new pools, and cuts this process off from the parent's connections, which stay open there."""
        self.sessions.leave_behind()
        forks.left_behind.extend((self._readers, self._writers, self._queries))
        self._make_engines()

    def _make_engines(self) -> None:
        self._readers = self._engine(reading=True)
        self._writers = self._engine(reading=False)
        self._queries: dict[Connection, CancellableQuery] = {}

    def _engine(self, *, reading: bool) -> Engine:
        def connect() -> psycopg.Connection:
            # Only writers, whose statements name rows by their keys, prepare statements: from its sixth run on, a
            # prepared search was planned without regard to its text, and took 150 ms instead of 0.3.
            self.check_open()
            connection = self.sessions.new(prepare=not reading)
            connection.autocommit = False
            levels = psycopg.IsolationLevel
            connection.isolation_level = levels.REPEATABLE_READ if reading else levels.READ_COMMITTED
            connection.read_only = reading
            return connection

        # A reader's queries are not repeated after a lost connection, so its connections are tested first.
        engine = self.closing_late(
            create_engine(
                "postgresql+psycopg://",
                creator=connect,
                poolclass=QueuePool,
                max_overflow=-1,
                pool_pre_ping=reading,
                use_native_hstore=False,
            )
        )
        event.listen(engine, "begin", lambda connection: self.sessions.begin(driver_of(connection)))
        return engine


def _found(proof: Callable[[Connection, T], bool], done: T, connection: Connection) -> bool:
    return proof(connection, done)
