"""Lists of any length, read page by page, while others change them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from another_program import another_program
from secret_links import Column, EventType, HostStore, LinkFilter, Order, Status, Store, host_store
from support import BOTH, SetClock

DATABASES = BOTH

SOONEST = Order(Column.EXPIRES, descending=False)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that are short enough to have many of."""
    monkeypatch.setattr(host_store, "FIRST_PAGE", 2)
    monkeypatch.setattr(host_store, "LARGEST_PAGE", 5)


@pytest.mark.parametrize("number", [0, 1, 2, 3, 11, 12])
@pytest.mark.parametrize("order", [Order(), SOONEST])
def test_a_list_is_read_whole_and_in_its_order(
    pages: None, ana: HostStore, interview: EventType, clock: SetClock, number: int, order: Order
) -> None:
    for index in range(number):
        expires = clock() + timedelta(days=1 + index % 3) if index % 4 else None  # some at the same instant
        ana.generate(interview.id, expires_at=expires)
    assert list(ana.stream(LinkFilter(), order)) == ana.window(LinkFilter(), order, count=None)


def test_a_stream_reads_no_more_than_is_asked_for(ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 400)
    stream = ana.stream()
    for _ in range(host_store.FIRST_PAGE):
        next(stream)
    newest = ana.window(count=300)
    ana.delete([link.id for link in newest])
    assert len(list(stream)) == 100


def test_a_link_deleted_while_the_list_is_read_hides_no_other(
    pages: None, ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 12)[::-1]
    read = []
    for link in ana.stream():
        read.append(link)
        ana.delete([link.id])
        ana.generate(interview.id)  # which is newer than what is read
    assert read == made


def test_between_two_pages_no_transaction_stays_open(ana: HostStore, interview: EventType, store: Store) -> None:
    ana.generate(interview.id, 300)
    stream = ana.stream()
    next(stream)
    ana.generate(interview.id)
    with store.database.reading() as connection:
        if store.name.startswith("postgresql"):
            held = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = '{}'"
            open_ones = connection.exec_driver_sql(held.format("idle in transaction")).scalar_one()
        else:
            connection.exec_driver_sql("COMMIT")
            open_ones = connection.exec_driver_sql("PRAGMA wal_checkpoint(RESTART)").one()[0]
            connection.exec_driver_sql("BEGIN")
    assert open_ones == 0
    assert len(list(stream)) == 299


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
