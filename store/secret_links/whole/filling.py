"""Filling an empty store with made-up links, up to millions, for demos and benchmarks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

from secret_links.sqlite.database import SqliteDatabase
from secret_links.sqlite.faults import explained
from secret_links.store import Store
from secret_links.times import to_milliseconds
from secret_links.whole.made_up import ACTIVE_SHARE, MADE_UP_TYPES, Past, span

FILL_SLICE = 20_000
"""How many links are written between two reports of progress."""

_CACHE_PER_LINK = 64
"""Bytes of page cache for each link: unless the index of the random tokens fits, each new one costs a read."""
_LARGEST_CACHE = 2 << 30
_LOOK_EVERY = 1_000_000
"""Instructions of SQLite between two reports while an index is made: at most a tenth of a second."""

_INSERT = """
    INSERT INTO link (host_id, event_type_id, token, label, created_at, expires_at, used_at, used_by)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""

Progress = Callable[[int], None]
"""Is called with the number of links written; with the whole number repeatedly, while indexes are made."""


def fill(
    store: Store,
    host_name: str,
    links: int,
    *,
    seed: int = 0,
    active: float = ACTIVE_SHARE,
    progress: Progress = lambda _: None,
) -> None:
    """Fills an empty store, which nobody else may have open, with a host's event types and links of the last years.

    Of the links that are not Active, 49 in 92 are used, and the others have expired. An exception from `progress` stops
    it and passes. After any exception the file is broken and must be deleted, since no journal is kept. TypeError
    refuses a store on a server, ValueError one that has links.
    """
    if not isinstance(store.database, SqliteDatabase):
        raise TypeError("only a store in a file can be filled")
    now = store.now()
    store.database.disconnect()  # the journal cannot be switched off while another connection is open
    beginning = now - timedelta(milliseconds=span(links))
    database = SqliteDatabase(store.database.file, clock=lambda: beginning)
    with explained(database.file.path), closing(database.connect()) as connection:
        if connection.execute("SELECT EXISTS (SELECT 1 FROM link)").fetchone() != (0,):
            raise ValueError("only a store without links can be filled")
        with Store(database) as past:
            host = past.as_host(host_name)
            type_ids = [host.add_event_type(name, minutes=minutes).id for name, minutes, _, _ in MADE_UP_TYPES]
        (host_id,) = connection.execute("SELECT host_id FROM event_type WHERE id = ?", type_ids[:1]).fetchone()
        made_up = Past(host_id, type_ids, links, now=to_milliseconds(now), seed=seed, active=active)
        _write_fast(connection, made_up, links, progress)


def _write_fast(connection: sqlite3.Connection, past: Past, links: int, progress: Progress) -> None:
    """Writes everything in one transaction without a journal, so that each page goes to the file once."""
    connection.execute(f"PRAGMA cache_size = -{min(links * _CACHE_PER_LINK, _LARGEST_CACHE) // 1024 + 16_384}")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA foreign_keys = OFF")  # they are right, and checking each one takes time
    connection.execute("BEGIN EXCLUSIVE")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'link' AND sql IS NOT NULL"
    ).fetchall()
    measures = connection.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall()
    for name, _ in indexes:
        connection.execute(f'DROP INDEX "{name}"')
    for done in range(0, links, FILL_SLICE):
        connection.executemany(_INSERT, past.rows(done, min(FILL_SLICE, links - done)))
        progress(min(done + FILL_SLICE, links))
    connection.execute("PRAGMA cache_size = -32768")  # sorting needs no more, and would use as much again
    with _interruptible(connection, lambda: progress(links)):
        for _, made_by in indexes:  # sorting millions at the end is many times faster than keeping them sorted
            connection.execute(made_by)
    connection.execute("DELETE FROM sqlite_stat1")  # dropping the indexes dropped their statistics
    connection.executemany("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", measures)
    connection.execute("COMMIT")
    connection.execute("PRAGMA synchronous = FULL")  # the next statement flushes the file to the disk
    connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def _interruptible(connection: sqlite3.Connection, look: Callable[[], None]) -> Iterator[None]:
    """Calls `look` regularly while a statement runs; an exception from it stops the statement and passes."""
    raised: list[BaseException] = []

    def step() -> bool:
        try:
            look()
        except BaseException as error:  # noqa: BLE001  # SQLite would swallow it
            raised.append(error)
        return bool(raised)

    connection.set_progress_handler(step, _LOOK_EVERY)
    try:
        yield
    except sqlite3.OperationalError:
        if raised:
            raise raised[0] from None
        raise
    finally:
        connection.set_progress_handler(None, 0)
