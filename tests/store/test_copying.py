"""Copying a whole store, between files and servers."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import text

from postgres_server import Databases
from secret_links import EventType, HostStore, LinkUsed, NewEventType, Store, StoreError, StoreUnusable
from secret_links.tables.core import links
from secret_links.times import from_milliseconds
from secret_links.whole import copying
from secret_links.whole.bulk import TABLES
from secret_links.whole.copying import Copied, Step, copy
from secret_links.whole.filling import fill
from support import ON_BOTH, START, SetClock

WAYS = [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("sqlite", "sqlite"), ("postgresql", "postgresql")]
EVERY_WAY = pytest.mark.parametrize(("database", "onto"), WAYS, indirect=True)


@pytest.fixture
def onto(request: pytest.FixtureRequest) -> str:
    """The URL of an empty target."""
    return str(request.param)


@pytest.fixture
def target_url(onto: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if onto == "sqlite":
        yield str(tmp_path / "target.db")
        return
    databases: Databases = request.getfixturevalue("databases")
    made = databases.empty()
    yield made
    databases.drop(made)


@pytest.fixture
def target(target_url: str, clock: SetClock) -> Iterator[Store]:
    with Store.open(target_url, clock=clock) as opened:
        yield opened


def rows_of(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in a store, as it reads through the tables' own types."""
    with store.database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(table.select().order_by(table.c.id))]
            for table in TABLES
        }


def newest(rows: dict[str, list[tuple[Any, ...]]], *tables: str) -> int:
    return int(max(row[0] for table in tables for row in rows[table]))


def fill_a_little(store: Store, clock: SetClock) -> None:
    """Two hosts' work: event types that stay and go, links of each status, some deleted, some for good."""
    for name in ("ana", "Zoë"):
        host = store.as_host(name)
        host.prefer({"theme": "paper", "time_zone": "Europe/Lisbon"})
        event_type = host.add_event_type("Final interview", minutes=60)
        gone = host.add_event_type("Old & gone")
        host.generate(gone.id, 3)
        host.remove_event_type(gone.id, with_links=True)
        lasting, used, old = host.generate(event_type.id, labels=["Ana Pires", "tab\tnew \\N “Zoë” 𝕏", "\\."])
        host.generate(event_type.id, 2, expires_at=clock() + timedelta(milliseconds=1), replaces=old.id)
        store.redeem(used.token, by="Bo \\ Chen", reference="booking 17")
        host.delete([old.id, used.id])
        assert host.find(lasting.token) == lasting
        newest = host.generate(event_type.id, 4)[-1]
        host.delete([newest.id])
    clock.forward(days=31, milliseconds=7)
    assert store.purge() > 0
    for name in ("ana", "Zoë"):
        host = store.as_host(name)
        host.delete([host.generate(host.event_type("final-interview").id)[0].id])


@EVERY_WAY
def test_a_copy_is_the_same_and_gives_no_id_twice(store: Store, target: Store, clock: SetClock) -> None:
    fill_a_little(store, clock)
    before = rows_of(store)
    numbers = {table: len(rows) for table, rows in before.items()}
    assert copy(store, target) == Copied(
        sum(numbers.values()),
        0,
        changed=False,
        hosts=numbers["host"],
        event_types=numbers["event_type"],
        links=numbers["link"],
        deleted=numbers["deleted_link"],
    )
    assert rows_of(target) == before
    links_ever, kinds_ever = newest(before, "link", "deleted_link"), newest(before, "event_type")
    for place in (store, target):
        host = place.as_host("ana")
        assert host.generate(host.event_type("final-interview").id)[0].id > links_ever
        assert host.add_event_type("Another").id > kinds_ever
        assert place.as_host("new").add_event_type("First").name == "First"
        deletion = host.last_deletion()
        assert deletion is not None
        assert host.restore(deletion.id) == 1
        assert host.delete([links_ever]).id > deletion.id


@EVERY_WAY
def test_ids_of_purged_rows_are_not_given_again(store: Store, target: Store, clock: SetClock) -> None:
    host = store.as_host("ana")
    event_type = host.add_event_type("Intro")
    made = host.generate(event_type.id, 20)
    host.delete([link.id for link in made])
    clock.forward(days=31)
    assert store.purge() == 20
    copy(store, target)
    assert target.as_host("ana").generate(event_type.id)[0].id > made[-1].id


