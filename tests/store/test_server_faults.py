"""Servers that stop, lines that are cut, and the errors that this raises."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import Connection, text

from cut_line import Cut, CutLine
from postgres_server import NOBODY, EmbeddedServer
from secret_links import (
    EventType,
    FirstLook,
    HostStore,
    LinkUsed,
    OutcomeUnknown,
    SecretLinksError,
    Store,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnreachable,
    StoreUnusable,
)
from secret_links.postgres.faults import explain
from secret_links.postgres.first_look import first_look_at_server
from small_disk import a_small_disk, fill_up


@pytest.fixture
def database() -> str:
    """All tests here need a server."""
    return "postgresql"


@pytest.fixture
def line(url: str, embedded: EmbeddedServer) -> Iterator[CutLine]:
    with CutLine(url) as line:
        yield line


@pytest.mark.parametrize("cut", Cut)
def test_a_claim_whose_commit_is_cut_off_is_won_once_by_its_visitor(
    line: CutLine, store: Store, ana: HostStore, interview: EventType, cut: Cut
) -> None:
    (link,) = ana.generate(interview.id)
    with Store.open(line.url) as afar:
        line.cut = cut
        won = afar.redeem(link.token, by="Ana Pires")
    assert line.times == 1
    assert (won.token, won.used_by) == (link.token, "Ana Pires")
    assert ana.find(link.token) == won
    with pytest.raises(LinkUsed):
        store.redeem(link.token, by="Bo")


def test_a_claim_that_was_undone_by_a_cut_can_be_won_by_another_visitor(
    line: CutLine, store: Store, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)

    with Store.open(line.url) as afar:
        line.cut, line.then = Cut.BEFORE, lambda: store.redeem(link.token, by="Bo")
        with pytest.raises(LinkUsed) as refused:
            afar.redeem(link.token, by="Ana")
    assert refused.value.used_by == "Bo"


@pytest.mark.parametrize("cut", Cut)
def test_links_whose_commit_is_cut_off_are_made_once(
    line: CutLine, ana: HostStore, interview: EventType, cut: Cut
) -> None:
    with Store.open(line.url) as afar:
        line.cut = cut
        made = afar.as_host("ana").generate(interview.id, 100)
    assert len(made) == 100
    assert {link.token for link in ana.window(count=None)} == {link.token for link in made}


def test_each_link_is_won_once_although_the_server_crashes(
    url: str, embedded: EmbeddedServer, ana: HostStore, interview: EventType
) -> None:
    """A crash forgets transactions and gives their numbers to others: trusting the number alone, two visitors won."""
    tokens = [link.token for link in ana.generate(interview.id, 400)]
    won: list[tuple[str, str | None]] = []

    def redeem_all(name: str) -> None:
        with Store.open(url) as visiting:
            for token in tokens:
                while True:
                    try:
                        link = visiting.redeem(token, by=name)
                    except LinkUsed:
                        break
                    except StoreUnreachable:
                        continue
                    won.append((link.token, link.used_by))
                    break

    visitors = [threading.Thread(target=redeem_all, args=(f"visitor {number}",)) for number in range(4)]
    for visitor in visitors:
        visitor.start()
    for done in (50, 120, 200, 300):
        while len(won) < done and visitors[0].is_alive():
            visitors[0].join(0.005)
        embedded.stop()
        embedded.start()
    for visitor in visitors:
        visitor.join()
    assert sorted(token for token, _ in won) == sorted(tokens)
    assert set(won) == {(link.token, link.used_by) for link in ana.window(count=None)}


def test_if_the_server_stays_away_outcome_unknown_is_raised(
    line: CutLine, embedded: EmbeddedServer, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id)

    def stop(connection: Connection) -> None:
        connection.execute(text("UPDATE link SET used_by = 'x'"))
        line.cut = Cut.AFTER
        line.then = embedded.stop

    with Store.open(line.url, wait=0.1) as afar:
        try:
            with pytest.raises(
                OutcomeUnknown, match="was lost while the change was being kept; look whether it stands"
            ):
                afar.database.write(stop)
        finally:
            embedded.start()
        assert afar.as_host("ana").window()[0].used_by == "x"


def test_a_store_works_again_when_its_server_is_back(
    embedded: EmbeddedServer, store: Store, ana: HostStore, interview: EventType
) -> None:
    first, *_ = ana.generate(interview.id, 2)
    watch = store.watch()
    assert not watch.changed()
    embedded.stop()
    try:
        for call in (ana.counts, lambda: store.redeem(first.token), watch.changed):
            with pytest.raises(StoreUnreachable, match=r"postgresql://postgres@/.*(was lost|does not answer)"):
                call()
    finally:
        embedded.start()
    assert store.redeem(first.token).token == first.token
    assert len(ana.generate(interview.id, 3)) == 3
    assert ana.counts().total == 5
    with pytest.raises(StoreUnreachable):
        watch.changed()  # it waits a second before it tries again
    watch._retry_at = 0  # type: ignore[attr-defined]
    assert watch.changed(), "changes in between must be read"
    assert not watch.changed()
    watch.close()


def test_connections_that_the_server_ended_are_replaced(
    url: str, store: Store, ana: HostStore, interview: EventType
) -> None:
    first, second = ana.generate(interview.id, 2)
    store.redeem(first.token)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert ana.counts().total == 2
    assert store.redeem(second.token).token == second.token


def test_transactions_in_a_deadlock_are_tried_again(store: Store, ana: HostStore, interview: EventType) -> None:
    one, two = ana.generate(interview.id, 2)
    both_have_one = threading.Barrier(2)
    tries: list[int] = []

    def lock(first: int, second: int) -> None:
        def operation(connection: Connection) -> None:
            tries.append(first)
            connection.execute(text("UPDATE link SET used_by = 'x' WHERE id = :id"), {"id": first})
            if len(tries) <= 2:
                both_have_one.wait(10)
            connection.execute(text("UPDATE link SET used_by = 'y' WHERE id = :id"), {"id": second})

        store.database.write(operation)

    other = threading.Thread(target=lock, args=(two.id, one.id))
    other.start()
    lock(one.id, two.id)
    other.join()
    assert len(tries) == 3
    assert {link.used_by for link in ana.window()} == {"x", "y"}


@pytest.fixture
def small_disk(url: str, store: Store, embedded: EmbeddedServer) -> Iterator[Path]:
    """The disk that the store's database is on."""
    name = urlsplit(url).path.lstrip("/")
    with a_small_disk(32) as disk, psycopg.connect(embedded.superuser_url, autocommit=True) as connection:
        home = disk / "data"
        home.mkdir()
        os.chown(home, NOBODY, NOBODY)
        store.database.disconnect()
        connection.execute(f"CREATE TABLESPACE small LOCATION '{home}'".encode())
        connection.execute(f"ALTER DATABASE {name} SET TABLESPACE small".encode())
        yield disk
        store.database.disconnect()
        connection.execute(f"ALTER DATABASE {name} SET TABLESPACE pg_default".encode())
        connection.execute("DROP TABLESPACE small")


