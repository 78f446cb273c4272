"""A store in a PostgreSQL database, which any number of terminals and booking pages on any machine share.

Readers see one moment (REPEATABLE READ, READ ONLY). Writers see each other's changes as they are committed (READ
COMMITTED) and lock what they decide on: a host's writers the host's row, a deletion its links; and a claim is one
conditional statement, which looks at the link once more after it has waited for its lock. Whoever is undone by a
conflict, or loses the connection before the end, begins anew.
"""

from __future__ import annotations

import random
import shlex
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, Engine, Table, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from secret_links import postgres_schema
from secret_links.database import Database, Watch
from secret_links.errors import StoreError, StoreOutgrown, StoreReadOnly, StoreUnusable
from secret_links.gate import SCHEMA_VERSION, WAIT
from secret_links.postgres_commits import CommitLost, is_kept
from secret_links.postgres_faults import ConnectionLost, InTheWay, explain, explained
from secret_links.postgres_watch import PARTS, PostgresWatch
from secret_links.times import Clock, to_utc

T = TypeVar("T")

TRIES = 6
"""How often a deed is begun, at the most, that others get in the way of."""

_CONNECTING: dict[str, Any] = {
    "application_name": "secret-links",
    "client_encoding": "UTF8",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""How to connect, where the URL does not say: a line that is cut is noticed in twenty seconds, not in two hours."""

_SETTINGS = """
    SELECT set_config('lock_timeout', %(wait)s, false), set_config('TimeZone', 'UTC', false),
        CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'local', false) END
"""
"""Of each connection. A power cut must not un-spend a link."""

_TELL = text("""
    UPDATE change SET number = number + 1 WHERE part = :part AND pg_current_xact_id_if_assigned() IS NOT NULL
    RETURNING pg_current_xact_id()::text, (SELECT version_num::integer FROM secret_links_schema)
