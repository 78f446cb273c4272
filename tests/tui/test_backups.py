"""Backups: complete or not there, whatever ends the program, and what is found in one when it is needed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from command_line import Run
from secret_links import HostStore, Store
from secret_links.whole.filling import fill
from small_disk import a_small_disk
from support import integrity

LINKS = 30_000
"""Of a store of some megabytes."""


@pytest.fixture
def large(path: Path) -> Path:
    with Store.open(path) as store:
        fill(store, "ana", LINKS)
    assert path.stat().st_size > 4_000_000
    return path


def unfinished(folder: Path) -> list[Path]:
    return list(folder.glob("*.part/*"))


@contextmanager
def a_stopped_backup(store: Path, copy: Path) -> Iterator[subprocess.Popen[str]]:
    """`secret-links backup`, stopped in the middle of its work."""
    arguments = ["--store", str(store), "--host", "ana", "backup", str(copy)]
    while True:
        backup = subprocess.Popen(
            [sys.executable, "-m", "secret_links_tui", *arguments], stderr=subprocess.PIPE, text=True
        )
        while not unfinished(copy.parent) and backup.poll() is None:
            pass
        backup.send_signal(signal.SIGSTOP)
        if unfinished(copy.parent) and not copy.exists():
            break
        backup.send_signal(signal.SIGCONT)  # it was done before it could be stopped
        backup.communicate(timeout=60)
        copy.unlink(missing_ok=True)
    try:
        yield backup
    finally:
        backup.kill()
        backup.communicate(timeout=60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_backup_that_is_ended_leaves_nothing(large: Path, tmp_path: Path, number: signal.Signals) -> None:
    copy = tmp_path / "copies" / "copy.db"
    copy.parent.mkdir()
    with a_stopped_backup(large, copy) as backup:
        backup.send_signal(number)
        backup.send_signal(signal.SIGCONT)
        backup.communicate(timeout=60)
        assert backup.returncode != 0
    assert list(copy.parent.iterdir()) == []


def test_a_backup_that_is_killed_leaves_nothing_under_its_name_and_the_next_one_is_whole(
    large: Path, tmp_path: Path, run: Run
) -> None:
    copy = tmp_path / "copies" / "copy.db"
    copy.parent.mkdir()
    with a_stopped_backup(large, copy) as backup:
        backup.kill()
        backup.communicate(timeout=60)
    (left,) = copy.parent.iterdir()
    assert left.suffix == ".part"
    assert run("backup", str(copy)).code == 0
    assert list(copy.parent.iterdir()) == [copy]
    assert integrity(copy) == "ok"
    with Store.open(copy) as copied:
        assert copied.as_host("ana").counts().total == LINKS


def test_a_backup_onto_a_full_disk_leaves_nothing_and_says_so(large: Path, run: Run) -> None:
    with a_small_disk(3) as folder:
        answer = run("backup", str(folder / "copy.db"))
        assert answer.code == 1
        assert answer.err == f"secret-links: The disk with {folder / 'copy.db'} is full; nothing was kept there.\n"
        assert list(folder.iterdir()) == []


def test_a_new_store_on_a_full_disk_leaves_nothing_and_says_so(run: Run) -> None:
    with a_small_disk(1) as folder:
        (folder / "ballast").write_bytes(bytes(1_000_000))
        answer = run("--store", str(folder / "links.db"), "list")
        assert answer.code == 1
        assert answer.err.startswith(f"secret-links: The disk with {folder / 'links.db'} is full; no store was made")
        assert [file.name for file in folder.iterdir()] == ["ballast"]


def test_a_backup_is_of_one_moment_while_others_write(large: Path, tmp_path: Path) -> None:
    copy, done = tmp_path / "copy.db", threading.Event()
    with Store.open(large) as store:
        ana = store.as_host("ana")

        def write() -> None:
            while not done.is_set():
                ana.generate(ana.event_types()[0].id, 100)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            store.copy_to(copy)
        finally:
            done.set()
            writer.join()
    assert integrity(copy) == "ok"
    with Store.open(copy) as copied:
        assert (copied.as_host("ana").counts().total - LINKS) % 100 == 0


def test_a_backup_comes_to_its_end_however_often_others_write(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite begins a copy again when another connection has written, unless the source's snapshot is held."""
    copy = tmp_path / "copy.db"
    with Store.open(path) as other, Store.open(path) as store:
        ana = other.as_host("ana")
        kind = ana.add_event_type("Intro call").id
        ana.generate(kind, 3_000)
        steps: list[object] = []

        class Disturbed(sqlite3.Connection):
            def backup(self, target: sqlite3.Connection, **_: Any) -> None:
                def step(*told: int) -> None:
                    steps.append(told)
                    assert len(steps) < 100, "it begins again and again"
                    ana.generate(kind)

                super().backup(target, pages=50, progress=step)

        monkeypatch.setattr(
            store.database, "connect", lambda: sqlite3.connect(path, factory=Disturbed, isolation_level=None)
        )
        store.copy_to(copy)
    assert len(steps) > 1
    with Store.open(copy) as copied:
        assert copied.as_host("ana").counts().total == 3_000


def test_a_backup_in_place_of_a_link_or_a_folder_is_refused(run: Run, ana: HostStore, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "nowhere.db")
    (tmp_path / "folder.db").mkdir()
    for name in ("link.db", "folder.db"):
        answer = run("backup", str(tmp_path / name))
        assert answer.code in (1, 2)
        assert answer.err.startswith(f"secret-links: {tmp_path / name} is ")
        assert "name a file that is not" in answer.err
    assert not os.path.lexists(tmp_path / "nowhere.db")
