"""Processes that race, processes that are killed, disks that fill."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path

import pytest

from secret_links import Counts, EventType, HostStore, LinkFilter, Status, Store, StoreFull
from small_disk import a_small_disk, fill_up
from support import ON_BOTH, integrity

REDEEM_ALL = """
import sys
from secret_links import LinkNotAvailable, Store
path, who = sys.argv[1:]
with Store.open(path) as store:
    print("ready", flush=True)
    tokens = sys.stdin.readline().split()
    for token in tokens:
        try:
            store.redeem(token, by=who)
            print(token)
        except LinkNotAvailable:
            pass
"""

GENERATE_FOR_EVER = """
import sys
from secret_links import Store
with Store.open(sys.argv[1]) as store:
    ana = store.as_host("ana")
    event_type = ana.event_types()[0].id
    while True:
        ana.generate(event_type, 1000)
        print("1000", flush=True)
"""

CLAIM_AND_DIE = """
import os, signal, sys
from secret_links import Store
url, *tokens = sys.argv[1:]
Store.open(url).close()  # loads all modules before the forks
for token in tokens:
    if not os.fork():
        with Store.open(url) as store, store.redeeming(token, by="a visitor"):
            os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.wait()
    print(-os.waitstatus_to_exitcode(status), flush=True)
"""

KILLS = 100
"""Visitors who are killed between the claim of a link and its commit."""

CONTESTED = 100
"""Links that all processes want."""

CLAIM_AND_WAIT = """
import sys
from secret_links import Store
url, token = sys.argv[1:]
with Store.open(url) as store, store.redeeming(token):
    print("claimed", flush=True)
    sys.stdin.read()
"""


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@ON_BOTH
def test_of_eight_processes_exactly_one_wins_each_link(url: str) -> None:
    with Store.open(url) as store:
        ana = store.as_host("ana")
        tokens = [link.token for link in ana.generate(ana.add_event_type("Intro call").id, CONTESTED)]
        racers = [python(REDEEM_ALL, url, f"visitor {number}") for number in range(8)]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        won = Counter[str]()
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write(" ".join(tokens) + "\n")
            racer.stdin.flush()
        for racer in racers:
            out, _ = racer.communicate(timeout=120)
            assert racer.returncode == 0
            won.update(out.split())
        assert won == Counter(tokens)
        assert ana.counts().used == CONTESTED


@ON_BOTH
def test_a_process_killed_while_generating_leaves_thousands_whole(url: str, database: str) -> None:
    with Store.open(url) as store:
        ana = store.as_host("ana")
        ana.add_event_type("Intro call")
        for _ in range(3):
            generator = python(GENERATE_FOR_EVER, url)
            assert generator.stdout is not None
            assert generator.stdout.readline() == "1000\n"
            generator.send_signal(signal.SIGKILL)
            generator.communicate()
        total = ana.counts().total
        assert total >= 3000
        assert total % 1000 == 0
        assert len(ana.generate(ana.event_types()[0].id, 5)) == 5
    assert database != "sqlite" or integrity(Path(url)) == "ok"


@ON_BOTH
def test_a_visitor_killed_between_the_claim_and_its_commit_leaves_the_link_active(
    url: str, store: Store, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    claimant = python(CLAIM_AND_WAIT, url, link.token)
    assert claimant.stdout is not None
    assert claimant.stdout.readline() == "claimed\n"
    assert ana.counts().active == 1
    claimant.send_signal(signal.SIGKILL)
    claimant.communicate()
    assert ana.counts().active == 1
    assert store.redeem(link.token, by="Bo").used_by == "Bo"


@ON_BOTH
def test_visitors_killed_between_claim_and_commit_spend_nothing(
    url: str, store: Store, ana: HostStore, interview: EventType
) -> None:
    links = ana.generate(interview.id, KILLS)
    dying = python(CLAIM_AND_DIE, url, *(link.token for link in links))
    output, _ = dying.communicate(timeout=120)
    assert output.split() == [str(int(signal.SIGKILL))] * KILLS
    assert ana.counts() == Counts(active=KILLS)
    for link in links:
        store.redeem(link.token)
    assert ana.counts() == Counts(used=KILLS)


@ON_BOTH
@pytest.mark.parametrize("by_status", [True, False])
def test_a_link_that_is_being_redeemed_is_not_deleted_as_active(
    store: Store, ana: HostStore, interview: EventType, *, by_status: bool
) -> None:
    (link,) = ana.generate(interview.id)
    active = LinkFilter(status=Status.ACTIVE)
    operation = partial(ana.delete_matching, active) if by_status else partial(ana.delete, [link.id])
    with ThreadPoolExecutor(1) as other, store.redeeming(link.token, "Bo"):
        deletion = other.submit(operation)
        assert not wait([deletion], timeout=0.2).done, "it waits for the redemption"
    if by_status:
        assert deletion.result().links == 0
    else:
        ana.restore(deletion.result().id)
    assert ana.counts() == Counts(used=1)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of two megabytes."""
    with a_small_disk(2) as folder:
        yield folder


def test_a_full_disk_is_named_and_nothing_is_lost(small_disk: Path) -> None:
    path = small_disk / "links.db"
    with Store.open(path) as store:
        ana = store.as_host("ana")
        event_type = ana.add_event_type("Intro call")
        (link,) = ana.generate(event_type.id)
        fill_up(small_disk)
        with pytest.raises(StoreFull, match="is full; nothing was changed"):
            ana.generate(event_type.id, 10_000)
        assert ana.counts().total == 1
        (small_disk / "ballast").unlink()
        store.redeem(link.token)
        assert len(ana.generate(event_type.id, 100)) == 100
    assert integrity(path) == "ok"


def test_a_disk_that_fills_while_visitors_redeem_refuses_them_and_keeps_what_was_won() -> None:
    with a_small_disk(16) as folder, Store.open(folder / "links.db") as store:
        ana = store.as_host("ana")
        links = ana.generate(ana.add_event_type("Intro call").id, 1_000)
        fill_up(folder)
        won = 0
        with pytest.raises(StoreFull, match="is full; nothing was changed"):  # noqa: PT012  # soon, not at once
            for link in links:
                store.redeem(link.token)
                won += 1
        assert ana.counts() == Counts(active=len(links) - won, used=won)
        (folder / "ballast").unlink()
        for link in links[won:]:
            store.redeem(link.token)
        assert ana.counts() == Counts(used=len(links))
        assert integrity(folder / "links.db") == "ok"


def test_generating_is_all_or_nothing_when_the_disk_fills_half_way(path: Path, store: Store, ana: HostStore) -> None:
    event_type = ana.add_event_type("Intro call")
    ana.generate(event_type.id, 100)

    def limit(connection: sqlite3.Connection) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 5}")

    with store.database.writing() as connection:
        limit(connection.connection.driver_connection)  # type: ignore[arg-type]
    with pytest.raises(StoreFull):
        ana.generate(event_type.id, 5000)
    assert ana.counts().total == 100
