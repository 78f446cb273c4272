"""The real program on a real pty: terminals that answer, lines that drop, servers that go down, faults."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from end_to_end.terminals import MAIN, Start


def test_a_terminal_that_says_its_name_is_named_in_what_was_sent(start: Start, url: str) -> None:
    line = start(SSH_TTY="/dev/pts/9")
    line.keys("c")
    line.shows("Sent to your terminal (kitty)")
    assert line.copied == [url]


def test_where_the_terminal_refuses_copying_opens_the_link_view(start: Start, url: str) -> None:
    line = start(SSH_TTY="/dev/pts/9", answer=b"\x1b[>65;7006;1c\x1b[?65;1;9c")
    line.keys("c")
    line.shows("Press Enter to go back")
    assert url.encode() in line.said
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
    line = start(code=ignoring + MAIN)
    line.hang_up()
    line.is_gone_at_once()


def test_a_fault_leaves_a_log_without_a_secret_and_a_restored_terminal(start: Start, tmp_path: Path) -> None:
    fault = (
        "from secret_links_tui.screens.links.screen import LinksScreen\n"
        "def broken(self):\n"
        "    secret = self.board.table.cursor_link.label\n"
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
    assert "crashed (LookupError)" in " ".join(told.split())
    assert "Bo Chen" not in told
    (log,) = tmp_path.rglob("crash-*.log")
    assert "action_help" in log.read_text() or "broken" in log.read_text()
    assert "Bo Chen" not in log.read_text()
    assert log.stat().st_mode & 0o077 == 0
