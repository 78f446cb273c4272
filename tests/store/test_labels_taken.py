"""Labels that Active links have already."""

from __future__ import annotations

from datetime import timedelta

from secret_links import EventType, HostStore, Store
from support import ON_BOTH, SetClock

pytestmark = ON_BOTH


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
