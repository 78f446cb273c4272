"""A backup in the place of what is in an open store's file: all or nothing, and everybody at work goes on."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from secret_links import (
    Contents,
    EventType,
    HostStore,
    InvalidInput,
    Link,
    LinkNotAvailable,
    LinkUsed,
    Losses,
    Store,
    StoreBusy,
    StoreFull,
    StoreReadOnly,
    StoreUnusable,
    redeem_in,
)
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links.whole.filling import fill
from small_disk import a_small_disk
from support import SetClock, integrity

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "links-copy.db"


@pytest.fixture
def links(store: Store, ana: HostStore, interview: EventType, backup: Path) -> list[Link]:
    """Three links; after a backup one of them was used, one was deleted, and another one was generated."""
    first = ana.generate(interview.id, 3)
    store.copy_to(backup)
    store.redeem(first[0].token, "Bo")
    ana.delete({first[1].id})
    return [*first, *ana.generate(interview.id)]


def restored(store: Store, backup: Path) -> Path:
    with store.restoring(backup) as restoration:
        return restoration.put_in_place()


def tokens(host: HostStore) -> set[str]:
    return {link.token for link in host.window()}


def used_in(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {token for (token,) in connection.execute("SELECT token FROM link WHERE used_at IS NOT NULL")}


def test_an_open_store_has_the_backups_content_and_what_it_had_is_kept_beside_it(
    store: Store, ana: HostStore, links: list[Link], backup: Path, path: Path
) -> None:
    with store.restoring(backup) as restoration:
        assert restoration.contents == Contents(hosts=1, event_types=1, links=3, deleted=0)
        assert restoration.losses() == Losses(generated=1, used=1, deleted=1)
        kept_in = restoration.put_in_place()
        assert restoration.losses() == Losses(generated=1, used=1, deleted=1)
    assert kept_in == path.with_name("links.db.replaced.backup")
    assert tokens(ana) == {link.token for link in links[:3]}
    assert store.redeem(links[0].token).used_at is not None
    with pytest.raises(LinkNotAvailable):
        store.redeem(links[3].token)
    assert integrity(path) == integrity(kept_in) == "ok"
    with Store.open(kept_in) as before:
        assert tokens(before.as_host("ana")) == {links[0].token, links[2].token, links[3].token}
    assert {file.name for file in path.parent.iterdir() if file.suffix == ".part"} == set()
    assert restored(store, kept_in) == path.with_name("links.db.replaced.backup.2")
    assert tokens(ana) == {links[0].token, links[2].token, links[3].token}


def test_whoever_has_it_open_goes_on_with_the_restored_rows(
    store: Store, ana: HostStore, links: list[Link], backup: Path, path: Path
) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with Store.open(path) as page, closing(page.watch()) as watch, engine.connect() as own:
        assert page.look_up(links[2].token).host == "ana"
        own.exec_driver_sql("SELECT count(*) FROM link").scalar_one()
        own.rollback()
        with page.as_host("ana").snapshot() as reader:
            assert reader.lists.count() == 3
            restored(store, backup)
            assert {link.token for link in reader.lists.window()} >= {links[3].token}
        assert watch.changed()
        assert tokens(page.as_host("ana")) == {link.token for link in links[:3]}
        assert page.redeem(links[0].token, "Cy").token == links[0].token
        with own.begin():
            assert redeem_in(own, links[1].token).token == links[1].token
        with pytest.raises(LinkUsed):
            store.redeem(links[1].token)
    engine.dispose()
    assert ana.counts().used == 2


def test_no_id_is_given_twice_and_who_follows_misses_nothing(
    store: Store, ana: HostStore, interview: EventType, links: list[Link], backup: Path
) -> None:
    follower = ana.follow()
    assert follower.read() == []
    since = str(follower.cursor)
    restored(store, backup)
    assert follower.read() == []
    later = ana.follow(since)
    assert later.read() == []
    (new,) = ana.generate(interview.id)
    assert new.id > links[3].id
    assert [told.event.link.token for told in follower.read()] == [new.token]
    assert [told.event.link.token for told in later.read()] == [new.token]
    with pytest.raises(InvalidInput):
        ana.follow("999999@1764201234567").read()


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_an_older_backup_is_upgraded_in_a_copy(store: Store, backup: Path, path: Path, version: int) -> None:
    with closing(sqlite3.connect(backup)) as connection:
        connection.executescript((SAMPLES / f"schema-{version}.sql").read_text(encoding="utf-8"))
        (number,) = connection.execute("SELECT count(*) FROM link").fetchone()
    content = backup.read_bytes()
    backup.chmod(0o400)
    with store.restoring(backup) as restoration:
        assert restoration.contents.links == number
        restoration.put_in_place()
    assert backup.read_bytes() == content
    assert sorted(file.name for file in path.parent.glob("*.backup")) == ["links.db.replaced.backup"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert connection.execute("SELECT count(*) FROM link").fetchone() == (number,)


def test_a_backup_with_pages_of_another_size_is_taken(
    store: Store, ana: HostStore, links: list[Link], backup: Path, path: Path
) -> None:
    with closing(sqlite3.connect(backup)) as connection:
        connection.executescript("PRAGMA journal_mode = DELETE; PRAGMA page_size = 8192; VACUUM")
    restored(store, backup)
    assert tokens(ana) == {link.token for link in links[:3]}
    assert integrity(path) == "ok"


def damage(backup: Path, what: str) -> None:
    if what == "pages":
        with backup.open("r+b") as file:
            file.seek(3 * 4096)
            file.write(b"\xff" * 4096)
        return
    if what == "cut short":
        os.truncate(backup, backup.stat().st_size // 2)
        return
    if what == "empty":
        os.truncate(backup, 0)
        return
    if what == "text":
        backup.write_text("hosts, links and the like\n" * 500)
        return
    statement = {
        "another program's": "PRAGMA application_id = 1",
        "newer": f"PRAGMA user_version = {SCHEMA_VERSION + 1}",
        "an index": "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'deleted_link'",
    }[what]
    with closing(sqlite3.connect(backup)) as connection:
        connection.executescript(statement)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("pages", "damaged"),
        ("cut short", "damaged"),
        ("empty", "holds nothing"),
        ("text", "is not a store of Secret Links"),
        ("another program's", "a database of another program"),
        ("newer", "was made by a newer version"),
        ("an index", "damaged"),
    ],
)
def test_what_is_no_sound_backup_is_refused_and_changes_nothing(
    store: Store, ana: HostStore, links: list[Link], backup: Path, path: Path, what: str, said: str
) -> None:
    damage(backup, what)
    before = tokens(ana)
    with pytest.raises(StoreUnusable, match=said) as refused, store.restoring(backup):
        pass
    assert str(backup) in str(refused.value)
    assert ".part" not in str(refused.value)
    assert tokens(ana) == before
    assert {file.name.removeprefix("links.db") for file in path.parent.glob("links.db*")} <= {"", "-wal", "-shm"}


def test_the_store_itself_is_no_backup_of_it(store: Store, path: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(path)
    for name in (path, tmp_path / "link.db"):
        with pytest.raises(StoreUnusable, match="is the store itself"), store.restoring(name):
            pass
    with pytest.raises(StoreUnusable, match="There is no backup at"), store.restoring(tmp_path / "nowhere.db"):
        pass


def test_a_store_that_cannot_be_written_is_left_alone(
    store: Store, links: list[Link], backup: Path, path: Path
) -> None:
    store.database.read_only = True
    with pytest.raises(StoreReadOnly), store.restoring(backup):
        pass


def test_a_booking_is_in_the_copy_or_in_the_restored_store(
    store: Store, ana: HostStore, interview: EventType, backup: Path, path: Path
) -> None:
    """Whatever was acknowledged while a backup was put in place, none is lost without a trace."""
    links = ana.generate(interview.id, 400)
    store.copy_to(backup)
    booked: list[str] = []
    some, half = threading.Event(), iter(links)

    def book() -> None:
        with Store.open(path) as page:
            for link in half:
                page.redeem(link.token)
                booked.append(link.token)
                if len(booked) == 20:
                    some.set()

    page = threading.Thread(target=book)
    page.start()
    assert some.wait(60)
    with store.restoring(backup) as restoration:
        kept_in = restoration.put_in_place()
        lost = restoration.losses()
    page.join()
    assert lost is not None
    kept, now = used_in(kept_in), used_in(path)
    assert len(booked) == len(links)
    assert (kept | now, kept & now) == (set(booked), set())
    assert len(kept) == lost.used >= 20


def test_who_writes_for_too_long_is_not_disturbed(store: Store, links: list[Link], backup: Path, path: Path) -> None:
    with Store.open(path, wait=0.05) as impatient, impatient.restoring(backup) as restoration:
        with store.redeeming(links[2].token), pytest.raises(StoreBusy):
            restoration.put_in_place()
        assert not list(path.parent.glob("*.backup"))
        restoration.put_in_place()
        assert restoration.losses() == Losses(generated=1, used=2, deleted=1)


def test_a_store_whose_pages_are_damaged_is_restored(
    store: Store, ana: HostStore, links: list[Link], backup: Path, path: Path
) -> None:
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'link'").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 4096)
    with Store.open(path) as damaged:
        with damaged.restoring(backup) as restoration:
            assert restoration.losses() is None
            restoration.put_in_place()
            assert restoration.losses() is None
        assert tokens(damaged.as_host("ana")) == {link.token for link in links[:3]}
    assert integrity(path) == "ok"


KILLED = """
import os, signal, sys
from pathlib import Path
from secret_links import Store
from secret_links.sqlite import replacing

