"""Every list is read by the index that was made for it: a plan that scans or sorts is a defect at a million links."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import event, text

from secret_links import (
    Checkpoint,
    Column,
    EventType,
    HostStore,
    Link,
    LinkFilter,
    Order,
    Place,
    ReadingLimits,
    Snapshot,
    Status,
    Store,
    View,
)
from secret_links.lists.queries import EVERYTHING
from secret_links.tokens import TOKEN_LENGTH
from secret_links.whole.filling import fill
from support import SetClock, estimates

FILTERS = list(product((None, *Status), [False, True]))
"""A status, and whether one event type."""


@pytest.fixture
def links(ana: HostStore, interview: EventType, store: Store) -> list[Link]:
    """Some links of each status, in two event types."""
    made = ana.generate(interview.id, 40, labels=["Ana Pires"])
    made += ana.generate(ana.add_event_type("Intro").id, 40)
    for link in made[::4]:
        store.redeem(link.token)
    return ana.window()


@contextmanager
def plans(ana: HostStore) -> Iterator[tuple[Snapshot, Callable[[], list[str]]]]:
    """A snapshot, and the plans of what was read through it so far."""
    seen: list[tuple[str, tuple[object, ...]]] = []
    with ana.snapshot() as snapshot:

        def note(_: object, __: object, statement: str, parameters: tuple[object, ...], *___: object) -> None:
            seen.append((statement, parameters))

        def explained() -> list[str]:
            asked = [query for query in seen if "FROM link" in query[0]]
            seen.clear()
            rows = [
                snapshot.context.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given) for sql, given in asked
            ]
            steps = [str(row.detail) for found in rows for row in found]
            seen.clear()
            return [step for step in steps if not step.startswith(("CO-ROUTINE", "SCAN (subquery", "SCAN anon"))]

        event.listen(snapshot.context.connection, "before_cursor_execute", note)
        assert snapshot.context.event_types
        yield snapshot, explained


def index_of(step: str) -> str:
    assert step.startswith("SEARCH link USING "), step
    return step.split(" INDEX ")[1].split(maxsplit=1)[0]


def indexes_of(wanted: LinkFilter, order: Order) -> set[str]:
    """The indexes that are meant for a list."""
    whose = "link_host" if wanted.event_type_id is None else "link_type"
    by_use = {None: whose, Status.ACTIVE: f"{whose}_unused", Status.EXPIRED: f"{whose}_unused"}
    by_use |= {Status.USED: f"{whose}_used", Status.DAMAGED: "link_damaged"}
    by_expiry = {
        Status.ACTIVE: {f"{whose}_expiring", f"{whose}_lasting"},
        Status.EXPIRED: {f"{whose}_expiring"},
        Status.USED: {f"{whose}_used"},
        Status.DAMAGED: {"link_damaged"},
    }
    match order.column:
        case Column.LABEL:
            return {"link_host_label"}
        case Column.EXPIRES:
            return by_expiry[wanted.status] if wanted.status else set.union(*by_expiry.values())
        case Column.USED:
            used = {"link_host_used_at", "link_damaged_use"}
            return (
                used
                if wanted.status is Status.USED
                else used | {f"{whose}_unused"}
                if wanted.status is None
                else {by_use[wanted.status]}
            )
        case Column.STATUS:
            return {by_use[wanted.status]} if wanted.status else {by_use[status] for status in Status}
        case Column.EVENT_TYPE:
            return {by_use[wanted.status].replace("host", "type")}
        case _:
            return {by_use[wanted.status]}


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("column", Column)
@pytest.mark.parametrize(("status", "of_type"), FILTERS)
def test_every_list_is_read_by_its_indexes_from_any_link_on(
    ana: HostStore,
    interview: EventType,
    links: list[Link],
    *,
    status: Status,
    of_type: bool,
    column: Column,
    descending: bool,
) -> None:
    wanted, order = LinkFilter(interview.id if of_type else None, status), Order(column, descending)
    meant = indexes_of(wanted, order)
    with plans(ana) as (snapshot, explained):
        everything = snapshot.lists.window(wanted, order, 0, None)
        assert {index_of(step) for step in explained()} == meant
        for row, link in enumerate(everything[::7]):
            snapshot.lists.window(wanted, order, row * 7, 20, Checkpoint(row * 7, link))
            snapshot.lists.window(wanted, order, 0, row * 7, Checkpoint(row * 7, link))
            snapshot.lists.ids_between(wanted, order, everything[0], link, 50)
        steps = explained()
        assert {index_of(step) for step in steps} <= meant, steps


def work_of(snapshot: Snapshot, read: Callable[[], object]) -> int:
    """How many steps SQLite's own machine takes for what is read."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    connection: sqlite3.Connection | None = snapshot.context.connection.connection.driver_connection
    assert connection is not None
    connection.set_progress_handler(step, 1)
    try:
        read()
    finally:
        connection.set_progress_handler(None, 0)
    return steps


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("column", Column)
def test_a_list_is_read_at_its_ends_and_in_its_middle_without_passing_over_other_links(
    ana: HostStore, interview: EventType, store: Store, clock: SetClock, column: Column, *, descending: bool
) -> None:
    order, work = Order(column, descending), []
    for _ in range(2):
        made = ana.generate(interview.id, 50, labels=["Bo"], expires_at=clock() + timedelta(hours=1))
        clock.forward(hours=2)
        made += ana.generate(interview.id, 200)
        made += ana.generate(interview.id, 200, labels=["Ana"], expires_at=clock() + timedelta(days=1))
        for link in made[::9]:
            if link.status_at(clock()) is Status.ACTIVE:
                store.redeem(link.token)
        with ana.snapshot() as snapshot:
            count = snapshot.lists.count()
            (middle,) = snapshot.lists.window(EVERYTHING, order, count // 2, 1)
            places = [(0, None), (count - 9, Checkpoint(count, None)), (count // 2, Checkpoint(count // 2, middle))]
            assert snapshot.context.event_types  # are read once
            reads = [partial(snapshot.lists.window, EVERYTHING, order, row, 9, near) for row, near in places]
            work.append([work_of(snapshot, read) for read in reads])
    few, many = work
    assert all(more < 1.2 * less for more, less in zip(many, few, strict=True)), work


def test_a_filled_store_is_read_by_the_same_indexes(path: Path) -> None:
    with Store.open(path) as store:
        fill(store, "ana", 500)
    with Store.open(path) as store, plans(store.as_host("ana")) as (snapshot, explained):
        kind_id = next(iter(snapshot.context.event_types))
        for (status, of_type), column in product(FILTERS, Column):
            wanted, order = LinkFilter(kind_id if of_type else None, status), Order(column)
            snapshot.lists.window(wanted, order, 0, None)
            assert {index_of(step) for step in explained()} == indexes_of(wanted, order)


@pytest.mark.parametrize("column", Column)
@pytest.mark.parametrize(("status", "of_type"), FILTERS)
def test_rows_are_counted_and_sought_in_the_indexes_alone(
    ana: HostStore, interview: EventType, links: list[Link], *, status: Status, of_type: bool, column: Column
) -> None:
    wanted, order = LinkFilter(interview.id if of_type else None, status), Order(column)
    with plans(ana) as (snapshot, explained):
        everything = snapshot.lists.window(wanted, order, 0, None)
        explained()
        snapshot.lists.count(wanted)
        snapshot.lists.count(wanted, at_most=10)
        for link in everything[::9]:
            snapshot.lists.count_from(wanted, order, Checkpoint(0, link))
            snapshot.lists.position(wanted, order, link, Checkpoint(0, everything[0]))
            snapshot.lists.position(wanted, order, everything[0], Checkpoint(0, link))
        steps = explained()
    assert steps
    assert [step for step in steps if "COVERING" not in step] == []


def test_a_token_and_the_beginning_of_one_are_found_by_their_index(ana: HostStore, links: list[Link]) -> None:
    with plans(ana) as (snapshot, explained):
        for column in Column:
            snapshot.lists.window(LinkFilter(search=f"/s/{links[0].token}", status=Status.ACTIVE), Order(column))
        assert {index_of(step) for step in explained()} == {"sqlite_autoindex_link_1"}
        for length in (5, TOKEN_LENGTH):
            snapshot.lists.beginning_with(LinkFilter(search=links[0].token[:length]), Order(), 10)
        assert {index_of(step) for step in explained()} == {"sqlite_autoindex_link_1"}


def test_a_search_for_a_part_scans_the_list_until_it_has_enough(ana: HostStore, links: list[Link]) -> None:
    with plans(ana) as (snapshot, explained):
        snapshot.lists.window(LinkFilter(search="ana"), Order())
        assert {index_of(step) for step in explained()} == {"link_host"}


def test_the_next_expiry_is_the_first_of_its_index(ana: HostStore, links: list[Link]) -> None:
    with plans(ana) as (snapshot, explained):
        snapshot.next_expiry()
        (step,) = explained()
    assert "INDEX link_host_expiring (host_id=? AND expires_at>? AND expires_at<?)" in step


def test_an_estimated_count_reads_a_sample_only(ana: HostStore, links: list[Link]) -> None:
    with plans(ana) as (snapshot, explained):
        estimates(snapshot).count(LinkFilter(status=Status.USED, search="Ana"))
        steps = explained()
    assert [step.split(" USING ")[1] for step in steps] == [
        "COVERING INDEX link_host (host_id=?)",
        "COVERING INDEX link_host (host_id=?)",
        "INTEGER PRIMARY KEY (rowid=?)",
    ]


@pytest.mark.parametrize("column", [column for column in Column if column is not Column.CREATED])
@pytest.mark.parametrize(("status", "typed"), FILTERS)
def test_an_estimated_row_reads_a_sample_only(
    ana: HostStore, links: list[Link], interview: EventType, column: Column, status: Status | None, typed: bool
) -> None:
    wanted = LinkFilter(interview.id if typed else None, status)
    with plans(ana) as (snapshot, explained):
        estimates(snapshot).checkpoint(wanted, Order(column), 3, 80)
        steps = explained()
    assert steps[:2] == ["SEARCH link USING COVERING INDEX link_host (host_id=?)"] * 2
    assert steps[2:] == ["SEARCH link USING INTEGER PRIMARY KEY (rowid=?)"]


@pytest.mark.parametrize("column", [column for column in Column if column is not Column.CREATED])
def test_rows_far_down_read_the_sample_of_their_list_once(ana: HostStore, links: list[Link], column: Column) -> None:
    limits = ReadingLimits(page=4, short=8, near=4)
    view = View(order=Order(column))
    with plans(ana) as (snapshot, explained):
        windows = snapshot.windows(limits)
        first = windows.around(view, Place(height=4), None).window
        assert not first.exact
        explained()
        windows.rows(first.request(range(40, 44)))
        assert "SEARCH link USING INTEGER PRIMARY KEY (rowid=?)" in explained()
        again = windows.around(view, Place(height=4, still=True), first).window
        for window in (first, again):
            explained()
            read = windows.rows(window.request(range(60, 64)))
            assert read is not None
            assert read.estimated
            assert len(read.links) == 4
            assert all("PRIMARY KEY" not in step for step in explained())
        prepared = windows.around(view, Place(height=4), None).window
        windows.prepare(prepared)
        explained()
        assert windows.rows(prepared.request(range(60, 64)))
        assert all("PRIMARY KEY" not in step for step in explained())


def test_each_slice_of_a_deletion_begins_where_the_last_one_ended(ana: HostStore, links: list[Link]) -> None:
    from secret_links import LinkSet

    with plans(ana) as (snapshot, explained):
        snapshot.selections.next_ids(LinkSet(every=LinkFilter(status=Status.EXPIRED), up_to=99), below=50)
        (step,) = explained()
    assert "COVERING INDEX link_host_unused (host_id=? AND id<?)" in step


def test_labels_that_active_links_have_are_looked_up_in_the_index_of_labels(
    ana: HostStore, interview: EventType, links: list[Link]
) -> None:
    with plans(ana) as (snapshot, explained):
        for event_type_id in (None, interview.id):
            assert snapshot.lists.active_with_labels(["ana pires", "Bo"], event_type_id) == {"ana pires"}
            assert {index_of(step) for step in explained() if "DISTINCT" not in step} == {"link_host_label"}


def test_the_last_change_and_its_events_are_found_in_their_index(ana: HostStore, links: list[Link]) -> None:
    from secret_links import Change, LinkSet

    done = ana.change(LinkSet(frozenset(link.id for link in links)), Change("Bo"))
    with plans(ana) as (snapshot, explained):
        assert snapshot.can_undo()
        (step,) = explained()
        assert step.endswith("link_event USING INDEX link_event_change (host_id=? AND change_id>?)")
        assert len(snapshot.history.events_of_change(done.id, done.id + 2, 5)) == 5
        (step,) = explained()
        assert step.endswith("link_event USING INDEX link_event_change (host_id=? AND change_id=? AND id>?)")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("status", [None, *Status])
def test_a_server_counts_up_to_a_number_without_going_through_its_table(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock, status: Status | None
) -> None:
    """Where the first ones may be any, it would look for them past all that are Used, which are older."""
    ana.generate(interview.id, 3_000, expires_at=clock() + timedelta(hours=1))
    store.database.write(lambda connection: connection.execute(text("UPDATE link SET used_at = created_at")))
    for hours in (2, 200):
        ana.generate(interview.id, 3_000, expires_at=clock() + timedelta(hours=hours))
    clock.forward(hours=3)
    store.database.write(lambda connection: connection.execute(text("ANALYZE link")))
    with ana.snapshot() as snapshot:
        assert snapshot.lists.count(LinkFilter(status=status), at_most=1_000) == (
            0 if status is Status.DAMAGED else 1_000
        )
        scans = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'link'"
        assert snapshot.context.connection.execute(text(scans)).scalar_one() == 0
