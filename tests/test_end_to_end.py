"""The real program in a real terminal: generate, copy, watch somebody book, delete."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from secret_links import Store

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

PATIENCE = 60.0
"""Seconds after which a test gives up waiting for the screen."""

PROGRAM = ["sh", "-c", '"$@"; echo "exit code $?"', "sh", sys.executable, "-m", "secret_links_tui"]
"""The program in a shell that tells how it left: tmux itself may never learn it."""


class Terminal:
    """A tmux of its own, with a clipboard that programs may set."""

    def __init__(self, folder: Path, size: str = "100x30") -> None:
        self._socket = folder / "tmux"
        self._folder = folder
        columns, rows = size.split("x")
        config = folder / "tmux.conf"
        config.write_text("set -g set-clipboard on\nset -g remain-on-exit on\nset -s escape-time 10\n")
        self._new = ["-f", str(config), "new-session", "-d", "-s", "t", "-x", columns, "-y", rows]

    def tmux(self, *arguments: str, check: bool = True) -> str:
        environment = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE")}
        environment |= {"LANG": "C.UTF-8", "TERM": "xterm-256color"}
        command = ["tmux", "-u", "-S", str(self._socket), *arguments]
        return subprocess.run(command, env=environment, check=check, capture_output=True, text=True).stdout

    def start(self, *arguments: str) -> None:
        self.tmux(*self._new, "--", *PROGRAM, *arguments)

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", "-t", "t", *keys)

    @property
    def screen(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", "t", "-S", "-10")

    def look(self, *keys: str) -> None:
        """Types one key after the other, each when the one before has shown."""
        for key in keys:
            before = self.tmux("capture-pane", "-e", "-p", "-t", "t")
            self.keys(key)
            self.until(partial(self._looks_other_than, before), f"{key} to show")

    def _looks_other_than(self, before: str) -> bool:
        return self.tmux("capture-pane", "-e", "-p", "-t", "t") != before

    def until(self, true: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, f"waited in vain for {what}:\n{self.screen}"
            time.sleep(0.05)

    def shows(self, *texts: str) -> None:
        self.until(lambda: all(text in self.screen for text in texts), str(texts))

    def ends(self) -> None:
        """Waits for the end of the program; its exit code is left alone, as tmux 3.3 now and then never learns it."""
        self.until(lambda: self.tmux("display", "-p", "-t", "t", "#{pane_dead}").strip() == "1", "the program to leave")

    def close(self) -> None:
        self.tmux("kill-server", check=False)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    yield opened
    opened.close()


def test_a_host_generates_copies_sees_it_used_and_deletes_the_rest(terminal: Terminal, path: Path) -> None:
    options = ("--store", str(path), "--host", "ana")
    terminal.start(*options)
    terminal.shows("No links yet", "Generate")
    terminal.keys("g")
    terminal.shows("Event type", "How many")
    terminal.keys("-l", "Final round")
    terminal.shows("+ New event type “Final round”")
    terminal.look("Enter", "Tab", "Tab")
    terminal.tmux("set-buffer", "Ana Pires\nBo Chen\nCarla\n")
    terminal.tmux("paste-buffer", "-p", "-t", "t")
    terminal.shows("Generate 3 links")
    terminal.keys("C-g")
    terminal.shows("3 links generated", "Ana Pires", "Bo Chen", "Carla", "● Active")
    terminal.keys("Down", "c")
    terminal.until(
        lambda: "https://42min.us/s/" in terminal.tmux("show-buffer", check=False),
        "the URL in the terminal's clipboard",
    )
    url = terminal.tmux("show-buffer").strip()
    with Store.open(path) as store:
        link = store.as_host("ana").find(url)
        assert link.label == "Bo Chen"  # type: ignore[union-attr]
    redeemed = subprocess.run(
        [*PROGRAM, *options, "redeem", url, "--by", "Bo Chen"], check=False, capture_output=True, text=True
    )
    assert redeemed.returncode == 0
    terminal.shows("✓ Used at", "Bo Chen, Final round")
    terminal.keys("2", "a")
    terminal.shows("2 selected")
    terminal.keys("x")
    terminal.shows("Delete 2 links, 2 of them Active?")
    terminal.keys("y")
    terminal.shows("2 links deleted. u brings them back.")
    terminal.keys("q")
    terminal.until(
        lambda: terminal.tmux("display", "-p", "-t", "t", "#{pane_dead}").strip() == "1", "the program to leave"
    )
    assert "exit code 0" in terminal.screen
    with Store.open(path) as store:
        assert (store.as_host("ana").counts().used, store.as_host("ana").counts().total) == (1, 1)


def test_a_store_that_cannot_be_opened_is_named_after_the_terminal_is_restored(terminal: Terminal, path: Path) -> None:
    path.write_text("a shopping list, and not a short one: " * 40)
    terminal.start("--store", str(path))
    terminal.until(
        lambda: terminal.tmux("display", "-p", "-t", "t", "#{pane_dead}").strip() == "1", "the program to leave"
    )
    sentence = "is not a store of Secret Links; it was left as it is."
    terminal.until(lambda: sentence in " ".join(terminal.screen.split()), "the sentence")
    terminal.until(lambda: "exit code 1" in terminal.screen, "the exit code")
    assert terminal.tmux("display", "-p", "-t", "t", "#{alternate_on}").strip() == "0"


def test_a_large_demo_is_shown_when_it_is_made(terminal: Terminal) -> None:
    terminal.start("--demo", "--links", "20000", "--host", "ana")
    terminal.shows("demo: 20,000 links", "All 20,000")
    terminal.keys("q")
    terminal.ends()


def test_who_cancels_a_large_demo_is_told_so(terminal: Terminal) -> None:
    terminal.start("--demo", "--links", "100000000", "--host", "ana")
    terminal.shows("Making links", "of 100,000,000", "ctrl+c cancels")
    terminal.keys("C-c")
    terminal.shows("The demo was not made; nothing was kept.")
    terminal.ends()


def test_the_demo_shows_visitors_who_book(terminal: Terminal) -> None:
    terminal.start("--demo", "--host", "ana")
    terminal.shows("demo: nothing is kept", "All 300", "✓ Used at")
    terminal.keys("q")
    terminal.until(
        lambda: terminal.tmux("display", "-p", "-t", "t", "#{pane_dead}").strip() == "1", "the program to leave"
    )
