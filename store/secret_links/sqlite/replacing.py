"""Putting a backup in the place of what is in a store's file, while others have it open.

SQLite's backup writes into the file as any transaction does: pages go into the log, and count once all are there. So a
full disk or a kill leaves the old content whole, readers keep their snapshot, and everybody else sees one change.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from secret_links.database import Database, Restoration
from secret_links.errors import OutcomeUnknown, StoreBusy, StoreFull, StoreUnusable
from secret_links.reports import Losses
from secret_links.sqlite.backup_check import SoundCopy, full
from secret_links.sqlite.commits import whole_commit
from secret_links.sqlite.copies import copy_beside
from secret_links.sqlite.faults import explained
from secret_links.sqlite.header import uri_of
from secret_links.sqlite.open_file import OpenFile

_PAUSE = 0.002
"""Seconds between two attempts to get the write lock."""

_TOKENS = "SELECT token FROM {0}.link UNION ALL SELECT token FROM {0}.deleted_link"
_LOSSES = f"""
    SELECT
        (SELECT count(*) FROM (SELECT token FROM main.link EXCEPT SELECT token FROM ({_TOKENS.format("backup")}))),
        (SELECT count(*) FROM (
            SELECT token FROM backup.link WHERE used_at IS NULL INTERSECT SELECT token FROM (
                SELECT token FROM main.link WHERE used_at IS NOT NULL
                UNION ALL SELECT token FROM main.deleted_link WHERE used_at IS NOT NULL
            ))),
        (SELECT count(*) FROM (SELECT token FROM backup.link EXCEPT SELECT token FROM main.link))
"""  # noqa: S608  # names of tables alone


class FileRestoration(Restoration):
    """A checked copy of a backup, of today's schema, beside the store that it can be put in the place of."""

    def __init__(self, database: Database, opened: OpenFile, copy: SoundCopy, wait: float) -> None:
        self.contents, self.notes = copy.contents, copy.notes
        self._database = database
        self._opened = opened
        self._path = opened.path
        self._copy = copy.path
        self._kept_in: Path | None = None
        self._wait = wait

    def losses(self) -> Losses | None:
        """Compares the store, as it is or as it was replaced, with the backup; None where it is too damaged."""
        try:
            with explained(self._path), closing(self._connect()) as connection:
                connection.execute("ATTACH DATABASE ? AS backup", (str(self._copy),))
                return Losses(*connection.execute(_LOSSES).fetchone())
        except StoreUnusable:
            return None

    def _connect(self) -> sqlite3.Connection:
        if self._kept_in is None:
            return self._opened.connect()
        return sqlite3.connect(uri_of(self._kept_in, "mode=ro&immutable=1"), uri=True)

    def put_in_place(self) -> Path:
        """Writes the backup into the file in one transaction, with a copy made of what is in it when that begins.

        Others who want to write wait. StoreBusy says that somebody else wrote for too long,
        StoreFull that there is no room, StoreGone and StoreUpgraded that the store is not what was opened.
        """
        self._database.check_open()
        try:
            self._kept_in = self._put_in_place()
        except StoreFull as error:
            raise full(self._path) from error
        return self._kept_in

    def _put_in_place(self) -> Path:
        with (
            explained(self._path),
            closing(self._opened.connect()) as target,
            closing(self._opened.connect()) as other,
            closing(sqlite3.connect(self._copy, isolation_level=None)) as source,
        ):
            if target.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
                raise StoreUnusable(
                    f"{self._path} has no log where it is, so no backup can be put in its place while it is in use; "
                    "nothing was changed."
                )
            target.execute("PRAGMA busy_timeout = 0")  # its pauses grow, and others would be first
            target.execute("PRAGMA wal_autocheckpoint = 0")  # others need not wait for that
            _give_pages_of(target, source)
            kept_in = self._replace(source, target, other)
            with suppress(sqlite3.Error, KeyboardInterrupt):  # it stands, and that must be said; the log is only long
                target.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                target.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return kept_in

    def _replace(self, source: sqlite3.Connection, target: sqlite3.Connection, other: sqlite3.Connection) -> Path:
        """Writes the pages of `source` into `target`; `other` sees what is in the store until they are all there.

        The first page is written as soon as the write lock is had; whatever must be of the same instant as the change
        is done before the second one.
        """
        before, deadline = _schema_version(other), time.monotonic() + self._wait
        done: list[Path] = []

        def step(status: int, *_: int) -> None:
            if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() >= deadline:
                raise StoreBusy(
                    f"Another program keeps {self._path} locked; nothing was changed, try again in a moment."
                )
            if status == sqlite3.SQLITE_OK and not done:
                done.append(self._keep(source, other))

        try:
            with whole_commit(target, self._path, self._wait):
                source.backup(target, pages=1, progress=step, sleep=_PAUSE)
        except OutcomeUnknown:
            raise  # the copy may be all that is left of what was in the store
        except BaseException as error:
            if _schema_version(other) == before:
                if done:
                    with suppress(OSError):
                        done[0].unlink(missing_ok=True)
                raise
            if not isinstance(error, KeyboardInterrupt):
                raise
        return done[0]  # also where ctrl+c came too late

    def _keep(self, source: sqlite3.Connection, other: sqlite3.Connection) -> Path:
        """Copies what is in the store beside it, and numbers the backup on; the write lock is held."""
        self._opened.check_in_place()
        self._opened.check_version(other)
        kept_in = copy_beside(self._database, self._path, "replaced")
        try:
            _number_on(source, other)
        except BaseException:
            with suppress(OSError):
                kept_in.unlink(missing_ok=True)
            raise
        return kept_in


def _number_on(source: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Has ids of new rows rise from where those of the store are.

    Whoever has the store open knows rows by their ids. One that was given since the backup must not be given again: a
    selection would be of another link, and whoever follows would take a new event for one that was told.
    """
    try:
        given = other.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
    except sqlite3.DatabaseError:  # it is damaged, and is restored for that
        return
    for name, last in given:
        changed = source.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (last, name))
        if not changed.rowcount:
            source.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, last))


def _give_pages_of(target: sqlite3.Connection, source: sqlite3.Connection) -> None:
    """Gives a copy pages as large as those of the store, which a log needs; another program may have changed them."""
    source.execute("PRAGMA synchronous = OFF")  # it is thrown away in the end
    source.execute("PRAGMA journal_mode = DELETE")
    (size,) = target.execute("PRAGMA page_size").fetchone()
    if source.execute("PRAGMA page_size").fetchone() != (size,):
        source.execute(f"PRAGMA page_size = {size:d}")
        source.execute("VACUUM")


def _schema_version(connection: sqlite3.Connection) -> int:
    """Reads the number by which SQLite notices that tables were changed; a backup written into a file raises it."""
    (version,) = connection.execute("PRAGMA schema_version").fetchone()
    return int(version)
