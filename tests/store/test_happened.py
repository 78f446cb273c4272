"""What happened to a host's links since an instant: which were used, and which expired."""

from __future__ import annotations

from datetime import timedelta

from secret_links import EventType, HostStore, Store
from support import ON_BOTH, SetClock

pytestmark = ON_BOTH


def test_links_used_since_an_instant_come_latest_first_whoever_else_books(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    links = ana.generate(interview.id, labels=["Ana", "Bo", "Cy", "Di"])
    stranger = store.as_host("bo")
    others = stranger.generate(stranger.add_event_type("Intro").id, 1)
    store.redeem(links[0].token)
    clock.forward(hours=1)
    since = clock()
    for link in (links[2], others[0]):
        store.redeem(link.token, by="Cy Young")
    clock.forward(minutes=1)
    store.redeem(links[1].token)
    with ana.snapshot() as snapshot:
        found = snapshot.lists.used_since(since, 10)
        assert [(link.label, link.used_by) for link in found] == [("Bo", None), ("Cy", "Cy Young")]
        assert [link.label for link in snapshot.lists.used_since(since, 1)] == ["Bo"]
        assert [link.label for link in snapshot.lists.used_since(since - timedelta(days=1), 10)] == ["Bo", "Cy", "Ana"]


def test_links_expired_between_two_instants_are_those_nobody_used(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    begin = clock()
    for hours in (1, 2, 3):
        ana.generate(interview.id, labels=[f"in {hours} h"], expires_at=begin + timedelta(hours=hours))
    (booked,) = ana.generate(interview.id, labels=["booked"], expires_at=begin + timedelta(hours=2))
    ana.generate(interview.id, labels=["never"])
    store.redeem(booked.token)
    clock.forward(hours=2)
    with ana.snapshot() as snapshot:
        expired = snapshot.lists.expired_between(begin, snapshot.now, 10)
        assert [link.label for link in expired] == ["in 2 h", "in 1 h"]
        assert snapshot.lists.expired_between(snapshot.now, snapshot.now, 10) == []
        assert [link.label for link in snapshot.lists.expired_between(begin, snapshot.now, 1)] == ["in 2 h"]


def test_labels_that_active_links_have_already_are_found_in_either_case(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    ana.generate(interview.id, labels=["Ana Pires", "Zoë", "100%"])
    ana.generate(interview.id, labels=["Gone"], expires_at=clock() + timedelta(hours=1))
    (booked,) = ana.generate(interview.id, labels=["Booked"])
    store.redeem(booked.token)
    stranger = store.as_host("bo")
    stranger.generate(stranger.add_event_type("Intro").id, labels=["Of Bo"])
    clock.forward(hours=2)
    asked = ["ana pires", "ANA PIRES", "Ana", "Zoë", "ZOË", "100%", "%", "Gone", "Booked", "Of Bo", ""]
    with ana.snapshot() as snapshot:
        assert snapshot.lists.active_with_labels(asked) == {"ana pires", "ANA PIRES", "Zoë", "100%"}
        assert snapshot.lists.active_with_labels([]) == set()
        assert snapshot.lists.active_with_labels([f"name {n}" for n in range(3000)]) == set()
