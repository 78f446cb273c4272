"""The file under a booking page's own connection: whether it is still the one at its path.

A page's engine keeps connections open. Where a backup is moved over the store meanwhile, such a connection goes on
writing to the file that nobody else can find any more: the visitor would be told of a booking that is lost.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from secret_links.errors import StoreGone
from secret_links.sqlite.header import uri_of
from secret_links.sqlite.open_file import gone

_SEEN = "secret_links.file"


def check_in_place(driver: sqlite3.Connection, info: dict[Any, Any]) -> None:
    """Raises StoreGone where another file, or none, stands at the path of a connection that holds the write lock.

    `info` is kept with the connection. The first time, somebody else tries to write to the file at the path: it is the
    same file if the lock is in the way. From then on, its device and inode are compared.
    """
    with closing(driver.cursor()) as cursor:
        cursor.row_factory = None  # whatever the page's own rows are
        (path,) = (Path(file) for _, name, file in cursor.execute("PRAGMA database_list") if name == "main")
    if not path.name:
        return  # a database in memory
    identity = _identity(path)
    if identity is not None and _SEEN not in info and _is_locked(path):
        info[_SEEN] = identity
    if identity is None or info.get(_SEEN) != identity:
        raise StoreGone(gone(path))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _is_locked(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(uri_of(path, "mode=rw"), uri=True, timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        return (error.sqlite_errorname or "").startswith("SQLITE_BUSY")
    return False
