"""Copies on their way from a server to the laptop, past every tmux and screen between: what arrives, what is said."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from end_to_end.servers import Server, needs_screen, needs_tmux
from end_to_end.terminals import OpenTmux, Start, Tmux
from secret_links import Store

pytestmark = needs_tmux

DEFAULTS = ""
"""The settings of a tmux that nobody has touched: it takes what its own commands copy, and nothing from programs."""

ON, OFF = "set -g set-clipboard on", "set -g set-clipboard off"
PASSING = "set -g allow-passthrough on"
NAMES = {DEFAULTS: "defaults", ON: "on", OFF: "off", PASSING: "passthrough"}

CURE = "set -g set-clipboard on, in your laptop's tmux"


@pytest.fixture
def host(tmp_path: Path) -> str:
    """A host whom no other test knows."""
    return tmp_path.name


@pytest.fixture
def url(server: Server, host: str) -> str:
    """The URL of the host's only link."""
    with Store.open(server.store) as store:
        mine = store.as_host(host)
        (link,) = mine.generate(mine.add_event_type("Interview").id, labels=["Bo Chen"])
    return link.url("https://42min.us/s")


def on_the_server(server: Server, host: str, *around: str) -> list[str]:
    """The command that opens a host's screen on the server, in whatever runs around it there."""
    screen = [str(server.program), "--host", host, "--store", str(server.store)]
    return server.ssh("administrator", "-tt", shlex.join([*around, *screen]))


@pytest.mark.parametrize("settings", NAMES, ids=NAMES.values())
def test_a_copy_gets_out_of_a_tmux_on_the_server(
    server: Server, host: str, url: str, open_tmux: OpenTmux, open_line: Start, settings: str
) -> None:
    far = open_tmux("far", settings)
    laptop = open_line(*on_the_server(server, host, *far.command, "new-session", "-s", "t", "--"))
    laptop.until(lambda: "Bo Chen" in far.screen and "All 1" in far.screen)
    laptop.keys("c")
    laptop.until(lambda: "Sent to your terminal (tmux): the link" in far.screen)
    laptop.until(lambda: laptop.copied)
    assert set(laptop.copied) == {url}
    assert "Copied" not in laptop.text


@pytest.mark.parametrize("settings", [DEFAULTS, ON, PASSING], ids=["defaults", "on", "passthrough"])
def test_a_copy_gets_through_a_tmux_at_either_end(
    server: Server, host: str, url: str, open_tmux: OpenTmux, terminal: Tmux, settings: str
) -> None:
    far = open_tmux("far", settings)
    terminal.run(*on_the_server(server, host, *far.command, "new-session", "-s", "t", "--"))
    terminal.shows("Bo Chen", "All 1")
    terminal.keys("c")
    terminal.shows("Sent to your terminal (tmux): the link")
    terminal.until(lambda: terminal.copied == url, "the URL on the laptop")


def test_what_a_tmux_on_the_laptop_swallows_is_not_called_copied_and_its_cure_is_named(
    server: Server, host: str, url: str, open_tmux: OpenTmux
) -> None:
    mute = open_tmux("laptop", DEFAULTS)
    mute.run(*on_the_server(server, host))
    mute.shows("Bo Chen", "All 1")
    mute.keys("c")
    mute.shows("Sent to your terminal (tmux)", "v checks")
    mute.keys("v")
    mute.shows("Check your clipboard")
    mute.keys("x", "Enter")
    mute.until(lambda: CURE in " ".join(mute.screen.replace("│", " ").split()), "the cure")
    assert mute.copied == ""
    assert "Copied" not in mute.screen


def test_what_two_tmuxes_swallow_is_not_called_copied(server: Server, host: str, url: str, open_tmux: OpenTmux) -> None:
    far, mute = open_tmux("far", DEFAULTS), open_tmux("laptop", DEFAULTS)
    mute.run(*on_the_server(server, host, *far.command, "new-session", "-s", "t", "--"))
    mute.shows("Bo Chen", "All 1")
    mute.keys("c")
    mute.shows("Sent to your terminal (tmux): the link")
    assert mute.copied == ""
    assert far.copied == url
    assert "Copied" not in mute.screen


@needs_screen
def test_through_gnu_screen_goes_what_it_takes_and_more_is_refused(
    server: Server, host: str, url: str, terminal: Tmux, tmp_path: Path
) -> None:
    sessions = tmp_path / "screens"
    sessions.mkdir(mode=0o700)
    settings = tmp_path / "screenrc"
    settings.write_text("startup_message off\n")
    with Store.open(server.store) as store:
        mine = store.as_host(host)
        kind = mine.event_types()[0].id
        urls = [link.url("https://42min.us/s") for link in mine.generate(kind, 7)]
        around = ["env", f"SCREENDIR={sessions}", "screen", "-U", "-c", str(settings)]
        terminal.run(*on_the_server(server, host, *around))
        terminal.shows("Bo Chen", "All 8")
        terminal.keys("a")
        terminal.shows("8 selected")
        terminal.keys("c")
        terminal.shows("Sent to your terminal (screen): 8 links")
        eight = "\n".join([*reversed(urls), url])
        terminal.until(lambda: terminal.copied == eight, "eight URLs on the laptop")
        mine.generate(kind)
        terminal.shows("All 9")
        terminal.keys("a")
        terminal.shows("9 selected")
        terminal.keys("c")
        terminal.shows("9 links are too much for your terminal (screen) at once; select fewer")
    assert terminal.copied == eight
    assert "Copied" not in terminal.screen
    terminal.keys("q")
    terminal.ends()
