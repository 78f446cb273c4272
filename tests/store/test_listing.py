"""Lists, compared with plain Python lists."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plain_list import plain_list
from secret_links import (
    Checkpoint,
    Column,
    Counts,
    EventType,
    HostStore,
    Link,
    LinkFilter,
    LinkSet,
    Order,
    QueryCancelled,
    Snapshot,
    Status,
    Store,
)
from secret_links.text import fold
from support import ON_BOTH, SetClock, estimates

pytestmark = ON_BOTH

LABELS = st.sampled_from([None, "Ana", "ana", "Bo Chen", "bo", "100%", "a_b", "Zoë", "ZOË", "zoe", "[red]"])
DRAFTS = st.lists(
    st.tuples(LABELS, st.integers(0, 1), st.sampled_from([None, 1, 2, 48]), st.booleans()), min_size=0, max_size=25
)
FILTERS = st.tuples(
    st.sampled_from([None, 0, 1]),
    st.sampled_from([None, *Status]),
    st.sampled_from(["", "a", "AN", "bo", "%", "_", "zo", "[", "nobody"]),
    st.sampled_from([None, None, None, timedelta(hours=3)]),
    st.sampled_from([None, None, None, range(5), range(0, 40, 2)]),
)
ORDERS = st.builds(Order, st.sampled_from(list(Column)), st.booleans())


Drafts = list[tuple[str | None, int, int | None, bool]]
"""Label, event type, hours until it expires, whether it is used."""

Chosen = tuple[int | None, Status | None, str, timedelta | None, range | None]
"""Event type, status, search, time to expire within, and numbers of links to filter by."""


def filled(store: Store, clock: SetClock, drafts: Drafts) -> HostStore:
    host = store.as_host("ana")
    event_types = [host.add_event_type("beta"), host.add_event_type("Alpha")]
    stranger = store.as_host("bo")
    stranger.generate(stranger.add_event_type("beta").id, 3, labels=["Ana"])
    for label, event_type, hours, used in drafts:
        expires = clock() + timedelta(hours=hours) if hours else None
        (link,) = host.generate(event_types[event_type].id, labels=[label] if label else [], expires_at=expires)
        clock.forward(minutes=30)
        if used:
            store.redeem(link.token)
    return host


@contextmanager
def a_list(
    emptied: Callable[[], str],
    drafts: Drafts,
    chosen: Chosen,
    order: Order,
) -> Iterator[tuple[Snapshot, LinkFilter, list[Link]]]:
    """A snapshot of a store, a filter, and what passes it in its order."""
    clock = SetClock()
    with Store.open(emptied(), clock=clock) as store:
        host = filled(store, clock, drafts)
        event_types = sorted(host.event_types(), key=lambda each: each.id)
        number, status, search, within, among = chosen
        everything = host.window(count=None)
        wanted = LinkFilter(
            None if number is None else event_types[number].id,
            status if within is None else Status.ACTIVE,
            search,
            within,
            None
            if among is None
            else frozenset(link.id for link in everything if link.id - everything[-1].id in among),
        )
        expected = plain_list(everything, wanted, order, clock)
        with host.snapshot() as snapshot:
            yield snapshot, wanted, expected


# SQLite 3.40.1 counts the second of these links before itself, where it finds both conditions in one index.
@example(
    [(None, 0, None, False), (None, 0, 1, False)], (None, None, "", None, range(5)), Order(Column.EXPIRES, False), 0, 0
)
@given(DRAFTS, FILTERS, ORDERS, st.integers(0, 30), st.integers(0, 10))
def test_a_window_is_a_slice_of_the_filtered_and_ordered_list(
    emptied: Callable[[], str], drafts: Drafts, chosen: Chosen, order: Order, start: int, count: int
) -> None:
    with a_list(emptied, drafts, chosen, order) as (snapshot, wanted, expected):
        assert snapshot.lists.window(wanted, order, count=None) == expected
        assert snapshot.lists.window(wanted, order, start, count) == expected[start : start + count]
        assert snapshot.lists.count(wanted) == len(expected)
        assert snapshot.lists.count(wanted, at_most=3) == min(3, len(expected))
        assert [snapshot.lists.position(wanted, order, link) for link in expected] == list(range(len(expected)))
        assert sorted(expected, key=snapshot.lists.listing(wanted, order).sort_key) == expected
        assert all(wanted.passes(link, snapshot.now) for link in expected)


@given(DRAFTS, FILTERS, ORDERS, st.integers(0, 30), st.integers(0, 10), st.integers(0, 30))
def test_a_window_is_the_same_whichever_checkpoint_it_is_read_from(
    emptied: Callable[[], str], drafts: Drafts, chosen: Chosen, order: Order, start: int, count: int, near_row: int
) -> None:
    with a_list(emptied, drafts, chosen, order) as (snapshot, wanted, expected):
        if not expected:
            return
        near_row %= len(expected)
        near = Checkpoint(near_row, expected[near_row])
        assert snapshot.lists.window(wanted, order, start, count, near) == expected[start : start + count]
        assert snapshot.lists.window(wanted, order, start, None, near) == expected[start:]
        assert snapshot.lists.count_from(wanted, order, near) == len(expected)
        rows = range(len(expected))
        assert [snapshot.lists.position(wanted, order, link, near) for link in expected] == list(rows)
        for link in snapshot.lists.window(count=None):  # an expired one may have been in the list
            there = Checkpoint(snapshot.lists.position(wanted, order, link), link)
            assert snapshot.lists.window(wanted, order, start, count, there) == expected[start : start + count]
        step = count + 1
        assert snapshot.lists.checkpoints(wanted, order, step) == [
            Checkpoint(row, expected[row]) for row in rows[step::step]
        ]
        first, last = sorted((start % len(expected), near_row))
        between = [link.id for link in expected[first : last + 1]]
        assert snapshot.lists.ids_between(wanted, order, expected[first], expected[last], 5) == between[:5]


@given(
    DRAFTS,
    FILTERS,
    FILTERS,
    st.sets(st.integers(1, 30)),
    st.sets(st.integers(1, 30)),
    st.integers(0, 30),
    st.integers(0, 9),
)
def test_selected_links_are_counted_read_and_deleted_as_if_checked_one_by_one(
    emptied: Callable[[], str],
    drafts: Drafts,
    chosen: Chosen,
    seen: Chosen,
    toggled: set[int],
    extra: set[int],
    up_to: int,
    hours: int,
) -> None:
    with a_list(emptied, drafts, chosen, Order()) as (snapshot, every, _):
        everything = snapshot.lists.window(count=None)
        event_types = sorted(snapshot.event_types(), key=lambda each: each.id)
        passing = LinkFilter(None if seen[0] is None else event_types[seen[0]].id, seen[1], seen[2])
        links = LinkSet(every=every, up_to=up_to, as_of=snapshot.now - timedelta(hours=hours))
        for link in everything:
            links = links.toggled(link) if link.id in toggled else links
        links = links.with_ids(extra)
        held = [link for link in everything if links.holds(link)]
        tally = snapshot.selections.tally(links, passing)
        assert tally.counts.total == len(held)
        assert tally.counts.used == sum(link.status_at(snapshot.now) is Status.USED for link in held)
        assert tally.counts.expired == sum(link.status_at(snapshot.now) is Status.EXPIRED for link in held)
        assert tally.shown == sum(passing.passes(link, snapshot.now) for link in held)
        assert tally.gone == links.ids - {link.id for link in everything}
        assert snapshot.selections.links(links, 100) == held
        assert snapshot.selections.links(links, 3) == held[:4]


@given(DRAFTS, FILTERS, ORDERS)
def test_what_a_search_finds_first_is_part_of_what_it_finds(
    emptied: Callable[[], str], drafts: Drafts, chosen: Chosen, order: Order
) -> None:
    with a_list(emptied, drafts, chosen, order) as (snapshot, wanted, _):
        for token in (link.token for link in snapshot.lists.window(count=3)):
            typed = replace(wanted, search=token[:4])
            found = snapshot.lists.window(typed, order, count=None)
            at_once = snapshot.lists.beginning_with(typed, order, 10)
            assert at_once == [link for link in found if link.token.startswith(token[:4])]


def test_a_list_of_anothers_event_type_is_empty(store: Store, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 3)
    bo = store.as_host("bo")
    bo.add_event_type("Intro")
    for column in Column:
        assert bo.window(LinkFilter(interview.id), Order(column)) == []
    assert bo.counts(LinkFilter(interview.id)) == Counts()


def test_an_estimate_of_few_links_is_their_number(ana: HostStore, interview: EventType) -> None:
    with ana.snapshot() as snapshot:
        assert estimates(snapshot).count() == 0
    made = ana.generate(interview.id, 200)
    with ana.snapshot() as snapshot:
        assert estimates(snapshot).count() == 200
        assert estimates(snapshot).count(LinkFilter(status=Status.USED)) == 0
        assert snapshot.selections.newest_id() == made[-1].id


@pytest.mark.parametrize("order", [Order(column, descending) for column in Column for descending in (True, False)])
def test_an_estimated_row_is_near_the_true_one(store: Store, clock: SetClock, order: Order) -> None:
    names = [f"{first}{second} Pires" for first in "ABCDEFGHIJKLM" for second in "aeiou"]
    host = filled(store, clock, [(name, n % 2, n % 5, n % 3 == 0) for n, name in enumerate(names)])
    event_types = host.event_types()
    for number in range(80):
        some = names[number % 5 :: 5]
        host.generate(event_types[number % 2].id, labels=[f"{name} {number}" for name in some])
    for event_type_id in (None, event_types[0].id):
        wanted = LinkFilter(event_type_id)
        everything = host.window(wanted, order, count=None)
        with host.snapshot() as snapshot:
            for row in range(0, len(everything), len(everything) // 9):
                checkpoint = estimates(snapshot).checkpoint(wanted, order, row, len(everything))
                assert checkpoint is not None
                assert checkpoint.link is not None
                assert abs(everything.index(checkpoint.link) - row) < len(everything) / 10
                estimated = estimates(snapshot).row(wanted, order, everything[row], len(everything))
                assert abs(estimated - row) < len(everything) / 10


@pytest.mark.parametrize("column", Column)
def test_nothing_is_estimated_of_an_empty_list(ana: HostStore, interview: EventType, column: Column) -> None:
    (link,) = ana.generate(interview.id)
    ana.generate(interview.id, 9)
    used, order = LinkFilter(status=Status.USED), Order(column)
    with ana.snapshot() as snapshot:
        assert estimates(snapshot).checkpoint(used, order, 0, 0) is None
        assert estimates(snapshot).checkpoint(used, order, 5, 10) is None
        assert 0 <= estimates(snapshot).row(used, order, link, 10) < 10


def test_a_cancelled_snapshot_refuses_every_query(ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 3)
    with pytest.raises(QueryCancelled), ana.snapshot() as snapshot:  # noqa: PT012  # raised at the snapshot's end
        snapshot.cancel()
        snapshot.lists.window()
    assert len(ana.window()) == 3


def test_a_long_search_ends_when_its_snapshot_is_cancelled(ana: HostStore, interview: EventType) -> None:
    for _ in range(4):
        ana.generate(interview.id, 10_000)
    with pytest.raises(QueryCancelled), ana.snapshot() as snapshot:  # noqa: PT012  # raised at the snapshot's end
        cancelling = threading.Timer(0.005, snapshot.cancel)
        cancelling.start()
        while True:
            snapshot.lists.window(LinkFilter(search="there is no such label"))
    assert ana.counts().total == 40_000


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


def test_a_link_that_is_not_in_a_list_has_a_position_in_it(ana: HostStore, interview: EventType) -> None:
    made = ana.generate(interview.id, 5)
    ana.delete([made[2].id])
    with ana.snapshot() as snapshot:
        assert snapshot.lists.position(LinkFilter(), Order(), made[2]) == 2


@pytest.mark.parametrize("typed", ["élise", "ÉLISE", "Élise", "lise"])
def test_labels_are_found_in_any_case_beyond_ascii_too(ana: HostStore, interview: EventType, typed: str) -> None:
    (link,) = ana.generate(interview.id, labels=["Élise Dubois"])
    assert ana.window(LinkFilter(search=typed)) == [link]


# Searching


WORD = st.sampled_from(["ana", "BO", "young", "bk_", "alph", "Zoë", "beta", "final", "zo", "1", "%", "ß"])
WORDS = st.lists(WORD, min_size=1, max_size=3)


@given(DRAFTS, WORDS)
def test_every_word_is_found_in_label_event_type_booker_reference_or_token(
    emptied: Callable[[], str], drafts: Drafts, words: list[str]
) -> None:
    clock = SetClock()
    with Store.open(emptied(), clock=clock) as store:
        host = filled(store, clock, drafts)
        for number, link in enumerate(host.window(LinkFilter(status=Status.ACTIVE), count=None)[::2]):
            store.redeem(link.token, by="Cy Young" if number % 2 else "ZOË Bo", reference=f"bk_{number}")
        wanted = LinkFilter(search=" ".join(words))
        everything = host.window(count=None)
        found = host.window(wanted, count=None)
        assert found == [link for link in everything if wanted.passes(link, clock())]
        for link in everything:
            texts = f"{link.label} {link.event_type.name} {link.used_by} {link.reference}"
            if all(word.isascii() and fold(word) in fold(texts) for word in words):
                assert link in found


def test_who_booked_and_for_which_booking_is_found_with_words_of_anything(
    store: Store, ana: HostStore, interview: EventType
) -> None:
    intro = ana.add_event_type("Intro call")
    one, two = ana.generate(interview.id, labels=["Ana Pires", "Bo Chen"])
    (three,) = ana.generate(intro.id, labels=["Ana Lima"])
    store.redeem(two.token, by="Cy Young", reference="bk_123")
    for search, labels in {
        "young": ["Bo Chen"],
        "bk_123": ["Bo Chen"],
        "BK_12": ["Bo Chen"],
        "intro": ["Ana Lima"],
        "ana": ["Ana Lima", "Ana Pires"],
        "ana intro": ["Ana Lima"],
        "interview chen": ["Bo Chen"],
        "chen cy final": ["Bo Chen"],
        "pires ana": ["Ana Pires"],
        "ana chen": [],
        f"ana {one.token[:8]}": ["Ana Pires"],
        three.token: ["Ana Lima"],
    }.items():
        assert [link.label for link in ana.window(LinkFilter(search=search))] == labels, search
        assert ana.counts(LinkFilter(search=search)).total == len(labels)
    ana.delete([two.id])
    with ana.snapshot() as snapshot:
        assert [each.link.label for each in snapshot.deleted.listed("young final")] == ["Bo Chen"]
