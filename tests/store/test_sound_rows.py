"""What the tables refuse from other programs, and how an upgrade repairs values from before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, pool

from odd_rows import ANYTHING, BY_TYPE, TABLES
from postgres_server import Databases
from secret_links import Counts, HostStore, LinkDamaged, LinkFilter, Status, Store, StoreError
from secret_links.tables import migrating
from support import ON_BOTH, SetClock, integrity

SAMPLE = Path(__file__).parent / "samples" / "schema-4.sql"

WRONG = {value for value in ANYTHING if value not in ("NULL", "0", "-1")}


@pytest.fixture
def file(path: Path, store: Store, ana: HostStore) -> Iterator[sqlite3.Connection]:
    """A store's file, with a row in each table, as any program opens it."""
    made = ana.generate(ana.add_event_type("Intro").id, 2)
    ana.delete([made[0].id])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def columns(connection: sqlite3.Connection, table: str, suffix: str) -> list[str]:
    named = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    return [name for name in named if name.endswith(suffix)]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("value", sorted(WRONG))
def test_a_file_refuses_values_that_are_no_instants_in_columns_of_instants(
    file: sqlite3.Connection, table: str, value: str
) -> None:
    for column in columns(file, table, "_at"):
        with pytest.raises(sqlite3.IntegrityError, match=f"CHECK constraint failed: {table}_{column}_in_milliseconds"):
            file.execute(f"UPDATE {table} SET {column} = {value}")


@pytest.mark.parametrize("table", TABLES)
def test_a_file_refuses_bytes_in_columns_of_texts_and_texts_in_columns_of_numbers(
    file: sqlite3.Connection, table: str
) -> None:
    (rules,) = file.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    texts = [column.name for column in TABLES[table].columns if f"{table}_{column.name}_is_text" in rules]
    numbers = [column.name for column in TABLES[table].columns if f"{table}_{column.name}_is_number" in rules]
    for value, those in (("x'616263'", texts), ("'five'", numbers), ("1.5", numbers)):
        for column in those:
            with pytest.raises(sqlite3.IntegrityError, match=f"CHECK constraint failed: {table}_{column}_is"):
                file.execute(f"UPDATE {table} SET {column} = {value}")
    assert len(texts) + len(numbers) + len(columns(file, table, "_at")) + (table == "event_type") == (
        len(TABLES[table].columns) - 1
    ), "every column but the key has a rule"


def test_the_tables_accept_what_pages_write(file: sqlite3.Connection, ana: HostStore) -> None:
    now = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
    file.execute(f"UPDATE link SET used_at = {now}, used_by = 'Zoë', used_reference = 77")
    assert ana.counts() == Counts(used=1)
    with ana.snapshot() as snapshot:
        assert snapshot.story(snapshot.lists.window()[0]).reference == "77"


@pytest.fixture
def server(databases: Databases) -> Iterator[psycopg.Connection]:
    url = databases.new()
    with Store.open(url) as store, psycopg.connect(url, autocommit=True) as connection:
        ana = store.as_host("ana")
        ana.delete([ana.generate(ana.add_event_type("Intro").id, 2)[0].id])
        yield connection


@pytest.mark.parametrize("value", [value for value in BY_TYPE["timestamp with time zone"] if value != "NULL"])
def test_a_server_refuses_instants_that_no_clock_shows(server: psycopg.Connection, value: str) -> None:
    for table in ("host", "event_type", "link", "deletion"):
        for column in TABLES[table].columns:
            if column.name.endswith("_at"):
                with pytest.raises(psycopg.errors.CheckViolation, match=f"{table}_{column.name}_in_range"):
                    server.execute(f"UPDATE {table} SET {column.name} = {value}".encode())
    for minutes in (0, 1441):
        with pytest.raises(psycopg.errors.CheckViolation, match="event_type_minutes_of_a_day"):
            server.execute("UPDATE event_type SET minutes = %s", (minutes,))


