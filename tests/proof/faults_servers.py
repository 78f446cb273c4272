"""Stores on a server that operations are done on while calls fail, and copies between a file and a server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import create_engine, pool

from postgres_server import Databases
from proof.faults_operations import NOW
from proof.faults_places import BOOKINGS, Files, furnish
from proof.faults_states import State
from secret_links.places import is_on_server
from support import at_version


class Servers:
    """Stores on a PostgreSQL server."""

    sockets = True

    def __init__(self, databases: Databases, templates: Mapping[str, Callable[[str], None]]) -> None:
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


class Between:
    """A store that is copied from a file to a server, or back."""

    sockets = True

    def __init__(self, files: Files, servers: Servers, *, to_server: bool) -> None:
        self._files, self._servers, self._to_server = files, servers, to_server
        self._target = ""

    def make(self, template: str) -> str:
        source, target = (self._files, self._servers) if self._to_server else (self._servers, self._files)
        self._target = target.make("empty")
        return source.make(template)

    def target(self) -> str:
        return self._target

    def copies(self) -> list[Path]:
        return []

    def cut(self) -> None:
        self._servers.cut()

    def folders(self) -> list[Path]:
        return self._files.folders()

    def state(self, url: str) -> State:
        return self._servers.state(url) if is_on_server(url) else self._files.state(url)
