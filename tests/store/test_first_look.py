"""The first look at a store agrees with the opened store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from another_program import another_program
from secret_links import EventType, FirstLook, HostStore, Store, first_look
from secret_links.postgres.first_look import first_look_at_server
from support import ON_BOTH, SetClock


def look(url: str, host: str, rows: int) -> FirstLook:
    """Looks at a store, wherever it is."""
    return (first_look_at_server if url.startswith("postgresql:") else first_look)(url, host, rows)


@ON_BOTH
def test_the_first_look_shows_the_newest_links_and_preferences(
    url: str, store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    made = ana.generate(interview.id, 6, labels=["Zoë"], expires_at=clock() + timedelta(days=1))
    store.redeem(made[5].token, "Zoë")
    ana.prefer({"theme": "paper"})
    store.as_host("bo").generate(store.as_host("bo").add_event_type("Intro").id, 3)
    assert look(url, "ana", 4) == FirstLook({"theme": "paper"}, tuple(ana.window(count=4)), 6)
    assert look(url, "ana", 10) == FirstLook({"theme": "paper"}, tuple(ana.window()), 6)


@ON_BOTH
def test_the_first_look_offers_the_event_types_that_links_can_be_generated_for(
    url: str, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id)
    ana.remove_event_type(ana.add_event_type("Gone").id)
    coffee = ana.add_event_type("coffee")
    with ana.snapshot() as snapshot:
        assert look(url, "ana", 4).event_types == tuple(snapshot.event_types())
    assert [each.id for each in look(url, "ana", 4).event_types] == [coffee.id, interview.id]


@ON_BOTH
@pytest.mark.parametrize("name", ["Zoë", "O'Hara", "a\\'; DROP TABLE link --", "100%s {host}"])
def test_a_host_may_have_any_name(url: str, store: Store, name: str) -> None:
    host = store.as_host(name)
    (link,) = host.generate(host.add_event_type("Call").id)
    assert look(url, host.name, 4) == FirstLook({}, (link,), 1)


@ON_BOTH
def test_a_host_without_links_sees_none(url: str, ana: HostStore, interview: EventType) -> None:
    assert look(url, "ana", 4) == FirstLook()
    assert look(url, "nobody", 4) == FirstLook()


@pytest.mark.parametrize("name", ["100%.db", "a?b#c.db", "sp ace.db", "bad\udcff.db", "ünïcode.db"])
def test_a_store_may_have_any_name(tmp_path: Path, name: str) -> None:
    with Store.open(f"/{tmp_path}/{name}") as store:
        store.as_host("ana").prefer({"theme": "paper"})
    assert first_look(tmp_path / name, "ana", 4).preferences == {"theme": "paper"}


@pytest.mark.parametrize("content", [None, b"", b"no database " * 100])
def test_a_first_look_at_what_is_no_store_is_empty_and_makes_nothing(path: Path, content: bytes | None) -> None:
    if content is not None:
        path.write_bytes(content)
    assert first_look(path, "ana", 4) == FirstLook()
    assert path.exists() == (content is not None)


def test_another_programs_database_is_not_read(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE host (id INTEGER, name TEXT, preferences TEXT)")
        other.execute("""INSERT INTO host VALUES (1, 'ana', '{"theme": "paper"}')""")
        other.commit()
    assert first_look(path, "ana", 4) == FirstLook()


def test_a_first_look_at_another_schema_shows_only_preferences(
    path: Path, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id)
    ana.prefer({"theme": "paper"})
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1")
    assert first_look(path, "ana", 4) == FirstLook({"theme": "paper"})


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_first_look_at_another_schema_on_a_server_is_empty(url: str, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id)
    with another_program(url) as connection:
        connection.execute(text("UPDATE secret_links_schema SET version_num = '0001'"))
    assert look(url, "ana", 4) == FirstLook()


@pytest.mark.parametrize("written", ["no JSON", "[1, 2]", "12", '{"theme": {"name": "paper"}}', "", "[" * 100_000])
@ON_BOTH
def test_unreadable_preferences_are_none(url: str, ana: HostStore, interview: EventType, written: str) -> None:
    (link,) = ana.generate(interview.id)
    with another_program(url) as connection:
        connection.execute(text("UPDATE host SET preferences = :written"), {"written": written})
    assert look(url, "ana", 4) == FirstLook({}, (link,), 1)
    ana.prefer({"theme": "paper"})
    assert ana.preferences() == {"theme": "paper"}
