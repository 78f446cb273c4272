"""The stores that are measured: made once for each number of links, and kept in the user's folder for caches."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import platformdirs

from secret_links import Store
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links.whole.filling import fill

HOST = "ana"
_INSERT = (
    "INSERT INTO link (host_id, event_type_id, token, label, created_at, expires_at, used_at, used_by) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def cached_store(links: int) -> Path:
    """Gives the path of the store with so many links, which is made where there is none yet."""
    folder = platformdirs.user_cache_path("secret-links", appauthor=False) / "benchmarks"
    path = folder / f"{links}.schema-{SCHEMA_VERSION}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f"{links}.unfinished"
        for old in folder.glob(f"{unfinished.name}*"):
            old.unlink()
        with Store.open(unfinished) as store:
            fill(store, HOST, links, progress=lambda done: print(f"\r{done:,} links made", end="", file=sys.stderr))
        print(file=sys.stderr)
        with closing(sqlite3.connect(unfinished)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        unfinished.rename(path)
    return path


def copied_store(links: int, folder: Path) -> Path:
    """Gives a copy of that store, for what writes much."""
    copy = Path(shutil.copy(cached_store(links), folder / f"copy-of-{links}.db"))
    os.sync()  # the first commit would wait until all of it is on the disk
    return copy


def empty_copy(folder: Path, name: str) -> sqlite3.Connection:
    """Opens an SQLite file with a store's tables, indexes and durability, to be written without the program."""
    model = folder / "schema.db"
    Store.open(model).close()
    with closing(sqlite3.connect(model)) as connection:
        query = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        statements = [sql for (sql,) in connection.execute(query)]
    raw = sqlite3.connect(folder / name, isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")
    for sql in statements:
        raw.execute(sql)
    raw.execute("INSERT INTO host (id, name, created_at) VALUES (1, ?, 0)", (HOST,))
    raw.execute(
        "INSERT INTO event_type (id, host_id, slug, name, minutes, created_at) VALUES (1, 1, 'call', 'Call', 30, 0)"
    )
    return raw


def insert_raw(connection: sqlite3.Connection, tokens: list[str]) -> float:
    """Inserts a link for each token in one transaction; gives the seconds that it took."""
    now = time.time_ns() // 1_000_000
    rows = [(1, 1, token, None, now, None, None, None) for token in tokens]
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_INSERT, rows)
    connection.execute("COMMIT")
    return time.perf_counter() - begun
