"""What end-to-end tests stand on: a store, terminals, and a server to sit at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from end_to_end.servers import Server, skip_without_sshd
from end_to_end.terminals import MAIN, Line, OpenTmux, Start, Tmux, program
from secret_links import Store

BASE_URL = "https://42min.us/s"


@pytest.fixture
def url(path: Path) -> str:
    """The URL of Bo's link, the only one in Ana's store."""
    with Store.open(path) as store:
        ana = store.as_host("ana")
        (link,) = ana.generate(ana.add_event_type("Interview").id, labels=["Bo Chen"])
    return link.url(BASE_URL)


@pytest.fixture
def open_line() -> Iterator[Start]:
    """Starts a command on a pty."""
    opened: list[Line] = []

    def begin(*command: str, **more: str) -> Line:
        opened.append(Line(command, **more))  # type: ignore[arg-type]
        return opened[-1]

    yield begin
    for line in opened:
        line.close()


@pytest.fixture
def start(path: Path, url: str, open_line: Start) -> Start:
    """Starts the program on a pty, and waits until Ana's links are shown and counted."""

    def begin(code: str = MAIN, **more: Any) -> Line:
        line = open_line(*program("--store", str(path), "--host", "ana", "--base-url", BASE_URL, code=code), **more)
        line.shows("Bo Chen")
        line.until(lambda: re.search(r"All \d", line.text))
        return line

    return begin


@pytest.fixture
def open_tmux(tmp_path: Path) -> Iterator[OpenTmux]:
    """Makes tmuxes, and ends them."""
    opened: list[Tmux] = []

    def begin(name: str, *settings: str) -> Tmux:
        opened.append(Tmux(tmp_path / name, *settings))
        return opened[-1]

    yield begin
    for tmux in opened:
        tmux.close()


@pytest.fixture
def terminal(open_tmux: OpenTmux) -> Tmux:
    """A tmux that takes what is copied; on a laptop, one that was told to."""
    return open_tmux("laptop")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two hosts."""
    skip_without_sshd()
    folder = tmp_path_factory.mktemp("server")
    opened = Server(folder, folder / "links.db")
    try:
        opened.wait()
        yield opened
    finally:
        opened.close()
