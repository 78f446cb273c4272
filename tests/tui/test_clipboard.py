"""Copying for real, into a real X server's clipboard where there is one."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator

import pytest

from end_to_end.servers import needs_x, x_server
from secret_links_tui.terminal.clipboard import copy_locally, is_local


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A screen without a monitor."""
    with x_server() as name:
        monkeypatch.setenv("DISPLAY", name)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        yield name


@needs_x
def test_a_local_copy_is_confirmed_by_reading_it_back(display: str) -> None:
    assert asyncio.run(copy_locally("https://42min.us/s/" + "x" * 22))
    pasted = subprocess.run(["xclip", "-selection", "c", "-o"], capture_output=True, text=True, check=True)
    assert pasted.stdout == "https://42min.us/s/" + "x" * 22


@needs_x
async def test_a_dead_display_is_not_called_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":77")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not await copy_locally("text")


async def test_a_copy_that_hangs_is_given_up_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secret_links_tui.terminal.clipboard._COPY_AND_READ_BACK", "import time; time.sleep(60)")
    assert not await copy_locally("text", deadline=0.3)


@pytest.mark.parametrize(
    ("environ", "platform", "local"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "1 2 3 4"}, "linux", False),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", False),
    ],
)
def test_only_a_graphical_session_without_ssh_is_local(environ: dict[str, str], platform: str, *, local: bool) -> None:
    assert is_local(environ, platform) is local
