"""A limit on what each host may have, which the administrator sets."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest

from secret_links import Counts, EventType, HostStore, NewEventType, Store, TooManyLinks
from support import BOTH, SetClock

DATABASES = BOTH

MOST = 10


@pytest.fixture
def limited(url: str, interview: EventType, clock: SetClock) -> Iterator[HostStore]:
    """The host, through a store that lets each have ten links."""
    with Store.open(url, clock=clock, most_links=MOST) as store:
        yield store.as_host("ana")


def test_a_host_generates_as_many_links_as_they_may_have_and_no_more(limited: HostStore, interview: EventType) -> None:
    limited.generate(interview.id, 7)
    with pytest.raises(TooManyLinks, match="can have 10 links here, and there is room for 3 more; delete some"):
        limited.generate(interview.id, 4)
    assert limited.counts().total == 7, "all or nothing"
    limited.generate(interview.id, 3)
    with pytest.raises(TooManyLinks, match="room for 0 more"):
        limited.generate(interview.id)
    with pytest.raises(TooManyLinks):
        limited.generate(NewEventType("Call"))
    assert [each.name for each in limited.event_types()] == ["Final interview"], "nothing of it is made"


def test_links_count_whatever_their_status(limited: HostStore, store: Store, ana: HostStore, clock: SetClock) -> None:
    (event_type,) = ana.event_types()
    links = ana.generate(event_type.id, MOST, expires_at=clock() + timedelta(hours=1))
    store.redeem(links[0].token)
    clock.forward(hours=2)
    assert ana.counts() == Counts(used=1, expired=MOST - 1)
    with pytest.raises(TooManyLinks):
        limited.generate(event_type.id)
    limited.delete([links[0].id])
    assert len(limited.generate(event_type.id)) == 1


def test_one_hosts_links_are_not_counted_against_another(
    limited: HostStore, store: Store, interview: EventType
) -> None:
    bo = store.as_host("bo")
    bo.generate(bo.add_event_type("Call").id, MOST + 1)
    bo.delete([link.id for link in bo.window()])
    bo.generate(bo.event_types()[0].id, MOST)
    assert len(limited.generate(interview.id, MOST)) == MOST


def test_deleting_and_generating_in_turns_is_limited_and_undo_is_never_refused(
    limited: HostStore, interview: EventType, clock: SetClock
) -> None:
    limited.generate(interview.id, MOST)
    first = limited.delete([link.id for link in limited.window()])
    limited.generate(interview.id, MOST)
    limited.delete([link.id for link in limited.window()])
    with pytest.raises(TooManyLinks, match="More than 10 links were deleted in the last 30 days"):
        limited.generate(interview.id)
    assert limited.restore(first.id) == MOST
    with pytest.raises(TooManyLinks, match="room for 0 more"):
        limited.generate(interview.id)
    limited.delete([limited.window()[0].id])
    with pytest.raises(TooManyLinks, match="More than 10 links were deleted"):
        limited.generate(interview.id)
    clock.forward(days=30)
    assert len(limited.generate(interview.id)) == 1, "what can no longer be brought back counts no more"


GENERATE_TILL_REFUSED = """
import sys
from secret_links import Store, TooManyLinks
with Store.open(sys.argv[1], most_links=200) as store:
    ana = store.as_host("ana")
    kind = ana.event_types()[0].id
    print("ready", flush=True)
    sys.stdin.readline()
    made = 0
    try:
        while True:
            made += len(ana.generate(kind, 7))
    except TooManyLinks:
        print(made)
"""


def test_processes_that_generate_at_once_do_not_exceed_it(url: str, ana: HostStore, interview: EventType) -> None:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", GENERATE_TILL_REFUSED, url]
    racers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    made = [int(racer.communicate(timeout=120)[0]) for racer in racers]
    assert sum(made) == 196
    assert ana.counts().total == 196
