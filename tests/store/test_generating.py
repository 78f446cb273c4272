from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from secret_links import AlreadyActive, EventType, HostStore, InvalidInput, NewEventType, Status, Store
from support import ON_BOTH, START, SetClock

pytestmark = ON_BOTH


def test_links_come_in_the_order_of_their_labels_and_newest_first_in_the_list(
    ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, labels=["Ana Pires", "Bo Chen", "Chloé"])
    assert [link.label for link in made] == ["Ana Pires", "Bo Chen", "Chloé"]
    assert ana.window() == made[::-1]


def test_one_label_serves_all_and_no_label_is_none(ana: HostStore, interview: EventType) -> None:
    assert [link.label for link in ana.generate(interview.id, 2, labels=["panel"])] == ["panel", "panel"]
    assert [link.label for link in ana.generate(interview.id, 2)] == [None, None]
    assert [link.label for link in ana.generate(interview.id)] == [None]


def test_ten_thousand_are_made_at_once(ana: HostStore, interview: EventType) -> None:
    made = ana.generate(interview.id, 10_000)
    assert len({link.token for link in made}) == 10_000
    assert [link.id for link in made] == sorted(link.id for link in made)
    assert ana.counts().active == 10_000


@pytest.mark.parametrize("count", [0, -1, 10_001, 10**9])
def test_a_count_out_of_range_is_refused(ana: HostStore, interview: EventType, count: int) -> None:
    with pytest.raises(InvalidInput, match="1 to 10,000") as refused:
        ana.generate(interview.id, count)
    assert refused.value.field == "count"


def test_labels_that_do_not_fit_the_count_are_refused(ana: HostStore, interview: EventType) -> None:
    for count in (1, 3, 5):
        with pytest.raises(InvalidInput, match=f"2 labels do not fit {count} links") as refused:
            ana.generate(interview.id, count, labels=["a", "b"])
        assert refused.value.field == "label"


def test_one_bad_label_refuses_all(ana: HostStore, interview: EventType) -> None:
    with pytest.raises(InvalidInput, match="at most 200"):
        ana.generate(interview.id, labels=["fine", "x" * 201])
    assert ana.counts().total == 0


def test_an_expiry_is_kept_in_utc_and_one_that_has_passed_is_refused(ana: HostStore, interview: EventType) -> None:
    east = timezone(timedelta(hours=5))
    (link,) = ana.generate(interview.id, expires_at=datetime(2026, 11, 24, 12, 0, tzinfo=east))
    assert link.expires_at is not None
    assert link.expires_at.isoformat() == "2026-11-24T07:00:00+00:00"
    assert ana.find(link.token) == link
    for passed in (START, START - timedelta(seconds=1)):
        with pytest.raises(InvalidInput, match="passed") as refused:
            ana.generate(interview.id, expires_at=passed)
        assert refused.value.field == "expires"
    (soon,) = ana.generate(interview.id, expires_at=START + timedelta(milliseconds=1))
    assert soon.status_at(START) is Status.ACTIVE


def test_hostile_labels_are_stored_as_plain_text(ana: HostStore, interview: EventType) -> None:
    labels = [
        "[red]Ana[/]",
        "[/]",
        "[@click=app.quit]x",
        "a\x1b]52;c;QQ==\x07b",
        "line\none",
        "\u202eevil",
        "👩\u200d💻",
    ]
    made = ana.generate(interview.id, labels=labels)
    assert [link.label for link in made] == [
        "[red]Ana[/]",
        "[/]",
        "[@click=app.quit]x",
        "ab",
        "line one",
        "evil",
        "👩\u200d💻",
    ]


def test_a_link_is_active_until_the_instant_of_its_expiry(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    (link,) = ana.generate(interview.id, expires_at=START + timedelta(hours=1))
    assert link.status_at(START + timedelta(minutes=59, seconds=59)) is Status.ACTIVE
    assert link.status_at(START + timedelta(hours=1)) is Status.EXPIRED
    clock.forward(minutes=59)
    assert (ana.counts().active, ana.counts().expired) == (1, 0)
    with ana.snapshot() as snapshot:
        assert snapshot.next_expiry() == link.expires_at
    clock.forward(minutes=1)
    assert (ana.counts().active, ana.counts().expired) == (0, 1)
    with ana.snapshot() as snapshot:
        assert snapshot.next_expiry() is None


def test_a_new_event_type_comes_with_its_links_or_not_at_all(ana: HostStore) -> None:
    (link,) = ana.generate(NewEventType("Panel talk", minutes=45))
    assert (link.event_type.slug, link.event_type.minutes) == ("panel-talk", 45)
    with pytest.raises(InvalidInput, match="passed"):
        ana.generate(NewEventType("Intro call"), expires_at=START)
    assert [each.slug for each in ana.event_types()] == ["panel-talk"]


def test_each_link_may_have_an_expiry_of_its_own(ana: HostStore, interview: EventType) -> None:
    wanted = [START + timedelta(days=2), None, START + timedelta(days=1)]
    made = ana.generate(interview.id, labels=["Ana", "Bo", "Cy"], expires_at=wanted)
    assert [link.expires_at for link in made] == wanted
    assert ana.window() == made[::-1]
    assert [link.expires_at for link in ana.generate(interview.id, 2, expires_at=[None, None])] == [None, None]
    for refused, sentence in (
        ([START + timedelta(days=1)], "1 expiries do not fit 2"),
        ([None, START], "passed"),
        ([None, (START + timedelta(days=1)).replace(tzinfo=None)], "time zone"),
    ):
        with pytest.raises(InvalidInput, match=sentence) as caught:
            ana.generate(interview.id, 2, expires_at=refused)
        assert caught.value.field == "expires"
    assert ana.counts().total == 5


def test_nobody_gets_a_second_active_link_of_an_event_type_where_that_is_asked_for(
    store: Store, ana: HostStore, interview: EventType
) -> None:
    bo, _ = ana.generate(interview.id, labels=["Bo", "Cy"])
    ana.generate(ana.add_event_type("Intro").id, labels=["Di"])
    store.redeem(bo.token)
    with pytest.raises(AlreadyActive, match="1 label has an Active link") as refused:
        ana.generate(interview.id, labels=["Bo", "cy", "Di"], unless_active=True)
    assert refused.value.labels == {"cy"}
    assert ana.counts().total == 3
    assert len(ana.generate(interview.id, labels=["Bo", "Di"], unless_active=True)) == 2
    assert len(ana.generate(interview.id, 2, unless_active=True)) == 2


def test_notes_are_given_for_each_link_or_for_none(ana: HostStore, interview: EventType) -> None:
    with pytest.raises(InvalidInput, match="1 times notes do not fit 2 links") as refused:
        ana.generate(interview.id, 2, notes=[{"Round": "2"}])
    assert refused.value.field == "notes"
    made = ana.generate(interview.id, 2, notes=[{"Round": "2"}, {}])
    assert [link.notes for link in made] == [(("Round", "2"),), ()]
    assert ana.window() == made[::-1]
