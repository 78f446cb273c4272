"""Long operations end with their last slice: a store that fails behind it must not be reported as a rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime

import pytest
from sqlalchemy import Connection

from odd_rows import Wrong, opened_up, put_in
from secret_links import (
    Change,
    EventType,
    HostStore,
    LinkFilter,
    LinkSet,
    OutcomeUnknown,
    PartlyDone,
    Store,
    StoreBusy,
    deleting,
    purging,
)
from support import BOTH, SetClock

DATABASES = BOTH

SLICE = 4
MODULES = ("changing", "deleting", "purging", "restoring", "taking_back")


@pytest.fixture(autouse=True)
def _small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in MODULES:
        monkeypatch.setattr(f"secret_links.{module}.DELETE_SLICE", SLICE)


@pytest.fixture
def impatient(url: str, clock: SetClock, ana: HostStore) -> Iterator[HostStore]:
    """The host in another process, which does not wait for the writer's place."""
    with Store.open(url, clock=clock, wait=0.05) as other:
        yield other.as_host("ana")


def operations(host: HostStore, made: list[int], seen: Callable[[int], None]) -> dict[str, Callable[[], int]]:
    """Operations on all of some links, each of which returns how many were done."""
    interview = host.event_types()[0].id
    chosen, change = LinkSet(frozenset(made)), Change("Bo")
    every = LinkSet(every=LinkFilter(interview), up_to=made[-1])
    return {
        "delete": lambda: host.delete(made, seen).links,
        "delete all": lambda: host.delete_chosen(every, seen).links,
        "delete all but one": lambda: host.delete_chosen(every.toggled(host.window()[-1]), seen).links,
        "delete one and all": lambda: host.delete_chosen(every.with_ids(made[:1]), seen).links,
        "delete all, and all that pass": lambda: host.delete_chosen(every.with_ids(made), seen).links,
        "remove": lambda: getattr(host.remove_event_type(interview, with_links=True, progress=seen), "links", 0),
        "restore": lambda: host.restore(host.delete(made).id, seen),
        "restore by name": lambda: host.restore_links(made, seen) if host.delete(made).id else 0,
        "change": lambda: host.change(chosen, change, progress=seen).links,
        "change all": lambda: host.change(every, change, progress=seen).links,
        "change all but one": lambda: host.change(every.toggled(host.window()[-1]), change, progress=seen).links,
        "take back": lambda: host.take_back(host.change(chosen, change).id, seen).links,
    }


NAMES = (
    "delete",
    "delete all",
    "delete all but one",
    "delete one and all",
    "delete all, and all that pass",
    "remove",
    "restore",
    "restore by name",
    "change",
    "change all",
    "change all but one",
    "take back",
)


@pytest.mark.parametrize("number", [SLICE, 2 * SLICE - 1])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_all_done_is_not_cut_short(
    store: Store, ana: HostStore, impatient: HostStore, interview: EventType, name: str, number: int
) -> None:
    made = [link.id for link in ana.generate(interview.id, number)]
    wanted = number - name.endswith("but one")
    with ExitStack() as held:

        def lock(done: int) -> None:
            if done == wanted:
                ana._to_write(held.enter_context(store.database.writing()))

        assert operations(impatient, made, lock)[name]() == wanted


@pytest.mark.parametrize("name", NAMES)
def test_what_is_cut_short_has_a_rest(
    store: Store, ana: HostStore, impatient: HostStore, interview: EventType, name: str
) -> None:
    made = [link.id for link in ana.generate(interview.id, SLICE + 2)]
    with ExitStack() as held:

        def lock(done: int) -> None:
            if done >= SLICE or name == "delete one and all":
                ana._to_write(held.enter_context(store.database.writing()))

        with pytest.raises(PartlyDone, match=r"^\d links? w[a-z]+ [a-z ]+, then the store could not be written") as cut:
            operations(impatient, made, lock)[name]()
    assert cut.value.done == (1 if name == "delete one and all" else SLICE)
    assert isinstance(cut.value.__cause__, StoreBusy)


def test_a_slice_whose_commit_is_in_doubt_may_have_been_done() -> None:
    with (
        pytest.raises(PartlyDone, match=r"^500 links were deleted, and perhaps more: .*; try again for the rest\.$"),
        deleting.or_partly_done("deleted", 500),
    ):
        raise OutcomeUnknown("The disk failed.")


def test_a_purge_that_is_cut_short_says_what_is_gone(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana.delete(link.id for link in ana.generate(interview.id, 2 * SLICE))
    clock.forward(days=40)
    purge_slice, slices = purging.purge_slice, [1]

    def once(connection: Connection, now: datetime) -> tuple[int, bool]:
        if not slices:
            raise StoreBusy("Somebody else writes.")
        slices.pop()
        return purge_slice(connection, now)

    with monkeypatch.context() as patched:
        patched.setattr(purging, "purge_slice", once)
        with pytest.raises(PartlyDone, match=r"^4 links were purged, then .*; try again for the rest") as cut:
            store.purge()
    assert (cut.value.done, store.purge()) == (SLICE, SLICE)


def test_links_that_stay_are_counted_once(url: str, ana: HostStore) -> None:
    made = ana.generate(ana.add_event_type("Intro").id, 2 * SLICE + 2)
    opened_up(url, ["link"])
    assert put_in(url, "link", [made[-1].id], [Wrong("created_at", "NULL")])
    with pytest.raises(PartlyDone, match=r"^9 links were deleted; 1 could not be, for they are damaged"):
        ana.remove_event_type(made[0].event_type.id, with_links=True)


def test_a_slice_that_cannot_be_restored_does_not_keep_the_others(url: str, ana: HostStore) -> None:
    made = ana.generate(ana.add_event_type("Intro").id, 2 * SLICE)
    deletion = ana.delete_matching(LinkFilter())
    opened_up(url, ["deleted_link"])
    for link in made[:SLICE]:
        assert put_in(url, "deleted_link", [link.id], [Wrong("created_at", "NULL")])
    with pytest.raises(PartlyDone, match=rf"^{SLICE} links were restored; {SLICE} could not be"):
        ana.restore(deletion.id)
    assert {link.id for link in ana.window()} == {link.id for link in made[SLICE:]}
