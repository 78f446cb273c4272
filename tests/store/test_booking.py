"""Booking pages: looking a link up, and spending it together with a booking."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta

import psycopg.errors
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Field, Session, SQLModel, select

from secret_links import (
    DeletedLink,
    EventType,
    HostStore,
    LinkExpired,
    LinkNotAvailable,
    LinkUnknown,
    LinkUsed,
    NewEventType,
    Offer,
    Status,
    Store,
    StoreBusy,
    Story,
    redeem_in,
)
from secret_links.sqlite.connections import begin_immediate
from secret_links.times import utc_now
from support import ON_BOTH, SetClock

pytestmark = ON_BOTH


class PageBooking(SQLModel, table=True):
    """A booking page's own table."""

    id: int | None = Field(default=None, primary_key=True)
    visitor: str = Field(unique=True)


@pytest.fixture
def engine(url: str, store: Store) -> Iterator[Engine]:
    """A booking page's own engine, on the database that the links are in."""
    scheme = "postgresql+psycopg:" if url.startswith("postgresql:") else "sqlite:///"
    engine = create_engine(scheme + url.removeprefix("postgresql:"))
    SQLModel.metadata.tables["pagebooking"].create(engine)
    assert not store.read_only
    yield engine
    engine.dispose()


# Looking a link up


def test_a_visitor_learns_the_event_type_and_the_host_of_an_available_link(
    store: Store, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id, labels=["a secret of Ana's"])
    offer = store.look_up(link.url("https://42min.us/s"))
    assert (offer.event_type.name, offer.event_type.minutes, offer.host) == ("Final interview", 60, "ana")
    assert "secret" not in repr(offer)
    assert store.look_up(link.token) == offer, "looking spends nothing"
    assert ana.window() == [link]


