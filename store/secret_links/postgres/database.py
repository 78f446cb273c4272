"""A store in a PostgreSQL database, which any number of terminals and booking pages on any machine share.

Readers see one moment (REPEATABLE READ, READ ONLY). Writers see each other's changes as they are committed (READ
COMMITTED) and lock what they decide on: a host's writers the host's row, a deletion its links; and a claim is one
conditional statement, which looks at the link once more after it has waited for its lock. Whoever is undone by a
conflict, or loses the connection before the end, begins anew.
"""

from __future__ import annotations

import random
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import psycopg
from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from secret_links import forks
from secret_links.database import WRITER_WAIT, Database, Watch
from secret_links.errors import StoreError, StoreReadOnly, StoreUpgraded
from secret_links.postgres import schema
from secret_links.postgres.address import Address
from secret_links.postgres.cancelling import CancellableQuery
from secret_links.postgres.commits import CommitLost, is_kept
from secret_links.postgres.cursor import driver_of
from secret_links.postgres.faults import ConnectionLost, InTheWay, explain, explained
from secret_links.postgres.sessions import Sessions
from secret_links.postgres.watch import PostgresWatch
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links.times import Clock, to_utc

T = TypeVar("T")

WRITE_TRIES = 6
"""How often a deed is begun, at the most, that others get in the way of."""

_BEFORE_COMMIT = text("""
    SELECT CASE WHEN pg_current_xact_id_if_assigned() IS NOT NULL THEN nextval('change_count') END,
        pg_current_xact_id_if_assigned()::text, (SELECT version_num::integer FROM secret_links_schema)
""")
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
        """Where connections come from."""
        self._wait = wait
        self._make_engines()
        forks.watch_over(self)

    def prepare(self, *, upgrade: bool = False) -> Path | None:
        """Makes the tables of an empty database; brings an older one to today's schema only if that is asked for."""
        found = schema.prepare(self, upgrade=upgrade)
        self.read_only = found.read_only
        return None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Gives a connection that sees one moment of the store, and cannot change it."""
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
                self._queries.pop(connection, None)  # a child has others

    def interrupt(self, connection: Connection) -> None:
        """Has the server break a query off, on a thread of its own: the server may be far away, or not answer."""
        if (query := self._queries.get(connection)) is not None:
            query.cancel()

    @contextmanager
    def writing(self, *, bulk: bool = False) -> Iterator[Connection]:
        """Gives a connection that can write; what it is to be told about a commit that fails, is known before it."""
        del bulk  # nobody waits for a slice but those who want the same links
        if self.read_only:
            raise StoreReadOnly(f"{self.name} can be read, but not written; nothing was changed.")
        with explained(self.name), self._writers.connect() as connection, connection.begin() as transaction:
            yield connection
            _, transaction_id, version = connection.execute(_BEFORE_COMMIT).one()
            if version > SCHEMA_VERSION:
                raise StoreUpgraded(self.name)
            try:
                transaction.commit()
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                raise CommitLost(self.name, transaction_id) from error

    def write(
        self,
        operation: Callable[[Connection], T],
        *,
        bulk: bool = False,
        proof: Callable[[Connection, T], bool] | None = None,
    ) -> T:
        """Does a deed in one transaction; once more where it was undone by another one, or by a lost connection.

        Where the connection is lost just while the change is being kept, the server is asked what has become of it: so
        whoever redeems gets the link they have won, and nobody wins it twice.
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
        """Looks at a number that every writer counts up."""
        return PostgresWatch(self, self.sessions)

    def copy_to(self, path: Path) -> None:
        """Refuses: the server's own tools do it, and know how to bring it back."""
        command = shlex.join(["pg_dump", "--format=custom", f"--file={path}", self.name])
        raise StoreError(f"A store on a server is copied by PostgreSQL's own tool: {command}")

    def disconnect(self) -> None:
        """Closes every connection that is not in use."""
        self._readers.dispose()
        self._writers.dispose()

    def _server_now(self, connection: Connection) -> datetime:
        return to_utc(connection.execute(_NOW).scalar_one())

    def before_fork(self) -> None:
        """Does nothing: the parent keeps its connections."""

    def after_fork_in_child(self) -> None:
        """Begins with new pools; the parent's connections come to nothing here, and stand there."""
        self.sessions.leave_behind()
        forks.left_behind.extend((self._readers, self._writers, self._queries))
        self._make_engines()

    def _make_engines(self) -> None:
        self._readers = self._engine(reading=True)
        self._writers = self._engine(reading=False)
        self._queries: dict[Connection, CancellableQuery] = {}

    def _engine(self, *, reading: bool) -> Engine:
        def connect() -> psycopg.Connection:
            # What is asked often is prepared only by writers, whose statements name rows by their keys: a prepared
            # search was seen to be planned for any text at all after its fifth time, and took 150 ms in place of 0.3.
            self.check_open()
            connection = self.sessions.new(prepare=not reading)
            connection.autocommit = False
            levels = psycopg.IsolationLevel
            connection.isolation_level = levels.REPEATABLE_READ if reading else levels.READ_COMMITTED
            connection.read_only = reading
            return connection

        # A reader cannot begin anew by itself, so its connections are tried first.
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
