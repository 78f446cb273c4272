"""Stores that operations are done on while their system calls fail, and all that is in them afterwards."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from proof.faults_operations import CHANGED, DELETED, LINKS, NOW, USED, Request, opened
from proof.faults_states import State
from secret_links import Change, LinkSet

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

    def __init__(self, folder: Path, templates: Mapping[str, Callable[[Path], None]]) -> None:
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


def empty_store(place: Path | str) -> None:
    opened(str(place)).close()


def links_alone(place: Path | str) -> None:
    """Fills a store that is to be copied: beside a booking page's table, none is."""
    furnish(str(place))
