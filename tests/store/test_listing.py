"""What a list shows, held against a plain Python list."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secret_links import Column, Counts, EventType, HostStore, Link, LinkFilter, Order, Status, Store
from support import START, SetClock

LABELS = st.sampled_from([None, "Ana", "ana", "Bo Chen", "bo", "100%", "a_b", "Zoë", "[red]"])
DRAFTS = st.lists(
    st.tuples(LABELS, st.integers(0, 1), st.sampled_from([None, 1, 2, 48]), st.booleans()), min_size=0, max_size=25
)
FILTERS = st.tuples(
    st.sampled_from([None, 0, 1]),
    st.sampled_from([None, *Status]),
    st.sampled_from(["", "a", "AN", "bo", "%", "_", "zo", "[", "nobody"]),
)
ORDERS = st.builds(Order, st.sampled_from(list(Column)), st.booleans())


def filled(store: Store, clock: SetClock, drafts: Iterable[tuple[str | None, int, int | None, bool]]) -> HostStore:
    host = store.as_host("ana")
    kinds = [host.add_event_type("beta"), host.add_event_type("Alpha")]
    stranger = store.as_host("bo")
    stranger.generate(stranger.add_event_type("beta").id, 3, labels=["Ana"])
    for label, kind, hours, used in drafts:
        expires = clock() + timedelta(hours=hours) if hours else None
        (link,) = host.generate(kinds[kind].id, labels=[label] if label else [], expires_at=expires)
        clock.forward(minutes=30)
        if used:
            store.redeem(link.token)
    return host


def passes(link: Link, wanted: LinkFilter, clock: SetClock) -> bool:
    return (
        wanted.event_type_id in (None, link.event_type.id)
        and wanted.status in (None, link.status_at(clock()))
        and (
            not wanted.search
            or wanted.search.lower() in (link.label or "").lower()
            or link.token.startswith(wanted.search)
            or (len(wanted.search) > 2 and wanted.search in link.token)
        )
    )


def in_order(links: list[Link], order: Order, clock: SetClock) -> list[Link]:
    keys = {
        Column.CREATED: lambda link: link.id,
        Column.TOKEN: lambda link: link.token,
        Column.LABEL: lambda link: (link.label or "").translate(FOLD),
        Column.EVENT_TYPE: lambda link: link.event_type.name.lower(),
        Column.STATUS: lambda link: list(Status).index(link.status_at(clock())),
        Column.EXPIRES: lambda link: link.expires_at or START,
    }
    newest_first = sorted(links, key=lambda link: link.id, reverse=True)
    ordered = sorted(newest_first, key=keys[order.column], reverse=order.descending)
    if order.descending and order.column is not Column.CREATED:  # reverse=True keeps ties as they were
        ordered = sorted(newest_first, key=keys[order.column], reverse=True)
    absent = {Column.LABEL: lambda link: link.label is None, Column.EXPIRES: lambda link: link.expires_at is None}
    return sorted(ordered, key=absent.get(order.column, lambda _: False))


FOLD = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
"""As SQLite's lower(): ASCII only."""


@given(DRAFTS, FILTERS, ORDERS, st.integers(0, 30), st.integers(0, 10))
def test_a_window_is_a_slice_of_the_filtered_and_ordered_list(
    drafts: list[tuple[str | None, int, int | None, bool]],
    chosen: tuple[int | None, Status | None, str],
    order: Order,
    start: int,
    count: int,
) -> None:
    clock = SetClock()
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "links.db", clock=clock) as store:
        host = filled(store, clock, drafts)
        kinds = host.event_types()[::-1]
        wanted = LinkFilter(None if chosen[0] is None else kinds[chosen[0]].id, chosen[1], chosen[2])
        everything = host.window(count=-1)
        expected = in_order([link for link in everything if passes(link, wanted, clock)], order, clock)
        with host.moment() as moment:
            assert moment.window(wanted, order, count=-1) == expected
            assert moment.window(wanted, order, start, count) == expected[start : start + count]
            assert moment.ids(wanted, order, start, count) == [link.id for link in expected[start : start + count]]
            assert moment.count(wanted) == len(expected)
            assert [moment.position(wanted, order, link) for link in expected] == list(range(len(expected)))
            tally = moment.tally((link.id for link in everything), wanted)
        assert (tally.counts, tally.shown) == (host.counts(), len(expected))


def test_counts_are_by_status_for_the_other_filters(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    demo = ana.add_event_type("VIP demo")
    made = ana.generate(interview.id, 4, labels=["panel"], expires_at=clock() + timedelta(hours=1))
    ana.generate(demo.id, 3)
    store.redeem(made[0].token)
    clock.forward(hours=2)
    assert ana.counts() == Counts(active=3, used=1, expired=3)
    assert ana.counts(LinkFilter(interview.id, Status.ACTIVE)) == Counts(active=0, used=1, expired=3)
    assert ana.counts(LinkFilter(search="PANEL")) == Counts(active=0, used=1, expired=3)
    assert (ana.counts().total, ana.counts().of(Status.USED), ana.counts().of(None)) == (7, 1, 7)


def test_a_token_is_found_whole_as_a_url_by_its_beginning_and_by_a_part(ana: HostStore, interview: EventType) -> None:
    link, *_ = ana.generate(interview.id, 50)
    for text in (
        link.token,
        f"https://42min.us/s/{link.token}",
        f"  42min.us/s/{link.token}/?utm=x ",
        link.token[:8],
        f"/s/{link.token[:8]}…",
        link.token[5:15],
    ):
        assert ana.window(LinkFilter(search=text)) == [link], text


@pytest.mark.parametrize("swap", [str.lower, str.upper])
def test_tokens_differ_by_case(ana: HostStore, interview: EventType, swap: object) -> None:
    link = next(link for link in ana.generate(interview.id, 20) if swap(link.token) != link.token)  # type: ignore[operator]
    assert ana.window(LinkFilter(search=swap(link.token))) == []  # type: ignore[operator]


def test_a_position_is_known_for_a_link_that_is_not_in_the_list(ana: HostStore, interview: EventType) -> None:
    made = ana.generate(interview.id, 5)
    ana.delete([made[2].id])
    with ana.moment() as moment:
        assert moment.position(LinkFilter(), Order(), made[2]) == 2


@pytest.mark.parametrize("typed", ["élise", "ÉLISE", "Élise", "lise"])
def test_labels_are_found_in_any_case_beyond_ascii_too(ana: HostStore, interview: EventType, typed: str) -> None:
    (link,) = ana.generate(interview.id, labels=["Élise Dubois"])
    assert ana.window(LinkFilter(search=typed)) == [link]