TEXTS = some.none() | some.text(some.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
INSTANTS = some.none() | some.integers(-(10**13), 10**14).map(from_milliseconds)
NAMES = ("label", "expires_at", "used_at", "used_by", "replaces")
ROWS = some.lists(some.tuples(TEXTS, INSTANTS, INSTANTS, TEXTS, some.none() | some.integers(1, 2**62)), max_size=20)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@settings(max_examples=20)
@given(made=ROWS)
def test_all_rows_of_a_file_come_back_from_a_server(
    emptied: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, made: list[tuple[object, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("copies")
    with Store.open(folder / "one") as one, Store.open(emptied()) as server, Store.open(folder / "two") as two:
        event_type = one.as_host("ana").add_event_type("Intro")
        rows = [
            dict(
                zip(NAMES, values, strict=True),
                host_id=1,
                event_type_id=event_type.id,
                token=f"{n:022}",
                created_at=START,
            )
            for n, values in enumerate(made)
        ]
        if rows:
            one.database.write(lambda connection: connection.execute(links.insert(), rows))
        copy(one, server)
        copy(server, two)
        assert rows_of(one) == rows_of(server) == rows_of(two)


def test_microseconds_on_a_server_become_milliseconds_in_a_file(databases: Databases, tmp_path: Path) -> None:
    finely = databases.new()
    with psycopg.connect(finely) as connection:
        connection.execute("INSERT INTO host (name, created_at) VALUES ('ana', '2026-11-23 09:00:00.123999+00')")
    with Store.open(finely) as server, Store.open(tmp_path / "file") as file, Store.open(databases.empty()) as other:
        copy(server, file)
        copy(server, other)
        assert rows_of(file) == rows_of(server)
        with other.database.reading() as connection:
            (exact,) = connection.execute(text("SELECT created_at FROM host")).scalars()
        assert exact.microsecond == 123_999


# What another program wrote

ODD = {
    "an event type that is missing": ("UPDATE link SET event_type_id = 99 WHERE id = 2", None),
    "a host that is missing": ("UPDATE event_type SET host_id = 99", None),
    "a deletion that is missing": ("UPDATE deleted_link SET deletion_id = 99", None),
    "the lowest id there is": (f"UPDATE link SET id = {-(2**63)} WHERE id = 2", None),
    "the lowest id but one": (f"UPDATE deleted_link SET id = {1 - 2**63}", None),
    "a text for a number": ("UPDATE link SET host_id = 'five' WHERE id = 2", ("link", 2, "host_id")),
    "a fraction for a number": ("UPDATE link SET replaces = 1.5 WHERE id = 2", ("link", 2, "replaces")),
    "a token in bytes that is another's in text": (
        "UPDATE link SET token = CAST((SELECT token FROM link WHERE id = 3) AS BLOB) WHERE id = 2",
        ("link", 2, "token"),
    ),
    "a label that is too long for an index": (
        "UPDATE link SET label = hex(randomblob(30000)) WHERE id = 2",
        ("link", 2, "label"),
    ),
}


@pytest.mark.parametrize("odd", ODD)
def test_no_value_of_a_file_keeps_its_store_from_a_server(
    path: Path, store: Store, ana: HostStore, interview: EventType, databases: Databases, odd: str
) -> None:
    statement, place = ODD[odd]
    made = ana.generate(interview.id, 4, labels=["Ana Pires"])
    store.redeem(made[2].token)
    ana.delete([made[3].id])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement)
        connection.commit()
    target_url = databases.empty()
    with Store.open(target_url) as target:
        copied = copy(store, target)
        assert list(copied.nearest) == ([place] if place else [])
        assert copied.rows == sum(map(len, rows_of(target).values())) == sum(map(len, rows_of(store).values()))
        assert copy(store, target).found == copied.rows
        with pytest.raises(LinkUsed):
            target.redeem(made[2].token)
        with pytest.raises(StoreError, match="violates foreign key constraint"):
            target.database.write(lambda connection: connection.execute(text("UPDATE link SET event_type_id = 98")))
    databases.drop(target_url)


# Cut short


KILLED = """
import os, signal, sys
from secret_links.whole import bulk, copying
from secret_links_tui.__main__ import main

def add_rows(connection, table, rows, write=bulk.add_rows):
    write(connection, table, rows)
    if table.name == "link" and rows[0][0] > 1_000:
        os.kill(os.getpid(), signal.SIGKILL)

copying.COPY_SLICE, bulk.add_rows = 500, add_rows
main(["store", "copy", *sys.argv[1:]])
"""
"""Copies in a process that is killed in the third slice of links, before that is committed."""


@EVERY_WAY
def test_a_copy_that_was_killed_continues_where_it_was(
    url: str, database: str, target_url: str, tmp_path: Path
) -> None:
    made = tmp_path / "made.db"
    with Store.open(made) as store:
        fill(store, "ana", 2_500)
    source = str(made)
    if database == "postgresql":
        source = url
        with Store.open(made) as store, Store.open(url) as server:
            copy(store, server)
    copier = subprocess.run([sys.executable, "-c", KILLED, source, target_url], capture_output=True, check=False)
    assert copier.returncode == -signal.SIGKILL
    reports: list[Step] = []
    with Store.open(source) as store, Store.open(target_url) as target:
        assert len(rows_of(target)["link"]) == 1_000
        copied = copy(store, target, reports.append)
        assert copied.found == 1_006, "and a host with five event types"
        assert rows_of(target) == rows_of(store)
        assert copy(store, target) == replace(copied, found=copied.rows), "there is nothing left to do"
    assert next(step for step in reports if step.table == "link") == Step("copied", "link", 2_500, 2_500)


def test_a_copy_is_not_continued_if_its_rows_were_changed(
    store: Store, ana: HostStore, tmp_path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "COPY_SLICE", 2)
    made = ana.generate(NewEventType("Intro"), 6)

    class Cut(Exception):
        pass

    def cut(step: Step) -> None:
        if (step.table, step.done) == ("link", 4):
            raise Cut

    with Store.open(tmp_path / "target", clock=clock) as target:
        with pytest.raises(Cut):
            copy(store, target, cut)
        assert len(rows_of(target)["link"]) == 4
        store.redeem(made[1].token)
        with pytest.raises(StoreUnusable, match=r"in link, the row with the id 2 has another used_at. Name an empty"):
            copy(store, target)
        assert len(rows_of(target)["link"]) == 4


# Targets that are refused


@EVERY_WAY
def test_a_target_that_holds_other_rows_is_refused_and_left_alone(
    store: Store, target: Store, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 3)
    target.as_host("bo").prefer({"theme": "paper"})
    before = rows_of(target)
    with pytest.raises(
        StoreUnusable, match=r"holds something else .*: in host, the row with the id 1 has another name"
    ):
        copy(store, target)
    assert rows_of(target) == before
    with pytest.raises(StoreUnusable, match=r"holds something else"):
        copy(target, store)


@EVERY_WAY
def test_a_copy_that_somebody_has_used_is_refused(
    store: Store, target: Store, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 3)
    copy(store, target)
    target.as_host("ana").generate(interview.id)
    with pytest.raises(StoreUnusable, match=r"holds something else .*: it has a row more in link, with the id 4"):
        copy(store, target)


@ON_BOTH
def test_a_store_is_not_copied_into_itself_under_another_name(url: str, store: Store, tmp_path: Path) -> None:
    other = f"{url}&application_name=other"
    if not url.startswith("postgresql:"):
        (tmp_path / "other.db").symlink_to(url)
        other = str(tmp_path / "other.db")
    with Store.open(other) as same, pytest.raises(StoreUnusable, match="cannot be copied into itself"):
        copy(store, same)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_stores_in_two_schemas_of_one_database_are_copied_to_each_other(
    url: str, store: Store, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA links")
    with Store.open(f"{url}&options=-csearch_path%3Dlinks") as other:
        copy(store, other)
        assert rows_of(other) == rows_of(store)
        assert other.as_host("ana").generate(interview.id)[0].id == 2


# Changes during a copy, and differences


@EVERY_WAY
def test_changes_to_the_source_during_a_copy_are_reported_and_not_copied(
    store: Store, target: Store, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 3)
    before = rows_of(store)

    def change(step: Step) -> None:
        if (step.verb, step.table) == ("copied", "host"):
            ana.generate(interview.id)

    assert copy(store, target, change).changed
    assert rows_of(target) == before


@pytest.mark.parametrize(
    ("tampering", "sentence"),
    [
        ("UPDATE link SET label = 'x' WHERE id = 2", "in link, the row with the id 2 has another label"),
        ("DELETE FROM link WHERE id = 1", "it has no row in link with the id 1"),
        ("INSERT INTO deletion VALUES (9, 1, {now}, 'x')", "it has a row more in deletion, with the id 9"),
        ("UPDATE host SET preferences = '' WHERE id = 1", "in host, the row with the id 1 has another preferences"),
    ],
)
@EVERY_WAY
def test_the_first_difference_is_named(
    store: Store, target: Store, ana: HostStore, interview: EventType, onto: str, tampering: str, sentence: str
) -> None:
    ana.generate(interview.id, 3)

    def tamper(step: Step) -> None:
        if (step.verb, step.table) == ("copied", "link"):
            now = "now()" if onto == "postgresql" else "0"
            target.database.write(lambda connection: connection.execute(text(tampering.format(now=now))))

    with pytest.raises(StoreError, match=f"is not the same as .*: {sentence}. Copy once more, into an empty store"):
        copy(store, target, tamper)


def test_another_writer_to_the_target_during_a_copy_is_noticed(
    store: Store, ana: HostStore, interview: EventType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "COPY_SLICE", 2)
    ana.generate(interview.id, 6)

    def write(step: Step) -> None:
        if (step.table, step.done) == ("link", 2):
            place.as_host("ana").generate(interview.id)

    with (
        Store.open(tmp_path / "target") as place,
        pytest.raises(StoreError, match=r"Somebody else writes to .*target; copy into a store that nobody uses yet"),
    ):
        copy(store, place, write)
