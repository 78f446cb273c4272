"""The file check: files that are, could be, or cannot be a store."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection

from another_program import files_of, killed_after, write
from secret_links import FirstLook, SecretLinksError, Store, StoreBusy, StoreError, StoreGone, StoreUnusable, first_look
from secret_links.sqlite.file_check import check_file
from secret_links.sqlite.header import APPLICATION_ID
from secret_links.tables import migrating
from secret_links.tables.migrating import SCHEMA_VERSION

NOBODY = 65534

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a program as somebody else")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_store_is_private_in_private_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "links.db"
    with Store.open(path) as store:
        store.as_host("ana").add_event_type("Intro call")
        assert {mode(file) for file in path.parent.iterdir()} == {0o600}
    assert (mode(path.parent), mode(path.parent.parent)) == (0o700, 0o700)


def test_a_folder_that_was_there_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    Store.open(tmp_path / "links.db").close()
    assert mode(tmp_path) == 0o750


def test_the_header_says_what_the_file_is_and_writes_go_to_a_log(path: Path) -> None:
    with Store.open(f"sqlite:///{path}"), closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("made_by", ["touch", "a database without tables", "a killed copy of older versions"])
def test_an_existing_empty_file_is_refused_and_never_made_a_new_store(path: Path, made_by: str) -> None:
    if made_by == "touch":
        path.touch()
    elif made_by == "a database without tables":
        write(path, "PRAGMA journal_mode = WAL")
    else:
        a_copy_that_rolls_back_to_nothing(path)
    with pytest.raises(StoreUnusable, match=r"holds nothing; it is no store.* Put a backup in its place, or delete it"):
        Store.open(path)
    assert sqlite3.connect(path).execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)


def test_a_log_beside_an_empty_file_is_left_where_it_is(path: Path) -> None:
    """SQLite deletes the log of an empty file: it may be all that is left."""
    log = path.with_name(f"{path.name}-wal")
    path.touch()
    log.write_bytes(b"what was written last")
    with pytest.raises(StoreUnusable, match="holds nothing"):
        Store.open(path)
    assert first_look(path, "ana", 10) == FirstLook()
    assert log.read_bytes() == b"what was written last"


def a_copy_that_rolls_back_to_nothing(path: Path) -> None:
    """What a program leaves that copies a store in place, and is killed before it commits."""
    source = path.with_name("source.db")
    with Store.open(source) as store:
        ana = store.as_host("ana")
        ana.generate(ana.add_event_type("Intro call").id, 10_000)
    child = os.fork()
    if not child:
        target = sqlite3.connect(path)
        target.execute("PRAGMA cache_size = 10")
        sqlite3.connect(source).backup(target, pages=100, progress=lambda *_: killed_when_large(path))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert path.stat().st_size
    assert path.with_name(f"{path.name}-journal").stat().st_size


def killed_when_large(path: Path) -> None:
    if path.stat().st_size > 500_000:
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("kept", [1, 99, 100, 511, 512, 1024, 4095, 4096, 5000, 30_000, "all but one page"])
def test_a_truncated_copy_is_refused(path: Path, kept: int | str) -> None:
    with Store.open(path) as store:
        ana = store.as_host("ana")
        ana.generate(ana.add_event_type("Intro call").id, 1_000)
    whole = path.read_bytes()
    path.write_bytes(whole[: kept if isinstance(kept, int) else -4096])
    with pytest.raises(
        StoreUnusable, match=r"is damaged, or its disk is failing|is not a store of Secret Links|holds nothing"
    ):
        Store.open(path)


def test_a_new_store_is_made_where_a_symbolic_link_leads(path: Path) -> None:
    place = path.with_name("elsewhere.db")
    path.symlink_to(place.name)
    with Store.open(path) as store:
        store.as_host("ana").add_event_type("Intro call")
    assert (path.is_symlink(), place.is_symlink(), mode(place)) == (True, False, 0o600)


def test_a_new_store_appears_at_its_path_only_when_it_is_complete(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    real = migrating.migrate

    def migrate(connection: Connection) -> None:
        seen.append(path.exists())
        real(connection)

    monkeypatch.setattr(migrating, "migrate", migrate)
    Store.open(path).close()
    assert seen == [False]
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "content", [b"no database at all, but more than a hundred bytes of text. " * 9, os.urandom(8192)]
)
def test_what_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreUnusable, match="not a store of Secret Links"):
        Store.open(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    before = write(path, "CREATE TABLE link (id INTEGER)")
    with pytest.raises(StoreUnusable, match="another program"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_newer_store_is_refused_and_left_alone(path: Path) -> None:
    Store.open(path).close()
    before = write(path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(StoreUnusable, match=r"newer version .* update the program"):
        Store.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("look", [Store.open, lambda path: first_look(path, "ana", 10)], ids=["opened", "looked at"])
@pytest.mark.parametrize("version", [SCHEMA_VERSION + 1, -1])
def test_a_store_of_an_unknown_version_whose_log_was_not_copied_yet_is_left_alone(
    path: Path, version: int, look: Callable[[Path], object]
) -> None:
    Store.open(path).close()
    before = killed_after(path, f"PRAGMA user_version = {version}")
    assert before["links.db-wal"]
    with suppress(StoreUnusable):
        assert look(path) == FirstLook()
    assert files_of(path) == before


def test_a_database_of_another_program_whose_log_was_not_copied_yet_is_left_alone(path: Path) -> None:
    before = killed_after(path, "PRAGMA journal_mode = WAL", "CREATE TABLE orders (id)")
    with pytest.raises(StoreUnusable, match="is a database of another program"):
        Store.open(path)
    assert files_of(path) == before


@pytest.mark.parametrize("version", [-1, 0])
def test_a_store_of_no_version_is_refused_and_left_alone(path: Path, version: int) -> None:
    Store.open(path).close()
    before = write(path, f"PRAGMA user_version = {version}")
    with pytest.raises(StoreUnusable, match=f"is damaged: it names the schema {version}"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="is a folder"):
        Store.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnusable, match=r"file/links\.db cannot be opened: Not a directory"):
        Store.open(tmp_path / "file" / "links.db")


@pytest.mark.parametrize("url", ["", "  ", ":memory:", "a\0b", "mysql://localhost/x"])
def test_a_text_that_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(StoreUnusable):
        Store.open(url)


def test_a_path_in_the_home_of_an_unknown_user_is_refused() -> None:
    with pytest.raises(StoreUnusable, match="names nobody's home"):
        Store.open("~no-such-user/links.db")


def test_a_pipe_is_no_store(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(StoreUnusable, match="not a regular file"):
        Store.open(path)


def as_nobody(path: Path) -> list[str]:
    """Reads and writes a store without root's right to write everywhere; gives what came of each."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(sender, "\n".join(read_and_write(path)).encode())
        finally:
            os._exit(0)
    os.close(sender)
    with os.fdopen(receiver, encoding="utf-8") as answer:
        lines = answer.read().split("\n")
    os.waitpid(child, 0)
    return lines


