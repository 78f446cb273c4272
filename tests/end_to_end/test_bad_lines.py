"""Slow lines, poor terminals, odd locales: keys that come in pieces, colours that are not there, bytes that count."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from end_to_end.terminals import PATIENCE, Line, Start
from secret_links import Store

TRUE_COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?[34]8;2;")
ONE_OF_256 = re.compile(rb"\x1b\[(?:[0-9;]*;)?[34]8;5;([0-9]+)")
NAMELESS = b"\x1b[?62c"
"""What a terminal answers that does not say its name."""

COLOUR = re.compile(rb"[34]8;2;([0-9]+);([0-9]+);([0-9]+)")
"""One of all colours."""

GREYS = {16, 59, 102, 145, 188, 231, *range(232, 256)}
"""Those of the 256 colours that have no colour."""

MOST_FOR_A_KEY = 600
"""Bytes that an arrow key may cost on the longest of lines."""

SILENCE = 3.0
"""Seconds in which nothing is sent while nothing changes."""


def works(line: Line) -> None:
    """Whether the list is there, takes a key and is left."""
    line.shows("● Active")
    line.keys(" ")
    line.shows("1 selected")
    line.keys("q")
    line.is_gone_at_once()
    assert line.exit_code == 0
    assert "Traceback" not in line.text


@pytest.mark.parametrize("locale", [{"LANG": "C"}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "xx_XX.UTF-8"}])
def test_the_screen_comes_up_whatever_the_locale(start: Start, locale: dict[str, str]) -> None:
    works(start(**locale))


@pytest.mark.parametrize("terminal", ["xterm", "screen", "linux", "vt100"])
def test_a_terminal_of_16_colours_is_sent_no_others(start: Start, terminal: str) -> None:
    line = start(TERM=terminal, answer=NAMELESS)
    works(line)
    assert not TRUE_COLOUR.search(line.said)
    assert not ONE_OF_256.search(line.said)


@pytest.mark.parametrize("terminal", ["xterm-256color", "screen-256color"])
def test_a_terminal_of_256_colours_is_sent_no_others(start: Start, terminal: str) -> None:
    line = start(TERM=terminal, answer=NAMELESS)
    works(line)
    assert not TRUE_COLOUR.search(line.said)
    assert ONE_OF_256.search(line.said)


def test_a_terminal_of_all_colours_is_sent_them(start: Start) -> None:
    line = start(COLORTERM="truecolor")
    works(line)
    assert TRUE_COLOUR.search(line.said)


def test_whoever_wants_no_colour_sees_shades_of_grey(start: Start) -> None:
    line = start(NO_COLOR="1")
    works(line)
    assert all(red == green == blue for red, green, blue in COLOUR.findall(line.said))
    assert {int(colour) for colour in ONE_OF_256.findall(line.said)} <= GREYS


def test_a_terminal_that_says_its_name_is_sent_all_colours_whatever_ssh_left_out(start: Start) -> None:
    line = start(TERM="xterm-256color")  # without COLORTERM, as after ssh; it answers as kitty
    works(line)
    assert TRUE_COLOUR.search(line.said)


def type_in_pieces(line: Line, first: str, rest: str, pause: float) -> float:
    """Types a key whose code comes in two pieces; gives how far apart they came."""
    line.keys(first)
    typed = time.monotonic()
    while time.monotonic() < typed + pause:
        line.read(typed + pause - time.monotonic())
    line.keys(rest)
    return time.monotonic() - typed


@pytest.mark.parametrize("milliseconds", [20, 60])
def test_an_arrow_key_that_comes_in_two_pieces_is_no_escape(start: Start, path: Path, milliseconds: int) -> None:
    with Store.open(path) as store:
        ana = store.as_host("ana")
        ana.generate(ana.event_types()[0].id, labels=["Carla Dias"])
    line = start()
    line.keys(" ")
    line.shows("1 selected")
    if type_in_pieces(line, "\x1b", "[B", milliseconds / 1000) > 0.09:
        pytest.skip("this machine is too busy to tell")
    line.forget()
    line.keys(" ")
    line.shows("2 selected")  # Escape would have cleared the selection, and "[" and "B" are no keys


def test_an_arrow_key_within_the_screen_sends_little_and_rest_sends_nothing(start: Start, path: Path) -> None:
    with Store.open(path) as store:
        ana = store.as_host("ana")
        ana.generate(ana.event_types()[0].id, 60)
        ana.generate(ana.event_types()[0].id, labels=["Bo Chen"])
    line = start(size=(120, 50), SSH_TTY="/dev/pts/9")
    line.quiet()
    for key in ("\x1b[B", "\x1b[B", "j", "\x1b[A"):
        before = len(line.said)
        line.keys(key)
        assert line.read(PATIENCE)
        line.quiet()
        assert len(line.said) - before < MOST_FOR_A_KEY
    assert not line.read(SILENCE)
