"""The first hour of a bad night: what a page and ten hosts see of it, that nothing is lost, and that the README helps.

With SECRET_LINKS_PROOF in the environment, all of them are programs at work; otherwise the page is in this process, and
what needs servers or much time is left out.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from proof.effort import PROOF
from proof.night_clock import a_jumping_clock, moved_clock
from proof.night_disks import FailingDisk, failing_disk
from proof.night_people import Night
from proof.night_readme import commands, follow, sentences
from proof.night_workers import Ledger
from proof.worlds import STATEMENTS
from secret_links import (
    Counts,
    EventType,
    HostStore,
    LinkExpired,
    LinkNotAvailable,
    LinkUsed,
    Store,
)
from secret_links.sqlite.open_file import OpenFile
from small_disk import a_small_disk, fill_up
from support import BOTH, SetClock, integrity

SAMPLES = Path(__file__).parents[1] / "store" / "samples"
whole = pytest.mark.skipif(not PROOF, reason="it takes long: with SECRET_LINKS_PROOF")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@whole
def test_a_disk_that_is_full_refuses_everybody_until_there_is_room(stack: ExitStack, tmp_path: Path) -> None:
    disk = stack.enter_context(a_small_disk(24))
    night = Night(str(disk / "links.db"), tmp_path, stack, whole=PROOF)
    links = night.links()
    fill_up(disk)
    while night.hosts[0].work().kind == "done":  # there may be room left in the log
        pass
    night.are_refused(sentences("the-disk-is-full"), links[6])
    night.is_refused_on_the_screen(sentences("the-disk-is-full"))
    night.nobody_knows(links)
    assert {night.page.offers(link.token) for link in links} == {200}
    (disk / "ballast").unlink()
    night.settle()
    night.goes_on()
    night.settle()


@pytest.fixture
def disk(stack: ExitStack, tmp_path: Path) -> FailingDisk:
    return stack.enter_context(failing_disk(tmp_path))


def test_a_disk_that_fails_and_can_only_be_read_is_checked_and_nothing_is_lost(
    stack: ExitStack, disk: FailingDisk, tmp_path: Path
) -> None:
    night = Night(str(disk.folder / "links.db"), tmp_path, stack, whole=PROOF)
    links = night.links()
    disk.fail()
    night.are_refused(sentences("the-disk-can-only-be-read"), links[6])
    night.is_refused_on_the_screen(sentences("the-disk-can-only-be-read"))
    night.nobody_knows(links)
    assert {night.page.offers(link.token) for link in links} == {200}
    assert night.commands[0].call("list").returncode == 0
    night.quit()
    fsck = f"fsck -y {disk.device} || test $? = 1"  # it has repaired something
    here = {"fsck -y /dev/sdb1": fsck, "/srv/links": str(disk.folder), "/dev/sdb1": disk.device}
    (block,) = commands("the-disk-can-only-be-read")
    store = {"SECRET_LINKS_STORE": night.url, "SECRET_LINKS_HOST": "host 6"}
    assert links[6].token in follow(block, here, tmp_path, **store)
    assert integrity(Path(night.url)) == "ok"
    night.reopen()
    night.settle()
    night.goes_on()
    night.settle()


@pytest.mark.parametrize("how", ["mv", pytest.param("cp", marks=whole)])
def test_a_backup_put_over_the_store_is_restored_properly(stack: ExitStack, tmp_path: Path, how: str) -> None:
    folder = tmp_path / "links"
    folder.mkdir()
    night = Night(str(folder / "links.db"), tmp_path, stack, whole=PROOF)
    links = night.links()
    assert night.commands[0].call("backup", str(folder / "links-copy.db")).returncode == 0
    shutil.copy(folder / "links-copy.db", folder / "another-copy.db")
    kept = Ledger(night.ledger.generated.copy(), set(), night.ledger.booked.copy())
    night.are_booked(links[1:])
    subprocess.run([how, folder / "another-copy.db", night.url], check=True)
    if how == "mv":
        night.are_refused(sentences("the-store-was-replaced"), links[6], newcomers=False)
        night.nobody_knows(links[:1])
        assert {night.page.offers(link.token) for link in links} == {503}
        if night.screen is not None and night.watcher is not None:
            night.screen.shows("moved, deleted or replaced while it was open")
            assert night.watcher.ended() == 3
            assert "moved, deleted or replaced while it was open" in night.watcher.said
    booked, night.ledger = night.ledger.booked, kept
    night.quit()
    restore, spend_again = commands("the-store-was-replaced")
    store = {"SECRET_LINKS_STORE": night.url, "SECRET_LINKS_HOST": "host 6"}
    assert links[6].token in follow(restore, {}, folder, **store)
    assert integrity(Path(night.url)) == "ok"
    with Store.open(night.url) as opened:
        assert opened.look_up(links[6].token).host == "host 6"
        follow(spend_again, {}, folder, **store)
        if how == "mv":  # what was copied over it may be damaged
            with pytest.raises(LinkNotAvailable):
                opened.look_up(links[6].token)
        assert booked[links[6].token]
    night.reopen()
    night.settle()
    night.goes_on()
    night.settle()


def test_a_page_that_does_not_look_at_its_file_is_found(
    stack: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above: what is planted books in a file that nobody can find any more."""
    monkeypatch.setattr("secret_links.booking.check_in_place", lambda *_: None)
    monkeypatch.setattr(OpenFile, "check_in_place", lambda _: None)
    night = Night(str(tmp_path / "links.db"), tmp_path, stack, whole=False)
    links = night.links()
    copy = tmp_path / "copy.db"
    night.store.copy_to(copy)
    (tmp_path / "before").mkdir()
    for file in tmp_path.glob("links.db*"):  # as the README says, but nobody has quit
        file.rename(tmp_path / "before" / file.name)
    copy.rename(night.url)
    night.are_booked(links[:1])
    night.quit()
    with pytest.raises(AssertionError, match="a booking is lost"):
        night.ledger.check(night.url)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_what_a_clock_makes_expired_is_active_again_once_it_is_put_right(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    early, late = ana.generate(interview.id, 2, expires_at=clock() + timedelta(minutes=30))
    clock.forward(hours=1)
    with pytest.raises(LinkExpired):
        store.redeem(early.token)
    assert ana.counts() == Counts(expired=2)
    clock.forward(hours=-2)
    used = store.redeem(early.token)
    assert used.used_at == clock() < early.created_at
    assert ana.restore(ana.delete([late.id]).id) == 1
    clock.forward(hours=1)
    assert ana.window() == [late, used]
    with pytest.raises(LinkUsed):
        store.redeem(early.token)


@whole
def test_a_clock_that_jumps_changes_nothing_for_good_in_a_file(stack: ExitStack, tmp_path: Path) -> None:
    machine = stack.enter_context(moved_clock())
    path = tmp_path / "links.db"
    night = Night(str(path), tmp_path, stack, whole=PROOF, variables=machine.variables, clock=machine)
    stands_for_the_system = tmp_path / "timedatectl"
    stands_for_the_system.write_text(f"#!/bin/sh\necho +0 > {machine.file}\n")
    stands_for_the_system.chmod(0o755)

    def put_right() -> None:
        (block,) = commands("the-clock-jumps")
        follow(block, {}, tmp_path, SECRET_LINKS_STORE=night.url, SECRET_LINKS_HOST="host 6")
        machine.put(timedelta())

    a_jumping_clock(night, machine, put_right)


def test_a_page_of_an_older_version_books_while_the_store_is_upgraded_and_after(tmp_path: Path) -> None:
    path = tmp_path / "links.db"
    statement = STATEMENTS[0]
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as page:
        page.executescript((SAMPLES / "schema-9.sql").read_text())
        page.execute("PRAGMA journal_mode = WAL")
        page.execute("UPDATE link SET expires_at = NULL")
        unused = page.execute("SELECT token FROM link WHERE used_at IS NULL").fetchmany(2)
        first, second = ({"token": token, "by": "Bo", "reference": "1"} for (token,) in unused)
        page.execute("BEGIN IMMEDIATE")
        assert len(page.execute(statement, first).fetchall()) == 1
        with ThreadPoolExecutor() as threads:
            upgraded = [threads.submit(Store.open, path) for _ in range(2)]  # they wait for the page
            assert not any(each.done() for each in upgraded)
            page.execute("COMMIT")
            stores = [each.result() for each in upgraded]
        assert [store.backup is not None for store in stores].count(True) == 1
        for booking, rows in ((first, 0), (second, 1), (second, 0)):
            page.execute("BEGIN IMMEDIATE")
            assert len(page.execute(statement, booking).fetchall()) == rows
            page.execute("COMMIT")
        for store in stores:
            with pytest.raises(LinkUsed):
                store.redeem(second["token"])
            store.close()
    assert integrity(path) == "ok"
