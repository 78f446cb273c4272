"""What all hosts of one server account share is no host's to use: somebody's tmux, and the account's own clipboard."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from end_to_end.servers import needs_tmux, needs_x, x_server
from end_to_end.terminals import FOREIGN, Start, Tmux
from secret_links import Store

AFAR = {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22"}


@pytest.fixture
def someones(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """A tmux that somebody else works in under the same account, where every tmux command finds it."""
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    environment |= {"TMUX_TMPDIR": str(tmp_path), "LANG": "C.UTF-8"}

    def tmux(*arguments: str, check: bool = True) -> str:
        command = ["tmux", "-f", os.devnull, *arguments]
        return subprocess.run(command, env=environment, check=check, capture_output=True, text=True).stdout

    tmux("new-session", "-d", "-s", "theirs", "cat")
    tmux("set-buffer", "theirs")
    yield tmux
    tmux("kill-server", check=False)


@needs_tmux
@pytest.mark.parametrize("chosen", ["option", "preference", "named by the environment"])
def test_a_tmux_of_somebody_else_gets_nothing(
    start: Start, path: Path, url: str, tmp_path: Path, someones: Callable[..., str], chosen: str
) -> None:
    environment = {"TMUX_TMPDIR": str(tmp_path), **AFAR}
    if chosen == "option":
        environment["SECRET_LINKS_CLIPBOARD"] = "tmux"
    elif chosen == "preference":
        with Store.open(path) as store:
            store.as_host("ana").prefer({"clipboard": "tmux"})
    else:
        environment["TMUX"] = someones("display", "-p", "#{socket_path},#{pid},0").strip()
    line = start(size=(160, 30), **environment)
    line.keys("c")
    line.shows(f"Sent to your terminal ({'tmux' if 'TMUX' in environment else 'kitty'}): the link")
    if "TMUX" not in environment:
        line.shows("not by tmux: there is none around this screen")
    line.until(lambda: line.copied)
    assert someones("show-buffer") == "theirs"
    line.keys("q")
    line.is_gone_at_once()
    assert someones("list-buffers").count("\n") == 1


@needs_tmux
def test_a_tmux_of_ones_own_gets_the_copy(terminal: Tmux, path: Path, url: str) -> None:
    terminal.start("--store", str(path), "--host", "ana", "--clipboard", "tmux")
    terminal.shows("Bo Chen", "All 1")
    terminal.tmux("set", "-g", "set-clipboard", "off")  # so that it gets nothing but by its own command
    terminal.keys("c")
    terminal.shows("Sent to your terminal (tmux): the link")
    assert terminal.copied == url


@needs_x
def test_the_accounts_own_display_gets_nothing_from_afar(start: Start, url: str) -> None:
    with x_server() as display:
        environment = {**os.environ, "DISPLAY": display}
        subprocess.run(
            ["xclip", "-selection", "clipboard"],
            input=b"theirs",
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        line = start(size=(160, 30), DISPLAY=display, SECRET_LINKS_CLIPBOARD="system", **AFAR)
        line.keys("c")
        line.shows("Sent to your terminal (kitty): the link")
        line.shows("not by the server's own clipboard")
        asked = ["xclip", "-selection", "clipboard", "-o"]
        assert subprocess.run(asked, env=environment, capture_output=True, check=True, timeout=30).stdout == b"theirs"