""")
_NOW = text("SELECT date_trunc('milliseconds', clock_timestamp())")
_NEW_IDS = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")


class PostgresDatabase(Database):
    """One store's database, with one pool of connections for readers and one for writers."""

    def __init__(self, url: str, *, clock: Clock | None = None, wait: float = WAIT) -> None:
        super().__init__(clock)
        try:
            self._parameters = _CONNECTING | conninfo_to_dict(url)
        except psycopg.Error:
            raise StoreUnusable("This is no URL of a database; give one like postgresql://user@host/links.") from None
        self.name = _name(self._parameters)
        self.read_only = False
        self._wait = wait
        self._readers = self._engine(reading=True)
        self._writers = self._engine(reading=False)
        self._questions: dict[Connection, _Question] = {}

    def prepare(self, *, upgrade: bool = False) -> Path | None:
        """Makes the tables of an empty database; brings an older one to today's schema only if that is asked for."""
        found = postgres_schema.prepare(self, upgrade=upgrade)
        self.read_only = found.read_only
        return None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Gives a connection that sees one moment of the store, and cannot change it."""
        with explained(self.name), self._readers.connect() as connection:
            question = _Question(connection)
            self._questions[connection] = question
            try:
                with connection.begin(), question:
                    yield connection
            except DBAPIError as error:
                if question.withdrawn and isinstance(error.orig, psycopg.Error):
                    raise explain(self.name, error.orig, withdrawn=True) from error
                raise
            finally:
                del self._questions[connection]

    def interrupt(self, connection: Connection) -> None:
        """Has the server break a query off, on a thread of its own: the server may be far away, or not answer."""
        if (question := self._questions.get(connection)) is not None:
            question.withdraw()

    @contextmanager
    def writing(self, *, bulk: bool = False) -> Iterator[Connection]:
        """Gives a connection that can write; what it is to be told about a commit that fails, is known before it."""
        del bulk  # nobody waits for a slice but those who want the same links
        if self.read_only:
            raise StoreReadOnly(f"{self.name} can be read, but not written; nothing was changed.")
        with explained(self.name), self._writers.connect() as connection, connection.begin() as transaction:
            yield connection
            part = random.randrange(PARTS)  # noqa: S311  # no secret depends on it
            told = connection.execute(_TELL, {"part": part}).one_or_none()
            transaction_id, version = told or (None, SCHEMA_VERSION)
            if version > SCHEMA_VERSION:
                raise StoreOutgrown(self.name)
            try:
                transaction.commit()
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                raise CommitLost(self.name, transaction_id) from error

    def write(
        self,
        deed: Callable[[Connection], T],
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
                    done.append(deed(connection))
                return done[0]
            except (InTheWay, ConnectionLost, CommitLost) as error:
                if isinstance(error, CommitLost):
                    found = partial(_found, proof, done[0]) if proof is not None else None
                    if is_kept(error, self._writers, found, self._wait):
                        return done[0]
                attempt += 1
                if attempt == TRIES:
                    raise
            time.sleep(random.uniform(0.2, 1) * 0.005 * 2**attempt)  # noqa: S311

    def new_ids(self, connection: Connection, table: Table, count: int) -> list[int]:
        """Takes ids from the table's sequence, all at once."""
        return list(connection.execute(_NEW_IDS, {"table": table.name, "count": count}).scalars())

    def watch(self) -> Watch:
        """Looks at a table that every writer leaves a mark in."""
        return PostgresWatch(self)

    def copy_to(self, path: Path) -> None:
        """Refuses: the server's own tools do it, and know how to bring it back."""
        command = shlex.join(["pg_dump", "--format=custom", f"--file={path}", self.name])
        raise StoreError(f"A store on a server is copied by PostgreSQL's own tool: {command}")

    def connect(self, *, autocommit: bool = False, prepare: bool = False) -> psycopg.Connection:
        """Opens a connection of one's own, outside the pools.

        What is asked often is prepared only by writers, whose statements name rows by their keys: a prepared search was
        seen to be planned for any text at all after its fifth time, and took 150 ms in place of 0.3.
        """
        self.check_open()
        threshold = 5 if prepare else None
        try:
            connection = psycopg.connect(**self._parameters, autocommit=True, prepare_threshold=threshold)
            connection.execute(_SETTINGS, {"wait": str(round(self._wait * 1000))})
        except psycopg.Error as error:
            raise explain(self.name, error, connecting=True) from error
        connection.autocommit = autocommit
        return connection

    def disconnect(self) -> None:
        """Closes every connection that is not in use."""
        self._readers.dispose()
        self._writers.dispose()

    def _server_now(self, connection: Connection) -> datetime:
        return to_utc(connection.execute(_NOW).scalar_one())

    def _engine(self, *, reading: bool) -> Engine:
        def connect() -> psycopg.Connection:
            connection = self.connect(prepare=not reading)
            levels = psycopg.IsolationLevel
            connection.isolation_level = levels.REPEATABLE_READ if reading else levels.READ_COMMITTED
            connection.read_only = reading
            return connection

        # A reader cannot begin anew by itself, so its connections are tried first.
        return self.closing_late(
            create_engine(
                "postgresql+psycopg://",
                creator=connect,
                poolclass=QueuePool,
                max_overflow=-1,
                pool_pre_ping=reading,
                use_native_hstore=False,
            )
        )


class _Question:
    """What a reader asks, until it has all answers, and how it is broken off."""

    def __init__(self, connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101  # for the type checker
        self._driver = driver
        self._lock = threading.Lock()
        self._ended = False
        self._cancelling: threading.Thread | None = None

    @property
    def withdrawn(self) -> bool:
        """Whether the answer is no longer wanted."""
        return self._cancelling is not None

    def withdraw(self) -> None:
        """Has the server break off what it is doing for this connection."""
        with self._lock:
            if self._cancelling is None and not self._ended:
                self._cancelling = threading.Thread(target=self._cancel, name="cancelling", daemon=True)
                self._cancelling.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Waits until the server has been told: later, it would break off what the connection is used for next."""
        with self._lock:
            self._ended = True
        if self._cancelling is not None:
            self._cancelling.join()

    def _cancel(self) -> None:
        with suppress(psycopg.Error):
            self._driver.cancel_safe(timeout=5)


def _name(parameters: dict[str, Any]) -> str:
    """Gives the URL of a database as it is shown: without a password, or what is only for connecting."""
    user, host, port = (str(parameters.get(part) or "") for part in ("user", "host", "port"))
    place = "" if host.startswith("/") else host
    return (
        f"postgresql://{user}{'@' if user else ''}{place}{':' if port else ''}{port}/{parameters.get('dbname') or ''}"
    )


def _found(proof: Callable[[Connection, T], bool], done: T, connection: Connection) -> bool:
    return proof(connection, done)
