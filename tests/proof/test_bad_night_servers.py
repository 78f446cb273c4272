"""The first hour of a bad night of a server: it is gone and its standby takes over, its clock jumps, it is upgraded.

All of it takes long: it is played with SECRET_LINKS_PROOF in the environment.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from postgres_server import EmbeddedServer
from proof.effort import PROOF
from proof.night_clock import a_jumping_clock, moved_clock
from proof.night_people import Night
from proof.night_readme import commands, follow, sentences
from proof.night_servers import Pair, programs_beside
from secret_links import LinkUsed, Store, StoreError
from secret_links.tables.migrating import SCHEMA_VERSION
from support import BOTH

IS_SYNCHRONOUS = "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
pytestmark = pytest.mark.skipif(not PROOF, reason="it takes long: with SECRET_LINKS_PROOF")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_synchronous_standby_takes_over_and_nobody_need_start_again(
    stack: ExitStack, tmp_path: Path, embedded: EmbeddedServer
) -> None:
    pair = stack.enter_context(Pair(programs_beside(embedded)))
    first, make_synchronous, take_over = commands("the-server-is-gone")
    follow(make_synchronous, {"db1.example": str(pair.primary.folder)}, tmp_path)
    pair.primary.until(IS_SYNCHRONOUS)
    night = Night(pair.url, tmp_path, stack, whole=True)
    hosts = {"ana@db1.example,db2.example/links?": f"postgres@/links?host={pair.hosts}&"}
    links = night.links()
    assert links[3].token in follow(first, hosts, tmp_path, SECRET_LINKS_HOST="host 3")
    pair.primary.stop()
    night.are_refused(sentences("the-server-is-gone"), links[6])
    night.nobody_knows(links)
    assert night.screen is not None
    assert night.watcher is not None
    night.screen.shows("Only a standby of")
    watcher = night.watcher
    watcher.until(lambda: "Trying again." in watcher.said)
    follow(take_over, {"db2.example": str(pair.standby.folder)}, tmp_path)
    night.screen.shows("The store answers again.")
    night.settle()
    night.goes_on()
    night.settle()


def booked_by_all(pair: Pair, tokens: list[str], begun: threading.Event) -> dict[str, list[str]]:
    """Has four visitors want each link, who ask again until they are answered; gives who was told to have it."""
    won: dict[str, list[str]] = {token: [] for token in tokens}

    def visit(name: str) -> None:
        with Store.open(pair.url, wait=1) as store:
            for token in tokens:
                while True:
                    try:
                        store.redeem(token, by=name)
                    except LinkUsed as used:
                        if used.used_by == name:  # of an earlier try, whose outcome was unknown
                            won[token].append(name)
                        break
                    except StoreError:
                        continue
                    won[token].append(name)
                    break
                if len(won[tokens[PART]]):
                    begun.set()

    visitors = [threading.Thread(target=visit, args=(f"visitor {number}",)) for number in range(4)]
    for visitor in visitors:
        visitor.start()
    begun.wait(60)
    pair.primary.stop()
    pair.standby.run("SELECT pg_promote()")
    for visitor in visitors:
        visitor.join()
    return won


PART = 40
"""Links that are booked before the server is killed."""


def test_with_a_synchronous_standby_nothing_acknowledged_is_lost(stack: ExitStack, embedded: EmbeddedServer) -> None:
    pair = stack.enter_context(Pair(programs_beside(embedded)))
    pair.primary.run("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
    pair.primary.until(IS_SYNCHRONOUS)
    with Store.open(pair.url) as store:
        ana = store.as_host("ana")
        tokens = [link.token for link in ana.generate(ana.add_event_type("Intro call").id, 200)]
        won = booked_by_all(pair, tokens, threading.Event())
        kept = {link.token: [link.used_by] for link in ana.window(count=None)}
    assert kept == won


def test_with_an_asynchronous_standby_the_last_bookings_are_lost_as_the_readme_says(
    stack: ExitStack, embedded: EmbeddedServer
) -> None:
    """The control of the test above: without what the README says, a link is spent twice."""
    pair = stack.enter_context(Pair(programs_beside(embedded)))
    with Store.open(pair.url) as store:
        ana = store.as_host("ana")
        (link,) = ana.generate(ana.add_event_type("Intro call").id)
        pair.catch_up()
        pair.standby.stop()
        store.redeem(link.token, by="Bo")
        pair.primary.stop()
        pair.standby.start()
        pair.standby.run("SELECT pg_promote()")
        assert store.redeem(link.token, by="Chloé").used_by == "Chloé"


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_newer_version_upgrades_the_store_while_older_ones_are_in_use(
    stack: ExitStack, tmp_path: Path, url: str, database: str
) -> None:
    night = Night(url, tmp_path, stack, whole=True)
    links = night.links()
    newer = SCHEMA_VERSION + 1
    as_newer(url, newer)
    night.are_refused(sentences("two-versions-at-once"), links[6])
    night.are_booked(links, seen=False)
    assert night.screen is not None
    assert night.watcher is not None
    night.screen.shows("was upgraded by a newer version of Secret Links while it was open")
    assert night.watcher.ended() == 3
    assert "was upgraded by a newer version" in night.watcher.said
    as_newer(url, SCHEMA_VERSION)  # the newer program is this one
    night.quit()
    night.reopen()
    night.settle()
    night.goes_on()
    night.settle()


def as_newer(url: str, version: int) -> None:
    """Leaves a store as a program with another schema does."""
    if url.startswith("postgresql:"):
        with psycopg.connect(url) as server:
            server.execute("UPDATE secret_links_schema SET version_num = %s", [f"{version:04}"])
        return
    with closing(sqlite3.connect(url)) as file:
        file.execute(f"PRAGMA user_version = {version}")


def test_a_servers_clock_that_jumps_changes_nothing_for_good(
    stack: ExitStack, tmp_path: Path, embedded: EmbeddedServer
) -> None:
    machine = stack.enter_context(moved_clock())
    pair = stack.enter_context(Pair(programs_beside(embedded), variables=machine.variables))
    night = Night(pair.url, tmp_path, stack, whole=False)
    a_jumping_clock(night, machine, lambda: machine.put(timedelta()))