def test_a_visitor_gets_the_same_answer_for_every_link_that_opens_no_booking(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    used, expired, deleted = (
        ana.generate(interview.id, 2)[0],
        *ana.generate(interview.id, 2, expires_at=clock().replace(hour=10)),
    )
    store.redeem(used.token)
    ana.delete([deleted.id])
    clock.forward(hours=2)
    said = set()
    for token in (used.token, expired.token, deleted.token, "x" * 22, "no token", ""):
        with pytest.raises(LinkNotAvailable) as refused:
            store.look_up(token)
        said.add((type(refused.value), str(refused.value)))
    assert said == {(LinkNotAvailable, "This link is not available.")}


# In the page's own transaction


def test_a_claim_is_committed_with_the_booking(engine: Engine, ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id)
    with Session(engine) as session:
        session.add(PageBooking(visitor="Bo Chen"))
        spent = redeem_in(session, link.token, by="Bo Chen", reference="booking 17")
        assert ana.window()[0].used_at is None, "not before the page commits"
        session.commit()
    assert ana.window() == [spent]
    assert (spent.used_by, spent.event_type.slug) == ("Bo Chen", "final-interview")
    with ana.snapshot() as snapshot:
        assert snapshot.story(spent).reference == "booking 17"


def test_a_page_gets_the_link_as_it_is_in_the_list(
    engine: Engine, store: Store, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, labels=["Bo Chen", "Cy"], expires_at=utc_now() + timedelta(hours=1))
    for link in ana.window():
        if link.label == "Cy":
            spent = store.redeem(link.token, by="Cy", reference=18)
        else:
            with engine.begin() as connection:
                spent = redeem_in(connection, link.token, by="Bo Chen", reference=17)
        assert spent == ana.find(link.token)
        assert (spent.label, spent.expires_at) == (link.label, link.expires_at)


def test_a_page_is_told_that_a_link_has_expired(
    engine: Engine, ana: HostStore, interview: EventType, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (link,) = ana.generate(interview.id, expires_at=clock() + timedelta(hours=1))
    clock.forward(hours=1)
    monkeypatch.setattr("secret_links.booking.utc_now", clock)  # the page of a file has a clock of its own
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE link SET expires_at = now() - interval '1 hour'")
    with engine.connect() as connection, pytest.raises(LinkExpired):
        redeem_in(connection, link.token)


def test_a_booking_that_fails_leaves_the_link_active(engine: Engine, ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id)
    with Session(engine) as session:
        session.add(PageBooking(visitor="Bo Chen"))
        session.commit()
    with pytest.raises(DBAPIError), Session(engine) as session:  # noqa: PT012  # the page's whole work
        redeem_in(session, link.token)
        session.add(PageBooking(visitor="Bo Chen"))
        session.commit()
    assert ana.window() == [link]


def test_a_link_that_is_not_available_leaves_the_booking_to_be_rolled_back(
    engine: Engine, store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    (used,) = ana.generate(interview.id)
    store.redeem(used.token)
    for token, refusal in ((used.token, LinkUsed), ("x" * 22, LinkUnknown), ("no token", LinkUnknown)):
        with pytest.raises(refusal), Session(engine) as session:  # noqa: PT012  # the page's whole work
            session.add(PageBooking(visitor="Bo Chen"))
            redeem_in(session, token)
    with Session(engine) as session:
        assert session.exec(select(PageBooking)).all() == []


def test_a_plain_connection_can_redeem(engine: Engine, ana: HostStore, interview: EventType) -> None:
    first, second = ana.generate(interview.id, 2)
    with engine.begin() as connection:
        redeem_in(connection, first.token)
    with engine.connect() as connection:
        redeem_in(connection, second.token)
        connection.rollback()
    assert [link.status_at(link.created_at) for link in ana.window()] == [Status.ACTIVE, Status.USED]


def test_a_terminal_notices_a_claim_of_a_page(
    store: Store, engine: Engine, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    watch = store.watch()
    watch.changed()
    with engine.begin() as connection:
        redeem_in(connection, link.token)
    assert watch.changed()
    watch.close()


def test_a_page_that_waits_too_long_for_others_gets_store_busy(
    engine: Engine, store: Store, ana: HostStore, interview: EventType
) -> None:
    if engine.dialect.name == "postgresql":
        pytest.skip("on a server, pages wait for the same link only")
    (link,) = ana.generate(interview.id)
    with store.database.writing(), engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
        with pytest.raises(StoreBusy, match=f"keeps {re.escape(str(engine.url.database))} locked; nothing was changed"):
            redeem_in(connection, link.token)
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 50
    with engine.begin() as connection:
        redeem_in(connection, link.token)
    assert ana.counts().used == 1


def test_a_claim_that_would_outlive_the_booking_is_refused(
    engine: Engine, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    if engine.dialect.name == "sqlite":
        said = "^on SQLite, redeem before a savepoint begins: with its end, the claim would stand$"
        with Session(engine) as session, session.begin_nested(), pytest.raises(ValueError, match=said):
            redeem_in(session, link.token)
    else:
        said = "^redeem in a transaction: in autocommit, the claim would stand without the booking$"
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            with pytest.raises(ValueError, match=said):
                redeem_in(connection, link.token)
            connection.rollback()
    assert ana.window() == [link]


def test_an_engine_in_sqlalchemys_autocommit_on_sqlite_still_undoes_a_claim(
    engine: Engine, ana: HostStore, interview: EventType
) -> None:
    if engine.dialect.name == "postgresql":
        pytest.skip("on a server it is refused")
    (link,) = ana.generate(interview.id)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        redeem_in(connection, link.token)
        connection.rollback()
    assert ana.window() == [link]


def test_a_page_waits_for_others_as_fairly_as_a_store_does(
    engine: Engine, ana: HostStore, interview: EventType, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine.dialect.name == "postgresql":
        pytest.skip("a server has queues of its own")
    (link,) = ana.generate(interview.id)
    waited: list[tuple[object, float, int]] = []

    def begin(connection: sqlite3.Connection, wait: float) -> None:
        waited.append((connection, wait, *connection.execute("PRAGMA busy_timeout").fetchone()))
        begin_immediate(connection, wait)

    monkeypatch.setattr("secret_links.booking.begin_immediate", begin)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1500")
        redeem_in(connection, link.token)
        assert waited == [(connection.connection.driver_connection, 1.5, 0)]


def test_a_page_that_waits_too_long_for_the_same_link_gets_store_busy(
    engine: Engine, ana: HostStore, interview: EventType
) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("in a file, pages wait for whoever writes")
    (link,) = ana.generate(interview.id)
    with engine.connect() as first, engine.connect() as second:
        redeem_in(first, link.token, by="Chen")
        second.exec_driver_sql("SET lock_timeout = '20ms'")
        with pytest.raises(StoreBusy, match="begin the transaction again"):
            redeem_in(second, link.token, by="Bo")
        second.rollback()
        first.commit()
    assert ana.window()[0].used_by == "Chen"


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_page_that_loses_in_a_strict_isolation_gets_store_busy(
    engine: Engine, store: Store, ana: HostStore, interview: EventType, level: str
) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("in a file, writers come one after the other")
    (link,) = ana.generate(interview.id)
    strict = engine.execution_options(isolation_level=level)
    with Session(strict) as session:
        assert session.exec(select(PageBooking)).all() == [], "what it sees is settled from here on"
        store.redeem(link.token, by="Chen")
        with pytest.raises(StoreBusy, match="begin the transaction again"):
            redeem_in(session, link.token, by="Bo")
        session.rollback()
        with pytest.raises(LinkUsed):
            redeem_in(session, link.token, by="Bo")
    assert ana.window()[0].used_by == "Chen"


def test_of_pages_in_a_deadlock_one_gets_store_busy(engine: Engine, ana: HostStore, interview: EventType) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("in a file, writers come one after the other")
    one, two = (link.token for link in ana.generate(interview.id, 2))
    both_have_one = threading.Barrier(2)
    outcomes: list[str] = []

    def book(first: str, second: str) -> None:
        with Session(engine) as session:
            redeem_in(session, first)
            both_have_one.wait(10)
            try:
                redeem_in(session, second)
                session.commit()
                outcomes.append("booked")
            except StoreBusy:
                session.rollback()
                outcomes.append("again")

    other = threading.Thread(target=book, args=(two, one))
    other.start()
    book(one, two)
    other.join()
    assert sorted(outcomes) == ["again", "booked"]
    assert ana.counts().used == 2


# Where page and links do not share a database


def test_what_fails_inside_leaves_the_link_active(store: Store, ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id)
    with pytest.raises(ZeroDivisionError), store.redeeming(link.token, by="Bo"):
        raise ZeroDivisionError
    assert ana.window() == [link]
    with store.redeeming(link.token, by="Bo", reference="17") as spent:
        assert spent.used_by == "Bo"
    assert ana.window() == [spent]
    with pytest.raises(LinkUsed), store.redeeming(link.token):
        pytest.fail("nobody comes here twice")


OF_THE_PAGE = (
    ConnectionRefusedError(111, "the calendar does not answer"),
    FileNotFoundError(2, "no such file", "template.html"),
    sqlite3.OperationalError("database is locked"),
    psycopg.OperationalError("server closed the connection unexpectedly"),
    IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed")),
    IntegrityError("INSERT", {}, psycopg.errors.UniqueViolation("duplicate key")),
)
"""What may fail where a page books: its calendar, its files, its own database."""


@pytest.mark.parametrize("error", OF_THE_PAGE, ids=repr)
def test_what_the_page_itself_fails_at_is_told_as_it_is(
    error: Exception, store: Store, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    with pytest.raises(type(error)) as caught, store.redeeming(link.token, by="Bo"):
        raise error
    assert caught.value is error
    assert caught.value.__context__ is None
    assert ana.window() == [link]


def test_a_pipe_that_breaks_while_links_are_read_is_no_fault_of_the_store(ana: HostStore) -> None:
    with pytest.raises(BrokenPipeError), ana.snapshot():
        raise BrokenPipeError


def test_an_expiry_that_passes_while_the_form_is_filled_in_refuses_the_claim(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    (link,) = ana.generate(interview.id, expires_at=clock().replace(hour=10))
    assert isinstance(store.look_up(link.token), Offer)
    clock.forward(hours=1)
    with pytest.raises(LinkExpired), store.redeeming(link.token):
        pytest.fail("the link has expired")


# Reissued links


def test_a_reissued_link_and_the_one_that_it_replaces_refer_to_each_other(ana: HostStore, interview: EventType) -> None:
    (old,) = ana.generate(interview.id, labels=["Bo"])
    (second,) = ana.generate(interview.id, labels=["Bo"], replaces=old.id)
    (third,) = ana.generate(interview.id, labels=["Bo"], replaces=second.id)
    with ana.snapshot() as snapshot:
        story = snapshot.story(second)
        assert (story.replaces, story.replaced_by) == (old, (third,))
        story = snapshot.story(old)
        assert (story.replaces, story.replaced_by) == (None, (second,))
    deletion = ana.delete([old.id, third.id])
    with ana.snapshot() as snapshot:
        story = snapshot.story(second)
        assert isinstance(story.replaces, DeletedLink)
        assert [isinstance(later, DeletedLink) for later in story.replaced_by] == [True]
        assert snapshot.story(old).replaced_by == (second,)
    (fourth,) = ana.generate(interview.id, replaces=old.id)
    ana.restore(deletion.id)
    with ana.snapshot() as snapshot:
        assert snapshot.story(old).replaced_by == (second, fourth)


def test_no_link_replaces_another_hosts(store: Store, ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id)
    bo = store.as_host("bo")
    with pytest.raises(LinkUnknown):
        bo.generate(NewEventType("Call"), replaces=link.id)
    assert bo.event_types() == []
    with bo.snapshot() as snapshot:
        assert snapshot.story(link) == Story()


def test_a_page_that_creates_all_tables_of_its_metadata_creates_none_of_the_stores(engine: Engine) -> None:
    ours = {"link", "host", "event_type"}
    assert not ours & {table.name for table in SQLModel.metadata.sorted_tables}
    SQLModel.metadata.create_all(engine)