@pytest.fixture
def older(path: Path) -> Iterator[sqlite3.Connection]:
    """A store of a schema without checks."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(SAMPLE.read_text(encoding="utf-8"))
        yield connection


CLEAR = {
    "'2026-11-24 10:00:00'": datetime(2026, 11, 24, 10, tzinfo=UTC),
    "'2026-11-24T10:00:00.250Z'": datetime(2026, 11, 24, 10, 0, 0, 250_000, tzinfo=UTC),
    "'2026-11-24T10:00:00+02:00'": datetime(2026, 11, 24, 8, tzinfo=UTC),
    "x'323032362d31312d32342031303a3030'": datetime(2026, 11, 24, 10, tzinfo=UTC),
    "1795514400000.75": datetime(2026, 11, 24, 10, tzinfo=UTC),
}


@pytest.mark.parametrize("value", CLEAR)
def test_an_upgrade_repairs_clear_instants(older: sqlite3.Connection, path: Path, clock: SetClock, value: str) -> None:
    older.execute(f"UPDATE link SET expires_at = {value} WHERE id = 2")
    older.execute(f"UPDATE link SET used_at = {value} WHERE id = 3")
    with Store.open(path, clock=clock) as store:
        found = {link.id: link for link in store.as_host("ana").window()}
        assert found[2].expires_at == found[3].used_at == CLEAR[value]
        assert store.notes == (
            "Values that another program had written in a wrong form were repaired: 1 in link.expires_at, 1 in "
            "link.used_at.",
        )
        assert (found[2].status_at(store.now()), found[3].status_at(store.now())) == (Status.ACTIVE, Status.USED)
    assert integrity(path) == "ok"
    with Store.open(path) as store:
        assert store.notes == ()


@pytest.mark.parametrize("value", ["'2026-12-01'", "'soon'", "'2026-13-45 10:00:00'", "x'ff'", "1e300"])
def test_an_upgrade_leaves_unreadable_values_and_reports_them(
    older: sqlite3.Connection, path: Path, clock: SetClock, value: str
) -> None:
    older.execute(f"UPDATE link SET expires_at = {value} WHERE id = 2")
    with Store.open(path, clock=clock) as store:
        ana = store.as_host("ana")
        (damaged,) = ana.window(LinkFilter(status=Status.DAMAGED))
        assert store.notes == (
            "Values that cannot be read were left as they are, and are shown as such: 1 in link.expires_at.",
        )
        assert damaged.id == 2
        with pytest.raises(LinkDamaged):
            store.redeem(damaged.token)
        deletion = ana.delete([damaged.id])
        assert ana.restore(deletion.id) == 1
    before, after = older.execute(f"SELECT quote({value}), quote(expires_at) FROM link WHERE id = 2").fetchone()
    assert before == after


def test_an_upgrade_turns_bytes_that_are_utf_8_into_texts(older: sqlite3.Connection, path: Path) -> None:
    older.execute("UPDATE link SET label = CAST('Zoë' AS BLOB), used_by = x'ff' WHERE id = 2")
    older.execute("UPDATE event_type SET minutes = 0")
    with Store.open(path) as store:
        ana = store.as_host("ana")
        assert {link.id: link.label for link in ana.window()}[2] == "Zoë"
        assert {event_type.minutes for event_type in ana.event_types()} == {1}
        assert [note.partition(": ")[2] for note in store.notes] == [
            "2 in event_type.minutes, 1 in link.label.",
            "1 in link.used_by.",
        ]


def test_an_upgrade_keeps_statistics_and_the_last_ids(older: sqlite3.Connection, path: Path) -> None:
    since = "'link_damaged', 'link_damaged_use', 'link_host_used_at', 'link_noted'"
    statistics = f"SELECT * FROM sqlite_stat1 WHERE idx NOT IN ({since}) ORDER BY idx"
    given = "SELECT * FROM sqlite_sequence WHERE name <> 'link_event' ORDER BY name"
    before = older.execute(statistics).fetchall(), older.execute(given).fetchall()
    Store.open(path).close()
    assert (older.execute(statistics).fetchall(), older.execute(given).fetchall()) == before


def test_an_upgrade_that_is_cut_short_leaves_the_old_store(
    older: sqlite3.Connection, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older.execute("UPDATE link SET expires_at = '2026-11-24 10:00:00'")
    before = list(older.iterdump())
    real = migrating.migrate

    def fail(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        raise StoreError("cut short")

    with monkeypatch.context() as patch:
        patch.setattr(migrating, "migrate", fail)
        with pytest.raises(StoreError, match="cut short"):
            Store.open(path)
    assert list(older.iterdump()) == before
    Store.open(path).close()
    assert integrity(path) == "ok"


@ON_BOTH
def test_every_column_that_can_be_wrong_has_a_rule(url: str, store: Store, database: str) -> None:
    if database == "sqlite":
        engine = create_engine(f"sqlite:///{url}", poolclass=pool.NullPool)
        expected = {"host": 3, "event_type": 6, "link": 12, "deletion": 3, "deleted_link": 13}
    else:
        engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=pool.NullPool)
        expected = {"host": 1, "event_type": 3, "link": 3, "deletion": 1, "deleted_link": 0}
    assert {table: len(inspect(engine).get_check_constraints(table)) for table in TABLES} == expected
