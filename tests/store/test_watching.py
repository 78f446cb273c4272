"""Watches notice changes by others, and nothing else."""

from __future__ import annotations

import select
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import NullPool, create_engine

from postgres_server import Databases
from secret_links import EventType, EventTypeInUse, HostStore, LinkUsed, Store, StoreUpgraded, redeem_in
from secret_links.database import Watch
from secret_links.postgres.database import NOTIFY_EVERY
from secret_links.postgres.watch import CHANNEL
from secret_links.tables.migrating import SCHEMA_VERSION
from support import ON_BOTH, SetClock


@pytest.fixture
def watch(store: Store) -> Iterator[Watch]:
    watch = store.watch()
    yield watch
    watch.close()


@ON_BOTH
def test_every_change_is_noticed_once_and_reading_is_no_change(
    store: Store, watch: Watch, ana: HostStore, interview: EventType
) -> None:
    assert watch.changed()  # the event type
    one, two = ana.generate(interview.id, 2)
    operations: list[Callable[[], object]] = [
        lambda: store.redeem(one.token),
        lambda: ana.delete([two.id]),
        lambda: ana.restore(1),
        lambda: ana.prefer({"theme": "ink"}),
        lambda: ana.change_event_type(interview.id, "Talk", None, 30),
    ]
    assert watch.changed()
    for operation in operations:
        assert not watch.changed()
        operation()
        assert watch.changed()
    ana.window()
    ana.counts()
    assert not watch.changed()


@ON_BOTH
def test_what_is_refused_or_undone_is_no_change(
    store: Store, watch: Watch, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    store.redeem(link.token)
    watch.changed()
    with pytest.raises(LinkUsed):
        store.redeem(link.token)
    with pytest.raises(EventTypeInUse):
        ana.remove_event_type(interview.id)
    assert not watch.changed()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_watch_ignores_other_databases_and_keeps_no_transaction_open(
    url: str, watch: Watch, interview: EventType, databases: Databases
) -> None:
    watch.changed()
    with psycopg.connect(databases.server.superuser_url, autocommit=True) as elsewhere:
        elsewhere.execute("CREATE TEMPORARY TABLE numbers AS SELECT generate_series(1, 10)")
    assert not watch.changed()
    with psycopg.connect(url) as connection:
        states = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in %'"
        assert connection.execute(states).fetchone() == (0,)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("end", ["commit", "rollback"])
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "beside another"])
def test_a_change_that_is_counted_before_its_commit_is_noticed_again_after_it(
    url: str, store: Store, watch: Watch, ana: HostStore, interview: EventType, end: str, *, alone: bool
) -> None:
    """A sequence is visible at once, the change only after the commit."""
    first, second = ana.generate(interview.id, 2)
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    with engine.connect() as slow, engine.connect() as quick:
        redeem_in(slow, first.token)
        assert watch.changed()
        assert not watch.changed()
        if alone:
            getattr(slow, end)()
            assert watch.changed()
            assert not watch.changed()
            return
        redeem_in(quick, second.token)
        quick.commit()
        assert watch.changed()
        assert not watch.changed()
        getattr(slow, end)()
        assert watch.changed()
        assert not watch.changed()
        slow.exec_driver_sql("SELECT pg_current_xact_id()")
        assert not watch.changed()
        slow.rollback()
        assert not watch.changed(), "it has counted nothing"


def is_heard(watch: Watch, seconds: float = 20.0) -> bool:
    """Says whether a watch hears of something within some seconds."""
    descriptor = watch.descriptor()
    assert descriptor is not None
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(seconds * 1000))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_commit_is_heard_at_once_and_nothing_is_heard_while_nothing_happens(
    url: str, watch: Watch, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    (link,) = ana.generate(interview.id)
    watch.changed()
    ana.window()
    assert not is_heard(watch, 0)
    with Store.open(url, clock=clock) as page:
        page.redeem(link.token)
    assert is_heard(watch)
    assert watch.changed()
    assert not is_heard(watch, 0)
    assert not watch.changed()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_few_of_many_commits_notify_since_those_wait_for_each_other(
    url: str, store: Store, ana: HostStore, interview: EventType
) -> None:
    links = ana.generate(interview.id, 60)
    with psycopg.connect(url, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}".encode())
        begun = time.monotonic()
        for link in links:
            store.redeem(link.token)
        most = (time.monotonic() - begun) / NOTIFY_EVERY + 1
        heard = len(list(listener.notifies(timeout=0)))
    assert heard <= most


@ON_BOTH
def test_a_store_that_a_newer_program_has_upgraded_refuses_writes(
    url: str, store: Store, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    with closing(store.watch()) as watch:
        watch.changed()
        upgrade_beyond(url)
        with pytest.raises(StoreUpgraded, match="upgraded by a newer version of Secret Links while it was open"):
            watch.changed()
    for operation in (
        lambda: store.redeem(link.token),
        lambda: ana.generate(interview.id),
        lambda: ana.delete([link.id]),
    ):
        with pytest.raises(StoreUpgraded, match="nothing was changed"):
            operation()
    assert ana.window() == [link]


def upgrade_beyond(url: str) -> None:
    """Does what the upgrade by a later version would do."""
    if not url.startswith("postgresql:"):
        with closing(sqlite3.connect(url)) as newer:
            newer.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        return
    with psycopg.connect(url) as newer:
        newer.execute("UPDATE secret_links_schema SET version_num = %s", [f"{SCHEMA_VERSION + 1:04}"])
        newer.execute("UPDATE change SET number = number + 1 WHERE part = 0")
