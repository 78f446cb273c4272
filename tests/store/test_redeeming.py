from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from odd_rows import Wrong, asked, opened_up, put_in
from secret_links import (
    EventType,
    HostStore,
    InvalidInput,
    LinkExpired,
    LinkNotAvailable,
    LinkUnknown,
    LinkUsed,
    Status,
    Store,
)
from support import ON_BOTH, START, SetClock

pytestmark = ON_BOTH


def test_redeeming_records_when_and_by_whom(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    (link,) = ana.generate(interview.id, labels=["Ana Pires"])
    clock.forward(minutes=5)
    used = store.redeem(f"https://42min.us/s/{link.token}", by="Ana  Pires\n")
    assert (used.status_at(clock()), used.used_at, used.used_by) == (Status.USED, clock(), "Ana  Pires")
    assert ana.find(link.token) == used


def test_of_several_event_types_a_link_has_its_own(store: Store, ana: HostStore, interview: EventType) -> None:
    demo, call = ana.add_event_type("A demo", minutes=20), ana.add_event_type("Z call", minutes=10)
    for event_type in (call, interview, demo):
        (link,) = ana.generate(event_type.id)
        offer = store.look_up(link.token)
        assert (offer.event_type, offer.host) == (link.event_type, "ana")
        assert store.redeem(link.token).event_type == link.event_type


def test_a_link_whose_event_type_is_lost_opens_no_booking(
    store: Store, ana: HostStore, interview: EventType, url: str
) -> None:
    lost, kept = ana.generate(interview.id, 2)
    opened_up(url)
    assert put_in(url, "link", [lost.id], [Wrong("event_type_id", "999999")])
    for act in (store.look_up, store.redeem):
        with pytest.raises(LinkNotAvailable):
            act(lost.token)
    assert asked(url, f"SELECT count(*) FROM link WHERE id = {lost.id} AND used_at IS NULL") == [(1,)]
    assert store.redeem(kept.token).id == kept.id


def test_a_second_redemption_says_when_and_by_whom_the_link_was_used(
    store: Store, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    store.redeem(link.token, by="Bo")
    with pytest.raises(LinkUsed) as refused:
        store.redeem(link.token, by="Chen")
    assert (refused.value.used_at, refused.value.used_by) == (START, "Bo")


def test_a_used_link_stays_used_after_its_expiry(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    (link,) = ana.generate(interview.id, expires_at=START + timedelta(hours=1))
    store.redeem(link.token)
    clock.forward(days=2)
    assert ana.counts().used == 1
    with pytest.raises(LinkUsed):
        store.redeem(link.token)


def test_the_expiry_is_judged_when_it_is_redeemed(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    early, late = ana.generate(interview.id, 2, expires_at=START + timedelta(hours=1))
    clock.forward(minutes=59, seconds=59.999)
    store.redeem(early.token)
    clock.forward(milliseconds=1)
    with pytest.raises(LinkExpired) as refused:
        store.redeem(late.token)
    assert refused.value.expires_at == START + timedelta(hours=1)


@pytest.mark.parametrize("text", ["", "nonsense", "x" * 22, "https://42min.us/s/", "' OR 1=1 --"])
def test_a_token_that_never_existed_is_unknown(store: Store, ana: HostStore, interview: EventType, text: str) -> None:
    ana.generate(interview.id)
    with pytest.raises(LinkUnknown):
        store.redeem(text)
    assert ana.counts().used == 0


def test_a_deleted_link_is_unknown_to_visitors(store: Store, ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id)
    ana.delete([link.id])
    with pytest.raises(LinkUnknown):
        store.redeem(link.token)


def test_every_refusal_is_link_not_available_and_names_no_token(
    store: Store, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    store.redeem(link.token)
    for token in (link.token, "x" * 22):
        with pytest.raises(LinkNotAvailable) as refused:
            store.redeem(token)
        assert token not in str(refused.value)


@pytest.mark.parametrize(
    ("by", "reference", "field", "sentence"),
    [
        ("B" * 201, "17", "by", "The note of who redeemed can have at most 200 characters"),
        (17, "17", "by", "The note of who redeemed is a text"),
        ("Bo", "1" * 201, "reference", "A reference can have at most 200 characters"),
    ],
)
def test_a_note_that_cannot_be_kept_spends_nothing(
    store: Store, ana: HostStore, interview: EventType, by: Any, reference: str, field: str, sentence: str
) -> None:
    (link,) = ana.generate(interview.id)
    with pytest.raises(InvalidInput, match=f"^{sentence}") as refused:
        store.redeem(link.token, by=by, reference=reference)
    assert refused.value.field == field
    assert ana.window() == [link]