def test_a_full_disk_is_named_and_nothing_is_lost(
    small_disk: Path, store: Store, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    fill_up(small_disk)
    with pytest.raises(StoreFull, match=r"The disk of the server with .* is full; nothing was changed"):
        ana.generate(interview.id, 10_000)
    assert ana.counts().total == 1
    (small_disk / "ballast").unlink()
    store.redeem(link.token)
    assert len(ana.generate(interview.id, 100)) == 100


# Sentences


@pytest.fixture
def guarded(url: str, embedded: EmbeddedServer) -> Iterator[str]:
    """The store's URL for a user who needs a password, and may do nothing."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'tulip'")
        yield url.replace("postgres@", "guarded:{password}@")
        connection.execute("DROP ROLE guarded")


def refusal(url: str) -> SecretLinksError:
    with pytest.raises(SecretLinksError) as refused:
        Store.open(url)
    assert "tulip" not in str(refused.value)
    assert "rose" not in str(refused.value)
    assert first_look_at_server(url, "ana", 10) == FirstLook()
    return refused.value


def test_a_wrong_password_is_named_and_not_repeated(guarded: str) -> None:
    for url in (guarded.format(password="rose"), guarded.replace(":{password}", "")):
        error = refusal(url)
        assert isinstance(error, StoreUnusable)
        assert "does not let this user in; look at the name and the password" in str(error)


def test_the_refusal_of_a_user_without_rights_says_what_is_missing(guarded: str) -> None:
    error = refusal(guarded.format(password="tulip"))
    assert "This user may not do that in postgresql://guarded@/" in str(error)
    assert "permission denied for table" in str(error)


def test_an_unknown_database_is_named(url: str) -> None:
    error = refusal(url.replace("secret_links_test", "nowhere"))
    assert isinstance(error, StoreUnusable)
    assert "has no such database" in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:rose@/links?host=/nowhere",
        "postgresql://ana:rose@127.0.0.1:1/links",
        "postgresql://ana:rose@no-such-host.invalid/links",
    ],
)
def test_a_server_that_does_not_answer_is_named(url: str) -> None:
    error = refusal(url)
    assert isinstance(error, StoreUnreachable)
    assert "does not answer" in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:rose@[/links",
        "postgresql://ana:rose@host/links?colour=red",
        "postgresql://ana:rose%zz@host/links",
        "postgresql://ana:rose%ff@host/links",
        "postgresql://ana:rose\udcff@host/links",
        "postgresql://ana:rose%00@host/links",
        "postgresql://ana:rose tulip@host/links",
        "postgresql://ana@host/links?pasword=rose",
    ],
)
def test_what_is_no_url_is_not_repeated(url: str) -> None:
    error = refusal(url)
    assert isinstance(error, StoreUnusable)
    assert "This is no URL of a database; give one like" in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:a@rose/tulip@host/links",
        "postgresql://ana:a@rose@host/links",
        "postgresql://ana:a/rose@host/links",
        "postgresql://ana:rose/links",
        "postgresql:///ana:rose@host/links",
        "postgresql://ana%3Arose%40host/links",
        "postgresql://ana:a@host:rose/links",
        "postgresql://ana:a@host,rose%2F/links",
        "postgresql://ana:a@host/links?port=rose",
        "postgresql://ana:a@host/links?host=a%3Arose",
    ],
)
def test_a_password_that_splits_a_url_elsewhere_is_not_taken_for_a_host_and_shown(url: str) -> None:
    error = refusal(url)
    assert isinstance(error, StoreUnusable)
    assert "This is no URL of a database; give one like" in str(error)


@pytest.mark.parametrize(
    "parts",
    [
        "ana%3Arose@127.0.0.1:1/links",
        "ana@127.0.0.1:1/links%3Arose",
        "ana@127.0.0.1:1/links'rose",
        "ana@127.0.0.1:1/links%0arose",
        "ana:a%22@127.0.0.1:1/links?connect_timeout=rose",
        "ana:a?rose@127.0.0.1:1/links",
        *(
            f"ana@127.0.0.1:1/links?{word}=rose"
            for word in (
                "application_name",
                "connect_timeout",
                "dbname",
                "gssencmode",
                "hostaddr",
                "keepalives_idle",
                "load_balance_hosts",
                "options",
                "passfile",
                "password",
                "require_auth",
                "service",
                "sslmode",
                "sslpassword",
                "target_session_attrs",
            )
        ),
    ],
)
def test_only_harmless_parts_of_a_url_are_shown(parts: str) -> None:
    error = refusal(f"postgresql://{parts.replace('dbname=rose', 'dbname=postgresql%3A//ana:rose@host/links')}")
    assert str(error).startswith(("postgresql://", "This is no URL of a database"))
    assert "\n" not in str(error)


def test_a_url_is_shown_by_user_host_port_and_database() -> None:
    assert str(refusal("postgresql://Jörg-1:rose@127.0.0.1:1/my%20links?application_name=x")) == (
        "postgresql://Jörg-1@127.0.0.1:1/my links does not answer (Connection refused); is its server running?"
    )


def test_a_store_that_may_only_be_read_can_be_opened_and_read(
    url: str, store: Store, ana: HostStore, interview: EventType, guarded: str
) -> None:
    (link,) = ana.generate(interview.id)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO guarded")
        with Store.open(guarded.format(password="tulip")) as looking:
            assert looking.read_only
            assert looking.as_host("ana").window() == [link]
            with pytest.raises(StoreReadOnly, match="can be read, but not written; nothing was changed"):
                looking.redeem(link.token)
        connection.execute("DROP OWNED BY guarded")


@pytest.mark.parametrize(
    ("said", "error_class"),
    [
        ("the database system is starting up", StoreUnreachable),
        ("the database system is not yet accepting connections", StoreUnreachable),
        ("terminating connection due to administrator command", StoreUnreachable),
        ("sorry, too many clients already", StoreUnreachable),
        ('no pg_hba.conf entry for host "::1", user "ana", database "links", no encryption', StoreUnusable),
        ('role "ana" does not exist', StoreUnusable),
        ('permission denied for database "links"', StoreUnusable),
        ("something that nobody has thought of", StoreUnusable),
    ],
)
def test_a_refused_connection_says_why(said: str, error_class: type[StoreError]) -> None:
    refused = psycopg.OperationalError(f'connection failed: connection to server at "::1" failed: FATAL:  {said}')
    error = explain("postgresql://host/links", refused, connecting=True)
    assert isinstance(error, error_class)
    assert "postgresql://host/links" in str(error)


@pytest.mark.parametrize("said", ["session is read-only", "server is in hot standby mode"])
def test_a_standby_that_alone_answers_is_named(said: str) -> None:
    refused = psycopg.OperationalError(
        f'connection failed: connection to server at "::1" failed: {said}\nMultiple connection attempts failed.'
    )
    error = explain("postgresql://a,b/links", refused, connecting=True)
    assert isinstance(error, StoreUnreachable)
    assert str(error) == (
        "Only a standby of postgresql://a,b/links answers, which takes no changes; start the server, or have the "
        "standby take over."
    )


@pytest.mark.parametrize(
    ("fault", "error_class"),
    [
        (errors.DiskFull, StoreFull),
        (errors.ReadOnlySqlTransaction, StoreReadOnly),
        (errors.InsufficientPrivilege, StoreUnusable),
        (errors.TooManyConnections, StoreUnreachable),
        (errors.AdminShutdown, StoreUnreachable),
        (errors.CannotConnectNow, StoreUnreachable),
        (errors.LockNotAvailable, StoreBusy),
        (errors.DeadlockDetected, StoreBusy),
        (errors.SerializationFailure, StoreBusy),
        (errors.QueryCanceled, StoreBusy),
        (errors.OutOfMemory, StoreBusy),
        (errors.DataCorrupted, StoreUnusable),
        (errors.UndefinedTable, StoreError),
    ],
)
def test_every_fault_is_a_store_error_with_a_sentence(
    fault: type[psycopg.Error], error_class: type[StoreError]
) -> None:
    error = explain("postgresql://host/links", fault("said so"))
    assert type(error) is error_class or isinstance(error, error_class)
    assert "postgresql://host/links" in str(error)
    assert str(error).endswith(".")
