"""Following what happens: each event once, in any order of commits, from any cursor on."""

from __future__ import annotations

import random
from contextlib import ExitStack, closing
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from another_program import another_program
from secret_links import Change, EventKind, EventType, Follower, HostStore, InvalidInput, LinkSet, Status, Store, Told
from secret_links.cursors import Cursor
from secret_links.following import MOST_AT_ONCE
from secret_links.postgres.first_look import first_look_at_server
from support import BOTH, SetClock

DATABASES = BOTH

NUMBERS = count()


def everything(follower: Follower) -> list[Told]:
    told = follower.read()
    while follower.has_more:
        told += follower.read()
    return told


def keys(told: list[Told]) -> list[tuple[EventKind, int]]:
    return [(each.event.kind, each.event.link.id) for each in told]


def take(step: str, number: int, store: Store, host: HostStore, interview: EventType, clock: SetClock) -> None:
    """Does something, or lets time pass."""
    links = host.window()
    active = [link for link in links if link.status_at(clock()) is Status.ACTIVE]
    match step:
        case "generate one" | "generate three":
            host.generate(interview.id, 3 if "three" in step else 1, expires_at=clock() + timedelta(hours=1))
        case "change" if links:
            host.change(LinkSet(frozenset(link.id for link in links)), Change(f"label {number}"))
        case "use" if active:
            store.redeem(active[0].token)
        case "delete" if links:
            host.delete([link.id for link in links[:2]])
        case "restore" if last := host.last_deletion():
            host.restore(last.id)
        case "wait":
            clock.forward(hours=1)


STEPS = ("generate one", "generate three", "change", "use", "delete", "restore", "wait")


@given(steps=st.lists(st.sampled_from(STEPS), max_size=14), seed=st.integers(0, 99))
def test_whoever_goes_on_from_any_cursor_is_told_the_rest_once(
    store: Store, steps: list[str], seed: int, clock: SetClock
) -> None:
    host = store.as_host(f"host {next(NUMBERS)}")  # one for each example
    interview = host.add_event_type("Interview")
    follower = host.follow()
    told = follower.read()
    assert told == []
    start = str(follower.cursor)
    for number, step in enumerate(steps):
        take(step, number, store, host, interview, clock)
        if random.Random(seed + number).random() < 0.5:
            told += everything(follower)
    told += everything(follower)
    everything_told = keys(told)
    from_start = keys(everything(host.follow(start)))
    assert sorted(from_start) == sorted(everything_told)
    for number, each in enumerate(told):
        rest = keys(everything(host.follow(str(each.cursor))))
        assert sorted(rest) == sorted(everything_told[number + 1 :])
    assert everything(follower) == []


def test_many_are_told_in_parts(ana: HostStore, interview: EventType) -> None:
    follower = ana.follow()
    follower.read()
    made = ana.generate(interview.id, 2 * MOST_AT_ONCE + 1)
    ana.change(LinkSet(frozenset(link.id for link in made)), Change("x"))
    first = follower.read()
    assert (len(first), follower.has_more) == (MOST_AT_ONCE, True)
    rest = everything(ana.follow(str(first[-1].cursor)))
    everybody = [link.id for link in made]
    assert [each.event.link.id for each in [*first, *rest]][: len(made)] == everybody
    assert sorted(each.event.link.id for each in rest[MOST_AT_ONCE + 1 :]) == everybody


def test_links_that_expire_at_once_are_told_once_each(ana: HostStore, interview: EventType, clock: SetClock) -> None:
    made = ana.generate(interview.id, 5, expires_at=clock() + timedelta(hours=1))
    follower = ana.follow()
    assert follower.read() == []
    assert follower.wait == 3600
    clock.forward(hours=1)
    told = follower.read()
    assert keys(told) == [(EventKind.EXPIRED, link.id) for link in made]
    assert keys(everything(ana.follow(str(told[2].cursor)))) == keys(told[3:])


@pytest.mark.parametrize("given", ["", "yesterday", "12", "@5", "1+2-@3", "1@2@3", "1/2@3", "-1@3", "١@3", "1@3 x"])
def test_a_text_that_is_no_cursor_is_refused(ana: HostStore, given: str) -> None:
    with pytest.raises(InvalidInput, match="This is no cursor") as refused:
        ana.follow(given)
    assert refused.value.field == "since"


def test_a_cursor_that_cannot_be_gone_on_from_is_refused(ana: HostStore, interview: EventType, clock: SetClock) -> None:
    follower = ana.follow()
    follower.read()
    here = str(follower.cursor)
    with pytest.raises(InvalidInput, match="not of this store"):
        ana.follow(f"9{here}").read()
    clock.forward(days=31)
    with pytest.raises(InvalidInput, match="over 30 days old"):
        ana.follow(here).read()


CURSORS = st.builds(
    Cursor,
    st.integers(0, 10**17),
    st.datetimes().map(lambda at: Cursor.parse(f"1@{int(abs(at.year)) * 10**6}").expiries),
    st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 50)), max_size=4).map(
        lambda gaps: tuple(sorted((first, first + length) for first, length in gaps))
    ),
    st.none() | st.tuples(st.integers(1, 10**9), st.integers(1, 10**9)),
    st.integers(0, 10**9),
)


