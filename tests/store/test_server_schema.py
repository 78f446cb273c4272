"""The schema in a server's database: made once, upgraded on request, refused if it is another program's."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, pool

from postgres_server import Databases
from secret_links import Store, StoreError, StoreUnusable, StoreUpgraded
from secret_links.postgres.schema import VERSION_TABLE
from secret_links.tables import migrating
from secret_links.tables.indexes import is_on
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links.tables.models import Base
from support import at_version


@pytest.fixture
def database() -> str:
    """All tests here need a server."""
    return "postgresql"


@pytest.fixture
def empty(databases: Databases) -> str:
    return databases.empty()


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1")
        return [name for (name,) in rows]


def test_the_migrations_make_what_the_models_say(url: str) -> None:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=pool.NullPool)
    with engine.connect() as connection:

        def concerns_links(item: object, name: str | None, kind: str, *_: object) -> bool:
            return is_on("postgresql", item) and not (kind == "table" and name in ("change", VERSION_TABLE))

        context = MigrationContext.configure(connection, opts={"include_object": concerns_links})
        assert compare_metadata(context, Base.metadata) == []


OPEN = "import sys; from secret_links import Store; Store.open(sys.argv[1]).as_host('ana').add_event_type('Intro')"


def test_many_who_open_an_empty_database_at_once_make_one_store(empty: str) -> None:
    racers = [subprocess.Popen([sys.executable, "-c", OPEN, empty]) for _ in range(4)]
    assert [racer.wait(60) for racer in racers].count(0) == 1, "one adds the event type, and all others find it there"
    with Store.open(empty) as store:
        assert [event_type.slug for event_type in store.as_host("ana").event_types()] == ["intro"]


def made_at_version(url: str, revision: str) -> None:
    """Makes a store of an older schema, as an older program did."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=pool.NullPool)
    with engine.begin() as connection:
        at_version(connection, revision)


def test_an_older_store_is_upgraded_only_on_request(empty: str) -> None:
    made_at_version(empty, "0002")
    with psycopg.connect(empty) as connection:
        connection.execute("INSERT INTO host (name, created_at) VALUES ('ana', now())")
    with pytest.raises(StoreUnusable, match=r"its schema is 2, .* then run: secret-links store upgrade"):
        Store.open(empty)
    assert "link_host_label" not in tables(empty)
    with Store.open(empty, upgrade=True) as store:
        assert len(store.as_host("ana").generate(store.as_host("ana").add_event_type("Intro").id, 2)) == 2
    assert "link_host_label" in tables(empty)
    Store.open(empty).close()


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made_at_version(empty, "0002")
    before = tables(empty)
    real = migrating.migrate

    def fail(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        raise StoreError("the upgrade failed half-way")

    with monkeypatch.context() as patch:
        patch.setattr(migrating, "migrate", fail)
        with pytest.raises(StoreError, match="half-way"):
            Store.open(empty, upgrade=True)
    assert tables(empty) == before


NEWER = [f"{SCHEMA_VERSION + 1:04}", "99", "5e7a"]
"""A revision may be any text; those of this program are numbers."""


@pytest.mark.parametrize("named", NEWER)
def test_a_newer_store_is_refused_and_left_alone(url: str, named: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '{named}'".encode())
    for upgrade in (False, True):
        with pytest.raises(StoreUnusable, match="made by a newer version of Secret Links"):
            Store.open(url, upgrade=upgrade)


@pytest.mark.parametrize("named", NEWER)
def test_a_store_that_became_newer_while_it_was_open_takes_no_changes(url: str, named: str) -> None:
    with Store.open(url) as store, closing(store.watch()) as watch:
        with psycopg.connect(url) as connection:
            connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '{named}'".encode())
        with pytest.raises(StoreUpgraded):
            store.as_host("ana").add_event_type("Intro")
        with pytest.raises(StoreUpgraded):
            watch.changed()


@pytest.mark.parametrize("said", ["DELETE FROM {}", "INSERT INTO {} VALUES ('0002')"])
def test_a_store_of_no_version_or_of_two_is_refused(url: str, said: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(said.format(VERSION_TABLE).encode())
    with pytest.raises(StoreUnusable, match="is damaged: its table secret_links_schema has not one row"):
        Store.open(url)


@pytest.mark.parametrize("made", ["TABLE orders (id integer)", "VIEW today AS SELECT now()", "SEQUENCE numbers"])
def test_another_programs_database_is_refused_and_left_alone(empty: str, made: str) -> None:
    with psycopg.connect(empty) as connection:
        connection.execute(f"CREATE {made}".encode())
    before = tables(empty)
    for upgrade in (False, True):
        with pytest.raises(StoreUnusable, match="is a database of another program; nothing in it was changed"):
            Store.open(empty, upgrade=upgrade)
    assert tables(empty) == before


def test_a_store_can_live_in_a_schema_of_its_own_beside_another_program(empty: str) -> None:
    with psycopg.connect(empty) as connection:
        connection.execute("CREATE TABLE orders (id integer)")
        connection.execute("CREATE SCHEMA links")
    with Store.open(f"{empty}&options=-csearch_path%3Dlinks") as store, closing(store.watch()) as watch:
        store.as_host("ana").add_event_type("Intro")
        assert watch.changed()
    assert tables(empty) == ["orders"]


def test_an_extension_in_an_otherwise_empty_database_is_no_other_program(empty: str) -> None:
    with psycopg.connect(empty) as connection:
        connection.execute("CREATE EXTENSION pg_stat_statements")
    Store.open(empty).close()


def test_a_database_that_does_not_keep_utf_8_is_refused(databases: Databases) -> None:
    latin = databases.empty("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(StoreUnusable, match="keeps text as LATIN1"):
        Store.open(latin)
