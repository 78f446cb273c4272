"""Copies in a local graphical session: one that works, one that is dead, and one that never answers."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from end_to_end.servers import needs_proc, needs_x, needs_xclip, x_server
from end_to_end.terminals import Line, Start
from secret_links_tui.terminal.clipboard import DEADLINE

SOON = DEADLINE - 0.5
"""Seconds within which something happens that does not wait for a clipboard."""


def pasted(display: str) -> str:
    """What the clipboard of a display holds."""
    asked = ["xclip", "-selection", "clipboard", "-o"]
    environment = {**os.environ, "DISPLAY": display}
    return subprocess.run(asked, env=environment, capture_output=True, text=True, check=False, timeout=30).stdout


def has_drawn_nothing_foreign(line: Line) -> bool:
    """Whether no helper has written to the terminal: xclip complains of a display, Python of a traceback."""
    return not any(word in line.text for word in ("isplay", "Error", "xclip", "Traceback"))


@needs_x
def test_a_copy_is_read_back_called_copied_and_there_when_the_program_is_gone(start: Start, url: str) -> None:
    with x_server() as display:
        line = start(DISPLAY=display)
        line.keys("c")
        line.shows("Copied the link")
        assert pasted(display) == url
        line.keys("q")
        line.is_gone_at_once()
        line.hang_up()
        assert pasted(display) == url


LATE_XCLIP = """#!/bin/sh
case "$*" in
*-o*)
    {xclip} "$@"
    touch {read}
    ;;
*)
    text=$(cat)
    (
        until [ -e {read} ]; do sleep 0.01; done
        printf %s "$text" | {xclip} "$@"
    ) >/dev/null 2>&1 &
    ;;
esac
"""
"""xclip as it is on a busy machine: it takes the selection when somebody has asked for it already."""


@needs_x
def test_a_helper_that_takes_the_clipboard_late_has_copied_too(start: Start, url: str, tmp_path: Path) -> None:
    (tmp_path / "late").mkdir()
    helper = tmp_path / "late" / "xclip"
    helper.write_text(LATE_XCLIP.format(xclip=shutil.which("xclip"), read=tmp_path / "read"))
    helper.chmod(0o700)
    with x_server() as display:
        line = start(DISPLAY=display, PATH=f"{helper.parent}:{os.environ['PATH']}")
        line.keys("c")
        line.shows("Copied the link", DEADLINE)
        assert pasted(display) == url


@needs_x
def test_where_the_display_is_dead_a_copy_is_only_sent(start: Start, url: str) -> None:
    with x_server() as display:
        pass  # by now it is dead
    line = start(DISPLAY=display)
    line.keys("c")
    line.shows("Sent to your terminal (kitty): the link")
    assert line.copied == [url]
    assert "Copied" not in line.text
    assert has_drawn_nothing_foreign(line)


@pytest.fixture
def mute_display() -> Iterator[str]:
    """A display that takes connections, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1] - 6000}"


def users_of(display: str) -> list[str]:
    """The commands of all processes that were told of a display."""
    told = f"\0DISPLAY={display}\0".encode()
    commands = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if told in b"\0" + (process / "environ").read_bytes():
                commands.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:  # it has ended meanwhile, or is somebody else's
            continue
    return commands


@needs_proc
@needs_xclip
def test_a_display_that_never_answers_holds_nothing_up(start: Start, url: str, mute_display: str) -> None:
    line = start(DISPLAY=mute_display)
    line.keys("c")
    line.until(lambda: any("xclip" in command for command in users_of(mute_display)))
    line.keys("?")
    line.shows("A secret link is good for one booking", SOON)
    assert "Sent to" not in line.text
    line.keys("\x1b")
    line.shows("Sent to your terminal (kitty): the link")
    assert "Copied" not in line.text
    assert has_drawn_nothing_foreign(line)
    line.until(lambda: not any("xclip" in command for command in users_of(mute_display)))


@needs_proc
@needs_xclip
def test_leaving_does_not_wait_for_a_display_that_never_answers(start: Start, mute_display: str) -> None:
    line = start(DISPLAY=mute_display)
    line.keys("c")
    line.until(lambda: any("xclip" in command for command in users_of(mute_display)))
    line.keys("q")
    line.is_gone_at_once(SOON)
    assert line.exit_code == 0
    assert users_of(mute_display) == []
