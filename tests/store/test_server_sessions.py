"""Sessions with a server depend on nothing that a role, a database or the environment has set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from sqlalchemy import Connection, create_engine
from sqlmodel import Session

from postgres_server import Databases, EmbeddedServer
from secret_links import LinkUsed, Store, StoreError, StoreUnusable, redeem_in
from secret_links.postgres.first_look import first_look_at_server
from secret_links_tui.__main__ import main


@pytest.fixture
def database() -> str:
    """All tests here need a server."""
    return "postgresql"


SET_BY_OTHERS = {
    "DateStyle": "German, DMY",
    "IntervalStyle": "sql_standard",
    "TimeZone": "Asia/Kathmandu",
    "client_encoding": "LATIN1",
    "standard_conforming_strings": "off",
    "bytea_output": "escape",
    "extra_float_digits": "-15",
    "quote_all_identifiers": "on",
    "transform_null_equals": "on",
    "exit_on_error": "on",
    "row_security": "off",
    "restrict_nonsystem_relation_kind": "view",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "statement_timeout": "1min",
    "transaction_timeout": "1min",
    "idle_in_transaction_session_timeout": "1min",
    "idle_session_timeout": "1min",
    "lock_timeout": "1min",
    "synchronous_commit": "off",
    "search_path": '"$user", public',
}


@pytest.fixture(params=["role", "database"])
def unsettled(request: pytest.FixtureRequest, url: str, embedded: EmbeddedServer) -> Iterator[str]:
    """The store's URL for a role, or of a database, with other settings throughout."""
    name = urlsplit(url).path.lstrip("/")
    altered = "ROLE unsettled" if request.param == "role" else f"DATABASE {name}"
    with psycopg.connect(embedded.superuser_url, autocommit=True) as connection:
        settings_of_server = {setting for (setting,) in connection.execute("SELECT name FROM pg_settings")}
        connection.execute("CREATE ROLE unsettled LOGIN SUPERUSER")
        for setting, value in SET_BY_OTHERS.items():
            if setting in settings_of_server:
                quoted = value if setting == "search_path" else f"'{value}'"
                connection.execute(f"ALTER {altered} SET {setting} = {quoted}".encode())
        yield url.replace("postgres@", "unsettled@")
        connection.execute(f"ALTER DATABASE {name} RESET ALL".encode())
        connection.execute("DROP OWNED BY unsettled")
        connection.execute("DROP ROLE unsettled")


def use(url: str) -> None:
    """Does what hosts and pages do, and checks what it reads back."""
    with Store.open(url) as store, closing(store.watch()) as watch:
        ana = store.as_host("Ana \\ Ångström")
        watch.changed()
        event_type = ana.add_event_type("Gespräch 'kurz'")
        expires = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
        first, second = ana.generate(event_type.id, labels=["Jörg \\x41", "李"], expires_at=expires)
        assert watch.changed()
        assert {link.label: link.expires_at for link in ana.window()} == {"Jörg \\x41": expires, "李": expires}
        assert first_look_at_server(url, ana.name, 10).newest == tuple(ana.window())
        assert store.look_up(first.token).host == "Ana \\ Ångström"
        assert store.redeem(first.token, by="Bo").expires_at == expires
        with pytest.raises(LinkUsed):
            store.redeem(first.token)
        with store.redeeming(second.token):
            pass
        assert ana.counts().used == 2
        assert ana.restore(ana.delete([first.id]).id) == 1


def test_settings_of_roles_and_databases_have_no_effect(unsettled: str, capsys: pytest.CaptureFixture[str]) -> None:
    use(unsettled)
    with Store.open(unsettled) as store:
        for begin in (store.database.reading, store.database.writing):
            with begin() as connection:
                found = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in OURS}
                assert found == OURS
    for verb in (["list", "--json"], ["event-type", "list"], ["generate", "gesprach-kurz", "--expires", "7d"]):
        assert main(["--store", unsettled, "--host", "Ana \\ Ångström", *verb]) == 0, capsys.readouterr().err
    assert "2031-02-03T04:05:06" in capsys.readouterr().out


