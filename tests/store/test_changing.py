"""Changing links that were sent: their labels at any time, their expiries while they are Active; and taking it back."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secret_links import (
    Change,
    Changed,
    EventType,
    HostStore,
    InvalidInput,
    Link,
    LinkExpired,
    LinkNotAvailable,
    LinkSet,
    LinkUnknown,
    NewExpiry,
    NoLongerActive,
    NothingToUndo,
    Status,
    Store,
)
from support import ON_BOTH, SetClock

pytestmark = ON_BOTH

WEEK = timedelta(days=7)


def chosen(*links: Link) -> LinkSet:
    return LinkSet(frozenset(link.id for link in links))


@pytest.fixture
def bo(ana: HostStore, interview: EventType, clock: SetClock) -> Link:
    """Bo's link, which expires in a week."""
    (link,) = ana.generate(interview.id, labels=["Bo"], expires_at=clock() + WEEK)
    return link


def test_a_link_has_a_new_expiry_and_the_same_url(store: Store, ana: HostStore, bo: Link, clock: SetClock) -> None:
    until = clock() + 2 * WEEK
    done = ana.change(chosen(bo), Change(expiry=NewExpiry(until)))
    (now,) = ana.window()
    assert (now.token, now.expires_at, now.label) == (bo.token, until, "Bo")
    assert (done.links, done.before, done.after, done.kept) == (1, (bo,), (now,), 0)
    clock.forward(days=10)
    assert store.redeem(bo.token).id == bo.id


def test_a_shorter_expiry_holds(store: Store, ana: HostStore, bo: Link, clock: SetClock) -> None:
    ana.change(chosen(bo), Change(expiry=NewExpiry(clock() + timedelta(hours=1))))
    clock.forward(hours=1)
    with pytest.raises(LinkExpired):
        store.redeem(bo.token)


def test_each_expiry_moves_on_by_as_much(ana: HostStore, interview: EventType, bo: Link, clock: SetClock) -> None:
    (cy,) = ana.generate(interview.id, labels=["Cy"], expires_at=clock() + timedelta(days=1))
    (di,) = ana.generate(interview.id, labels=["Di"])
    done = ana.change(chosen(bo, cy, di), Change(expiry=NewExpiry(later=WEEK)))
    assert {link.label: link.expires_at for link in ana.window()} == {
        "Bo": clock() + 2 * WEEK, "Cy": clock() + WEEK + timedelta(days=1), "Di": None
    }  # fmt: skip
    assert [link.label for link in done.after] == ["Cy", "Bo"]


def test_a_link_can_be_made_to_expire_never(ana: HostStore, bo: Link) -> None:
    ana.change(chosen(bo), Change(expiry=NewExpiry()))
    assert ana.window()[0].expires_at is None


def test_a_used_link_keeps_its_expiry_and_takes_a_label(store: Store, ana: HostStore, bo: Link) -> None:
    store.redeem(bo.token, "Bo Chen")
    with pytest.raises(NoLongerActive, match=r"has been used.*Reissue"):
        ana.change(chosen(bo), Change(expiry=NewExpiry()))
    done = ana.change(chosen(bo), Change("Bo Chen, 2nd round", NewExpiry()))
    assert [link.id for link in done.first_kept] == [bo.id]
    (now,) = ana.window()
    assert (now.label, now.expires_at, now.used_by) == ("Bo Chen, 2nd round", bo.expires_at, "Bo Chen")


def test_an_expired_link_stays_expired(store: Store, ana: HostStore, bo: Link, clock: SetClock) -> None:
    clock.forward(days=7)
    with pytest.raises(NoLongerActive, match=r"has expired.*Reissue"):
        ana.change(chosen(bo), Change(expiry=NewExpiry(clock() + WEEK)))
    with pytest.raises(LinkExpired):
        store.redeem(bo.token)


def test_of_several_those_that_are_active_change(
    store: Store, ana: HostStore, interview: EventType, bo: Link, clock: SetClock
) -> None:
    (cy,) = ana.generate(interview.id, labels=["Cy"], expires_at=clock() + WEEK)
    store.redeem(bo.token)
    done = ana.change(chosen(bo, cy), Change(expiry=NewExpiry(later=WEEK)))
    assert ([link.label for link in done.after], [link.label for link in done.first_kept]) == (["Cy"], ["Bo"])


def test_what_is_asked_for_must_lie_ahead(ana: HostStore, bo: Link, clock: SetClock) -> None:
    before = ana.window()
    for expiry in (NewExpiry(clock()), NewExpiry(later=timedelta(days=3650)), NewExpiry(later=timedelta.max)):
        with pytest.raises(InvalidInput) as refused:
            ana.change(chosen(bo), Change("Cy", expiry))
        assert refused.value.field == "expires"
    with pytest.raises(InvalidInput, match="time zone"):
        ana.change(chosen(bo), Change(expiry=NewExpiry(datetime(2030, 1, 1))))  # noqa: DTZ001  # what is refused
    with pytest.raises(InvalidInput, match="at most"):
        ana.change(chosen(bo), Change("x" * 500))
    assert ana.window() == before


