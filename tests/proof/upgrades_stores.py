"""Stores of every released schema, with sound and broken rows in them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, pool

from postgres_server import Databases
from proof.faults_operations import NOW, opened
from proof.faults_places import SAMPLES, Files
from proof.faults_states import State
from proof.upgrades_reading import rows_of, verdicts
from proof.upgrades_rows import Odd, break_file, break_server, more_sound, sound_on_server
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links.times import to_milliseconds
from support import at_version

VERSIONS = range(1, SCHEMA_VERSION + 1)
"""Every schema that there has been; the last is today's."""


def sound_file(path: Path, version: int) -> None:
    """Makes a file of a schema with sound rows only."""
    sample = min(version, SCHEMA_VERSION - 1)
    with closing(sqlite3.connect(path)) as file:
        file.executescript((SAMPLES / f"schema-{sample}.sql").read_text(encoding="utf-8"))
        file.executescript(more_sound(sample).format(now=to_milliseconds(NOW)))
        file.execute("UPDATE sqlite_sequence SET seq = 100 WHERE name = 'link'")
        file.commit()
    if sample < version:
        opened(str(path)).close()
        for copy in path.parent.glob(f"{path.name}.schema-*"):
            copy.unlink()


def broken_file(path: Path, version: int, odd: Iterable[Odd]) -> int:
    """Makes a file of a schema with sound and broken rows; gives how many broken ones it took."""
    sound_file(path, version)
    return break_file(str(path), odd)


def older_server(url: str, version: int, every: int = 1) -> int:
    """Makes a server's store of a schema with sound and broken rows; gives how many broken ones it took."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=pool.NullPool)
    with engine.begin() as connection:
        at_version(connection, f"{version:04}")
    sound_on_server(url, version)
    return break_server(url, every)


class FilePlace:
    """A folder in which a store is made afresh from a template."""

    def __init__(self, folder: Path, template: Path) -> None:
        self._folder, self._template = folder, template

    def fresh(self) -> str:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        path = self._folder / "links.db"
        shutil.copy(self._template, path)
        return str(path)


class ServerPlace:
    """A database that is made afresh from a template."""

    def __init__(self, databases: Databases, template: str) -> None:
        self._databases = databases
        self._template = template.partition("?")[0].rpartition("/")[2]
        self._url = ""

    def fresh(self) -> str:
        self.drop()
        self._url = self._databases.empty(f"TEMPLATE {self._template} STRATEGY FILE_COPY")
        return self._url

    def drop(self) -> None:
        if self._url:
            self._databases.drop(self._url)
        self._url = ""


class BrokenFiles:
    """Stores with broken rows, as a place where the system calls of an operation are counted."""

    sockets = False

    def __init__(self, folder: Path, version: int, odd: Iterable[Odd]) -> None:
        def make(path: Path) -> None:
            broken_file(path, version, odd)
            opened(str(path.with_name("copy.db"))).close()

        self._files = Files(folder, {"broken": make})
        self.make, self.target, self.copies = self._files.make, self._files.target, self._copies
        self.cut, self.folders = self._files.cut, self._files.folders

    def state(self, url: str) -> State:
        """All values, as texts, and what SQLite says of the file."""
        if not Path(url).exists():
            return {}
        assert verdicts(url) == []
        return {
            table: [
                {column: f"{kind}:{written.hex()}" for column, (kind, written) in row.items()} for row in rows.values()
            ]
            for table, rows in rows_of(url).items()
        }

    def _copies(self) -> list[Path]:
        return [copy for copy in self._files.copies() if not copy.name.startswith("copy.db")]
