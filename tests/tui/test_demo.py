"""The demo: small ones that go, large ones that are made once and kept."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from secret_links import HostStore, Store, StoreFull
from secret_links.whole import filling
from secret_links_tui import start
from secret_links_tui.demo import kept_store
from secret_links_tui.demo.busy_host import Demo, Visitors
from secret_links_tui.settings import Settings
from support import integrity

MANY = 2_000
SETTINGS = Settings("no.db", "ana", "https://42min.us/s", ZoneInfo("UTC"))


@dataclass
class Shown:
    """What the screen was given instead of being drawn."""

    badges: list[str] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    operation: Callable[[HostStore], object] = lambda _: None
    """What the host does there."""

    def run(self, settings: Settings, _: object, open_it: Callable[[], Store], __: object, badge: str) -> int:
        with open_it() as store:
            self.badges.append(badge)
            self.totals.append(store.as_host(settings.host).counts().total)
            self.operation(store.as_host(settings.host))
        return 0


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    screen = Shown()
    monkeypatch.setattr(start, "_run", screen.run)
    monkeypatch.setattr(Visitors, "start", lambda _: None)
    monkeypatch.setattr(kept_store, "KEPT_FROM", MANY)
    monkeypatch.setattr(filling, "FILL_SLICE", 100)
    return screen


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return kept_store.kept_path("ana", MANY)


@pytest.fixture
def first_slice(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Callable[[], object]]]:
    """What is to happen, once each, when the first links are written."""
    operations: list[Callable[[], object]] = []
    real = filling.fill

    def fill(store: Store, host_name: str, links: int, *, progress: filling.Progress) -> None:
        def report(done: int) -> None:
            if operations:
                operations.pop()()
            progress(done)

        real(store, host_name, links, progress=report)

    monkeypatch.setattr(filling, "fill", fill)
    yield operations
    assert not operations


def test_a_small_demo_leaves_nothing(shown: Shown, kept: Path) -> None:
    assert start.run_demo(SETTINGS, {}) == 0
    assert start.run_demo(SETTINGS, {}, MANY - 1) == 0
    assert shown.badges == ["demo: nothing is kept"] * 2
    assert shown.totals == [300, MANY - 1]
    assert not kept.parent.exists()
    with Demo("ana", 1) as demo, demo.open() as store:
        assert store.as_host("ana").counts().total == 1
    assert not demo.path.parent.exists()


def test_a_large_demo_is_made_once_and_keeps_what_was_done_in_it(shown: Shown, kept: Path) -> None:
    shown.operation = lambda ana: ana.delete([1, 2, 3])
    assert start.run_demo(SETTINGS, {}, MANY) == 0
    assert start.run_demo(SETTINGS, {}, MANY) == 0
    assert shown.badges == ["demo: 2,000 links"] * 2
    assert shown.totals == [MANY, MANY - 3]
    assert integrity(kept) == "ok"
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [path.name for path in kept.parent.iterdir() if path.suffix == ".db"] == [kept.name]


def test_hosts_and_sizes_have_demos_of_their_own(kept: Path) -> None:
    assert "2000" in kept.name
    others = {kept_store.kept_path(host, MANY) for host in ("bo", "../bo", "b" * 200)}
    assert len(others | {kept, kept_store.kept_path("ana", MANY + 1)}) == 5
    assert all(other.parent == kept.parent and len(other.name) < 200 for other in others)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_cancelled_demo_leaves_nothing_behind(
    shown: Shown,
    kept: Path,
    first_slice: list[Callable[[], object]],
    number: signal.Signals,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = signal.getsignal(number)
    first_slice.append(lambda: os.kill(os.getpid(), number))
    assert start.run_demo(SETTINGS, {}, MANY) == 1
    assert capsys.readouterr().err.endswith("secret-links: The demo was not made; nothing was kept.\n")
    assert list(kept.parent.iterdir()) == []
    assert shown.badges == []
    assert signal.getsignal(number) is before


def test_a_full_disk_is_reported_and_nothing_left_behind(
    shown: Shown, kept: Path, first_slice: list[Callable[[], object]], capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise StoreFull("full")

    first_slice.append(fail)
    assert start.run_demo(SETTINGS, {}, MANY) == 1
    sentence = f"secret-links: The disk with {kept.parent} has no room for 2,000 links; nothing was kept.\n"
    assert capsys.readouterr().err.endswith(sentence)
    assert list(kept.parent.iterdir()) == []


def test_a_folder_that_takes_no_files_is_reported(shown: Shown, kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept.parent.write_text("no folder")
    assert start.run_demo(SETTINGS, {}, MANY) == 1
    assert f"No demo can be kept in {kept.parent}: File exists.\n" in capsys.readouterr().err


def test_two_programs_that_make_the_same_demo_use_the_first_one(
    kept: Path, shown: Shown, first_slice: list[Callable[[], object]]
) -> None:
    made: list[tuple[int, int]] = []

    def other() -> None:
        kept_store.make(kept, "ana", MANY)
        made.append((kept.stat().st_ino, len(list(kept.parent.iterdir()))))

    first_slice.append(other)
    kept_store.make(kept, "ana", MANY)
    assert made == [(kept.stat().st_ino, 2)]  # the store, and the other's unfinished one
    assert list(kept.parent.iterdir()) == [kept]


def test_remains_of_a_killed_program_are_removed_when_the_next_demo_is_made(kept: Path) -> None:
    left = kept.with_name(f"{kept.name}.secret-links-abcdefgh.part")
    left.mkdir(parents=True)
    (left / "unfinished").touch()
    kept_store.make(kept, "ana", 10)
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
