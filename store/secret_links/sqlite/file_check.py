"""The file check: whether a file can be a store, by the standard library alone, before anything heavy is loaded.

The header says it: `application_id` that it is a store of Secret Links, `user_version` which schema it has.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from secret_links.errors import StoreUnusable
from secret_links.sqlite.faults import explained
from secret_links.sqlite.header import APPLICATION_ID, has_content, read_header, uri_of
from secret_links.tables.migrating import SCHEMA_VERSION


class StoreFile(NamedTuple):
    """A file that is, or can become, a store."""

    path: Path
    version: int
    """Its schema version; 0 for one that is being made."""
    read_only: bool = False
    immutable: bool = False
    """Read-only in a folder that takes no file for locks: read without locks, as if it could not change."""

    @property
    def uri(self) -> str:
        """The URI that opens it with `sqlite3.connect(..., uri=True)`."""
        return uri_of(self.path, "immutable=1" if self.immutable else "mode=ro" if self.read_only else "mode=rw")

    @property
    def identity(self) -> tuple[int, int]:
        """Device and inode of the file that is at the path now; (0, 0) if there is none."""
        try:
            status = self.path.stat()
        except OSError:
            return (0, 0)
        return (status.st_dev, status.st_ino)

    @property
    def content(self) -> tuple[int, int, bool]:
        """Size and last change of the file, and whether its log has anything: all differ once it was written to."""
        try:
            status = self.path.stat()
        except OSError:
            return (0, 0, False)
        return (status.st_size, status.st_mtime_ns, has_content(self.path, "-wal"))


def check_file(path: Path, *, to_copy: bool = False) -> StoreFile:
    """Describes the file of a store; StoreUnusable says why it is none. The file is left as it is.

    One that is only `to_copy` need not be writable where it is of an older version: its copy is upgraded.
    """
    with explained(path):
        if path.is_dir():
            raise StoreUnusable(f"{path} is a folder; give the path of a file for the store.")
        if not path.is_file():
            raise StoreUnusable(f"{path} is not a regular file; give the path of a file for the store.")
        if path.stat().st_size == 0:
            raise _empty(path)
        writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        return _inspect(StoreFile(path, SCHEMA_VERSION, read_only=not writable), to_copy=to_copy)


def make_folders(path: Path) -> None:
    """Makes missing folders above a store, for their owner alone (0700): its tokens open bookings."""
    missing = [folder for folder in path.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)


def _empty(path: Path) -> StoreUnusable:
    """Gives the refusal of an empty file: it may be all that is left of a store, or of a copy."""
    return StoreUnusable(
        f"{path} holds nothing; it is no store. Put a backup in its place, or delete it to have a new store made there."
    )


def _inspect(file: StoreFile, *, to_copy: bool) -> StoreFile:
    file = file._replace(immutable=file.read_only and not _readable(file))
    if file.immutable and file.content[-1]:
        raise StoreUnusable(
            f"{file.path} cannot be read without its log {file.path.name}-wal, which needs a folder to write in."
        )
    application_id, version, tables = read_header(file.path, file.uri, SCHEMA_VERSION)
    if application_id == 0 and version == 0 and tables == 0:
        raise _empty(file.path)
    if application_id != APPLICATION_ID:
        raise StoreUnusable(f"{file.path} is a database of another program; nothing in it was changed.")
    if version > SCHEMA_VERSION:
        raise StoreUnusable(
            f"{file.path} was made by a newer version of Secret Links (its schema is {version}, this program knows "
            f"{SCHEMA_VERSION}); update the program to open it."
        )
    if version < 1:
        raise StoreUnusable(f"{file.path} is damaged: it names the schema {version}. Restore it from a backup.")
    if version < SCHEMA_VERSION and file.read_only and not to_copy:
        raise StoreUnusable(f"{file.path} is of an older version and must be upgraded, but cannot be written.")
    return file._replace(version=version)


def _readable(file: StoreFile) -> bool:
    """Whether the file can be read with locks; False if its folder takes no file for them."""
    try:
        with closing(sqlite3.connect(file.uri, uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        return error.sqlite_errorname not in ("SQLITE_CANTOPEN", "SQLITE_READONLY_DIRECTORY")
    return True
