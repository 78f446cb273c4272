"""What `access add` gives a host for the laptop: a connection that is shared, and a terminal that is clean again."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from end_to_end.servers import Server
from end_to_end.terminals import Line, Start
from secret_links_tui.commands.laptop import function
from secret_links_tui.terminal.restored import RESTORED
from slow_line import SlowLine

ROUND_TRIP = 0.15
"""Seconds, as between two continents."""

KEYBOARD = termios.ICRNL | termios.IXON
"""What matters of how keys come in."""

_ON_AT_FIRST = {"7", "25"}
"""Modes that are on at first: the program puts them off, and they are to be on afterwards."""


@dataclass
class Laptop:
    """A laptop on which a host has put what they were given."""

    folder: Path
    line: SlowLine
    open_line: Start

    def run(self, command: str) -> Line:
        """Runs a command in a shell that has the function, and then says what became of it."""
        profile = self.folder / "profile"
        path = f"{self.folder}:{os.environ['PATH']}"
        return self.open_line("bash", "-c", f'. {profile}; {command}; echo "code $?"; read -r _', PATH=path)


@pytest.fixture
def laptop(server: Server, tmp_path: Path, open_line: Start) -> Iterator[Laptop]:
    """Ana's, far away from the server."""
    server.ask("ana", "event-type add Call")
    server.ask("ana", "generate call --label 'Bo Chen'")
    server.administer("access", "remove", "ana")
    given = server.administer("access", "add", "ana", str(server.folder / "ana.pub"))
    stanza, function = re.findall(r"^(Host .*?|links\(\).*?)(?:\n\n|\n?\Z)", given, re.DOTALL | re.MULTILINE)
    with SlowLine(server.port, ROUND_TRIP) as line, tempfile.TemporaryDirectory(prefix="ssh-") as sockets:
        (tmp_path / "config").write_text(f"{server.laptop('ana', line.port, sockets)}\n{stanza}\n")
        (tmp_path / "profile").write_text(f"{function}\n")
        ssh = tmp_path / "ssh"
        ssh.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {tmp_path / "config"} "$@"\n')
        ssh.chmod(0o755)
        yield Laptop(tmp_path, line, open_line)


def modes_left(said: bytes) -> set[str]:
    """Returns the modes of a terminal that are not as a shell expects them after what was written."""
    state: dict[str, bool] = {}
    for modes, how in re.findall(rb"\x1b\[\?([0-9;]+)([hl])", said):
        state.update(dict.fromkeys(modes.decode().split(";"), how == b"h"))
    return {mode for mode, is_on in state.items() if is_on is not (mode in _ON_AT_FIRST)}


def test_the_second_connection_is_the_first_one_and_a_line_that_drops_leaves_a_clean_terminal(laptop: Laptop) -> None:
    first = laptop.run("links")
    before = termios.tcgetattr(first._terminal)
    first.shows("Bo Chen")
    alone = laptop.line.round_trips
    first.until(lambda: re.search(r"All \d", first.text))
    first.keys("q")
    first.shows("code 0")
    assert modes_left(first.said) == set()
    assert first.said.count(b"\x1b7\x1b[?1049l") == 0, "the program has cleaned up by itself"

    begun = laptop.line.round_trips
    second = laptop.run("links")
    second.shows("Bo Chen")
    shared = laptop.line.round_trips - begun
    assert laptop.line.connections == 1
    assert shared <= alone - 4, (shared, alone)

    second.until(lambda: re.search(r"All \d", second.text))
    assert modes_left(second.said) > {"1049", "1000", "2004", "1004", "25"}
    assert termios.tcgetattr(second._terminal) != before
    pushed = len(re.findall(rb"\x1b\[>\d*u", second.said))
    laptop.line.cut()
    second.shows("code 255")
    assert modes_left(second.said) == set()
    assert len(re.findall(rb"\x1b\[<\d*u", second.said)) == pushed
    assert second.said.rindex(b"\x1b[<u") < second.said.rindex(b"\x1b[?1049l"), "the screen has keys of its own"
    after = termios.tcgetattr(second._terminal)
    assert after[1:4] == before[1:4]
    assert after[0] & KEYBOARD == before[0] & KEYBOARD


@pytest.mark.parametrize("shell", ["bash", "sh", "zsh"])
@pytest.mark.parametrize(("code", "cleans"), [(0, False), (2, False), (130, True), (255, True)])
def test_the_command_cleans_up_in_any_shell_where_ssh_was_cut_off_and_only_there(
    tmp_path: Path, open_line: Start, shell: str, code: int, cleans: bool
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    ssh = tmp_path / "ssh"
    ssh.write_text(f'#!/bin/sh\nstty -echo\nprintf "(%s)" "$@"\nexit {code}\n')
    ssh.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    line = open_line(shell, "-c", f"{function()}\nlinks list 'a b'; echo \"code $?\"; read -r _", PATH=path)
    line.shows(f"code {code}")
    assert line.text.startswith("(links)(--)(list)(a b)")
    assert (RESTORED.encode() in line.said) is cleans
    assert bool(termios.tcgetattr(line._terminal)[3] & termios.ECHO) is cleans
