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
from proof.faults_places import SAMPLES
from proof.faults_program import NOW, opened
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


def older_server(url: str, version: int) -> int:
    """Makes a server's store of a schema with sound and broken rows; gives how many broken ones it took."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=pool.NullPool)
    with engine.begin() as connection:
        at_version(connection, f"{version:04}")
    sound_on_server(url, version)
    return break_server(url)


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