def test_a_label_that_is_no_text_is_refused(ana: HostStore, bo: Link) -> None:
    with pytest.raises(InvalidInput, match=r"^A label ") as refused:
        ana.change(chosen(bo), Change(5))  # type: ignore[arg-type]
    assert refused.value.field == "label"


def test_the_newest_of_those_that_are_named_are_changed_first(ana: HostStore, interview: EventType) -> None:
    links = ana.generate(interview.id, 501)
    done: list[int] = []
    ana.change(chosen(*links), Change("new"), progress=done.append, stopped=lambda: bool(done))
    assert done == [500]
    assert [link.label for link in ana.window(count=None)] == ["new"] * 500 + [None]


def test_no_other_host_can_change_a_link(store: Store, ana: HostStore, bo: Link) -> None:
    before = ana.window()
    with pytest.raises(LinkUnknown):
        store.as_host("eve").change(chosen(bo), Change("mine"))
    assert ana.window() == before


def test_what_was_changed_is_taken_back(ana: HostStore, interview: EventType, bo: Link) -> None:
    ana.generate(interview.id, labels=["Cy"])
    before = ana.window()
    everyone = chosen(*before)
    done = ana.change(everyone, Change("", NewExpiry()))
    assert [(link.label, link.expires_at) for link in ana.window()] == [(None, None)] * 2
    back = ana.take_back(done.id)
    assert ana.window() == before
    assert (back.links, back.kept) == (2, 0)
    with pytest.raises(NothingToUndo):
        ana.take_back(done.id)


def test_what_was_used_or_changed_since_stays(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    links = ana.generate(interview.id, labels=["Ana", "Bo", "Cy"], expires_at=clock() + WEEK)
    one, two, three = links
    done = ana.change(chosen(*links), Change(expiry=NewExpiry()))
    store.redeem(one.token)
    ana.change(chosen(two), Change(expiry=NewExpiry(clock() + 3 * WEEK)))
    back = ana.take_back(done.id)
    assert {link.id: link.expires_at for link in ana.window()} == {
        one.id: None, two.id: clock() + 3 * WEEK, three.id: clock() + WEEK
    }  # fmt: skip
    assert {link.id for link in back.first_kept} == {one.id, two.id}


def test_an_expiry_that_has_passed_does_not_come_back(ana: HostStore, bo: Link, clock: SetClock) -> None:
    done = ana.change(chosen(bo), Change(expiry=NewExpiry(clock() + 2 * WEEK)))
    clock.forward(days=8)
    assert [link.id for link in ana.take_back(done.id).first_kept] == [bo.id]
    assert ana.window()[0].status_at(clock()) is Status.ACTIVE


def test_claim_and_change_race_and_one_order_is_seen(store: Store, ana: HostStore, interview: EventType) -> None:
    """A link that was claimed first has its old expiry, one that was changed first was claimed under the new one."""
    links = ana.generate(interview.id, count=30)
    until = links[0].created_at + WEEK
    won: list[int] = []

    visitor = Thread(target=lambda: won.extend(store.redeem(link.token).id for link in links))
    visitor.start()
    changed: list[Link] = []
    for link in reversed(links):
        try:
            changed += ana.change(chosen(link), Change(expiry=NewExpiry(until))).after
        except NoLongerActive:
            continue
    visitor.join()
    now = {link.id: link for link in ana.window()}
    assert sorted(won) == [link.id for link in links]
    assert all(link.used_at is not None for link in now.values())
    assert {link.id for link in now.values() if link.expires_at == until} == {link.id for link in changed}


@given(steps=st.lists(st.sampled_from(["later", "sooner", "never", "take back", "claim", "wait"]), max_size=8))
def test_a_link_is_used_only_under_the_expiry_that_stands(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock, steps: list[str]
) -> None:
    (link,) = ana.generate(interview.id, expires_at=clock() + WEEK)
    stands: datetime | None = clock() + WEEK
    bookings: list[Link] = []
    done: Changed | None = None
    for step in steps:
        is_active = not bookings and (stands is None or stands > clock())
        if step == "wait":
            clock.forward(days=5)
        elif step == "claim":
            with nullcontext() if is_active else pytest.raises(LinkNotAvailable):
                bookings.append(store.redeem(link.token))
        elif step == "take back" and done is not None:
            with nullcontext() if done.links else pytest.raises(NothingToUndo):
                ana.take_back(done.id)
            done = None
            with ana.snapshot() as snapshot:
                (now,) = snapshot.lists.links([link.id])
            assert (now.status_at(clock()) is Status.ACTIVE) == is_active
            stands = now.expires_at
        elif step != "take back":
            until = {"later": clock() + 2 * WEEK, "sooner": clock() + timedelta(days=1), "never": None}[step]
            with nullcontext() if is_active else pytest.raises(NoLongerActive):
                done = ana.change(chosen(link), Change(expiry=NewExpiry(until)))
                stands = until
    assert len(bookings) <= 1