def read_and_write(path: Path) -> Iterator[str]:
    try:
        with Store.open(path) as store:
            ana = store.as_host("ana")
            yield f"read {ana.counts().total} {store.read_only}"
            ana.add_event_type("VIP demo")
    except SecretLinksError as error:
        yield f"{type(error).__name__}: {error}"


@pytest.fixture
def open_to_all(tmp_path: Path) -> Path:
    if os.geteuid() == 0:
        for folder in (tmp_path, *list(tmp_path.parents)[:3]):
            if folder.stat().st_uid == 0 and folder.name:
                folder.chmod(mode(folder) | 0o055)
    return tmp_path


@needs_root
@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "left_open"),
    [(0o777, 0o644, False), (0o755, 0o644, False), (0o755, 0o644, True), (0o755, 0o666, False), (0o755, 0o666, True)],
)
def test_a_store_that_cannot_be_written_can_be_read(
    open_to_all: Path, folder_mode: int, file_mode: int, *, left_open: bool
) -> None:
    path = open_to_all / "links.db"
    with Store.open(path) as store:
        ana = store.as_host("ana")
        ana.generate(ana.add_event_type("Intro call").id, 3)
        for file in open_to_all.iterdir():
            file.chmod(file_mode)
        open_to_all.chmod(folder_mode)
        said = as_nobody(path) if left_open else []
    read, written = said or as_nobody(path)
    assert read == "read 3 True"
    assert written.startswith("StoreReadOnly: ")
    assert "can be read, but not written" in written


@needs_root
def test_what_is_only_in_a_log_that_another_program_has_open_is_read(open_to_all: Path) -> None:
    path = open_to_all / "links.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as other, Store.open(path) as store:
        assert other.execute("SELECT count(*) FROM link").fetchone() == (0,)
        ana = store.as_host("ana")
        ana.generate(ana.add_event_type("Intro call").id, 3)
        assert path.with_name("links.db-wal").stat().st_size
        for file in open_to_all.iterdir():
            file.chmod(0o644)
        open_to_all.chmod(0o755)
        assert as_nobody(path)[0] == "read 3 True"


@needs_root
def test_what_is_only_in_a_log_that_cannot_be_used_is_not_left_out(open_to_all: Path) -> None:
    """Without its shared memory, SQLite reads a log only where it can make one."""
    folder = open_to_all / "copied"
    folder.mkdir()
    with Store.open(open_to_all / "links.db") as store:
        store.as_host("ana").add_event_type("Intro call")
        for name in ("links.db", "links.db-wal"):
            shutil.copy(open_to_all / name, folder)
            (folder / name).chmod(0o644)
    folder.chmod(0o755)
    (said,) = as_nobody(folder / "links.db")
    assert said == (
        f"StoreUnusable: {folder / 'links.db'} cannot be read without its log links.db-wal, "
        "which needs a folder to write in."
    )
    (folder / "links.db-wal").write_bytes(b"")
    assert as_nobody(folder / "links.db")[0].startswith("read 0")


