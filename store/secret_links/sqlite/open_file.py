"""The file under an open store: connections to it, and whether it is still the one that was opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from secret_links.errors import StoreGone, StoreUpgraded
from secret_links.odd_values import decoded
from secret_links.sqlite import connections
from secret_links.sqlite.file_check import StoreFile
from secret_links.tables.migrating import SCHEMA_VERSION


def gone(path: Path) -> str:
    """Says that another file, or none, stands at the path of an open store."""
    return (
        f"{path} was moved, deleted or replaced while it was open; nothing more is kept in it. Quit, and start again."
    )


class OpenFile:
    """A store's file, and which one stood at its path when the store was opened."""

    def __init__(self, file: StoreFile, wait: float) -> None:
        self._file = file
        self._identity = file.identity
        self._content = file.content if file.immutable else None
        self._wait = wait
        self.path = file.path
        """Where the file is."""

    def connect(self) -> sqlite3.Connection:
        """Opens a connection, with what each one of the store's needs."""
        connection = connections.connect(self._file.uri, self._identity, self._wait)
        connection.text_factory = decoded
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")  # a power cut must not un-spend a link
        return connection

    def check_version(self, connection: sqlite3.Connection) -> None:
        """Raises StoreUpgraded where somebody has upgraded the store beyond the schema that this program knows."""
        if connection.execute("PRAGMA user_version").fetchone()[0] > SCHEMA_VERSION:
            raise StoreUpgraded(str(self.path))

    def check_in_place(self) -> None:
        """Raises StoreGone where another file, or none, stands at the path: what is written would be lost.

        So does a file that is read without locks, and that somebody can write after all: what is read is out of date.
        """
        if self._file.identity != self._identity:
            raise StoreGone(gone(self.path))
        if self._content is not None and self._file.content != self._content:
            raise StoreGone(
                f"{self.path} could not be written when it was opened, and has been changed since. Quit, and start "
                "again to see it as it is."
            )
