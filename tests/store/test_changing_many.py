"""Changing any number of links in slices: what stands when it ends early, and taking all of it back as one."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, func, select

from secret_links import (
    Change,
    Changed,
    Deletion,
    Ends,
    EventType,
    HostStore,
    LastChange,
    LinkFilter,
    LinkSet,
    NewExpiry,
    NothingToUndo,
    PartlyDone,
    Status,
    Store,
)
from secret_links.tables.core import link_events, links
from support import ON_BOTH, SetClock

pytestmark = ON_BOTH

WEEK = timedelta(days=7)

LATER = Change(expiry=NewExpiry(later=WEEK))

MANY = 10_000

CHANGE_AND_DIE = """
import os, signal, sys
from secret_links import Change, LinkFilter, Store

def progress(number):
    if number >= 1_000:
        os.kill(os.getpid(), signal.SIGKILL)

with Store.open(sys.argv[1]) as store:
    ana = store.as_host("ana")
    with ana.snapshot() as snapshot:
        chosen = snapshot.selections.every(LinkFilter())
    ana.change(chosen, Change("gone wrong"), progress=progress)
"""


def everyone(host: HostStore, wanted: LinkFilter = LinkFilter()) -> LinkSet:  # noqa: B008  # it is frozen
    with host.snapshot() as snapshot:
        return snapshot.selections.every(wanted)


def rows(store: Store) -> list[Row[Any]]:
    with store.database.reading() as connection:
        return list(connection.execute(links.select().order_by(links.c.id)))


def events_of(store: Store, *, standing: bool) -> int:
    """How many changes of links are recorded, that can be taken back or cannot."""
    is_of_change = link_events.c.change_id.is_not(None) if standing else link_events.c.change_id.is_(None)
    query = select(func.count()).where(link_events.c.kind == "changed", is_of_change)
    with store.database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def last(host: HostStore) -> Deletion | LastChange | None:
    with host.snapshot() as snapshot:
        assert snapshot.can_undo() == (snapshot.last_undoable() is not None)
        return snapshot.last_undoable()


@pytest.fixture
def in_slices_of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("changing", "taking_back"):
        monkeypatch.setattr(f"secret_links.{module}.DELETE_SLICE", 10)


@pytest.fixture
def thirty(ana: HostStore, interview: EventType, clock: SetClock) -> list[int]:
    """The ids of thirty links that expire in a week, the newest first."""
    made = ana.generate(interview.id, 30, labels=["Bo"], expires_at=clock() + WEEK)
    return [link.id for link in made[::-1]]


def test_any_number_of_links_is_changed_and_taken_back_exactly(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    for hours in (1, 2, 3):
        ana.generate(interview.id, MANY // 3 + 1, labels=["Bo"], expires_at=clock() + timedelta(hours=hours))
    before = rows(store)
    told: list[int] = []
    done = ana.change(everyone(ana), LATER, told=lambda some: told.append(len(some.after)))
    assert (done.links, done.kept, sum(told)) == (len(before), 0, len(before))
    assert len(done.before) == len(done.after) == 100, "a report does not grow with what it reports"
    assert [row.expires_at for row in rows(store)] == [row.expires_at + WEEK for row in before]
    assert last(ana) == LastChange(done.id, clock(), len(before))
    assert events_of(store, standing=True) == len(before)
    back = ana.take_back(done.id)
    assert (back.links, back.kept) == (len(before), 0)
    assert rows(store) == before
    assert events_of(store, standing=False) == 2 * len(before)
    assert last(ana) is None


def test_what_is_claimed_or_deleted_between_two_slices_is_respected(
    in_slices_of_ten: None, store: Store, ana: HostStore, thirty: list[int], clock: SetClock
) -> None:
    tokens = {link.id: link.token for link in ana.window()}

    def meanwhile(number: int) -> None:
        if number == 10:
            assert store.redeem(tokens[thirty[0]], "Bo").expires_at == clock() + 2 * WEEK
            assert store.redeem(tokens[thirty[15]], "Cy").expires_at == clock() + WEEK
            ana.delete([thirty[25]])

    done = ana.change(everyone(ana), LATER, progress=meanwhile)
    assert (done.links, done.kept, [link.id for link in done.first_kept]) == (28, 1, [thirty[15]])
    back = ana.take_back(done.id)
    assert (back.links, [link.id for link in back.first_kept]) == (27, [thirty[0]])
    assert {link.id for link in ana.window() if link.expires_at == clock() + 2 * WEEK} == {thirty[0]}


def test_a_change_that_is_stopped_stands_as_far_as_it_came_and_is_taken_back_as_one(
    in_slices_of_ten: None, ana: HostStore, thirty: list[int], clock: SetClock
) -> None:
    seen: list[int] = []
    done = ana.change(everyone(ana), LATER, progress=seen.append, stopped=lambda: len(seen) == 2)
    assert (seen, done.links) == ([10, 20], 20)
    assert [link.expires_at == clock() + 2 * WEEK for link in ana.window()] == [True] * 20 + [False] * 10
    first = ana.take_back(done.id, stopped=lambda: True)
    assert (first.links, last(ana)) == (10, LastChange(done.id, clock(), 10)), "what was not reached can be later"
    assert ana.take_back(done.id).links == 10
    assert {link.expires_at for link in ana.window()} == {clock() + WEEK}


def test_a_process_that_is_killed_in_the_middle_leaves_what_can_be_taken_back(
    url: str, store: Store, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 2_000, labels=["Bo"])
    before = rows(store)
    killed = subprocess.run([sys.executable, "-c", CHANGE_AND_DIE, url], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert [link.label for link in ana.window(count=None)] == ["gone wrong"] * 1_000 + ["Bo"] * 1_000
    with Store.open(url) as another:  # by the server's clock, as the one that was killed
        host = another.as_host("ana")
        change = last(host)
        assert isinstance(change, LastChange)
        assert change.links == 1_000
        assert host.take_back(change.id).links == 1_000
    assert rows(store) == before


def test_what_is_refused_on_the_way_says_what_stands(
    in_slices_of_ten: None, ana: HostStore, thirty: list[int], clock: SetClock
) -> None:
    wanted = Change(expiry=NewExpiry(clock() + timedelta(hours=1)))
    with pytest.raises(PartlyDone, match=r"10 links were changed, then .* has passed.*; undo takes them back") as cut:
        ana.change(everyone(ana), wanted, progress=lambda _: clock.forward(hours=1))
    assert cut.value.done == 10
    clock.forward(hours=-1)
    change = last(ana)
    assert isinstance(change, LastChange)
    assert ana.take_back(change.id).links == 10
    assert {link.expires_at for link in ana.window()} == {clock() + WEEK}


def test_each_link_is_changed_once_however_it_was_selected(
    in_slices_of_ten: None, ana: HostStore, thirty: list[int], clock: SetClock
) -> None:
    every = everyone(ana)
    chosen = LinkSet(frozenset(thirty[:12]), every.every, thirty[5], every.as_of, frozenset(thirty[20:22]))
    assert ana.change(chosen, LATER).links == 28
    moved = {link.id for link in ana.window() if link.expires_at == clock() + 2 * WEEK}
    assert {link.expires_at for link in ana.window() if link.id not in moved} == {clock() + WEEK}
    assert moved == set(thirty) - set(thirty[20:22])


def test_the_latest_of_changes_and_deletions_is_undone_first(
    ana: HostStore, thirty: list[int], clock: SetClock
) -> None:
    done: list[Changed | Deletion] = []
    before = ana.window()
    steps: tuple[Callable[[], Changed | Deletion], ...] = (
        lambda: ana.change(LinkSet(frozenset(thirty[:2])), LATER),
        lambda: ana.delete(thirty[:1]),
        lambda: ana.change(LinkSet(frozenset(thirty[1:3])), Change("Cy")),
        lambda: ana.change(LinkSet(frozenset(thirty[2:4])), Change("Di")),
    )
    for step in steps:
        done.append(step())
        clock.forward(minutes=1)
    for step_done in reversed(done):
        found = last(ana)
        assert found is not None
        assert found.id == step_done.id
        if isinstance(found, Deletion):
            ana.restore(found.id)
        else:
            ana.take_back(found.id)
    assert last(ana) is None
    assert ana.window() == before


def test_a_change_is_its_hosts_and_can_be_taken_back_for_thirty_days(
    store: Store, ana: HostStore, thirty: list[int], clock: SetClock
) -> None:
    done = ana.change(everyone(ana), Change("Cy"))
    bo = store.as_host("bo")
    assert last(bo) is None
    with pytest.raises(NothingToUndo):
        bo.take_back(done.id)
    clock.forward(days=30)
    assert last(ana) is None
    with pytest.raises(NothingToUndo, match="no change of the last 30 days"):
        ana.take_back(done.id)
    assert {link.label for link in ana.window()} == {"Cy"}


def test_links_that_lie_deleted_stay_as_they_were_changed(ana: HostStore, thirty: list[int]) -> None:
    done = ana.change(everyone(ana), Change("Cy"))
    deletion = ana.delete(thirty[:10])
    assert ana.take_back(done.id).links == 20
    ana.restore(deletion.id)
    assert {link.id for link in ana.window() if link.label == "Cy"} == set(thirty[:10])
    assert last(ana) is None


def test_when_selected_links_end_is_said_without_reading_them(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    other = ana.add_event_type("Intro")
    for event_type in (interview, other):
        for hours in (1, 5, 30, None, None):
            expires = clock() + timedelta(hours=hours) if hours else None
            ana.generate(event_type.id, 2, labels=["Bo", "Cy"], expires_at=expires)
    store.redeem(ana.window()[0].token)
    clock.forward(hours=2)
    made, now = ana.window(), clock()
    ids = frozenset(link.id for link in made[::3])
    but = frozenset(link.id for link in made[::4])
    filters = [
        LinkFilter(),
        LinkFilter(interview.id, Status.ACTIVE),
        LinkFilter(status=Status.USED),
        LinkFilter(search="Cy"),
        LinkFilter(status=Status.ACTIVE, expires_within=timedelta(hours=9)),
    ]
    sets = [LinkSet(), LinkSet(ids)]
    sets += [
        LinkSet(some, every.every, made[2].id, every.as_of, but)
        for every in (everyone(ana, each) for each in filters)
        for some in (ids, frozenset[int]())
    ]
    for chosen in sets:
        active = [link.expires_at for link in made if chosen.holds(link) and link.status_at(now) is Status.ACTIVE]
        ends = [at for at in active if at is not None]
        with ana.snapshot() as snapshot:
            assert snapshot.selections.ends(chosen) == Ends(
                min(ends, default=None), max(ends, default=None), active.count(None)
            ), chosen