OURS = {
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "lock_timeout": "10s",
    "row_security": "on",
    "search_path": '"public", pg_temp',
    "synchronous_commit": "local",
}


ENVIRONMENT = {
    "PGOPTIONS": "-c datestyle=German -c statement_timeout=1min -c default_transaction_isolation=serializable",
    "PGDATESTYLE": "SQL, DMY",
    "PGTZ": "Asia/Kathmandu",
    "PGCLIENTENCODING": "LATIN1",
    "PGGEQO": "off",
}


def test_settings_of_the_environment_have_no_effect(
    url: str, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    use(url)
    databases.make_empty(url)
    use(f"{url}&client_encoding=LATIN1&options=-cdatestyle%3DSQL")


def test_a_page_in_a_session_with_such_settings_redeems(unsettled: str, url: str) -> None:
    with Store.open(url) as store:
        host = store.as_host("ana")
        expires = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
        (link,) = host.generate(host.add_event_type("Intro").id, expires_at=expires)
        page = create_engine(unsettled.replace("postgresql:", "postgresql+psycopg:"))
        with page.connect() as connection, Session(connection) as session:
            spent = redeem_in(session, link.token, by="Bo")
            with pytest.raises(LinkUsed) as refused:
                redeem_in(session, link.token)
            session.commit()
        page.dispose()
        assert (spent.expires_at, refused.value.used_at) == (expires, spent.used_at)
        assert host.window() == [spent]


def test_the_store_is_only_where_the_search_path_finds_it(url: str, embedded: EmbeddedServer) -> None:
    """Another program's tables earlier in the path are not mistaken for the store's; later changes have no effect."""
    name = urlsplit(url).path.lstrip("/")
    with psycopg.connect(url, autocommit=True) as connection, Store.open(url) as store:
        (link,) = store.as_host("ana").generate(store.as_host("ana").add_event_type("Intro").id)
        connection.execute("CREATE SCHEMA app; CREATE TABLE app.host (id integer); CREATE TABLE app.link (id integer)")
        connection.execute("CREATE FUNCTION app.lower(varchar) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$")
        connection.execute(f"ALTER DATABASE {name} SET search_path = app, pg_catalog, public".encode())
        with Store.open(url) as found:
            assert found.as_host("ana").window() == [link]
            connection.execute(f"ALTER DATABASE {name} SET search_path = app".encode())
            found.database.close()
            assert found.database.read_only is False
            assert store.redeem(link.token).token == link.token
        with pytest.raises(StoreUnusable, match="is a database of another program"):
            Store.open(url)


@pytest.mark.parametrize("value", ["'infinity'", "'4000-01-01 BC'", "'290000-01-01'"])
def test_a_value_that_the_driver_cannot_read_is_reported_in_a_sentence(store: Store, value: str) -> None:
    with pytest.raises(StoreError, match="holds a value that cannot be read here"):
        store.database.write(lambda connection: connection.exec_driver_sql(f"SELECT {value}::date").all())


@pytest.mark.parametrize("error", [ValueError, OverflowError, UnicodeDecodeError, TypeError, KeyError])
def test_errors_inside_the_driver_are_store_errors_and_a_callers_mistake_is_not(
    store: Store, error: type[Exception]
) -> None:
    made = UnicodeDecodeError("utf-8", b"x", 0, 1, "odd") if error is UnicodeDecodeError else error("odd")

    class Odd(Loader):
        def load(self, data: Buffer) -> object:
            raise made from ValueError(data)

    def ask(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        driver.adapters.register_loader("date", Odd)
        connection.exec_driver_sql("SELECT current_date").all()

    with pytest.raises(StoreError, match="holds a value that cannot be read here"), store.database.reading() as reader:
        ask(reader)
    with pytest.raises(StoreError, match="holds a value that cannot be read here"):
        store.database.write(ask)
    with pytest.raises(error), store.database.reading():
        raise made
