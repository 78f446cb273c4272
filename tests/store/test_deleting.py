from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from odd_rows import Wrong, asked, opened_up, put_in
from secret_links import (
    Counts,
    DeletedLink,
    Deletion,
    EventType,
    HostStore,
    LinkFilter,
    LinkSet,
    LinkUnknown,
    NothingToUndo,
    PartlyDone,
    Status,
    Store,
)
from secret_links.deleting import DELETE_SLICE
from secret_links.times import EPOCH
from support import ON_BOTH, START, SetClock

pytestmark = ON_BOTH


def test_links_come_back_with_the_same_urls_and_statuses(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    made = ana.generate(interview.id, 4, labels=["panel"])
    store.redeem(made[0].token, "Ana")
    before = ana.window()
    deletion = ana.delete([link.id for link in made])
    assert deletion.links == 4
    assert ana.counts().total == 0
    clock.forward(days=29)
    assert ana.restore(deletion.id) == 4
    assert ana.window() == before


def test_nobody_deletes_links_of_another_host(store: Store, ana: HostStore, interview: EventType) -> None:
    bo = store.as_host("bo")
    bos = bo.generate(bo.add_event_type("Intro").id, 2)
    mine = ana.generate(interview.id, 2)
    assert ana.delete([link.id for link in (*bos, *mine)]).links == 2
    assert bo.window() == bos[::-1]
    assert ana.counts().total == 0


def test_what_a_list_shows_can_be_deleted_although_another_program_has_changed_whose_it_is(
    store: Store, ana: HostStore, interview: EventType, url: str
) -> None:
    bo = store.as_host("bo")
    bos = bo.add_event_type("Intro")
    (anothers,) = bo.generate(bos.id)
    of_her_type, of_her_host = ana.generate(interview.id, 2)
    ((host_id,),) = asked(url, f"SELECT host_id FROM link WHERE id = {anothers.id}")
    changes = (Wrong("host_id", str(host_id)), Wrong("event_type_id", str(bos.id)))
    assert len(put_in(url, "link", [of_her_type.id, of_her_host.id], changes)) == len(changes)
    assert [link.id for link in ana.window(LinkFilter(interview.id))] == [of_her_type.id]
    assert of_her_host.id in [link.id for link in ana.window()]
    assert ana.delete([of_her_type.id, of_her_host.id, anothers.id]).links == 2
    assert bo.window() == [anothers]


def test_removing_an_event_type_ends_at_a_slice_of_which_no_link_can_be_deleted(
    ana: HostStore, interview: EventType, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ana.generate(interview.id, 5)
    opened_up(url, ["link"])  # so that the other table takes no link without an instant
    assert len(put_in(url, "link", [link.id for link in made[-2:]], [Wrong("created_at", "NULL")] * 2)) == 2
    monkeypatch.setattr("secret_links.deleting.DELETE_SLICE", 2)
    with pytest.raises(PartlyDone, match=r"^0 links were deleted; 2 could not be"):
        ana.remove_event_type(interview.id, with_links=True)
    assert ana.counts().total == 5
    assert ana.event_types() == [replace(interview, links=5)]


def test_a_deleted_link_says_when_and_by_whom_it_was_deleted(ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id)
    deletion = ana.delete([link.id])
    assert ana.find(link.token) == DeletedLink(link, START, "ana", deletion.id)
    assert ana.last_deletion() == deletion
    assert deletion.deleted_by == "ana"


def test_deleted_links_are_listed_the_latest_deletion_first_and_found_by_what_they_are_for(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    made = ana.generate(interview.id, labels=["Ana", "Bo", "Cy", "Di", "Eve"])
    stranger = store.as_host("bo")
    (other,) = stranger.generate(stranger.add_event_type("Intro").id, labels=["Ana of Bo"])
    stranger.delete([other.id])
    ana.delete([made[4].id])
    clock.forward(days=1)
    ana.delete([made[0].id, made[2].id])
    with ana.snapshot() as snapshot:
        deleted = snapshot.deleted
        listed = deleted.listed()
        assert [each.link.label for each in listed] == ["Cy", "Ana", "Eve"]
        assert [each.link for each in listed] == [made[2], made[0], made[4]]
        assert [each.link.label for each in deleted.listed(count=2, before=listed[0])] == ["Ana", "Eve"]
        assert [each.link.label for each in deleted.listed("an")] == ["Ana"]
        assert [each.link.label for each in deleted.listed(made[4].token)] == ["Eve"]
        assert [deleted.count(at_most) for at_most in (2, 100)] == [2, 3]
        assert [each.link.label for each in deleted.of_deletion(listed[0].deletion_id, 1)] == ["Cy"]
    clock.forward(days=29)
    with ana.snapshot() as snapshot:
        assert [each.link.label for each in snapshot.deleted.listed()] == ["Cy", "Ana"]


def test_some_links_of_several_deletions_come_back_and_the_rest_can_still_be_undone(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    made = ana.generate(interview.id, labels=["Ana", "Bo", "Cy", "Di"])
    store.redeem(made[1].token, "Bo")
    before = ana.window()
    first = ana.delete([made[0].id, made[1].id])
    ana.delete([made[2].id])
    steps: list[int] = []
    assert ana.restore_links([made[1].id, made[2].id, 999], steps.append) == 2
    assert steps == [2]
    assert [link.label for link in ana.window()] == ["Di", "Cy", "Bo"]
    last = ana.last_deletion()
    assert last is not None
    assert (last.id, last.links) == (first.id, 1)
    assert ana.restore(first.id) == 1
    assert ana.window() == before
    with pytest.raises(NothingToUndo):
        ana.restore_links([made[0].id])


def test_nobody_restores_links_of_another_host(store: Store, ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id)
    ana.delete([link.id])
    with pytest.raises(NothingToUndo):
        store.as_host("bo").restore_links([link.id])


def test_a_link_of_a_removed_event_type_comes_back_with_it(ana: HostStore, interview: EventType) -> None:
    one, two = ana.generate(interview.id, 2)
    ana.remove_event_type(interview.id, with_links=True)
    assert ana.restore_links([one.id]) == 1
    assert [each.slug for each in ana.event_types()] == [interview.slug]
    assert [link.id for link in ana.window()] == [one.id]
    assert ana.restore_links([two.id]) == 1


def test_a_deletion_cannot_be_undone_after_thirty_days(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    (link,) = ana.generate(interview.id)
    deletion = ana.delete([link.id])
    clock.forward(days=30)
    assert ana.last_deletion() is None
    with pytest.raises(NothingToUndo):
        ana.restore(deletion.id)
    with pytest.raises(LinkUnknown):
        ana.find(link.token)
    assert store.purge() == 1
    assert store.purge() == 0


def test_purging_leaves_what_can_still_be_undone(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    old, young = ana.generate(interview.id, 2)
    ana.delete([old.id])
    clock.forward(days=20)
    deletion = ana.delete([young.id])
    clock.forward(days=15)
    assert store.purge() == 1
    assert ana.restore(deletion.id) == 1


def test_links_that_are_gone_do_not_keep_others_from_being_deleted(ana: HostStore, interview: EventType) -> None:
    one, two = ana.generate(interview.id, 2)
    ana.delete([one.id])
    assert ana.delete([one.id, two.id, 999]).links == 1
    assert ana.delete([one.id]).links == 0
    assert ana.delete([]) == Deletion(0, EPOCH, 0)


def test_the_last_deletion_that_deleted_anything_is_undone_first(ana: HostStore, interview: EventType) -> None:
    one, two, three = ana.generate(interview.id, 3)
    first, second = ana.delete([one.id]), ana.delete([two.id])
    ana.delete([one.id])
    assert ana.last_deletion() == second
    ana.restore(second.id)
    assert ana.last_deletion() == first
    ana.restore(first.id)
    assert ana.last_deletion() is None
    assert {link.id for link in ana.window()} == {one.id, two.id, three.id}


def test_an_undone_deletion_cannot_be_undone_again(ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id)
    deletion = ana.delete([link.id])
    ana.restore(deletion.id)
    with pytest.raises(NothingToUndo):
        ana.restore(deletion.id)


def test_thousands_are_deleted_and_restored_in_slices_that_report_progress(
    ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 2500)
    steps: list[int] = []
    deletion = ana.delete_matching(LinkFilter(), steps.append)
    assert steps == [500, 1000, 1500, 2000, 2500]
    steps.clear()
    assert ana.restore(deletion.id, steps.append) == 2500
    assert steps == [500, 1000, 1500, 2000, 2500]
    steps.clear()
    ana.remove_event_type(interview.id, with_links=True, progress=steps.append)
    assert steps == [500, 1000, 1500, 2000, 2500]


def test_only_what_passes_a_filter_is_deleted(store: Store, ana: HostStore, interview: EventType) -> None:
    made = ana.generate(interview.id, 3)
    store.redeem(made[1].token)
    assert ana.delete_matching(LinkFilter(status=Status.ACTIVE)).links == 2
    assert ana.window() == [ana.find(made[1].token)]


@pytest.mark.parametrize("act", ["delete", "restore", "remove"])
def test_a_long_operation_that_fails_halfway_says_how_many_links_are_done(
    url: str, store: Store, ana: HostStore, interview: EventType, act: str
) -> None:
    made = [link.id for link in ana.generate(interview.id, 2500)]
    deletion = ana.delete(made) if act == "restore" else None
    with Store.open(url, wait=0.1) as impatient, ExitStack() as held:

        def lock(done: int) -> None:
            if done == 1000:
                ana._to_write(held.enter_context(store.database.writing()))

        host = impatient.as_host("ana")
        operations: dict[str, Callable[[], object]] = {
            "delete": lambda: host.delete(made, lock),
            "restore": lambda: host.restore(deletion.id if deletion else 0, lock),
            "remove": lambda: host.remove_event_type(interview.id, with_links=True, progress=lock),
        }
        with pytest.raises(PartlyDone, match=r"1,000 links were (deleted|restored), then .* try again") as cut:
            operations[act]()
        assert cut.value.done == 1000
        held.close()
        assert host.counts().total == (1000 if act == "restore" else 1500)
        last = host.last_deletion()
        assert last is not None
        host.restore(last.id)
        assert host.counts().total == 2500
        assert [each.slug for each in host.event_types()] == ["final-interview"]


def test_a_selection_deletes_what_it_held_and_nothing_that_passes_its_filter_later(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    soon = ana.generate(interview.id, 2, expires_at=clock() + timedelta(hours=1))
    later = ana.generate(interview.id, 2, expires_at=clock() + timedelta(hours=5))
    lasting = ana.generate(interview.id, 4)
    store.redeem(lasting[0].token)
    clock.forward(hours=2)
    newest, then = lasting[-1].id, clock()
    used = LinkSet(every=LinkFilter(status=Status.USED), up_to=newest, as_of=then)
    expired = LinkSet(every=LinkFilter(status=Status.EXPIRED), up_to=newest, as_of=then)
    active = LinkSet(every=LinkFilter(status=Status.ACTIVE), up_to=newest, as_of=then)
    clock.forward(minutes=1)
    store.redeem(lasting[1].token)
    ana.generate(interview.id, 3)
    clock.forward(hours=9)
    with ana.snapshot() as snapshot:
        assert snapshot.selections.tally(active).counts == Counts(active=2, used=0, expired=2)
    assert ana.delete_chosen(used).links == 1
    assert ana.delete_chosen(expired).links == len(soon)
    assert ana.delete_chosen(active).links == len(later) + 2
    assert ana.counts() == Counts(active=3, used=1, expired=0)


def test_a_deletion_that_is_stopped_leaves_the_rest_and_can_be_undone(ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 3500)
    done: list[int] = []
    deletion = ana.delete_chosen(LinkSet(every=LinkFilter(), up_to=3500), done.append, lambda: len(done) == 2)
    assert (done, deletion.links, ana.counts().total) == ([500, 1000], 1000, 2500)
    assert ana.restore(deletion.id, done.append, lambda: True) == 500
    assert ana.restore(deletion.id) == 500
    assert ana.counts().total == 3500


def test_a_link_that_is_deleted_again_while_others_are_restored_stays_deleted(
    ana: HostStore, interview: EventType
) -> None:
    made = [link.id for link in ana.generate(interview.id, DELETE_SLICE + 1)]
    ana.delete(made)

    again: list[Deletion] = []

    def deletes_first_again() -> bool:
        again.extend([ana.delete(made[:1])] if not again else [])
        return False

    assert ana.restore_links(made, stopped=deletes_first_again) == len(made)
    assert ana.counts() == Counts(active=DELETE_SLICE)
    assert ana.last_deletion() == again[0]
