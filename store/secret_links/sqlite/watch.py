"""Noticing changes in a file."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

from secret_links import forks
from secret_links.database import Database, Watch
from secret_links.sqlite.faults import explained
from secret_links.sqlite.open_file import OpenFile


class SqliteWatch(Watch):
    """Notices a change by SQLite's `data_version`; a look takes 4 microseconds.

    It needs a connection of its own without a transaction: inside one, the number stands still.
    """

    every = 0.1
    """Half of the changes are noticed within 50 ms, all within 100."""

    def __init__(self, database: Database, file: OpenFile) -> None:
        self._database = database
        self._file = file
        self._lock = threading.Lock()
        """Held while the connection is in use."""
        self._connection: sqlite3.Connection | None = None
        self._version: int | None = None
        """The number at the last look; None where the connection that had it is closed."""
        with explained(file.path):
            self._version = self._data_version()
        forks.watch_over(self)

    def changed(self) -> bool:
        """Says whether anything was committed since the last call.

        Raises StoreGone if another file, or none, is in its place, StoreUpgraded and StoreClosed.
        """
        self._database.check_open()
        self._file.check_in_place()
        with self._lock, explained(self._file.path):
            seen, self._version = self._version, self._data_version()
            if self._version != seen:
                self._file.check_version(self._connected())
        return self._version != seen

    def close(self) -> None:
        """Closes its connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = self._version = None

    def before_fork(self) -> None:
        """Closes the connection; the next look opens another one, and counts as a change."""
        self.close()

    def after_fork_in_child(self) -> None:
        """Forgets the parent's connection and lock."""
        self._lock = threading.Lock()
        self._connection = self._version = None

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._database.check_open()
            self._connection = self._file.connect()
        return self._connection

    def _data_version(self) -> int:
        with closing(self._connected().execute("PRAGMA data_version")) as cursor:
            (version,) = cursor.fetchone()
        return int(version)
