"""Connections to a store's file, none of which is used on both sides of a fork.

SQLite counts in each process which locks it has on a file. A child that is forked off inherits the counts without the
locks, so that there it would read and write unprotected, also through connections of its own. Where every connection
is closed before the fork, nothing of that is inherited; where one is in use, the child cannot use the file.
"""

from __future__ import annotations

import random
import sqlite3
import time
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection

from secret_links.forks import left_behind

_CROSSED: set[tuple[int, int]] = set()
"""Device and inode of the files that were in use when this process was forked off."""


class UsedAcrossFork(sqlite3.OperationalError):
    """A connection, or a file, was in use when this process was forked off."""

    def __init__(self) -> None:
        super().__init__("it was in use when this process was forked off; fork before the store is opened")


class FileConnection(sqlite3.Connection):
    """A connection that does nothing in a process that was forked off while it was open."""

    identity = (0, 0)
    """Device and inode of the file."""
    crossed = False
    """Whether it belongs to the process that this one was forked off from."""

    def cursor(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # the driver's own arguments
        """Makes a cursor."""
        self._check()
        return super().cursor(*args, **kwargs)

    def execute(self, *args: Any) -> sqlite3.Cursor:  # noqa: ANN401
        """Executes a statement."""
        self._check()
        return super().execute(*args)

    def commit(self) -> None:
        """Commits."""
        self._check()
        super().commit()

    def rollback(self) -> None:
        """Rolls back, unless the transaction is another process's."""
        if not self.crossed:
            super().rollback()

    def close(self) -> None:
        """Closes the connection, unless it is another process's."""
        if not self.crossed:
            super().close()

    def _check(self) -> None:
        if self.crossed:
            raise UsedAcrossFork


_OPEN: WeakSet[FileConnection] = WeakSet()


def connect(uri: str, identity: tuple[int, int], wait: float) -> FileConnection:
    """Opens a connection without automatic transactions; UsedAcrossFork refuses a file that was in use at a fork."""
    if identity in _CROSSED:
        raise UsedAcrossFork
    connection = sqlite3.connect(
        uri, uri=True, timeout=wait, isolation_level=None, check_same_thread=False, factory=FileConnection
    )
    connection.identity = identity
    _OPEN.add(connection)
    return connection


def leave_behind() -> None:
    """Marks, in a child, all connections that were open at the fork as unusable, and so their files."""
    for connection in tuple(_OPEN):
        if _is_open(connection):
            connection.crossed = True
            _CROSSED.add(connection.identity)
            left_behind.append(connection)
    _OPEN.clear()


def _is_open(connection: sqlite3.Connection) -> bool:
    try:
        return connection.total_changes >= 0
    except sqlite3.ProgrammingError:
        return False


def driver_of(connection: Connection) -> sqlite3.Connection:
    """Gives the driver's own connection."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101  # for the type checker
    return driver


def begin_immediate(connection: sqlite3.Connection, wait: float) -> None:
    """Begins a transaction that writes, waiting up to `wait` seconds for the writer before it.

    SQLite's own busy handler backs off to 100 ms steps, and let a writer starve for 3.3 s behind seven others; short,
    random pauses keep it under 0.2 s. After a while the pauses grow, so that a long wait does not cost a core.
    """
    deadline = time.monotonic() + wait
    attempt = 0
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not (error.sqlite_errorname or "").startswith("SQLITE_BUSY") or time.monotonic() >= deadline:
                raise
        else:
            return
        attempt += 1
        longest = 0.001 if attempt < 500 else 0.01
        time.sleep(random.uniform(longest / 5, longest))  # noqa: S311  # no secret depends on it
