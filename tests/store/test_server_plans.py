"""PostgreSQL reads every list by the index that was made for it, and a redemption changes none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text

from secret_links import Checkpoint, Column, EventType, HostStore, Link, LinkFilter, Order, Snapshot, Status, Store
from secret_links.tokens import TOKEN_LENGTH

MANY_MORE = """
    INSERT INTO link (host_id, event_type_id, token, label, created_at)
    SELECT host_id, event_type_id, left(md5(number::text), 22), label, created_at
    FROM link, generate_series(1, 40000) AS number WHERE id = %s
"""


@pytest.fixture
def database() -> str:
    """All of it is about servers."""
    return "postgresql"


@pytest.fixture
def links(ana: HostStore, interview: EventType, store: Store, url: str) -> list[Link]:
    """Some links of each status, in two event types, among many more of another host, as the planner knows."""
    bo = store.as_host("bo")
    (link,) = bo.generate(bo.add_event_type("Intro").id, labels=["Bo Chen"])
    with psycopg.connect(url) as connection:
        connection.execute(MANY_MORE, (link.id,))
    made = ana.generate(interview.id, 200, labels=["Ana Pires"])
    made += ana.generate(ana.add_event_type("Intro").id, 200)
    for link in made[::8]:
        store.redeem(link.token)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE link")
    return ana.window()


@contextmanager
def plans(ana: HostStore, *, sorted_too: bool = False) -> Iterator[tuple[Snapshot, Callable[[], list[dict[str, Any]]]]]:
    """A snapshot, and the steps of the plans of what was read through it so far.

    A few rows are sorted, or scanned, more quickly than any index is read: that is forbidden here, unless
    they may be `sorted_too`.
    """
    seen: list[tuple[str, dict[str, object]]] = []
    with ana.snapshot() as snapshot:
        for quicker in ("seqscan", "bitmapscan", *(() if sorted_too else ("sort", "incremental_sort"))):
            snapshot.context.connection.execute(text(f"SET LOCAL enable_{quicker} = off"))

        def note(_: object, __: object, statement: str, parameters: dict[str, object], *___: object) -> None:
            seen.append((statement, parameters))

        def explained() -> list[dict[str, Any]]:
            asked = [query for query in seen if "FROM link" in query[0]]
            found = [
                snapshot.context.connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", given)
                for sql, given in asked
            ]
            steps = [step for rows in found for step in steps_of(rows.scalar_one()[0]["Plan"])]
            seen.clear()
            return steps

        event.listen(snapshot.context.connection, "before_cursor_execute", note)
        assert snapshot.context.event_types
        yield snapshot, explained


def steps_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if plan["Node Type"] not in ("Limit", "Aggregate", "Result", "Sort", "Subquery Scan"):
        yield plan
    for part in plan.get("Plans", []):
        yield from steps_of(part)


def indexes_of(steps: list[dict[str, Any]]) -> set[str]:
    """The indexes that are scanned; no step may be anything else."""
    assert {step["Node Type"] for step in steps} <= {"Index Scan", "Index Only Scan"}, steps
    return {step["Index Name"] for step in steps}


def indexes_for(wanted: LinkFilter, order: Order) -> set[str]:
    """The indexes that are meant for a list."""
    whose = "link_host" if wanted.event_type_id is None else "link_type"
    damaged = {"link_damaged"} if wanted.status in (None, Status.DAMAGED) else set[str]()
    match order.column:
        case Column.LABEL:
            return {"link_host_label", whose, "link_host", *damaged}  # those without a label come by their ids
        case Column.EXPIRES:
            return {f"{whose}_expiry", whose, *damaged}  # those that can no longer expire come by their ids
        case Column.EVENT_TYPE:
            return {"link_type", *damaged}
        case Column.USED:  # sorted, after a scan of the host's links by whichever index
            return {whose, "link_host", "link_host_label", "link_host_expiry", "link_type_expiry", *damaged}
        case _:
            return {whose, *damaged}


@pytest.mark.parametrize("column", Column)
def test_every_list_is_read_by_its_indexes_from_any_link_on(
    ana: HostStore, interview: EventType, links: list[Link], column: Column
) -> None:
    with plans(ana, sorted_too=column is Column.USED) as (snapshot, explained):
        for status, of_type, descending in product((None, *Status), [False, True], [False, True]):
            wanted, order = LinkFilter(interview.id if of_type else None, status), Order(column, descending)
            everything = snapshot.lists.window(wanted, order)
            for row, link in enumerate(everything[::30]):
                snapshot.lists.window(wanted, order, row * 30, 20, Checkpoint(row * 30, link))
                snapshot.lists.window(wanted, order, 0, row * 30, Checkpoint(row * 30, link))
            assert indexes_of(explained()) <= indexes_for(wanted, order), (wanted, order)


def test_a_token_and_the_beginning_of_one_are_found_by_their_index(store: Store, links: list[Link]) -> None:
    with plans(store.as_host("bo"), sorted_too=True) as (snapshot, explained):
        for column in Column:
            snapshot.lists.window(LinkFilter(search=f"/s/{links[0].token}", status=Status.ACTIVE), Order(column))
        for length in (5, TOKEN_LENGTH):
            snapshot.lists.beginning_with(LinkFilter(search=links[0].token[:length]), Order(), 10)
        assert indexes_of(explained()) == {"link_token_key"}


def test_the_next_expiry_is_the_first_of_its_index(ana: HostStore, links: list[Link]) -> None:
    with plans(ana) as (snapshot, explained):
        snapshot.next_expiry()
        (step,) = explained()
    assert step["Index Name"] == "link_host_expiry"
    assert "expires_at >" in step["Index Cond"]


def test_a_redemption_changes_no_index(url: str, store: Store, ana: HostStore, interview: EventType) -> None:
    made = ana.generate(interview.id, 50)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_reset()")
    for link in made:
        store.redeem(link.token)
    store.close()  # a connection reports its counts when it ends
    with psycopg.connect(url, autocommit=True) as connection:
        counted = connection.execute("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'link'")
        assert counted.fetchone() == (50, 50)
