"""Notes of a host's on links: kept, found, moved and copied with them, and given to no page."""

from __future__ import annotations

from datetime import UTC
from typing import Any, cast

import pytest

from secret_links import Change, DeletedLink, EventType, HostStore, InvalidInput, LinkFilter, LinkSet, Store
from secret_links.notes import MOST_NOTES, NOTE_LENGTH, Notes, as_kept, as_read
from secret_links_tui.event_words import words_of
from support import ON_BOTH

NOTES = [{"Ticket": "T-17", "E-mail": "ana@x.org"}, {"Ticket": "", "Étage": "zwölf\x1b[2J\nB"}, {}]


@ON_BOTH
def test_notes_stay_with_their_link_wherever_it_goes(store: Store, ana: HostStore, interview: EventType) -> None:
    made = ana.generate(interview.id, labels=["Ana", "Bo", "Cy"], notes=NOTES)
    noted: list[Notes] = [(("Ticket", "T-17"), ("E-mail", "ana@x.org")), (("Étage", "zwölf B"),), ()]
    assert [link.notes for link in made] == noted
    assert ana.window() == made[::-1]
    (fresh,) = ana.reissue(LinkSet(frozenset([made[0].id]))).links
    assert fresh.notes == noted[0]
    deletion = ana.delete([made[0].id])
    gone = ana.find(made[0].token)
    assert isinstance(gone, DeletedLink)
    assert gone.link == made[0]
    ana.restore(deletion.id)
    assert ana.find(made[0].token) == made[0]
    with ana.snapshot() as snapshot:
        assert snapshot.lists.note_names(10) == ["Ticket", "E-mail", "Étage"]
        assert snapshot.lists.note_names(1) == ["Ticket"]
    with store.as_host("bo").snapshot() as snapshot:
        assert snapshot.lists.note_names(10) == []
    assert store.redeem(made[1].token).notes == ()  # a page is given none


@ON_BOTH
def test_notes_are_changed_one_by_one_and_taken_back_together(ana: HostStore, interview: EventType) -> None:
    before = ana.generate(interview.id, labels=["Ana", "Bo", "Cy"], notes=NOTES)[::-1]
    everyone = LinkSet(frozenset(link.id for link in before))
    done = ana.change(everyone, Change(notes={"Ticket": " T-18\n", "Étage": "", "Phone": "1"}))
    assert [link.notes for link in ana.window()] == [
        (("Ticket", "T-18"), ("Phone", "1")),
        (("Ticket", "T-18"), ("Phone", "1")),
        (("Ticket", "T-18"), ("E-mail", "ana@x.org"), ("Phone", "1")),
    ]
    with ana.snapshot() as snapshot:
        words = [words_of(snapshot.story(link).events[-1], "ana", UTC) for link in before]
        assert snapshot.lists.count(LinkFilter(search="T-18")) == 3
    notes = ["Ticket, Phone", "Étage, Ticket, Phone", "Ticket, Phone"]
    assert words == [f"changed by ana: notes ({names})" for names in notes], "what they say is nobody else's business"
    ana.change(LinkSet(frozenset([before[0].id])), Change("Cy Young", notes={"Phone": "2"}))
    assert ana.take_back(done.id).links == 2
    assert ana.window()[1:] == before[1:]
    assert ana.window()[0].notes == (("Ticket", "T-18"), ("Phone", "2")), "they were changed again"


@ON_BOTH
def test_no_link_has_more_notes_than_it_can_have_by_changes(ana: HostStore, interview: EventType) -> None:
    full = {f"note {number}": "x" for number in range(MOST_NOTES)}
    (link,) = ana.generate(interview.id, notes=[full])
    chosen = LinkSet(frozenset([link.id]))
    for notes in ({"one more": "x"}, {"note 1": "x" * (NOTE_LENGTH + 1)}, {"": "x"}):
        with pytest.raises(InvalidInput) as refused:
            ana.change(chosen, Change(notes=notes))
        assert refused.value.field == "notes"
    assert ana.change(chosen, Change(notes={"one more": "x", "note 1": ""})).links == 1
    assert ana.change(chosen, Change(notes={"nothing": ""})).links == 0


@ON_BOTH
def test_a_search_finds_notes_but_not_their_names(ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, labels=["Ana", "Bo", "Cy"], notes=NOTES)
    for search, labels in (
        ("t-17", ["Ana"]),
        ("ANA@x", ["Ana"]),
        ("zwölf b", ["Bo"]),
        ("ticket", []),
        ("ZWÖLF", ["Bo"]),
    ):
        wanted = LinkFilter(search=search)
        found = ana.window(wanted)
        assert [link.label for link in found] == labels, search
        with ana.snapshot() as snapshot:
            assert [link for link in ana.window() if wanted.passes(link, snapshot.now)] == found


@pytest.mark.parametrize(
    "notes",
    [
        [{"a": "x" * (NOTE_LENGTH + 1)}, {}], [{"n" * 61: "x"}, {}], [{"": "x"}, {}], [{"a": "x"}], [{"a": 1}, {}],
        [{str(number): "x" for number in range(MOST_NOTES + 1)}, {}], ["ab", {}], [{"a": "\ud800"}, {}],
    ],
)  # fmt: skip
def test_notes_that_cannot_be_are_refused(ana: HostStore, interview: EventType, notes: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        ana.generate(interview.id, 2, notes=cast("Any", notes))
    assert refused.value.field == "notes"
    assert ana.counts().total == 0


def test_notes_that_another_program_wrote_are_read_as_far_as_they_have_names() -> None:
    kept = as_kept((("a", "1"), ("b", "2")))
    assert as_read(kept["note_names"], kept["notes"]) == (("a", "1"), ("b", "2"))
    assert as_read("a", "1\n2") == (("a", "1"),)
    assert as_read(None, "1") == (("", "1"),)
    assert as_read("a", None) == as_read(None, None) == ()
