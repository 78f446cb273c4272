"""What every database of a store must do.

`sqlite` and `postgres` implement it. SQL that the two spell differently is in `tables/dialects.py`; no other module
depends on which one it is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, Table, event, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection

from secret_links.errors import StoreClosed
from secret_links.reports import Contents, Losses
from secret_links.times import Clock, to_utc

T = TypeVar("T")

WRITER_WAIT = 10.0
"""The default of seconds that a writer waits for another one before it gives up."""

KEPT_AT_MOST = 300.0
"""Seconds for which a snapshot may stay open between two readings: meanwhile nothing that was deleted is cleaned up."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """Numbers of transactions, which rise: all below `ended` had ended, and all that had begun are below `begun`."""

    ended: int
    begun: int


class Database(ABC):
    """The database of one store, with connections for readers and for writers."""

    name: str
    """Its name in messages, without a password."""
    read_only: bool
    """Whether it can be read, but not written."""
    notes: Sequence[str] = ()
    """Sentences on values that the upgrade on opening has repaired, or left as they were."""

    def __init__(self, clock: Clock | None) -> None:
        self._clock = clock
        self._closed = False

    def own_now(self) -> datetime | None:
        """Gives the present instant by the clock of this process; None if the server's is used."""
        return to_utc(self._clock()) if self._clock is not None else None

    def now(self, connection: Connection) -> datetime:
        """Gives the present instant, by the server's clock unless the process has one of its own."""
        return self.own_now() or self._server_now(connection)

    @abstractmethod
    def prepare(self, *, upgrade: bool = False) -> Path | None:
        """Makes the tables of an empty database, or upgrades an older store; StoreUnusable refuses any other.

        Gives the path of a copy that was made before upgrading; None if there is none. `upgrade` says that the user
        asked for it.
        """

    def caution(self) -> str | None:
        """Warns of a place where a store is at risk; None for any other."""
        return None

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """Gives a connection that sees one snapshot of the store, and cannot change it."""

    @abstractmethod
    def writing(self, *, bulk: bool = False) -> AbstractContextManager[Connection]:
        """Gives a connection that can write; commits at the end, rolls back if an exception passes.

        `bulk` is for one slice of a long operation.
        """

    def write(
        self,
        operation: Callable[[Connection], T],
        *,
        bulk: bool = False,
        proof: Callable[[Connection, T], bool] | None = None,
    ) -> T:
        """Runs an operation in one transaction, which is committed when this returns; gives its result.

        A database may run it more than once, so it must have no effects outside the store. `proof` says, given its
        result, whether it was committed.
        """
        del proof  # whether it is asked for, depends on the database
        with self.writing(bulk=bulk) as connection:
            return operation(connection)

    @abstractmethod
    def new_ids(self, connection: Connection, table: Table, count: int) -> list[int]:
        """Gives ids for new rows of a table, rising; none is ever used twice."""

    def last_id(self, connection: Connection, table: Table) -> int:
        """Gives the highest id of a table's rows, or of those that it had, where that is known; 0 where there is none.

        It is below all ids that a later transaction gets.
        """
        return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())

    @abstractmethod
    def interrupt(self, connection: Connection) -> None:
        """Breaks off the query that a connection is running, from another thread; it raises QueryCancelled."""

    @abstractmethod
    def watch(self) -> Watch:
        """Makes a watch, which notices all changes to the store."""

    def snapshots_may_be_kept(self, connection: Connection) -> float:
        """Gives the seconds for which a reader may keep a snapshot while it reads nothing.

        It is 0 where writers would have to wait for it.
        """
        del connection
        return KEPT_AT_MOST

    def horizon(self, connection: Connection) -> Horizon:
        """Tells which transactions had ended when a connection's snapshot was taken.

        All of them in a file, which has one writer at a time.
        """
        del connection
        return Horizon(0, 0)

    @abstractmethod
    def copy_to(self, path: Path) -> None:
        """Copies the store into a new file; StoreError may say how it is copied instead."""

    @abstractmethod
    def restoring(self, path: Path) -> AbstractContextManager[Restoration]:
        """Checks a backup, which can then be put in the place of what is in the store.

        StoreUnusable says why it cannot; StoreError may say how a store is restored instead.
        """

    def close(self) -> None:
        """Closes the database: from now on, everything that needs a connection raises StoreClosed.

        What another thread is reading or writing now is completed. Closing twice does nothing.
        """
        self._closed = True
        self.disconnect()

    def check_open(self) -> None:
        """Raises StoreClosed after `close()`."""
        if self._closed:
            raise StoreClosed(self.name)

    def closing_late(self, engine: Engine) -> Engine:
        """Makes an engine close connections that come back to its pool after `close()`; gives the engine."""

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


class Restoration(ABC):
    """A backup that was checked, and can be put in the place of what is in a store."""

    contents: Contents
    """What is in the backup."""
    notes: Sequence[str] = ()
    """Sentences on values of an older backup that were repaired, or left as they were."""

    @abstractmethod
    def losses(self) -> Losses | None:
        """Compares the store with the backup, as it is now, or as it was when the backup was put in its place.

        None where the store is too damaged to be read.
        """

    @abstractmethod
    def put_in_place(self) -> Path:
        """Puts the backup in the place of what is in the store, in one transaction; gives the path of a copy of that.

        Whoever has the store open reads the backup's content from then on. StoreError says why the store is as it was;
        OutcomeUnknown, that this is not known.
        """


class Watch(ABC):
    """Notices changes to the store."""

    every: float
    """Seconds between two looks: quick enough for people, and cheap."""

    @abstractmethod
    def changed(self) -> bool:
        """Says whether anything was committed since the last call.

        After StoreGone (StoreClosed and StoreUpgraded too) calling again is useless; after any other StoreError it may
        succeed.
        """

    def descriptor(self) -> int | None:
        """Gives a descriptor that can be read when it is time to look before `every` has passed; None for none."""
        return None

    @abstractmethod
    def close(self) -> None:
        """Closes its connection."""
