"""One link in a real database, put back for each order; a clock that is moved by hand; and what there is to see."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from sqlalchemy import Connection, Engine, create_engine, event

import secret_links.booking
from booking_site.site import engine_of
from proof.locks import FileLocks, ServerLocks, begin_in_turn
from proof.turns import Locks
from secret_links import HostStore, Store
from secret_links.postgres.database import PostgresDatabase
from secret_links.sqlite.database import SqliteDatabase
from secret_links.times import to_milliseconds
from support import START, SetClock

EXPIRES = START + timedelta(hours=1)
"""When the link expires, unless the host changes it."""

LATE = EXPIRES + timedelta(minutes=30)
"""When it has."""

PROJECT = Path(__file__).parents[2]
STATEMENTS = re.findall(r"```sql\n(.*?)```", (PROJECT / "README.md").read_text(encoding="utf-8"), re.DOTALL)[:2]
"""What the README has pages in other languages run: on SQLite, and on PostgreSQL."""

VACUUM_EVERY = 50
"""Orders after which a server's dead rows are taken away."""

_EMPTY = "DELETE FROM booking; DELETE FROM deleted_link; DELETE FROM deletion; DELETE FROM link; DELETE FROM link_event"

_SEEN = """
    SELECT found.*, ARRAY(SELECT visitor FROM booking ORDER BY visitor), ARRAY(SELECT kind FROM link_event ORDER BY id)
    FROM (SELECT) AS always LEFT JOIN (
        SELECT 'kept', used_by, used_at, expires_at FROM link
        UNION ALL SELECT 'deleted', used_by, used_at, expires_at FROM deleted_link
    ) AS found ON true
"""
"""All of it at once, as a server is asked."""

_LINKS = """
    SELECT 'kept', used_by, used_at, expires_at FROM link
    UNION ALL SELECT 'deleted', used_by, used_at, expires_at FROM deleted_link
"""
_EVENTS = "SELECT kind FROM link_event ORDER BY id"
_BOOKINGS = "SELECT visitor FROM booking ORDER BY visitor"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is in the database after an order."""

    links: tuple[tuple[str, str | None, datetime | None, datetime | None], ...]
    """Where the link is, who used it and when, and when it expires."""
    bookings: tuple[str, ...]
    """The visitors who have a booking."""
    events: tuple[str, ...]
    """What happened to the link."""


class Driver(Protocol):
    """A driver's own connection, of either database."""

    def execute(self, statement: Any, parameters: Any = ..., /) -> Any:
        """Runs a statement."""


class LinkWorld:
    """What both databases have in common."""

    has_one_writer: bool
    """Whether nobody writes while a claim of another is under way."""
    locks: Locks
    statement: str
    """The README's statement, for the driver."""

    def __init__(self, store: Store, engine: Engine, stack: ExitStack) -> None:
        self.store = store
        self.elsewhere: list[str] = []
        """The visitors who have a booking that is kept apart from the links."""
        self.ana: HostStore = store.as_host("ana")
        (self.link,) = self.ana.generate(self.ana.add_event_type("Intro call").id, expires_at=EXPIRES)
        self._engine, self._stack = engine, stack
        self._pages: dict[str, Connection] = {}
        self._drivers: dict[str, Any] = {}

    def page(self, name: str) -> Connection:
        if name not in self._pages:
            self._pages[name] = self._stack.enter_context(self._engine.connect())
        return self._pages[name]


class FileWorld(LinkWorld):
    """A link in an SQLite file."""

    has_one_writer = True

    def __init__(self, path: str, clock: SetClock, patched: pytest.MonkeyPatch, stack: ExitStack) -> None:
        store = stack.enter_context(Store.open(path, clock=clock))
        assert isinstance(store.database, SqliteDatabase)
        self.database = store.database
        self._path, self._clock = path, clock
        engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 0})
        stack.callback(engine.dispose)
        super().__init__(store, engine, stack)
        self._control = self._connect()
        self._control.execute("CREATE TABLE booking (visitor TEXT NOT NULL)")
        self.locks = FileLocks(self._control, patched)
        patched.setattr(secret_links.booking, "utc_now", clock)
        self.statement = STATEMENTS[0]
        columns = [name for (name,) in self._control.execute("SELECT name FROM pragma_table_info('link')")]
        self._row = self._control.execute("SELECT * FROM link").fetchone()
        self._put_back = f"INSERT INTO link ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"

    def reset(self) -> None:
        self.elsewhere.clear()
        self.move_clock(START)
        self._control.execute("BEGIN IMMEDIATE")
        for statement in _EMPTY.split(";"):
            self._control.execute(statement)
        self._control.execute(self._put_back, self._row)
        self._control.execute("COMMIT")

    def move_clock(self, instant: datetime) -> None:
        self._clock.instant = instant

    def seen(self) -> Seen:
        rows = self._control.execute(_LINKS).fetchall()
        links = tuple((where, who, self._instant(used), self._instant(expires)) for where, who, used, expires in rows)
        bookings = (who for (who,) in self._control.execute(_BOOKINGS))
        events = (kind for (kind,) in self._control.execute(_EVENTS))
        return Seen(links, tuple(sorted((*bookings, *self.elsewhere))), tuple(events))

    @staticmethod
    def _instant(kept: int | None) -> datetime | None:
        return None if kept is None else START + timedelta(milliseconds=kept - to_milliseconds(START))

    def driver(self, name: str) -> Driver:
        if name not in self._drivers:
            self._drivers[name] = self._connect()
        driver: Driver = self._drivers[name]
        return driver

    def begin(self, driver: Driver) -> None:
        assert isinstance(driver, sqlite3.Connection)
        begin_in_turn(driver)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=0, check_same_thread=False)
        # The statement asks SQLite for the time: here, it is the clock's.
        connection.create_function("julianday", 1, lambda _: to_milliseconds(self._clock()) / 86_400_000 + 2_440_587.5)
        return self._stack.enter_context(closing(connection))


