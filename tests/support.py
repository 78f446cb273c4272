"""What several tests use."""

from __future__ import annotations

import inspect
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from secret_links import ReadingLimits, Snapshot
from secret_links.deleting import Stopped
from secret_links.lists.estimates import Estimates
from secret_links.lists.limits import USUAL
from secret_links.postgres.schema import VERSION_TABLE
from secret_links.tables.migrating import MIGRATIONS

FINDS_TESTS = {"PYTHONPATH": str(Path(__file__).parent)}
"""The environment's part for a process that imports what tests do."""

LONGEST_REST = 20.0
"""Seconds for which an operation rests that nobody stops."""

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday morning."""


BOTH = ("sqlite", "postgresql")
"""As `DATABASES` of a module, has its tests run on both as far as they use a store at all."""

IN_TURN = ("in turn",)
"""As `DATABASES` of a module, has each of its tests run on one of them, half of them on either: what the screen asks of
a store is tested on both where the store is. EVERY_DATABASE in the environment has them run on both here, too."""

ON_BOTH = pytest.mark.parametrize("database", BOTH, indirect=True)
"""Marks tests that use `store` or `url` to run on both databases."""


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, instant: datetime = START) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def forward(self, **length: float) -> None:
        self.instant += timedelta(**length)


def integrity(path: Path) -> str:
    """What SQLite itself says of a store's file: `ok`, or what is broken."""
    with closing(sqlite3.connect(path)) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    return str(verdict)


def rest_until_stopped(patched: pytest.MonkeyPatch, module: ModuleType, operation: str) -> None:
    """Has a long operation rest after each slice until it is to stop, however busy the machine is."""
    run = getattr(module, operation)
    asked: list[Stopped] = []

    def resting(*arguments: Any, **named: Any) -> Any:
        asked.append(inspect.signature(run).bind(*arguments, **named).arguments["stopped"])
        return run(*arguments, **named)

    def rest(_: float) -> None:
        until = time.monotonic() + LONGEST_REST
        while not asked[-1]():
            assert time.monotonic() < until, f"nobody has stopped {operation}"
            time.sleep(0.001)

    patched.setattr(module, operation, resting)
    patched.setattr(module, "time", SimpleNamespace(sleep=rest))


def estimates(snapshot: Snapshot, limits: ReadingLimits = USUAL) -> Estimates:
    """What a snapshot's long lists are like, by a sample."""
    return Estimates(snapshot.context, snapshot.lists, limits.sample)


def at_version(connection: Connection, revision: str) -> None:
    """Brings an empty database on a server to an older schema, as an older program did."""
    config = Config(attributes={"connection": connection, "version_table": VERSION_TABLE})
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, revision)
