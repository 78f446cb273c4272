"""Every list is read by the index that was made for it: a plan that walks or sorts is a defect at a million links."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from secret_links import Column, EventType, HostStore, LinkFilter, Order, Status, Store, listing
from secret_links.models import links

ANY, ACTIVE, USED = None, Status.ACTIVE, Status.USED


def plan(ana: HostStore, query: listing.Query) -> list[str]:
    with ana.moment() as moment:
        compiled = query.compile(moment.connection, compile_kwargs={"literal_binds": True})
        rows = moment.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
    return [str(row[3]) for row in rows]


def a_list(ana: HostStore, wanted: LinkFilter, order: Order) -> listing.Query:
    with ana.moment() as moment:
        return listing.ordered(select(*listing.LINK), moment.host_id, wanted, order, moment.now).limit(100)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize(
    ("status", "of_type", "index"),
    [
        (ANY, False, "link_host"),
        (ACTIVE, False, "link_host_unused"),
        (USED, False, "link_host_used"),
        (ANY, True, "link_type"),
        (ACTIVE, True, "link_type_unused"),
        (USED, True, "link_type_used"),
    ],
)
def test_newest_and_oldest_first_are_read_in_the_order_of_an_index(
    store: Store, ana: HostStore, interview: EventType, *, status: Status, of_type: bool, index: str, descending: bool
) -> None:
    ana.generate(interview.id, 500)
    wanted = LinkFilter(interview.id if of_type else None, status)
    (step,) = plan(ana, a_list(ana, wanted, Order(Column.CREATED, descending)))
    assert f"INDEX {index} " in step


def test_a_token_and_the_beginning_of_one_are_found_by_their_index(ana: HostStore, interview: EventType) -> None:
    link, *_ = ana.generate(interview.id, 500)
    (step,) = plan(ana, a_list(ana, LinkFilter(search=link.token), Order(Column.TOKEN)))
    assert "sqlite_autoindex_link_1 (token=?)" in step


def test_the_next_expiry_is_the_first_of_its_index(ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 500)
    with ana.moment() as moment:
        active = listing.conditions(moment.host_id, LinkFilter(status=Status.ACTIVE), moment.now)
        query = select(func.min(links.c.expires_at)).where(*active, links.c.expires_at > moment.now)
    (step,) = plan(ana, query)
    assert "INDEX link_expiry (host_id=? AND expires_at>?)" in step