_OWN_CLOCK = """
    CREATE TABLE booking (visitor text NOT NULL);
    CREATE SCHEMA own_clock;
    CREATE SEQUENCE own_clock.milliseconds;
    CREATE FUNCTION own_clock.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE plpgsql AS $$
        BEGIN RETURN (SELECT to_timestamp(last_value / 1000.0) FROM own_clock.milliseconds); END
    $$
"""
"""A sequence is moved for everybody at once, also within transactions that have begun."""

_MOVE_CLOCK = "SELECT setval('own_clock.milliseconds', %s)"

_SEE_OWN_CLOCK = "SET search_path = own_clock, public, pg_catalog, pg_temp"


class ServerWorld(LinkWorld):
    """A link in a database on a PostgreSQL server, whose clock is replaced by a sequence."""

    has_one_writer = False

    def __init__(self, url: str, patched: pytest.MonkeyPatch, stack: ExitStack) -> None:
        self._url = url
        self._control = stack.enter_context(closing(psycopg.connect(url, autocommit=True)))
        self._control.execute(_OWN_CLOCK)
        store = stack.enter_context(Store.open(url))
        assert isinstance(store.database, PostgresDatabase)
        self.database = store.database
        engine = engine_of(url)
        stack.callback(engine.dispose)
        for pool in (engine, self.database._writers, self.database._readers):
            event.listen(pool, "connect", see_own_clock)
        self.move_clock(START)
        super().__init__(store, engine, stack)
        self.locks = ServerLocks(self._control, patched)
        self.statement = re.sub(r"(?<!:):(token|by|reference)\b", r"%(\1)s", STATEMENTS[1])
        self._control.execute("CREATE TABLE own_clock.as_generated AS SELECT * FROM link")
        clock = _MOVE_CLOCK.replace("%s", str(to_milliseconds(START)))
        self._put_back = f"{clock}; {_EMPTY}; INSERT INTO link SELECT * FROM own_clock.as_generated".encode()
        self._resets = 0

    def reset(self) -> None:
        self.elsewhere.clear()
        self._control.execute(self._put_back)
        self._resets += 1
        if self._resets % VACUUM_EVERY == 0:
            self._control.execute("VACUUM link, link_event, booking, deleted_link, deletion, host")

    def move_clock(self, instant: datetime) -> None:
        self._control.execute(_MOVE_CLOCK, [to_milliseconds(instant)])

    def seen(self) -> Seen:
        rows = self._control.execute(_SEEN).fetchall()
        *_, bookings, events = rows[0]
        links = tuple(link for *link, _, _ in rows if link[0] is not None)
        return Seen(tuple(map(tuple, links)), tuple(sorted([*bookings, *self.elsewhere])), tuple(events))

    def driver(self, name: str) -> Driver:
        if name not in self._drivers:
            connection = self._stack.enter_context(closing(psycopg.connect(self._url, autocommit=True)))
            connection.execute(_SEE_OWN_CLOCK)
            self._drivers[name] = connection
        driver: Driver = self._drivers[name]
        return driver

    def begin(self, driver: Driver) -> None:
        driver.execute("BEGIN")


def see_own_clock(connection: psycopg.Connection[Any], _: object) -> None:
    connection.execute(_SEE_OWN_CLOCK)
    connection.commit()


@contextmanager
def world_at(url: str) -> Iterator[FileWorld | ServerWorld]:
    """Makes a link in an empty store, with what the proof replaces for as long as it lasts."""
    with ExitStack() as stack:
        patched = stack.enter_context(pytest.MonkeyPatch.context())
        for module in ("deleting", "restoring", "changing"):
            patched.setattr(f"secret_links.{module}.PAUSE", 0)  # nobody runs meanwhile
        if url.startswith("postgresql:"):
            yield ServerWorld(url, patched, stack)
        else:
            yield FileWorld(url, SetClock(), patched, stack)


AnyWorld = FileWorld | ServerWorld
