"""A pooler before the server: hosts and pages can work through it, or it is refused by name."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from pooler import Pooler
from postgres_server import EmbeddedServer
from secret_links import FirstLook, LinkUsed, Store, StoreUnusable
from secret_links.postgres.first_look import first_look_at_server
from secret_links.postgres.rights import rights

BOOKING = "pooled_booking"


@pytest.fixture
def database() -> str:
    """All tests here need a server."""
    return "postgresql"


@pytest.fixture
def folder() -> Iterator[Path]:
    """One with a short name: it is part of a socket's."""
    with tempfile.TemporaryDirectory(prefix="pooler-") as folder:
        yield Path(folder)


@pytest.fixture(params=["transaction", "session"])
def pooled(request: pytest.FixtureRequest, url: str, folder: Path, embedded: EmbeddedServer) -> Iterator[str]:
    """The store's URL behind a pooler, in a database that sets what the driver cannot read."""
    pooler = Pooler(url, folder, request.param, [BOOKING])  # skips where there is none, before a role is made
    with psycopg.connect(embedded.superuser_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {BOOKING} LOGIN".encode())
        connection.execute(f"ALTER DATABASE {urlsplit(url).path[1:]} SET DateStyle = 'German'".encode())
    with pooler:
        yield pooler.url
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {BOOKING}; DROP ROLE {BOOKING}".encode())


def test_a_first_look_goes_through_a_pooler(pooled: str, url: str) -> None:
    with Store.open(url) as store:
        ana = store.as_host("ana")
        (link,) = ana.generate(ana.add_event_type("Call").id)
    assert first_look_at_server(pooled, "ana", 10) == FirstLook({}, (link,), 1)


def test_a_watch_behind_a_pooler_hears_nothing_and_notices_all_when_it_looks(pooled: str, url: str) -> None:
    with Store.open(url) as store, Store.open(pooled) as behind, closing(behind.watch()) as watch:
        watch.changed()
        assert watch.descriptor() is None
        store.as_host("ana").add_event_type("Call")
        assert watch.changed()


def test_hosts_and_pages_work_behind_a_pooler(pooled: str, url: str) -> None:
    with psycopg.connect(url) as connection, Store.open(pooled) as made:
        connection.execute(rights("pooled_terminal", BOOKING).encode())
        ana = made.as_host("ana")
        event_type = ana.add_event_type("Call")
        tokens = [link.token for link in ana.generate(event_type.id, 40)]
    won: list[str] = []
    failed: list[Exception] = []

    def redeem_all(place: str) -> None:
        try:
            with Store.open(place) as store:
                for token in tokens:
                    try:
                        won.append(store.redeem(token, by="Bo").token)
                    except LinkUsed:
                        continue
        except Exception as error:  # noqa: BLE001  # it is looked at below
            failed.append(error)

    with Store.open(pooled) as store, closing(store.watch()) as watch:
        watch.changed()
        places = [pooled, pooled, url, pooled.replace("postgres@", f"{BOOKING}@")]
        visitors = [threading.Thread(target=redeem_all, args=(place,)) for place in places]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()
        assert failed == []
        assert sorted(won) == sorted(tokens)
        assert watch.changed()
        ana = store.as_host("ana")
        assert ana.counts().used == 40
        deletion = ana.delete([link.id for link in ana.window()])
        assert ana.restore(deletion.id) == 40
    with psycopg.connect(url) as connection:
        connection.execute("DROP OWNED BY pooled_terminal; DROP ROLE pooled_terminal")


def test_no_settings_are_left_for_the_next_client_of_a_pooled_connection(pooled: str) -> None:
    asked = b"SELECT current_setting('lock_timeout'), current_setting('search_path'), current_setting('DateStyle')"
    with Store.open(pooled) as store:
        store.as_host("ana").add_event_type("Call")
        with psycopg.connect(pooled, autocommit=True, prepare_threshold=None) as other:
            found = {other.execute(asked).fetchone() for _ in range(20)}
    assert found == {("0", '"$user", public', "German, DMY")}


def test_a_pooler_in_statement_mode_is_refused_by_name(url: str, folder: Path, embedded: EmbeddedServer) -> None:
    with Pooler(url, folder, "statement") as pooler, pytest.raises(StoreUnusable) as refused:
        Store.open(pooler.url)
    assert "A pooler stands before" in str(refused.value)
    assert "have it keep connections for a session or a transaction" in str(refused.value)


def test_options_that_a_pooler_refuses_are_reported(pooled: str) -> None:
    with pytest.raises(StoreUnusable, match=r"A pooler stands before .* leave them out, and name a schema by ALTER"):
        Store.open(f"{pooled}&options=-csearch_path%3Dlinks")


def test_options_that_a_pooler_drops_silently_are_refused(url: str, folder: Path, embedded: EmbeddedServer) -> None:
    """Otherwise the store would be made in another schema than the URL names."""
    with (
        Pooler(url, folder, "transaction", more="ignore_startup_parameters = options") as pooler,
        pytest.raises(StoreUnusable, match=r"A pooler stands before .* name a schema by ALTER ROLE"),
    ):
        Store.open(f"{pooler.url}&options=-csearch_path%3Dlinks")
