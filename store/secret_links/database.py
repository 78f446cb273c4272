"""What the store asks of a database, whichever it is.

`sqlite` and `postgres` answer it, each in its own way. What the two spell differently is in `tables/dialects.py`; all
the rest of the store knows nothing of either.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, Table, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from secret_links.errors import StoreClosed
from secret_links.times import Clock, to_utc

T = TypeVar("T")

WRITER_WAIT = 10.0
"""Seconds that a writer waits for another one before it gives up, where nothing else is asked for."""


class Database(ABC):
    """Where one store's links are, with connections for readers and for writers."""

    name: str
    """What it is called in sentences to people: never with a password in it."""
    read_only: bool
    """Whether it can be looked at, and not changed."""
    notes: Sequence[str] = ()
    """Sentences on what an upgrade found in it just now that another program had written wrongly."""

    def __init__(self, clock: Clock | None) -> None:
        self._clock = clock
        self._closed = False

    def own_now(self) -> datetime | None:
        """Gives the present instant by the clock of this process; None where the server's decides."""
        return to_utc(self._clock()) if self._clock is not None else None

    def now(self, connection: Connection) -> datetime:
        """Gives the present instant, by the one clock that all writers of the store share where there is one."""
        return self.own_now() or self._server_now(connection)

    @abstractmethod
    def prepare(self, *, upgrade: bool = False) -> Path | None:
        """Makes the tables of an empty database, and has one of today's schema at the end, or refuses.

        Gives the path of a copy of the store as it was, where it was upgraded and copied. `upgrade` says that somebody
        has asked for that.
        """

    def caution(self) -> str | None:
        """Says what to beware of with where the store is; None where there is nothing."""
        return None

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """Gives a connection that sees one moment of the store, and cannot change it."""

    @abstractmethod
    def writing(self, *, bulk: bool = False) -> AbstractContextManager[Connection]:
        """Gives a connection that can write; commits at the end, rolls back if an exception passes.

        `bulk` is for one slice of a long deed.
        """

    def write(
        self,
        operation: Callable[[Connection], T],
        *,
        bulk: bool = False,
        proof: Callable[[Connection, T], bool] | None = None,
    ) -> T:
        """Does a deed in one transaction that stands when this returns.

        A database may have to do it more than once until it stands, so nothing but the store may remember it; `proof`
        says by what the deed has given whether it stands.
        """
        del proof  # a file says at once whether a change is kept
        with self.writing(bulk=bulk) as connection:
            return operation(connection)

    @abstractmethod
    def new_ids(self, connection: Connection, table: Table, count: int) -> list[int]:
        """Gives ids for new rows of a table, rising; none is ever used twice."""

    @abstractmethod
    def interrupt(self, connection: Connection) -> None:
        """Breaks off the query that a connection is running, from another thread; it ends in Withdrawn."""

    @abstractmethod
    def watch(self) -> Watch:
        """Makes a look-out for what anybody changes in the store."""

    @abstractmethod
    def copy_to(self, path: Path) -> None:
        """Copies the store into a file that must not be there yet, or says how it is copied instead."""

    def close(self) -> None:
        """Ends the use of the store: from now on, everything that needs a connection raises StoreClosed.

        What another thread is reading or writing at this moment is done to its end. Closing twice does nothing.
        """
        self._closed = True
        self.disconnect()

    def check_open(self) -> None:
        """Raises StoreClosed where the store was closed."""
        if self._closed:
            raise StoreClosed(self.name)

    def closing_late(self, engine: Engine) -> Engine:
        """Has connections that are in use when the store is closed closed when they are given back."""

        def given_back(connection: DBAPIConnection | None, _: object) -> None:
            if self._closed and connection is not None:
                connection.close()

        event.listen(engine, "checkin", given_back)
        return engine

    @abstractmethod
    def disconnect(self) -> None:
        """Closes every connection that is not in use; new ones are made when they are needed."""

    @abstractmethod
    def _server_now(self, connection: Connection) -> datetime:
        """Asks the server for the present instant."""


class Watch(ABC):
    """Notices that somebody changed the store."""

    every: float
    """Seconds between two looks that are quick enough for people, and cost next to nothing."""

    @abstractmethod
    def changed(self) -> bool:
        """Says whether anything was committed since the last look.

        StoreGone says that it is of no use to look again, and so does StoreClosed; after any other failure it is.
        """

    @abstractmethod
    def close(self) -> None:
        """Closes its connection."""
