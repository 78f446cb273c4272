"""Copies of a store's file, made page by page while others use it."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import chain, count
from pathlib import Path

from secret_links.atomic_files import whole_file
from secret_links.database import Database
from secret_links.errors import StoreFull, StoreUnusable
from secret_links.sqlite.faults import explained

_COPIED_AT_ONCE = 1_000
"""Pages that are copied before Python handles signals again."""


def copy_pages(connect: Callable[[], sqlite3.Connection], path: Path) -> None:
    """Copies a snapshot of the file that `connect` opens into a new file; raises sqlite3.Error as SQLite does.

    The copy is not flushed, and is to be thrown away where this fails.
    """
    with closing(connect()) as source, closing(sqlite3.connect(path)) as target:
        target.execute("PRAGMA journal_mode = OFF")  # the whole file is thrown away where something fails
        target.execute("PRAGMA synchronous = OFF")  # it is flushed when it is complete
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # takes the snapshot
        source.backup(target, pages=_COPIED_AT_ONCE, progress=lambda *_: None)  # signals are handled between calls


def copy_whole(connect: Callable[[], sqlite3.Connection], path: Path) -> None:
    """Copies a snapshot into a file that appears at `path` when it is complete; raises as `SqliteDatabase.copy_to`."""
    try:
        with whole_file(path) as unfinished, explained(path):
            copy_pages(connect, unfinished)
    except FileExistsError as error:
        raise StoreUnusable(f"{path} is there already; name a file that is not.") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(f"The disk with {path} is full; nothing was kept there.") from error
        raise StoreUnusable(f"{path} cannot be written: {error.strerror}.") from error
    except StoreFull as error:
        raise StoreFull(f"The disk with {path} is full; nothing was kept there.") from error


def copy_beside(database: Database, path: Path, what: str) -> Path:
    """Copies a store to `NAME.WHAT.backup` beside itself; gives the path. Raises as `copy_to` does.

    An earlier copy is never replaced, since it may be of other links: the next ones are `NAME.WHAT.backup.2` and so on.
    """
    name = f"{path.name}.{what}.backup"
    names = chain([name], (f"{name}.{number}" for number in count(2)))
    copy = next(free for free in map(path.with_name, names) if not os.path.lexists(free))
    database.copy_to(copy)
    return copy
