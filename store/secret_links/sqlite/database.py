"""A store in an SQLite file: its connections and transactions.

The driver's own transactions are switched off. They begin too late: a transaction that reads before it writes fails
with "database is locked", or two of them spend the same link. Writers begin with BEGIN IMMEDIATE instead, and wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from secret_links import forks
from secret_links.atomic_files import whole_file
from secret_links.database import KEPT_AT_MOST, WRITER_WAIT, Database, Restoration, Watch
from secret_links.errors import StoreBusy, StoreError, StoreFull, StoreReadOnly
from secret_links.places import path_of
from secret_links.sqlite import connections, copies, mounts, schema
from secret_links.sqlite.backup_check import SoundCopy, check_backup, contents_of, sound_copy
from secret_links.sqlite.commits import whole_commit
from secret_links.sqlite.connections import begin_immediate, driver_of
from secret_links.sqlite.faults import explain, explained
from secret_links.sqlite.file_check import StoreFile, check_file, make_folders
from secret_links.sqlite.open_file import OpenFile
from secret_links.sqlite.replacing import FileRestoration
from secret_links.sqlite.watch import SqliteWatch
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links.times import Clock, utc_now


class SqliteDatabase(Database):
    """One store's file, with one pool of connections for readers and one for writers."""

    def __init__(self, file: StoreFile, *, clock: Clock | None = None, wait: float = WRITER_WAIT) -> None:
        super().__init__(clock or utc_now)
        self.file = file
        """The file under the store."""
        self.name = str(file.path)
        self.read_only = file.read_only
        self._wait = wait
        self._opened = OpenFile(file, wait)
        self._make_engines()
        forks.watch_over(self)

    @classmethod
    def at(cls, url: str | Path, *, clock: Clock | None = None, wait: float = WRITER_WAIT) -> SqliteDatabase:
        """Opens the file at a path or `sqlite:///` URL; makes a new store if there is none.

        StoreUnusable says why the file cannot serve as a store.
        """
        path = path_of(url)
        with explained(path):
            if not path.exists():
                cls._make(path)
        return cls(check_file(path), clock=clock, wait=wait)

    @classmethod
    def _make(cls, path: Path) -> None:
        """Makes a new store, which appears at its path with its tables: no program ever sees an empty file."""
        make_folders(path)
        place = path.resolve() if path.is_symlink() else path
        try:
            with suppress(FileExistsError), whole_file(place) as unfinished:  # another process made it first
                unfinished.touch(0o600)
                with closing(cls(StoreFile(unfinished, version=0))) as database:
                    database.prepare()
                    database._empty_log()  # noqa: SLF001  # of this class
        except StoreFull as error:
            raise StoreFull(
                f"The disk with {path} is full; no store was made there. Make room and try again."
            ) from error

    def prepare(self, *, upgrade: bool = False) -> Path | None:
        """Makes the tables of an empty file, and upgrades an older store; gives the path of the copy made before."""
        del upgrade
        return None if self.file.version == SCHEMA_VERSION else schema.upgrade(self, self.file.path, self.connect)

    def caution(self) -> str | None:
        """Warns of a file on a network file system; None for any other."""
        return mounts.caution(self.file.path)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Gives a connection that sees one snapshot of the store, and cannot change it.

        StoreGone says that the file is not at its path any more: what a page reads in it may be out of date.
        """
        self._opened.check_in_place()
        with self._translated(), self._readers.begin() as connection:
            driver_of(connection).execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self, *, bulk: bool = False) -> Iterator[Connection]:
        """Gives the only connection that can write now.

        With `bulk`, pages are copied from the log into the file after the commit, when others can write again: that
        halves the time for which they wait. StoreReadOnly, StoreGone and StoreUpgraded say why nothing is written,
        OutcomeUnknown that the disk failed while the change was being kept.
        """
        if self.read_only:
            raise StoreReadOnly(f"{self.file.path} can be read, but not written; nothing was changed.")
        self._opened.check_in_place()
        writers = self._bulk_writers if bulk else self._writers
        with self._translated(), writers.connect() as connection, connection.begin() as transaction:
            driver = driver_of(connection)
            begin_immediate(driver, self._wait)
            self._opened.check_in_place()  # again: it may have waited, or opened what is at the path now
            self._opened.check_version(driver)
            yield connection
            with whole_commit(driver, self.file.path, self._wait):
                transaction.commit()
        if bulk:
            self._shorten_log()

    def _empty_log(self) -> None:
        """Copies all pages into the file: SQLite does so when it is closed, but does not say whether it could."""
        with explained(self.file.path), closing(self.connect()) as connection:
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StoreBusy(f"Another program keeps {self.file.path} locked; no store was made.")

    def _shorten_log(self) -> None:
        """Copies pages from the log into the file; where that fails, the next one to do it copies them.

        The change before it is kept, so a failure here must not be told to whoever made it.
        """
        with suppress(StoreError), self._translated(), self._bulk_writers.connect() as connection:
            # PASSIVE copies nearly all pages while others write; RESTART the rest, so that the log does not grow.
            for how in ("PASSIVE", "RESTART"):
                driver_of(connection).execute(f"PRAGMA wal_checkpoint({how})").fetchone()

    def snapshots_may_be_kept(self, connection: Connection) -> float:
        """Gives the seconds for which a reader may keep a snapshot: without a log, writers would wait for it."""
        (mode,) = driver_of(connection).execute("PRAGMA journal_mode").fetchone()
        return KEPT_AT_MOST if mode == "wal" else 0

    def new_ids(self, connection: Connection, table: Table, count: int) -> list[int]:
        """Gives the ids of the next rows; the caller holds the write lock.

        Reading ids back from an insert would take one statement a row: a fifth of the speed.
        """
        last = self._last_given(connection, table)
        return list(range(last + 1, last + 1 + count))

    def last_id(self, connection: Connection, table: Table) -> int:
        """Gives the highest id that a table's rows ever had, also where a backup without them was restored."""
        return max(self._last_given(connection, table), super().last_id(connection, table))

    @staticmethod
    def _last_given(connection: Connection, table: Table) -> int:
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        return connection.execute(query, {"table": table.name}).scalar_one_or_none() or 0

    def interrupt(self, connection: Connection) -> None:
        """Breaks off the query that a connection is running."""
        driver_of(connection).interrupt()

    def watch(self) -> Watch:
        """Makes a watch, which looks at a number in the file."""
        return SqliteWatch(self, self._opened)

    def connect(self) -> sqlite3.Connection:
        """Opens a connection outside the pools, for the caller to close."""
        self.check_open()
        return self._opened.connect()

    def copy_to(self, path: Path) -> None:
        """Copies a snapshot of the store into a file that appears at `path` when it is complete.

        StoreUnusable refuses a path where anything is, or where nothing can be written; StoreFull a disk without room.
        Nothing is left of a copy that fails.
        """
        copies.copy_whole(self.connect, path)

    @contextmanager
    def restoring(self, path: Path) -> Iterator[Restoration]:
        """Checks a backup, upgrades a copy of it, and gives that to be put in the place of what is in the store."""
        if self.read_only:
            raise StoreReadOnly(f"{self.file.path} can be read, but not written; nothing was changed.")
        backup = check_backup(path, self.file.path)
        with sound_copy(backup, self.file.path) as copy:
            with closing(SqliteDatabase(StoreFile(copy, backup.version))) as copied:
                schema.upgrade(copied, backup.path, copied.connect, keep=False)
            sound = SoundCopy(copy, contents_of(copy, backup.path), copied.notes)
            yield FileRestoration(self, self._opened, sound, self._wait)

    def disconnect(self) -> None:
        """Closes every connection that is not in use."""
        self._readers.dispose()
        self._writers.dispose()
        self._bulk_writers.dispose()

    def before_fork(self) -> None:
        """Closes every connection that is not in use; new ones are made when they are needed."""
        for engine in (self._readers, self._writers, self._bulk_writers):
            engine.pool.dispose()

    def after_fork_in_child(self) -> None:
        """Makes new pools; connections that were in use at the fork are never touched."""
        connections.leave_behind()
        forks.left_behind.extend((self._readers, self._writers, self._bulk_writers))
        self._make_engines()

    def _make_engines(self) -> None:
        self._readers = self._engine(query_only=True)
        self._writers = self._engine()
        self._bulk_writers = self._engine(bulk=True)

    def _engine(self, *, query_only: bool = False, bulk: bool = False) -> Engine:
        def connect() -> sqlite3.Connection:
            connection = self.connect()
            if query_only:
                connection.execute("PRAGMA query_only = ON")
            else:
                connection.execute("PRAGMA journal_mode = WAL")  # a copy made by VACUUM INTO has another mode
                connection.execute("PRAGMA busy_timeout = 0")  # begin_immediate waits more fairly
            if bulk:
                connection.execute("PRAGMA wal_autocheckpoint = 0")
                # Rows are moved and copied as they are, including values that today's checks refuse, and references to
                # rows that another program has deleted.
                connection.execute("PRAGMA foreign_keys = OFF")
                connection.execute("PRAGMA ignore_check_constraints = ON")
            return connection

        # No limit to connections: writers wait for the file, not for the pool.
        return self.closing_late(create_engine("sqlite://", creator=connect, poolclass=QueuePool, max_overflow=-1))

    def _server_now(self, connection: Connection) -> datetime:
        del connection
        return utc_now()  # there is no server

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:  # errors of the system are those of whoever reads: SQLite's own say what failed in the file
            yield
        except sqlite3.Error as error:
            raise explain(self.file.path, error) from error
        except DBAPIError as error:
            if not isinstance(error.orig, sqlite3.Error):
                raise
            raise explain(self.file.path, error.orig) from error
