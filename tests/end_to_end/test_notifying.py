"""Notifications of a host who looks elsewhere: through the terminal, over SSH, past every tmux and screen between."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from end_to_end.servers import Server, needs_screen, needs_tmux
from end_to_end.terminals import Line, OpenTmux, Start
from end_to_end.test_copies_from_afar import on_the_server
from secret_links import Store

KITTY = b"\x1bP>|kitty(0.35.2)\x1b\\\x1b[>1;4000;35c\x1b[?62;52c"
ITERM = b"\x1bP>|iTerm2 3.5.4\x1b\\\x1b[>64;2500;0c\x1b[?62;4c"
FOOT = b"\x1bP>|foot(1.17.2)\x1b\\\x1b[>1;11702;0c\x1b[?62;4;22c"
XTERM = b"\x1bP>|XTerm(390)\x1b\\\x1b[>41;390;0c\x1b[?64;1;2c"
SILENT = b""
LIAR = b"\x1bP>|kitty\x1b\\\x1b]99;evil\x1b\\\x1b[>1;4000c\x1b[?1004;0$y\x1b[?62c"

LEFT, BACK = b"\x1b[O", b"\x1b[I"

NOTIFIED = {
    "99": r"\x1b\]99;i=secret-links:d=0;Secret Links\x1b\\\x1b\]99;i=secret-links:d=1:p=body;(.*?)\x1b\\",
    "777": r"\x1b\]777;notify;Secret Links;(.*?)\x1b\\",
    "9": r"\x1b\]9;Secret Links: (.*?)\x07",
}
TITLE = re.compile(rb"\x1b\]2;(.*?)\x1b\\")
BOOKED = "✓ Bo Chen: Interview booked"


def books(store: Path, url: str) -> None:
    with Store.open(store) as opened:
        opened.redeem(url, by="Bo")


def notified(line: Line, protocol: str) -> list[str]:
    return re.findall(NOTIFIED[protocol], line.said.decode("utf-8", "replace"))


def rings(line: Line) -> int:
    """How often the bell was rung; it also ends some control sequences."""
    return re.sub(rb"\x1b\][^\x07\x1b]*(\x07|\x1b\\)", b"", line.said).count(b"\x07")


@pytest.mark.parametrize(
    ("answer", "protocol"),
    [(KITTY, "99"), (FOOT, "777"), (ITERM, "9"), (LIAR, "99")],
    ids=["kitty", "foot", "iTerm2", "a liar"],
)
def test_a_booking_is_notified_in_what_the_terminal_speaks(
    start: Start, path: Path, url: str, answer: bytes, protocol: str
) -> None:
    line = start(answer=answer)
    line.bytes(LEFT)
    books(path, url)
    line.until(lambda: notified(line, protocol) == [BOOKED])
    assert TITLE.findall(line.said)[-1] == b"(1) Secret Links"
    assert url.rsplit("/", 1)[1].encode() not in line.said
    line.bytes(BACK)
    line.until(lambda: line.said.endswith(b"\x1b[23;2t") or b"\x1b]2;Secret Links\x1b\\\x1b[23;2t" in line.said)
    assert rings(line) == 0


@pytest.mark.parametrize("answer", [XTERM, SILENT], ids=["xterm", "silent"])
def test_any_other_terminal_rings(start: Start, path: Path, url: str, answer: bytes) -> None:
    line = start(answer=answer)
    books(path, url)
    line.until(lambda: rings(line) == 1)


def test_whoever_looks_at_it_is_not_notified(start: Start, path: Path, url: str) -> None:
    line = start(answer=KITTY)
    line.bytes(b"\x1b[?1004;1$y" + LEFT + BACK)
    books(path, url)
    line.shows("✓ Bo Chen: Interview booked")
    line.keys("q")
    line.is_gone_at_once(patience=10.0)
    assert notified(line, "99") == []
    assert TITLE.findall(line.said) == []


@needs_tmux
def test_a_tmux_at_either_end_hands_on_the_bell(
    server: Server, tmp_path: Path, open_tmux: OpenTmux, open_line: Start
) -> None:
    url = one_link(server, tmp_path.name)
    far = open_tmux("far", "")
    laptop = open_line(*on_the_server(server, tmp_path.name, *far.command, "new-session", "-s", "t", "--"))
    laptop.until(lambda: "Bo Chen" in far.screen and "All 1" in far.screen)
    books(server.store, url)
    laptop.until(lambda: rings(laptop) == 1)
    far.until(lambda: far.tmux("display", "-p", "-t", "t", "#{pane_title}").strip() == "(1) Secret Links", "the title")


@needs_screen
def test_a_screen_on_the_server_hands_on_the_bell(server: Server, tmp_path: Path, open_line: Start) -> None:
    url = one_link(server, tmp_path.name)
    sessions, settings = tmp_path / "sessions", tmp_path / "screenrc"
    sessions.mkdir(mode=0o700)
    settings.write_text("startup_message off\nvbell off\n")
    around = ["env", f"SCREENDIR={sessions}", "screen", "-U", "-c", str(settings)]
    laptop = open_line(*on_the_server(server, tmp_path.name, *around))
    laptop.until(lambda: "Bo Chen" in laptop.text and "All 1" in laptop.text)
    books(server.store, url)
    laptop.until(lambda: rings(laptop) == 1)
    laptop.keys("q")
    laptop.until(lambda: laptop.gone)


def one_link(server: Server, host: str) -> str:
    with Store.open(server.store) as store:
        mine = store.as_host(host)
        (link,) = mine.generate(mine.add_event_type("Interview").id, labels=["Bo Chen"])
    return link.url("https://42min.us/s")
