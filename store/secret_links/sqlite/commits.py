"""Commits that fail half-way: they are undone for good, or reported as unknown.

A commit appends pages to the log, and flushes it. If flushing fails, SQLite reports an error and goes on as if nothing
had been committed; but the pages are in the log, and complete. Where the process ends before others write over them,
the next one to open the store recovers the log, and finds them committed: a link would be spent by a visitor who was
refused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from secret_links.errors import OutcomeUnknown
from secret_links.sqlite.connections import begin_immediate


@contextmanager
def whole_commit(driver: sqlite3.Connection, path: Path, wait: float) -> Iterator[None]:
    """Makes the commit in its block fail as a whole: what is left of it in the log is overwritten.

    OutcomeUnknown says that this failed as well. `wait` is how many seconds it waits for other writers.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        fault = error.orig if isinstance(error, DBAPIError) else error
        if not (getattr(fault, "sqlite_errorname", None) or "").startswith("SQLITE_IOERR"):
            raise  # nothing that is complete was written
        try:
            _overwrite(driver, wait)
        except sqlite3.Error:
            raise OutcomeUnknown(
                f"The disk of {path} failed while the change was being kept; look whether it stands before you try "
                "again."
            ) from error
        raise


def _overwrite(driver: sqlite3.Connection, wait: float) -> None:
    """Commits a page as it is, at the place in the log where the failed commit begins."""
    begin_immediate(driver, wait)
    try:
        (version,) = driver.execute("PRAGMA user_version").fetchone()
        driver.execute(f"PRAGMA user_version = {version:d}")
        driver.execute("COMMIT")
    finally:
        if driver.in_transaction:
            driver.rollback()
