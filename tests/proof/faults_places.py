"""Stores that operations are done on while their system calls fail, and all that is in them afterwards."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import create_engine, pool

from postgres_server import Databases
from proof.faults_program import CHANGED, DELETED, LINKS, NOW, USED, Request, opened
from proof.faults_states import State
from secret_links import Change, LinkSet
from support import at_version

SAMPLES = Path(__file__).parent.parent / "store" / "samples"

BOOKINGS = "CREATE TABLE booking (id {key} PRIMARY KEY, token TEXT NOT NULL)"
"""A booking page's own table beside the links."""


def furnish(url: str) -> None:
    """Fills a new store with links in every state, and a booking page's table."""
    with opened(url) as store:
        ana = store.as_host("ana")
        event_type = ana.add_event_type("Final interview", minutes=60)
        names = ["Ana Pires", "Bo Chen", "Chloé", "Dai", "Emil"]
        links = ana.generate(event_type.id, LINKS, labels=names, expires_at=NOW + timedelta(days=7))
        store.redeem(links[USED].token, by="Ana Pires")
        ana.delete([links[DELETED].id])
        ana.change(LinkSet(frozenset([links[CHANGED].id])), Change(label="Chloé Martin"))


def wanted(operation: str, url: str, state: State) -> Request:
    """The request for an operation on a furnished store in a state."""
    links = sorted(state.get("link", []), key=lambda row: row["id"])
    by_label = {row["label"]: row for row in links}
    last_change = max((row["change_id"] or 0 for row in state.get("link_event", []) if "change_id" in row), default=0)
    return Request(
        operation,
        url,
        token=by_label["Dai"]["token"] if "Dai" in by_label else "",
        ids=tuple(row["id"] for row in links[-2:]),
        deletion=max((row["id"] for row in state.get("deletion", [])), default=0),
        change=last_change,
        event_type=state["event_type"][0]["id"] if "event_type" in state else 0,
    )


class Place(Protocol):
    """A kind of database, with a store in it that is made afresh for each run."""

    sockets: bool
    """Whether the store is at the other end of a socket."""

    def make(self, template: str) -> str:
        """Makes the store as it is before the operation; gives its URL. The one before is removed."""

    def target(self) -> str:
        """The place of a copy."""

    def copies(self) -> list[Path]:
        """Copies that were made beside the store."""

    def cut(self) -> None:
        """Ends the server's side of all connections."""

    def folders(self) -> list[Path]:
        """The folders of the files whose calls are made to fail."""

    def state(self, url: str) -> State:
        """All that is in a store, once nobody uses it any more; AssertionError where it is broken."""


class Files:
    """Stores in files."""

    sockets = False

    def __init__(self, folder: Path, templates: dict[str, Callable[[Path], None]]) -> None:
        self._run, self._templates = folder / "run", folder / "templates"
        self._templates.mkdir()
        for name, make in templates.items():
            (self._templates / name).mkdir()
            make(self._templates / name / "links.db")

    def make(self, template: str) -> str:
        shutil.rmtree(self._run, ignore_errors=True)
        shutil.copytree(self._templates / template, self._run)
        return str(self._run / "links.db")

    def cut(self) -> None:
        pass

    def folders(self) -> list[Path]:
        return [self._run]

    def state(self, url: str) -> State:
        return state_of_file(Path(url))

    def copies(self) -> list[Path]:
        besides = ("links.db", "links.db-wal", "links.db-shm", "links.db-journal")
        return [path for path in self._run.iterdir() if path.is_file() and path.name not in besides]

    def target(self) -> str:
        return str(self._run / "copy.db")


def state_of_file(path: Path) -> State:
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        assert verdict == "ok", verdict
        assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
        tables = [
            row["name"]
            for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not row["name"].startswith("sqlite_")
        ]
        state = {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in tables}
        state["schema"] = [dict(row) for row in connection.execute("SELECT type, name, sql FROM sqlite_schema")]
        state["header"] = [dict(row) for row in connection.execute("PRAGMA user_version")]
    return state


def furnished_file(path: Path) -> None:
    furnish(str(path))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(BOOKINGS.format(key="INTEGER"))


def furnished_files(path: Path) -> None:
    """A store, and an empty one that it is copied into."""
    furnished_file(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE booking")
    opened(str(path.with_name("copy.db"))).close()


def older_file(version: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript((SAMPLES / f"schema-{version}.sql").read_text(encoding="utf-8"))

    return make


class Servers:
    """Stores on a PostgreSQL server."""

    sockets = True

    def __init__(self, databases: Databases, templates: dict[str, Callable[[str], None]]) -> None:
        self._databases = databases
        self._templates = {name: databases.empty() for name in templates}
        self._url = ""
        self._numbers = count()
        for name, make in templates.items():
            make(self._templates[name])

    def make(self, template: str) -> str:
        if self._url:
            self._databases.drop(self._url)
        name = self._templates[template].partition("?")[0].rpartition("/")[2]
        self._url = self._databases.empty(f"TEMPLATE {name} STRATEGY FILE_COPY")
        return self._url

    def target(self) -> str:
        return ""

    def copies(self) -> list[Path]:
        return []

    def cut(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(_CUT)

    def folders(self) -> list[Path]:
        return []

    def state(self, url: str) -> State:
        with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
            deadline = 20_000
            while connection.execute(_OTHERS).fetchone() is not None:
                deadline -= 1
                assert deadline, "somebody is still connected to the server"
            tables = [row["relname"] for row in connection.execute(_TABLES)]
            state: State = {name: connection.execute(f"SELECT * FROM {name}".encode()).fetchall() for name in tables}
            state["schema"] = connection.execute(_COLUMNS).fetchall()
        return state


_OTHERS = """
    SELECT pg_sleep(0.001) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' LIMIT 1
"""
_CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
_COLUMNS = """
    SELECT relname, attname, format_type(atttypid, atttypmod) AS of_type FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
"""


def furnished_server(url: str) -> None:
    furnish(url)
    with psycopg.connect(url) as connection:
        connection.execute(BOOKINGS.format(key="bigint GENERATED ALWAYS AS IDENTITY").encode())


def older_server(revision: str) -> Callable[[str], None]:
    def make(url: str) -> None:
        engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=pool.NullPool)
        with engine.begin() as connection:
            at_version(connection, revision)
            connection.exec_driver_sql(f"INSERT INTO host (name, created_at) VALUES ('ana', '{NOW}')")
            connection.exec_driver_sql(
                "INSERT INTO event_type (host_id, slug, name, minutes, created_at) "
                f"VALUES (1, 'intro', 'Intro', 30, '{NOW}')"
            )
            connection.exec_driver_sql(
                "INSERT INTO link (host_id, event_type_id, token, label, created_at) "
                f"SELECT 1, 1, repeat('x', 21) || n, 'Ana', '{NOW}' FROM generate_series(1, 3) AS n"
            )

    return make
