"""Lists of any length, read page by page in one snapshot, while others change them."""

from __future__ import annotations

import sqlite3
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from another_program import another_program
from secret_links import (
    Change,
    Column,
    EventType,
    HostStore,
    Link,
    LinkFilter,
    LinkSet,
    Order,
    Status,
    Store,
    database,
)
from secret_links.lists import stream as streams
from secret_links.sqlite import database as sqlite_database
from support import BOTH, SetClock

DATABASES = BOTH

SOONEST = Order(Column.EXPIRES, descending=False)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that are short enough to have many of."""
    monkeypatch.setattr(streams, "FIRST_PAGE", 2)
    monkeypatch.setattr(streams, "LARGEST_PAGE", 5)


@pytest.mark.parametrize("number", [0, 1, 2, 3, 11, 12])
@pytest.mark.parametrize("order", [Order(), SOONEST])
def test_a_list_is_read_whole_and_in_its_order(
    pages: None, ana: HostStore, interview: EventType, clock: SetClock, number: int, order: Order
) -> None:
    for index in range(number):
        expires = clock() + timedelta(days=1 + index % 3) if index % 4 else None  # some at the same instant
        ana.generate(interview.id, expires_at=expires)
    assert list(ana.stream(LinkFilter(), order)) == ana.window(LinkFilter(), order, count=None)


@pytest.fixture
def short_lived(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots that are closed as soon as nobody reads through them."""
    monkeypatch.setattr(database, "KEPT_AT_MOST", 0)
    monkeypatch.setattr(sqlite_database, "KEPT_AT_MOST", 0)


def _change(ana: HostStore, interview: EventType, links: Sequence[Link]) -> None:
    """Deletes a link, uses one, gives one another label, and generates one."""
    ana.delete([links[1].id])
    ana.change(LinkSet(frozenset([links[2].id])), Change(label="later"))
    ana.generate(interview.id, labels=["new"])


@pytest.mark.parametrize("order", [Order(), Order(descending=False), Order(Column.LABEL, descending=False)])
def test_what_is_listed_is_one_state_of_the_store(
    pages: None, ana: HostStore, interview: EventType, order: Order
) -> None:
    ana.generate(interview.id, labels=[f"visitor {number:02}" for number in range(12)])
    before = ana.window(order=order, count=None)
    with ana.stream(order=order) as stream:
        read = [next(stream)]
        _change(ana, interview, before)
        read += stream
        assert stream.is_one_state
    assert read == before != ana.window(order=order, count=None)


def test_who_reads_for_too_long_gets_the_rest_as_it_is_by_then(
    pages: None, short_lived: None, ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 12)[::-1]
    with ana.stream() as stream:
        read = [next(stream), next(stream)]
        ana.delete([made[5].id])
        ana.generate(interview.id)
        read += stream
        assert not stream.is_one_state
    assert read == [*made[:5], *made[6:]]


def test_a_link_deleted_while_the_list_is_read_hides_no_other(
    pages: None, short_lived: None, ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 12)[::-1]
    read = []
    for link in ana.stream():
        read.append(link)
        ana.delete([link.id])
        ana.generate(interview.id)  # which is newer than what is read
    assert read == made


def _open_transactions(store: Store) -> int:
    with store.database.reading() as connection:
        if store.name.startswith("postgresql"):
            held = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = '{}'"
            return int(connection.exec_driver_sql(held.format("idle in transaction")).scalar_one())
        connection.exec_driver_sql("COMMIT")
        open_ones = connection.exec_driver_sql("PRAGMA wal_checkpoint(RESTART)").one()[0]
        connection.exec_driver_sql("BEGIN")
        return int(open_ones)


@pytest.mark.parametrize("end", ["closed", "read", "too long"])
def test_no_transaction_stays_open_behind_a_stream(
    ana: HostStore, interview: EventType, store: Store, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    ana.generate(interview.id, 300)
    if end == "too long":
        for module in (database, sqlite_database):
            monkeypatch.setattr(module, "KEPT_AT_MOST", 0.01)
    stream = ana.stream()
    next(stream)
    ana.generate(interview.id)
    if end == "closed":
        assert _open_transactions(store) == 1
        stream.close()
    elif end == "read":
        assert len(list(stream)) == 299
    deadline = time.monotonic() + 20
    while _open_transactions(store) and time.monotonic() < deadline:
        ana.generate(interview.id)
    assert _open_transactions(store) == 0
    assert len(list(stream)) == (299 if end == "too long" else 0)


def test_a_file_without_a_log_is_read_page_by_page_so_that_no_writer_waits(tmp_path: Path) -> None:
    with Store.open(tmp_path / "links.db") as first:
        ana = first.as_host("ana")
        ana.generate(ana.add_event_type("Call").id, 300)
    with closing(sqlite3.connect(tmp_path / "links.db")) as connection:
        connection.execute("VACUUM INTO ?", [str(tmp_path / "copy.db")])
    with Store.open(tmp_path / "copy.db", wait=0.2) as copy:
        ana = copy.as_host("ana")
        stream = ana.stream()
        next(stream)
        ana.delete([next(stream).id])
        assert len(list(stream)) == 298


def test_a_list_is_read_in_the_memory_of_a_page(
    ana: HostStore, interview: EventType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana.generate(interview.id, 10_000)
    monkeypatch.setattr(streams, "LARGEST_PAGE", 200)

    def peak(links: Callable[[], Iterable[Link]]) -> int:
        tracemalloc.start()
        try:
            assert sum(1 for _ in links()) == 10_000
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert sum(1 for _ in ana.stream()) == 10_000  # what is made once is there
    assert peak(ana.stream) < peak(lambda: ana.window(count=None)) / 5


def test_all_statuses_are_those_at_one_instant(
    pages: None, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    ana.generate(interview.id, 7, expires_at=clock() + timedelta(hours=1))
    read = []
    for link in ana.stream(LinkFilter(status=Status.ACTIVE)):
        read.append(link)
        clock.forward(minutes=20)
    assert len(read) == 7


@pytest.mark.parametrize("descending", [True, False])
def test_a_list_by_use_leaves_no_link_out_that_another_program_used_within_a_millisecond(
    pages: None, ana: HostStore, interview: EventType, url: str, *, descending: bool
) -> None:
    made = ana.generate(interview.id, 30)
    with another_program(url) as program:
        for link in made[::2]:
            beyond = f"TIMESTAMPTZ '2026-11-27 10:00:00.1230{link.id % 7}+00'"
            used = beyond if url.startswith("postgresql") else "1795773600123"
            program.exec_driver_sql(f"UPDATE link SET used_at = {used} WHERE id = {link.id}")
    order = Order(Column.USED, descending)
    streamed = list(ana.stream(LinkFilter(), order))
    assert sorted(link.id for link in streamed) == [link.id for link in made]
    assert streamed == ana.window(LinkFilter(), order, count=None)
