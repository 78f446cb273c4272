"""A claim in a page's own transaction, begun in any way, is committed or undone with the booking."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import scoped_session, sessionmaker
from sqlmodel import Field, Session, SQLModel

from booking_site.site import engine_of
from secret_links import (
    Counts,
    EventType,
    HostStore,
    InvalidInput,
    Link,
    LinkUnknown,
    LinkUsed,
    Store,
    StoreBusy,
    StoreError,
    StoreGone,
    StoreReadOnly,
    redeem_in,
)
from secret_links.booking import _sqlstate
from secret_links.sqlite.page_file import check_in_place
from support import BOTH

DATABASES = BOTH


class Visit(SQLModel, table=True):
    """A booking page's own table."""

    id: int | None = Field(default=None, primary_key=True)
    visitor: str


@pytest.fixture
def engine(url: str, store: Store) -> Iterator[Engine]:
    assert not store.read_only
    engine = engine_of(url)
    SQLModel.metadata.tables["visit"].create(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def link(ana: HostStore, interview: EventType) -> Link:
    return ana.generate(interview.id)[0]


def only_on(engine: Engine, name: str) -> None:
    if engine.dialect.name != name:
        pytest.skip(f"it is about {name}")


def with_real_transactions(engine: Engine) -> Engine:
    """An engine on SQLite as SQLAlchemy's manual has it for savepoints: the driver begins no transactions."""
    only_on(engine, "sqlite")
    event.listen(engine, "connect", switch_off)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    engine.dispose()  # those that are open were not switched off
    return engine


def switch_off(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None


def run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(text(statement))


# Savepoints by text

VISIT = "INSERT INTO visit (visitor) VALUES ('Bo')"
RELEASES = [
    "RELEASE a",
    "release savepoint A",
    '/* done */ -- so\n RELEASE SAVEPOINT "a"',
    "RELEASE [a]",
    ";RELEASE 'a'",
]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("first", ["SAVEPOINT a", 'savepoint "a"', "SAVEPOINT a; ", "BEGIN"])
def test_a_savepoint_by_text_never_keeps_the_claim_of_a_booking_that_is_rolled_back(
    engine: Engine, ana: HostStore, link: Link, first: str, release: str
) -> None:
    if engine.dialect.name == "postgresql" and (release not in RELEASES[:2] or first == "BEGIN"):
        pytest.skip("it is SQLite's way to write it")
    with engine.connect() as connection:
        run(connection, *([first, "SAVEPOINT a"] if first == "BEGIN" else [first]))
        redeem_in(connection, link.token)
        run(connection, VISIT)
        if engine.dialect.name == "sqlite":
            with pytest.raises(ValueError, match="redeem before a savepoint begins"):
                run(connection, release)
        else:
            run(connection, release)
        connection.rollback()
        assert connection.execute(text("SELECT count(*) FROM visit")).scalar_one() == 0
    assert ana.window() == [link]


def test_a_booking_in_a_savepoint_by_text_that_is_never_released_is_kept_by_its_commit(
    engine: Engine, ana: HostStore, link: Link
) -> None:
    with engine.connect() as connection:
        run(connection, "SAVEPOINT a")
        redeem_in(connection, link.token)
        run(connection, VISIT)
        connection.commit()
        assert connection.execute(text("SELECT count(*) FROM visit")).scalar_one() == 1
    assert ana.counts().used == 1


@pytest.mark.parametrize("before", [[], ["BEGIN IMMEDIATE"], [VISIT]])
def test_savepoints_that_begin_after_the_claim_are_allowed(
    engine: Engine, ana: HostStore, link: Link, before: list[str]
) -> None:
    if before == ["BEGIN IMMEDIATE"]:
        only_on(engine, "sqlite")
    with engine.connect() as connection:
        run(connection, *before)
        redeem_in(connection, link.token)
        run(connection, "SAVEPOINT a", "SAVEPOINT b", VISIT, "ROLLBACK TO a", "ROLLBACK TO SAVEPOINT a", "RELEASE a")
        with connection.begin_nested():
            run(connection, VISIT)
        run(
            connection, "SAVEPOINT a", "RELEASE SAVEPOINT a", 'SAVEPOINT "b"', "RELEASE b", "SAVEPOINT b", 'RELEASE "b"'
        )
        connection.rollback()
    assert ana.window() == [link]


@pytest.mark.parametrize(
    "later",
    [
        [],
        ["SAVEPOINT a", "SAVEPOINT b", "ROLLBACK TO a", "ROLLBACK TO a", "RELEASE a"],
        ["SAVEPOINT a", "SAVEPOINT a", "RELEASE a", "RELEASE a"],
        ["SAVEPOINT a", "SAVEPOINT b", "RELEASE a"],
        ["SAVEPOINT first", "RELEASE first"],
        ["SAVEPOINT b", "RELEASE SAVEPOINT B"],
        ["SAVEPOINT firstX"],
    ],
)
def test_releasing_a_savepoint_from_before_the_claim_is_refused_after_others_came_and_went(
    engine: Engine, ana: HostStore, interview: EventType, later: list[str]
) -> None:
    only_on(engine, "sqlite")
    links = ana.generate(interview.id, 3)
    with engine.connect() as connection:
        for link in links:
            run(connection, "SAVEPOINT first")
            redeem_in(connection, link.token)
            run(connection, *later)
            with pytest.raises(ValueError, match="redeem before a savepoint begins"):
                run(connection, "RELEASE first")
            connection.rollback()
    assert ana.counts() == Counts(active=3)


def test_a_second_claim_does_not_lift_the_checks_of_the_first(
    engine: Engine, ana: HostStore, interview: EventType
) -> None:
    only_on(engine, "sqlite")
    links = ana.generate(interview.id, 2)
    with engine.connect() as connection:
        run(connection, "SAVEPOINT first")
        redeem_in(connection, links[0].token)
        run(connection, "SAVEPOINT second")
        redeem_in(connection, links[1].token)
        run(connection, "RELEASE second")
        with pytest.raises(ValueError, match="redeem before a savepoint begins"):
            run(connection, "RELEASE first")
        connection.rollback()
    assert ana.counts() == Counts(active=2)


def test_a_savepoint_that_is_rolled_back_takes_the_claim_with_it_and_can_be_released(
    engine: Engine, ana: HostStore, link: Link
) -> None:
    with engine.connect() as connection:
        run(connection, "SAVEPOINT a")
        redeem_in(connection, link.token)
        run(connection, "ROLLBACK TO a", "RELEASE a")
        connection.commit()
    assert ana.window() == [link]


def test_a_claim_that_is_refused_leaves_the_pages_savepoints_alone(engine: Engine, ana: HostStore, link: Link) -> None:
    with engine.connect() as connection:
        run(connection, "SAVEPOINT a")
        with pytest.raises(LinkUnknown):
            redeem_in(connection, "x" * 22)
        if engine.dialect.name == "sqlite":
            run(connection, "SAVEPOINT b", "RELEASE b")
        run(connection, "ROLLBACK TO a", "RELEASE a", VISIT)
        connection.commit()
        run(connection, "SAVEPOINT a")
        with pytest.raises(LinkUnknown):
            redeem_in(connection, "x" * 22)
        run(connection, "RELEASE a", VISIT)
        redeem_in(connection, link.token)
        connection.commit()
        connection.connection.cursor().execute("SAVEPOINT a")
        run(connection, "RELEASE a")  # of the next transaction
    assert ana.counts().used == 1


def test_on_an_engine_with_real_transactions_savepoints_are_refused_as_on_others(
    engine: Engine, ana: HostStore, link: Link
) -> None:
    engine = with_real_transactions(engine)
    with engine.connect() as connection, connection.begin_nested(), pytest.raises(ValueError, match="before a save"):
        redeem_in(connection, link.token)
    joining: Any = {"join_transaction_mode": "create_savepoint"}
    with engine.connect() as connection:
        connection.begin()
        with Session(connection, **joining) as session, pytest.raises(ValueError, match="before a savepoint"):
            redeem_in(session, link.token)
    assert ana.window() == [link]


# Transactions that other code has begun


@pytest.mark.parametrize("bare", [True, False])
def test_an_engine_with_real_transactions_claims_and_undoes(
    engine: Engine, ana: HostStore, link: Link, *, bare: bool
) -> None:
    engine = with_real_transactions(engine)

    def claim(end: str) -> None:
        with engine.connect() if bare else Session(engine) as page:
            won = redeem_in(page, link.token)
            assert won.token == link.token
            getattr(page, end)()

    claim("rollback")
    assert ana.window() == [link]
    claim("commit")
    with pytest.raises(LinkUsed):
        claim("commit")


def test_a_session_in_somebody_elses_transaction_ends_with_that(engine: Engine, ana: HostStore, link: Link) -> None:
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection) as session:
            redeem_in(session, link.token)
            session.commit()
        assert ana.window() == [link], "not before the outer one commits"
        outer.rollback()
    assert ana.window() == [link]


def test_a_session_without_autobegin_is_begun_by_the_page(engine: Engine, ana: HostStore, link: Link) -> None:
    with Session(engine, autobegin=False) as session:
        with pytest.raises(InvalidRequestError, match="begin"):
            redeem_in(session, link.token)
        with session.begin():
            redeem_in(session, link.token)
    assert ana.counts().used == 1


def test_a_scoped_session_can_redeem(engine: Engine, ana: HostStore, link: Link) -> None:
    sessions = scoped_session(sessionmaker(engine))
    redeem_in(sessions, link.token)
    sessions.commit()
    sessions.remove()
    assert ana.counts().used == 1


def test_a_session_of_several_databases_is_refused_with_the_cure(engine: Engine, ana: HostStore, link: Link) -> None:
    with Session(binds={Visit: engine}) as session:
        with pytest.raises(ValueError, match="of several databases: give redeem_in the connection"):
            redeem_in(session, link.token)
        redeem_in(session.connection(bind_arguments={"mapper": Visit}), link.token)
        session.commit()
    assert ana.counts().used == 1


def test_two_links_are_claimed_in_one_transaction(engine: Engine, ana: HostStore, interview: EventType) -> None:
    first, second, third = ana.generate(interview.id, 3)
    with Session(engine) as session:
        redeem_in(session, first.token)
        session.add(Visit(visitor="Bo"))
        redeem_in(session, second.token)
        session.rollback()
        redeem_in(session, third.token)
        session.commit()
    assert ana.counts().used == 1
    assert ana.find(third.token) != third


def test_what_is_neither_session_nor_connection_is_refused(
    url: str, engine: Engine, ana: HostStore, link: Link
) -> None:
    raw = engine.raw_connection()
    pages: list[Any] = [engine, raw, raw.driver_connection, None, url, sessionmaker(engine)]
    for page in pages:
        said = f"takes a Session or a Connection of SQLAlchemy, not {type(page).__name__}; "
        with pytest.raises(TypeError, match=said):
            redeem_in(page, link.token)
    raw.close()
    assert ana.window() == [link]


def test_the_state_of_an_error_is_read_by_the_name_that_its_driver_has() -> None:
    class OfAnotherDriver(Exception):  # psycopg2's
        pgcode = "40P01"

    assert _sqlstate(psycopg.errors.SerializationFailure()) == "40001"
    assert _sqlstate(OfAnotherDriver()) == "40P01"
    assert _sqlstate(sqlite3.OperationalError()) is _sqlstate(None) is None


class Wrapped:
    """Another driver of SQLite: it has connections of its own, and begins no transaction by itself."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, timeout=0, isolation_level=None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def test_another_driver_of_sqlite_claims_and_undoes_in_a_transaction(
    engine: Engine, store: Store, ana: HostStore, link: Link
) -> None:
    only_on(engine, "sqlite")
    other = create_engine(engine.url, creator=lambda: Wrapped(str(engine.url.database)))
    with other.connect() as connection:
        with store.database.writing(), pytest.raises(StoreBusy):
            redeem_in(connection, link.token)
        connection.rollback()
        redeem_in(connection, link.token)
        connection.rollback()
        assert ana.window() == [link]
        redeem_in(connection, link.token)
        connection.commit()
    assert ana.counts() == Counts(used=1)
    other.dispose()


# Autocommit, and claims that are refused


def test_a_connection_whose_rollback_does_nothing_is_refused(engine: Engine, ana: HostStore, link: Link) -> None:
    skipping = create_engine(engine.url, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True)
    with skipping.connect() as connection, pytest.raises(ValueError, match="redeem in a transaction"):
        redeem_in(connection, link.token)
    skipping.dispose()
    assert ana.window() == [link]


class AlwaysCommits(sqlite3.Connection):
    """Python 3.12's driver, in autocommit: commit and rollback do nothing."""

    autocommit = True

    def commit(self) -> None:
        pass

    def rollback(self) -> None:
        pass


def test_a_driver_that_leaves_transactions_alone_is_refused(engine: Engine, ana: HostStore, link: Link) -> None:
    only_on(engine, "sqlite")
    alone = create_engine(engine.url, connect_args={"factory": AlwaysCommits})
    with alone.connect() as connection, pytest.raises(ValueError, match="redeem in a transaction"):
        redeem_in(connection, link.token)
    alone.dispose()
    assert ana.window() == [link]


def test_a_begin_by_text_in_autocommit_is_refused_or_ends_with_the_booking(
    engine: Engine, ana: HostStore, link: Link
) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        run(connection, "BEGIN")
        with suppress(ValueError):
            redeem_in(connection, link.token)
        connection.rollback()
    assert ana.window() == [link]


def test_a_refused_claim_holds_no_lock_and_commits_nothing_later(engine: Engine, ana: HostStore, link: Link) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        with pytest.raises((LinkUnknown, ValueError)):
            redeem_in(connection, "x" * 22)
        ana.generate(link.event_type.id)
        run(connection, VISIT)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM visit")).scalar_one() == 1


# SQLite's own


def test_a_connection_that_cannot_write_says_so(engine: Engine, url: str, ana: HostStore, link: Link) -> None:
    only_on(engine, "sqlite")
    modes: list[Callable[[], sqlite3.Connection]] = [
        lambda: sqlite3.connect(f"file:{url}?mode=ro", uri=True),
        lambda: only_asking(url),
    ]
    for mode in modes:
        reading = create_engine("sqlite://", creator=mode)
        with reading.connect() as connection, pytest.raises(StoreReadOnly, match="nothing was changed"):
            redeem_in(connection, link.token)
        reading.dispose()
    assert ana.window() == [link]


def only_asking(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def test_a_page_whose_snapshot_is_outdated_gets_store_busy(
    engine: Engine, store: Store, ana: HostStore, interview: EventType
) -> None:
    first, second = ana.generate(interview.id, 2)
    with with_real_transactions(engine).connect() as connection:
        connection.execute(text("SELECT * FROM visit")).all()
        store.redeem(second.token)
        with pytest.raises(StoreBusy, match="nothing was changed"):
            redeem_in(connection, first.token)
        connection.rollback()
        redeem_in(connection, first.token)
        connection.commit()
    assert ana.counts().used == 2


def test_a_database_without_links_is_named(engine: Engine, tmp_path: Path) -> None:
    only_on(engine, "sqlite")
    other = create_engine(f"sqlite:///{tmp_path / 'other.db'}")
    with other.connect() as connection, pytest.raises(StoreError, match=r"other\.db failed: no such table: link"):
        redeem_in(connection, "x" * 22)
    other.dispose()


def test_a_claim_in_an_attached_store_is_rolled_back_with_the_booking(
    engine: Engine, url: str, ana: HostStore, link: Link, tmp_path: Path
) -> None:
    only_on(engine, "sqlite")
    with closing(sqlite3.connect(tmp_path / "page.db")) as page:
        page.execute("CREATE TABLE visit (visitor TEXT)")
    other = create_engine(f"sqlite:///{tmp_path / 'page.db'}")
    event.listen(other, "connect", lambda connection, _: connection.execute("ATTACH ? AS links", (url,)))
    for end in ("rollback", "commit"):
        with other.connect() as connection:
            redeem_in(connection, link.token)
            run(connection, VISIT)
            assert ana.window() == [link]
            getattr(connection, end)()
    other.dispose()
    assert ana.counts().used == 1


def test_bad_arguments_are_refused_before_a_transaction_is_touched(engine: Engine, ana: HostStore, link: Link) -> None:
    with engine.connect() as connection:
        with pytest.raises(InvalidInput):
            redeem_in(connection, link.token, by="Bo\0")
        assert not connection.in_transaction()
        ana.generate(link.event_type.id)
    assert ana.counts().active == 2


@pytest.mark.parametrize("was_used", [False, True])
@pytest.mark.parametrize("begun", [False, True])
def test_no_claim_is_made_in_a_file_that_was_replaced(
    path: Path, engine: Engine, store: Store, ana: HostStore, interview: EventType, *, was_used: bool, begun: bool
) -> None:
    only_on(engine, "sqlite")
    first, second = ana.generate(interview.id, 2)
    store.copy_to(path.with_name("copy.db"))
    with Session(engine) as session:  # a connection that the engine keeps
        if was_used:
            redeem_in(session, first.token)
        session.add(Visit(visitor="Bo"))
        session.commit()
    path.with_name("copy.db").replace(path)
    with Session(engine) as session:
        if begun:
            session.add(Visit(visitor="Chloé"))
            session.flush()
        with pytest.raises(StoreGone, match="moved, deleted or replaced"):
            redeem_in(session, second.token)


def test_a_page_may_have_its_own_rows_and_a_database_in_memory(
    engine: Engine, ana: HostStore, interview: EventType
) -> None:
    only_on(engine, "sqlite")
    (link,) = ana.generate(interview.id)
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.row_factory = lambda _, row: {"row": row}
        driver.execute("BEGIN IMMEDIATE")
        found: dict[Any, Any] = {}
        check_in_place(driver, found)
        assert found
    with closing(sqlite3.connect(":memory:")) as in_memory:
        check_in_place(in_memory, {})
    assert ana.window() == [link]