class Counted(replacing.sqlite3.Connection):
    def backup(self, target, *, progress, **options):
        def step(status, left, total):
            progress(status, left, total)
            if left <= total * float(sys.argv[3]):
                os.kill(os.getpid(), int(sys.argv[4]))
        target.execute("PRAGMA cache_size = 10")
        super().backup(target, progress=step, **options)

def connect(*arguments, connect=replacing.sqlite3.connect, **options):
    return connect(*arguments, factory=Counted, **options)

class Driver:
    def __getattr__(self, name):
        return connect if name == "connect" else getattr(replacing_sqlite3, name)

replacing_sqlite3, replacing.sqlite3 = replacing.sqlite3, Driver()
with Store.open(sys.argv[1]) as store, store.restoring(Path(sys.argv[2])) as restoration:
    restoration.put_in_place()
"""
"""Puts a backup in place, and is ended when a part of its pages is left to be written; many of them are in the log."""


@pytest.mark.parametrize(("left", "number"), [("0.9", 9), ("0.5", 9), ("0.01", 9), ("0.5", 15), ("0.5", 2), ("0", 9)])
def test_a_kill_in_the_middle_leaves_what_was_there_whole(
    store: Store, ana: HostStore, tmp_path: Path, path: Path, left: str, number: int
) -> None:
    backup = tmp_path / "large.db"
    with Store.open(backup) as large:
        fill(large, "ana", 5_000)
    event_type = ana.add_event_type("Intro call")
    kept = {link.token for link in ana.generate(event_type.id, 30)}
    command = [sys.executable, "-c", KILLED, str(path), str(backup), left, str(number)]
    ended = subprocess.run(command, capture_output=True, check=False)
    assert ended.returncode == -number, ended.stderr
    (new,) = ana.generate(ana.event_types()[0].id)
    expected = kept | {new.token}
    if left == "0":  # it was committed
        assert ana.counts().total == 5_001
    else:
        assert tokens(ana) == expected
    assert integrity(path) == "ok"
    parts = [file for file in path.parent.iterdir() if file.suffix == ".part"]
    assert bool(parts) is (number == signal.SIGKILL)
    assert len(list(path.parent.glob("*.replaced.backup"))) <= 1
    restored(store, backup)
    assert ana.counts().total == 5_000
    assert not [file for file in path.parent.iterdir() if file.suffix == ".part"]


@pytest.mark.parametrize("megabytes", [3, 4, 6])
def test_a_full_disk_leaves_what_was_there_whole(tmp_path: Path, clock: SetClock, megabytes: int) -> None:
    backup = tmp_path / "large.db"
    with Store.open(backup) as large:
        fill(large, "ana", 12_000)
    assert 3_000_000 < backup.stat().st_size < 3_300_000
    with a_small_disk(megabytes) as folder:
        path = folder / "links.db"
        with Store.open(path, clock=clock) as store:
            ana = store.as_host("ana")
            kept = {link.token for link in ana.generate(ana.add_event_type("Intro call").id, 30)}
            with pytest.raises(StoreFull, match="nothing was changed"):
                restored(store, backup)
            assert tokens(ana) == kept
            assert [file.name for file in folder.iterdir() if file.suffix in (".part", ".backup")] == []
            ana.generate(ana.event_types()[0].id)
        assert integrity(path) == "ok"


FAILING = """
import os, sys
from pathlib import Path
from secret_links import Store, StoreError
store = Store.open(sys.argv[1])
watch = store.watch()  # the log is not removed with the last connection
with store.restoring(Path(sys.argv[2])) as restoration:
    try:
        restoration.put_in_place()
        print("in place", flush=True)
    except StoreError as error:
        print("as it was", flush=True)
    os.kill(os.getpid(), 9)
