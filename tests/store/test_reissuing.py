"""Reissuing: a fresh link like each of some old ones, all or none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from secret_links import (
    EventType,
    HostStore,
    InvalidInput,
    Link,
    LinkSet,
    LinkUnknown,
    Reissue,
    Status,
    Store,
    TooManyLinks,
)
from support import ON_BOTH, SetClock

pytestmark = ON_BOTH


def chosen(*links: Link) -> LinkSet:
    return LinkSet(frozenset(link.id for link in links))


def test_each_fresh_link_is_like_its_old_one_which_stays_as_it_is(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    intro = ana.add_event_type("Intro")
    (one,) = ana.generate(interview.id, labels=["Ana"], expires_at=clock() + timedelta(days=7))
    (two,) = ana.generate(intro.id, labels=["Bo"])
    (three,) = ana.generate(intro.id, expires_at=clock() + timedelta(hours=1))
    store.redeem(two.token, "Bo")
    before = ana.window()
    clock.forward(days=2)
    done = ana.reissue(chosen(one, two, three))
    assert [(link.label, link.event_type.name) for link in done.links] == [
        ("Ana", interview.name), ("Bo", "Intro"), (None, "Intro")
    ]  # fmt: skip
    expiries = [clock() + timedelta(days=7), None, clock() + timedelta(hours=1)]
    assert [link.expires_at for link in done.links] == expiries
    assert done.deletion is None
    assert ana.window() == [*done.links[::-1], *before]
    assert len({link.token for link in ana.window()}) == 6
    with ana.snapshot() as snapshot:
        replaced = [snapshot.story(link).replaces for link in done.links]
    assert [link.id for link in replaced if isinstance(link, Link)] == [one.id, two.id, three.id]


def test_the_old_links_that_are_active_go_if_that_is_asked_for(
    store: Store, ana: HostStore, interview: EventType
) -> None:
    links = ana.generate(interview.id, labels=["Ana", "Bo", "Cy"])
    store.redeem(links[1].token)
    done = ana.reissue(chosen(*links), Reissue(delete_old=True))
    assert done.deletion is not None
    assert done.deletion.links == 2
    assert [(link.label, link.used_at is not None) for link in ana.window()] == [
        ("Cy", False), ("Bo", False), ("Ana", False), ("Bo", True)
    ]  # fmt: skip
    assert ana.restore(done.deletion.id) == 2
    assert ana.counts().total == 6


def test_an_expiry_and_a_label_hold_for_all(ana: HostStore, interview: EventType, clock: SetClock) -> None:
    links = ana.generate(interview.id, labels=["Ana", "Bo"])
    until = clock() + timedelta(days=1)
    done = ana.reissue(chosen(*links), Reissue(until, as_long=False, label=" Cy "))
    assert [(link.label, link.expires_at) for link in done.links] == [("Cy", until)] * 2
    assert [link.label for link in ana.reissue(chosen(links[0]), Reissue(label="")).links] == [None]


def test_what_cannot_be_reissued_changes_nothing(
    url: str, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    links = ana.generate(interview.id, 3)
    ana.delete([links[2].id])
    with pytest.raises(LinkUnknown):
        ana.reissue(chosen(links[2]))
    with pytest.raises(InvalidInput, match="has passed"):
        ana.reissue(chosen(links[0]), Reissue(clock(), as_long=False, delete_old=True))
    with pytest.raises(InvalidInput):
        ana.reissue(chosen(links[0]), Reissue(label="x" * 201))
    with Store.open(url, clock=clock, most_links=3) as limited, pytest.raises(TooManyLinks):
        limited.as_host("ana").reissue(chosen(*links[:2]))
    assert ana.window() == links[1::-1]


def test_another_hosts_links_are_none(store: Store, ana: HostStore, interview: EventType) -> None:
    links = ana.generate(interview.id, 2)
    with pytest.raises(LinkUnknown):
        store.as_host("bo").reissue(chosen(*links), Reissue(delete_old=True))
    assert ana.counts().of(Status.ACTIVE) == 2