@given(CURSORS)
def test_a_cursor_is_read_as_it_was_written(cursor: Cursor) -> None:
    assert Cursor.parse(str(cursor)) == cursor
    assert " " not in str(cursor)


# Commits in another order


CLAIM = text("UPDATE link SET used_at = clock_timestamp() WHERE token = :token")


@pytest.fixture
def on_server(database: str, url: str) -> str:
    if database == "sqlite":
        pytest.skip("a file has one writer at a time")
    return url


@pytest.mark.parametrize("kept", [True, False], ids=["committed", "rolled back"])
def test_what_is_committed_late_is_told_late_and_holds_nobody_up(
    on_server: str, ana: HostStore, interview: EventType, *, kept: bool
) -> None:
    first, second, third = ana.generate(interview.id, labels=["first", "second", "third"])
    follower = ana.follow()
    follower.read()
    with ExitStack() as stack:
        slow = stack.enter_context(another_program(on_server))
        slow.execute(CLAIM, {"token": first.token})
        with another_program(on_server) as quick:
            quick.execute(CLAIM, {"token": second.token})
        (second_told,) = follower.read()
        assert second_told.event.link.label == "second"
        assert "+" in str(second_told.cursor), "the first one's id is missing"
        assert follower.read() == []
        resumed = ana.follow(str(second_told.cursor))
        begun_between = ana.follow()
        assert (resumed.read(), begun_between.read()) == ([], [])
        if not kept:
            slow.rollback()
    with another_program(on_server) as quick:
        quick.execute(CLAIM, {"token": third.token})
    expected = ["first", "third"] if kept else ["third"]
    for each in (follower, resumed, begun_between, ana.follow(str(second_told.cursor))):
        assert [told.event.link.label for told in each.read()] == expected
        assert "+" not in str(each.cursor), "no gap is waited for any more"
        assert each.read() == []


@pytest.mark.parametrize("kept", [True, False], ids=["committed", "rolled back"])
def test_whoever_goes_on_from_a_first_look_is_told_what_was_not_committed_then_once(
    on_server: str, ana: HostStore, interview: EventType, *, kept: bool
) -> None:
    first, second, third = ana.generate(interview.id, labels=["first", "second", "third"])
    with another_program(on_server) as slow:
        slow.execute(CLAIM, {"token": first.token})
        with another_program(on_server) as quick:
            quick.execute(CLAIM, {"token": second.token})
        look = first_look_at_server(on_server, "ana", 10)
        assert [link.used_at is not None for link in look.newest] == [False, True, False]
        follower = ana.follow(look.cursor)
        assert follower.read() == []
        if not kept:
            slow.rollback()
    with another_program(on_server) as quick:
        quick.execute(CLAIM, {"token": third.token})
    assert [told.event.link.label for told in follower.read()] == (["first", "third"] if kept else ["third"])
    assert follower.read() == []
    later = first_look_at_server(on_server, "ana", 10)
    assert "+" not in str(later.cursor), "what was rolled back is not waited for"


def test_a_link_that_is_being_booked_has_not_expired(
    on_server: str, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    links = ana.generate(interview.id, labels=["booked", "not"], expires_at=clock() + timedelta(hours=1))
    follower = ana.follow()
    follower.read()
    with another_program(on_server) as page:
        page.execute(CLAIM, {"token": links[0].token})
        clock.forward(hours=1)
        assert follower.read() == []
        assert follower.wait is not None
    told = follower.read()
    assert [(each.event.kind, each.event.link.label) for each in told] == [
        (EventKind.USED, "booked"),
        (EventKind.EXPIRED, "not"),
    ]


def test_a_change_is_noticed_by_a_watch_before_it_is_told(store: Store, ana: HostStore, interview: EventType) -> None:
    follower = ana.follow()
    follower.read()
    with closing(store.watch()) as watch:
        (link,) = ana.generate(interview.id)
        assert watch.changed()
    assert keys(follower.read()) == [(EventKind.GENERATED, link.id)]


def test_a_link_that_expires_after_the_clock_was_put_back_is_told(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    """What expired while the clock was ahead is Active again, and is told again when it expires."""
    (early,) = ana.generate(interview.id, expires_at=clock() + timedelta(minutes=30))
    follower = ana.follow()
    follower.read()
    clock.forward(hours=1)
    assert [told.event.link.id for told in follower.read()] == [early.id]
    clock.forward(hours=-1)
    (late,) = ana.generate(interview.id, expires_at=clock() + timedelta(minutes=45))
    told = [(each.event.kind, each.event.link.id) for each in everything(follower)]
    assert told == [(EventKind.GENERATED, late.id)]
    cursor = str(follower.cursor)
    clock.forward(minutes=50)
    expired = [(EventKind.EXPIRED, early.id), (EventKind.EXPIRED, late.id)]
    for each in (follower, ana.follow(cursor)):
        assert [(told.event.kind, told.event.link.id) for told in everything(each)] == expired