@needs_root
def test_an_older_store_that_cannot_be_written_is_refused(open_to_all: Path) -> None:
    path = open_to_all / "links.db"
    Store.open(path).close()
    write(path, f"PRAGMA user_version = {SCHEMA_VERSION - 1}")
    path.chmod(0o644)
    open_to_all.chmod(0o755)
    (said,) = as_nobody(path)
    assert said.startswith(f"StoreUnusable: {path} is of an older version and must be upgraded, but cannot be written")


@pytest.mark.parametrize("made", ["empty", "without tables", "folder", "pipe", "text", "another program's", "newer"])
def test_every_refusal_names_the_file(path: Path, made: str) -> None:
    if made == "empty":
        path.touch()
    elif made == "folder":
        path.mkdir()
    elif made == "pipe":
        os.mkfifo(path)
    elif made == "text":
        path.write_bytes(b"no database at all, " * 99)
    elif made == "newer":
        Store.open(path).close()
        write(path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    else:
        write(path, "PRAGMA journal_mode = WAL" if made == "without tables" else "CREATE TABLE link (id INTEGER)")
    with pytest.raises(StoreUnusable, match=f"^{re.escape(str(path))} "):
        Store.open(path)


@needs_root
def test_a_file_that_cannot_be_read_is_named(open_to_all: Path) -> None:
    path = open_to_all / "links.db"
    Store.open(path).close()
    (said,) = as_nobody(path)
    assert said.startswith("StoreUnusable: ")
    assert "cannot be opened" in said


def test_a_store_that_is_moved_away_takes_no_more_writes(path: Path, store: Store) -> None:
    ana = store.as_host("ana")
    with closing(store.watch()) as watch:
        assert not watch.changed()
        ana.add_event_type("Intro call")
        assert watch.changed()
        assert not watch.changed()
        path.rename(path.with_name("elsewhere.db"))
        with pytest.raises(StoreGone, match="moved, deleted or replaced"):
            watch.changed()
    with pytest.raises(StoreGone):
        ana.add_event_type("VIP demo")


def test_a_writer_waits_for_another_one(path: Path, store: Store) -> None:
    ana = store.as_host("ana")
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.3, other.execute, ["COMMIT"])
        release.start()
        assert ana.add_event_type("Intro call").slug == "intro-call"
        release.join()


def test_a_lock_that_outlasts_the_wait_is_named_and_changes_nothing(path: Path, store: Store) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other, Store.open(path, wait=0.2) as impatient:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match=r"keeps .* locked; nothing was changed"):
            impatient.as_host("ana").add_event_type("Intro call")
        assert impatient.as_host("ana").event_types() == []  # readers don't wait
        other.execute("ROLLBACK")
        assert impatient.as_host("ana").add_event_type("Intro call").links == 0


def test_many_who_open_a_new_store_at_once_make_one(path: Path) -> None:
    failures: list[StoreError] = []
    start = threading.Barrier(6)

    def open_it(number: int) -> None:
        start.wait()
        try:
            with Store.open(path) as store:
                store.as_host(f"host {number}").add_event_type("Intro call")
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Store.open(path) as store:
        assert [len(store.as_host(f"host {number}").event_types()) for number in range(6)] == [1] * 6


def test_a_copy_made_by_vacuum_writes_to_a_log_again(path: Path, store: Store) -> None:
    store.as_host("ana").add_event_type("Intro call")
    copy = path.with_name("copy.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"VACUUM INTO '{copy}'")
    with Store.open(copy) as copied, closing(sqlite3.connect(copy)) as connection:
        copied.as_host("ana").add_event_type("VIP demo")
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


LOCK_IT_ALONE = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except BlockingIOError:
        print("refused")
    else:
        print("locked")
"""
"""Takes the lock that the last program which closes a database needs to copy its log (SQLite's os.h, SHARED_FIRST)."""


def test_looking_at_a_file_drops_no_lock_that_this_process_has_on_it(tmp_path: Path) -> None:
    path = tmp_path / "links.db"

    def lock_it_alone() -> str:
        command = [sys.executable, "-c", LOCK_IT_ALONE, str(path)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    with Store.open(path) as store, store.database.reading():
        assert lock_it_alone() == "refused"
        first_look(path, "ana", 10)
        check_file(path)
        assert lock_it_alone() == "refused", "another program could take the log away from under this one"
    assert lock_it_alone() == "locked"


def test_a_store_that_is_replaced_is_not_read_as_it_was(path: Path, store: Store) -> None:
    ana = store.as_host("ana")
    (link,) = ana.generate(ana.add_event_type("Intro call").id)
    store.copy_to(path.with_name("copy.db"))
    store.redeem(link.token)
    path.with_name("copy.db").replace(path)
    with pytest.raises(StoreGone, match="moved, deleted or replaced"):  # it was not redeemed in the copy
        store.look_up(link.token)
    with pytest.raises(StoreGone):
        ana.counts()