"""
"""Puts a backup in place, says what came of it, and is killed before anything more is written."""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace makes a flush fail")
@pytest.mark.parametrize(("flush", "said"), [(1, "as it was"), (2, "as it was"), (3, "in place")])
def test_a_disk_that_fails_leaves_what_is_said_to_be_there(
    store: Store, ana: HostStore, tmp_path: Path, path: Path, flush: int, said: str
) -> None:
    """The log is flushed for its header, for the commit, and when it is copied into the file."""
    backup = tmp_path / "large.db"
    with Store.open(backup) as large:
        fill(large, "ana", 1_000)
    ana.generate(ana.add_event_type("Intro call").id, 30)
    store.close()
    tracing = ["strace", "-f", "-qq", "-o", str(tmp_path / "trace"), "-P", f"{path}-wal", "-e", "trace=fdatasync"]
    inject = ["-e", f"inject=fdatasync:error=EIO:when={flush}"]
    command = [*tracing, *inject, sys.executable, "-c", FAILING, str(path), str(backup)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if "Operation not permitted" in ended.stderr:
        pytest.skip("strace may not trace here")
    assert "(INJECTED)" in (tmp_path / "trace").read_text()
    assert ended.stdout == f"{said}\n", ended.stderr
    with Store.open(path) as again:
        assert again.as_host("ana").counts().total == (1_000 if said == "in place" else 30)
    assert integrity(path) == "ok"
    assert path.with_name("links.db.replaced.backup").exists() is (said == "in place")
