"""The real program on a real pty: terminals that answer, lines that drop, servers that go down, faults."""

from __future__ import annotations

import base64
import os
import pty
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from secret_links import Store
from secret_links_tui.terminal import QUESTIONS

PATIENCE = 60.0
"""Seconds after which a test gives up waiting."""

AT_ONCE = 5.0
"""Seconds within which the program is gone after it was told to: half a second, and what a busy machine adds."""

KITTY = b"\x1bP>|kitty(0.26.5)\x1b\\\x1b[>1;4000;26c\x1b[?62c"
MAIN = "import sys; from secret_links_tui.__main__ import main; sys.exit(main())"


class Line:
    """The program at one end of a pty, the test at the other; the terminal answers as it is told to."""

    def __init__(self, *arguments: str, code: str = MAIN, answer: bytes = KITTY, **environment: str) -> None:
        self.said = b""
        """All that the program has written."""
        self._answer = answer
        foreign = ("TMUX", "TMUX_PANE", "STY", "SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT", "DISPLAY", "WAYLAND_DISPLAY")
        known = {name: value for name, value in os.environ.items() if name not in foreign}
        self.pid, self._terminal = _fork([sys.executable, "-c", code, *arguments], {**known, **environment})
        self.exit_code: int | None = None

    def read(self, seconds: float = 0.05) -> None:
        """Takes what has been written, and answers the program's question."""
        if select.select([self._terminal], [], [], seconds)[0]:
            try:
                some = os.read(self._terminal, 65536)
            except OSError:  # the other end is closed
                some = b""
            if QUESTIONS in self.said + some and QUESTIONS not in self.said:
                os.write(self._terminal, self._answer)
            self.said += some

    def until(self, true: Callable[[], object], patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not true():
            assert time.monotonic() < deadline, self.said[-3000:]
            self.read()

    def shows(self, text: str) -> None:
        self.until(lambda: text in re.sub(r"\x1b\[[0-9;?<>=]*[a-zA-Z]", "", self.said.decode("utf-8", "replace")))

    def keys(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def hang_up(self) -> None:
        """The line drops."""
        os.close(self._terminal)
        self._terminal = -1

    @property
    def gone(self) -> bool:
        if self.exit_code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.exit_code = os.waitstatus_to_exitcode(status) if pid else None
        return self.exit_code is not None

    def is_gone_at_once(self) -> None:
        if self._terminal >= 0:
            self.until(lambda: self.gone, AT_ONCE)
            return
        deadline = time.monotonic() + AT_ONCE
        while not self.gone:
            assert time.monotonic() < deadline, "the program is still there"
            time.sleep(0.01)

    def close(self) -> None:
        if not self.gone:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self._terminal >= 0:
            os.close(self._terminal)


def _fork(command: list[str], environment: Mapping[str, str]) -> tuple[int, int]:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, {**environment, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"})
    return pid, terminal


Start = Callable[..., Line]


@pytest.fixture
def start(path: Path) -> Iterator[Start]:
    """Starts the program on a store with one link."""
    opened: list[Line] = []
    with Store.open(path) as store:
        ana = store.as_host("ana")
        ana.generate(ana.add_event_type("Interview").id, labels=["Bo Chen"])

    def begin(**more: str) -> Line:
        line = Line("--store", str(path), "--host", "ana", "--base-url", "https://42min.us/s", **more)  # type: ignore[arg-type]
        opened.append(line)
        line.shows("Bo Chen")
        line.shows("All 1")
        return line

    yield begin
    for line in opened:
        line.close()


def test_a_terminal_that_says_its_name_is_named_in_what_was_sent(start: Start, path: Path) -> None:
    line = start(SSH_TTY="/dev/pts/9")
    line.keys("c")
    line.shows("Sent to your terminal (kitty)")
    with Store.open(path) as store:
        (link,) = store.as_host("ana").window()
    carried = base64.b64encode(link.url("https://42min.us/s").encode())
    assert b"\x1b]52;c;" + carried + b"\x07" in line.said


def test_where_the_terminal_refuses_copying_opens_the_link_view(start: Start, path: Path) -> None:
    line = start(SSH_TTY="/dev/pts/9", answer=b"\x1b[>65;7006;1c\x1b[?65;1;9c")
    line.keys("c")
    line.shows("Press Enter to go back")
    with Store.open(path) as store:
        (link,) = store.as_host("ana").window()
    assert link.url("https://42min.us/s").encode() in line.said
    assert b"\x1b]52" not in line.said


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_ends_the_program_with_its_terminal_restored(start: Start, number: signal.Signals) -> None:
    line = start()
    os.kill(line.pid, number)
    line.is_gone_at_once()
    assert line.exit_code == 128 + number
    assert line.said.rindex(b"\x1b[?1049l") > line.said.rindex(b"\x1b[?1049h")
    assert b"Traceback" not in line.said


def test_a_dropped_line_ends_the_program(start: Start) -> None:
    line = start()
    line.hang_up()
    line.is_gone_at_once()


def test_a_dropped_line_ends_the_program_even_where_hanging_up_is_ignored(start: Start) -> None:
    ignoring = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); signal.signal = lambda *_: None\n"
    ignoring += "import asyncio; asyncio.unix_events._UnixSelectorEventLoop.add_signal_handler = lambda *_: None\n"
    line = start(code=ignoring + MAIN)
    line.hang_up()
    line.is_gone_at_once()


def test_a_fault_leaves_a_log_without_a_secret_and_a_restored_terminal(start: Start, tmp_path: Path) -> None:
    fault = (
        "from secret_links_tui.screens.links import LinksScreen\n"
        "def broken(self):\n"
        "    secret = self.table.cursor_link.label\n"
        "    raise LookupError('no place for ' + secret)\n"
        "LinksScreen.action_help = broken\n"
    )
    line = start(code=fault + MAIN, XDG_STATE_HOME=str(tmp_path))
    begun = len(line.said)
    line.keys("?")
    line.is_gone_at_once()
    line.read()
    told = line.said[begun:].split(b"\x1b[?1049l")[-1].decode()
    assert line.exit_code == 1
    assert "met a fault of its own (LookupError)" in " ".join(told.split())
    assert "Bo Chen" not in told
    (log,) = tmp_path.rglob("crash-*.log")
    assert "action_help" in log.read_text() or "broken" in log.read_text()
    assert "Bo Chen" not in log.read_text()
    assert log.stat().st_mode & 0o077 == 0
