"""Files that appear complete or not at all, however the program ends that writes them."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from secret_links.atomic_files import remove_unfinished, scratch_file, whole_file
from small_disk import a_small_disk

WRITE_AND_WAIT = """
import signal, sys
from contextlib import nullcontext
from pathlib import Path
from secret_links.atomic_files import remove_unfinished, scratch_file, whole_file
if sys.argv[2] == "ignoring":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
inside = scratch_file(Path(sys.argv[2])) if "/" in sys.argv[2] else nullcontext()
with inside, whole_file(Path(sys.argv[1])) as unfinished:
    unfinished.write_bytes(b"half")
    print("written", flush=True)
    sys.stdin.readline()
    unfinished.write_bytes(b"whole")
"""


def a_writer(path: Path, how: str = "") -> subprocess.Popen[str]:
    """A program that has written half of a file."""
    pipe = subprocess.PIPE
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITE_AND_WAIT, str(path), how], stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "written\n"
    return writer


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_file_appears_only_when_it_is_complete_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    with whole_file(path) as unfinished:
        unfinished.write_text("whole")
        assert not path.exists()
        assert mode(unfinished.parent) == 0o700
    assert path.read_text() == "whole"
    assert (names(tmp_path), mode(path), path.stat().st_nlink) == (["copy.db"], 0o600, 1)


@pytest.mark.parametrize("there", ["a file", "a folder", "a link to nowhere"])
def test_anything_at_the_path_is_not_replaced(tmp_path: Path, there: str) -> None:
    path = tmp_path / "copy.db"
    if there == "a file":
        path.write_text("before")
    elif there == "a folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    before = path.lstat()
    with pytest.raises(FileExistsError), whole_file(path):
        pytest.fail("nothing is written that could not be put in its place")
    assert (path.lstat(), names(tmp_path)) == (before, ["copy.db"])


@pytest.mark.parametrize("hard_links", [True, False])
def test_a_file_that_appears_during_writing_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, hard_links: bool
) -> None:
    if not hard_links:
        monkeypatch.setattr(os, "link", refused)
    path = tmp_path / "copy.db"
    with pytest.raises(FileExistsError), whole_file(path) as unfinished:  # noqa: PT012  # refused at the end
        unfinished.write_text("mine")
        path.write_text("another's")
    assert (path.read_text(), names(tmp_path)) == ("another's", ["copy.db"])


def refused(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def test_files_are_written_on_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", refused)
    path = tmp_path / "copy.db"
    with whole_file(path) as unfinished:
        unfinished.write_text("whole")
    assert (path.read_text(), names(tmp_path), mode(path)) == ("whole", ["copy.db"], 0o600)


@pytest.mark.parametrize("replace", [True, False])
def test_a_failure_leaves_nothing(tmp_path: Path, *, replace: bool) -> None:
    path = tmp_path / "copy.db"
    with pytest.raises(ZeroDivisionError), whole_file(path, replace=replace) as unfinished:  # noqa: PT012
        unfinished.write_text("half")
        raise ZeroDivisionError
    with pytest.raises(FileNotFoundError), whole_file(path, replace=replace):
        pass  # nothing was written
    assert names(tmp_path) == []


def test_a_name_can_be_as_long_as_the_file_system_permits(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 127)
    with whole_file(path) as unfinished:
        unfinished.write_text("whole")
    assert names(tmp_path) == [path.name]


# In place of another file


def test_replacing_keeps_permissions_and_follows_symbolic_links(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("before")
    target.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(target, 65534, 65533)
    before = target.stat()
    link.symlink_to("target")
    with whole_file(link, replace=True) as unfinished:
        unfinished.write_text("after")
        assert link.read_text() == "before"
    assert link.is_symlink()
    assert (target.read_text(), mode(target)) == ("after", 0o640)
    assert (target.stat().st_uid, target.stat().st_gid) == (before.st_uid, before.st_gid)
    assert target.stat().st_ino != before.st_ino
    assert names(tmp_path) == ["link", "target"]


@pytest.mark.parametrize("there", ["a folder", "a pipe", "a device behind a link"])
def test_what_is_no_regular_file_is_not_replaced(tmp_path: Path, there: str) -> None:
    path = tmp_path / "it"
    if there == "a folder":
        path.mkdir()
    elif there == "a pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/null")
    before = path.stat()
    with pytest.raises(OSError, match="not a regular file"), whole_file(path, replace=True):
        pytest.fail("nothing is written that could not be put in its place")
    assert path.stat().st_ino == before.st_ino
    assert names(tmp_path) == ["it"]


# What ends the program


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_that_ends_the_program_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    writer = a_writer(tmp_path / "copy.db")
    writer.send_signal(number)
    writer.communicate(timeout=60)
    assert writer.returncode == -number
    assert names(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_removes_the_files_of_all_blocks_that_stand_in_each_other(
    tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "scratch").mkdir()
    writer = a_writer(tmp_path / "copy.db", str(tmp_path / "scratch" / "links.db"))
    assert len(names(tmp_path / "scratch")) == 1
    writer.send_signal(number)
    writer.communicate(timeout=60)
    assert writer.returncode == -number
    assert (names(tmp_path), names(tmp_path / "scratch")) == (["scratch"], [])


def test_a_scratch_file_is_gone_in_the_end(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with scratch_file(tmp_path / "links.db") as scratch:
        scratch.write_text("rows")
        assert scratch.stat().st_dev == tmp_path.stat().st_dev
        with whole_file(tmp_path / "copy.db") as unfinished:
            unfinished.write_text("whole")
        assert scratch.read_text() == "rows"
    assert names(tmp_path) == ["copy.db"]
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_signal_that_the_program_ignores_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    writer = a_writer(path, "ignoring")
    writer.send_signal(signal.SIGHUP)
    writer.communicate("go on\n", timeout=60)
    assert writer.returncode == 0
    assert (path.read_text(), names(tmp_path)) == ("whole", ["copy.db"])


def test_a_killed_programs_unfinished_file_is_removed_by_the_next_one(tmp_path: Path) -> None:
    for name in ("notes.part", "copy.db.secret-links-abc.part", "secret-links-abcdefgh"):
        (tmp_path / name).mkdir()
    others = names(tmp_path)
    writer = a_writer(tmp_path / "copy.db")
    writer.kill()
    writer.communicate(timeout=60)
    (left,) = set(names(tmp_path)) - set(others)
    assert left.startswith("copy.db.secret-links-")
    assert left.endswith(".part")
    with whole_file(tmp_path / "another.db") as unfinished:
        unfinished.touch()
    assert names(tmp_path) == sorted([*others, "another.db"])


def test_an_unfinished_file_that_another_program_is_writing_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    writer = a_writer(path)
    with whole_file(tmp_path / "another.db") as unfinished:
        unfinished.touch()
    writer.communicate("go on\n", timeout=60)
    assert writer.returncode == 0
    assert names(tmp_path) == ["another.db", "copy.db"]
    assert path.read_text() == "whole"


@pytest.mark.parametrize("taken", ["before it is opened", "before it is locked"])
def test_a_folder_that_another_program_removes_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    made: list[str] = []
    real_open, real_lock = os.open, fcntl.flock

    def open_it(name: str | Path, *flags: int, **more: int) -> int:
        if Path(name).suffix == ".part" and not made and taken == "before it is opened":
            made.append(str(name))
            remove_unfinished(tmp_path)
        return real_open(name, *flags, **more)

    def lock_it(file: int, how: int) -> None:
        if how == fcntl.LOCK_EX and not made:
            made.append("locked")
            remove_unfinished(tmp_path)
        real_lock(file, how)

    monkeypatch.setattr(os, "open", open_it)
    monkeypatch.setattr(fcntl, "flock", lock_it)
    with whole_file(tmp_path / "copy.db") as unfinished:
        unfinished.write_text("whole")
    assert made
    assert names(tmp_path) == ["copy.db"]


def test_handlers_of_the_program_are_left_as_they_were(tmp_path: Path) -> None:
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = [signal.getsignal(number) for number in numbers]
    own = signal.signal(signal.SIGHUP, lambda *_: None)
    try:
        handler = signal.getsignal(signal.SIGHUP)
        with whole_file(tmp_path / "copy.db") as unfinished:
            unfinished.touch()
            assert signal.getsignal(signal.SIGHUP) is handler
            assert signal.getsignal(signal.SIGTERM) is not before[0]
    finally:
        signal.signal(signal.SIGHUP, own)
    assert [signal.getsignal(number) for number in numbers] == before


def test_ending_a_forked_child_leaves_the_file_to_its_parent(tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    with whole_file(path) as unfinished:
        unfinished.write_text("whole")
        ready, write = os.pipe()
        child = os.fork()
        if not child:
            os.write(write, b"ready")
            while True:  # a signal is handled between two steps of Python's
                os.getpid()
        assert os.read(ready, 5) == b"ready"
        os.close(ready)
        os.close(write)
        os.kill(child, signal.SIGTERM)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGTERM
    assert path.read_text() == "whole"


def test_files_are_written_in_other_threads(tmp_path: Path) -> None:
    path = tmp_path / "copy.db"

    def write() -> None:
        with whole_file(path) as unfinished:
            unfinished.write_text("whole")

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert names(tmp_path) == ["copy.db"]


def test_a_full_disk_leaves_nothing() -> None:
    with a_small_disk(1) as folder:
        with pytest.raises(OSError, match="No space left"), whole_file(folder / "copy.db") as unfinished:
            unfinished.write_bytes(bytes(2_000_000))
        assert names(folder) == []
