"""Another program at the same store: what it writes, and how it keeps others waiting, on either database."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, text

from booking_site.site import engine_of


@contextmanager
def another_program(url: str) -> Iterator[Connection]:
    """Writes to the store in one transaction."""
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def holding(url: str) -> Iterator[None]:
    """Keeps everybody else from writing, and changes nothing."""
    with another_program(url) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("UPDATE host SET name = name"))
        else:
            connection.execute(text("LOCK TABLE host, event_type, link IN SHARE ROW EXCLUSIVE MODE"))
        yield


def write(path: Path, *statements: str) -> bytes:
    """Writes to a file; gives what is in it then."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path.read_bytes()


def killed_after(path: Path, *statements: str) -> dict[str, bytes]:
    """Has a process write to a file that is killed before its log is copied into it; gives all files then."""
    if (child := os.fork()) == 0:
        connection = sqlite3.connect(path, isolation_level=None)
        for statement in statements:
            connection.execute(statement)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    return files_of(path)


def files_of(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}
