from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from secret_links import (
    EventType,
    EventTypeExists,
    EventTypeInUse,
    EventTypeNotFound,
    HostStore,
    InvalidInput,
    LinkFilter,
    Store,
)
from support import ON_BOTH

pytestmark = ON_BOTH


def test_event_types_are_listed_by_name_with_their_number_of_links(ana: HostStore, interview: EventType) -> None:
    demo = ana.add_event_type("a VIP demo")
    ana.generate(demo.id, 3)
    assert [(each.slug, each.minutes, each.links) for each in ana.event_types()] == [
        ("a-vip-demo", 30, 3),
        ("final-interview", 60, 0),
    ]


def test_a_slug_is_free_only_once_for_a_host(store: Store, ana: HostStore, interview: EventType) -> None:
    with pytest.raises(EventTypeExists, match="Final interview"):
        ana.add_event_type("Last round", interview.slug)
    with pytest.raises(EventTypeExists, match="already"):
        ana.add_event_type("final INTERVIEW")
    assert ana.add_event_type("Final  Interview!").slug == "final-interview-2"
    assert store.as_host("bo").add_event_type("Final interview").slug == interview.slug


@pytest.mark.parametrize(
    ("name", "slug", "minutes", "field", "sentence"),
    [
        ("", None, 30, "name", "A name cannot be empty"),
        (5, None, 30, "name", "^A name is a text, not a value of the type int"),
        ("日本語", None, 30, "slug", "No slug can be made of “日本語”; give one"),
        ("Интервью 2", "", 30, "slug", "No slug can be made of “Интервью 2”; give one"),
        ("x" * 201, None, 30, "name", "at most 200 characters"),
        ("Intro", "In Tro", 30, "slug", "“In Tro” is no slug"),
        ("Intro", "a--b", 30, "slug", "“a--b” is no slug"),
        ("Intro", 5, 30, "slug", "^A slug is a text"),
        ("Intro", "x" * 61, 30, "slug", "is no slug; use a-z, 0-9 and single hyphens, at most 60 characters"),
        ("Intro", None, 0, "minutes", "lasts 1 to 1,440 minutes, not 0"),
        ("Intro", None, -1, "minutes", "lasts 1 to 1,440 minutes, not -1"),
        ("Intro", None, 1441, "minutes", "lasts 1 to 1,440 minutes, not 1,441"),
        ("Intro", None, 10**9, "minutes", "lasts 1 to 1,440 minutes, not 1,000,000,000"),
        ("Intro", None, 30.5, "minutes", "A whole number is wanted for minutes, not a value of the type float"),
    ],
)
def test_what_cannot_be_an_event_type_is_refused(
    ana: HostStore, name: Any, slug: Any, minutes: Any, field: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence) as refused:
        ana.add_event_type(name, slug, minutes)
    assert refused.value.field == field
    assert ana.event_types() == []


def test_a_meeting_lasts_from_a_minute_to_a_day(ana: HostStore) -> None:
    made = [ana.add_event_type(f"Call of {minutes}", f"-call-{minutes} ".strip(" -"), minutes) for minutes in (1, 1440)]
    assert [(each.slug, each.minutes, each.links) for each in made] == [("call-1", 1, 0), ("call-1440", 1440, 0)]
    assert ana.event_types() == made


def test_the_first_free_number_is_put_behind_a_slug(ana: HostStore) -> None:
    assert [ana.add_event_type(f"Call{'!' * more}").slug for more in range(3)] == ["call", "call-2", "call-3"]
    assert ana.add_event_type("Intro", " call-4 ").slug == "call-4"


def test_a_name_is_changed_in_its_letters_alone_and_a_slug_kept(ana: HostStore, interview: EventType) -> None:
    changed = ana.change_event_type(interview.id, "FINAL interview", interview.slug, 60)
    assert (changed.name, changed.slug) == ("FINAL interview", "final-interview")
    assert ana.event_types() == [changed]


def test_renaming_keeps_the_links_and_other_event_types(store: Store, ana: HostStore, interview: EventType) -> None:
    demo = ana.add_event_type("VIP demo")
    bos = store.as_host("bo").add_event_type("Final interview")
    (link,) = ana.generate(interview.id)
    ana.generate(demo.id, 2)
    renamed = ana.change_event_type(interview.id, "Last round", None, 45)
    assert ana.event_types() == [renamed, replace(demo, links=2)]
    assert store.as_host("bo").event_types() == [bos]
    assert (renamed.slug, renamed.minutes, renamed.links) == ("final-interview", 45, 1)
    found = ana.find(link.token)
    assert found.event_type.name == "Last round"  # type: ignore[union-attr]


def test_a_rename_to_a_taken_slug_is_refused(ana: HostStore, interview: EventType) -> None:
    demo = ana.add_event_type("VIP demo")
    with pytest.raises(EventTypeExists):
        ana.change_event_type(demo.id, "VIP demo", "final-interview", 30)


def test_an_event_type_with_links_is_removed_only_together_with_them(ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 2)
    with pytest.raises(EventTypeInUse, match="still has 2 links") as refused:
        ana.remove_event_type(interview.id)
    assert refused.value.links == 2
    ana.generate(ana.add_event_type("Call").id)
    with pytest.raises(EventTypeInUse, match="“Call” still has 1 link; delete them first"):
        ana.remove_event_type(ana.event_type("call").id)
    deletion = ana.remove_event_type(interview.id, with_links=True)
    assert deletion is not None
    assert deletion.links == 2
    assert [each.slug for each in ana.event_types()] == ["call"]
    assert ana.counts(LinkFilter()).total == 1


def test_undoing_the_deletion_brings_the_event_type_back(ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id, labels=["Ana"])
    deletion = ana.remove_event_type(interview.id, with_links=True)
    assert deletion is not None
    other = ana.add_event_type("Final interview")
    ana.restore(deletion.id)
    assert sorted(each.slug for each in ana.event_types()) == [other.slug, "final-interview-2"]
    assert ana.find(link.token).event_type.id == interview.id  # type: ignore[union-attr]


def test_removed_event_types_come_back_with_their_links_alone_and_under_slugs_that_are_free(ana: HostStore) -> None:
    removed = []
    for name in ("Call", "Call", "Call", "Demo"):
        event_type = ana.add_event_type(name)
        removed += ana.generate(event_type.id)
        ana.remove_event_type(event_type.id, with_links=True)
    assert ana.event_types() == []
    assert ana.restore_links([link.id for link in removed[1:3]]) == 2
    assert [(each.slug, each.links) for each in ana.event_types()] == [("call", 1), ("call-2", 1)]
    assert ana.restore_links([removed[0].id]) == 1
    assert sorted(each.slug for each in ana.event_types()) == ["call", "call-2", "call-3"]


def test_an_event_type_that_is_removed_or_anothers_is_not_found(
    store: Store, ana: HostStore, interview: EventType
) -> None:
    bo = store.as_host("bo")
    for act in (
        lambda: bo.generate(interview.id),
        lambda: bo.change_event_type(interview.id, "Mine", None, 30),
        lambda: bo.remove_event_type(interview.id, with_links=True),
        lambda: ana.event_type("no-such"),
    ):
        with pytest.raises(EventTypeNotFound):
            act()
    assert [each.name for each in ana.event_types()] == ["Final interview"]


def test_no_links_are_generated_for_an_event_type_that_was_removed(ana: HostStore, interview: EventType) -> None:
    ana.remove_event_type(interview.id)
    with pytest.raises(EventTypeNotFound, match="no longer there; pick another"):
        ana.generate(interview.id, 5)
