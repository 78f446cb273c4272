"""What terminals say about themselves, on a real pty, and which way to their clipboard follows from it."""

from __future__ import annotations

import base64
import os
import pty
import select
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from secret_links_tui.settings import Way
from secret_links_tui.terminal.clipboard import MOST_SENT, MOST_THROUGH_SCREEN, Clipboard, choose
from secret_links_tui.terminal.identify import QUESTIONS, UNKNOWN, Terminal, parse_answers
from secret_links_tui.terminal.taken import NO_LONGER, SHOWING, TakenTerminal

KITTY = b"\x1bP>|kitty(0.26.5)\x1b\\\x1b[>1;4000;26c\x1b[?62;c"
LAPTOP_TMUX = b"\x1bP>|tmux 3.3a\x1b\\\x1b[>84;0;0c\x1b[?1;2;4c"
VTE = b"\x1b[>65;7006;1c\x1b[?65;1;9c"
PUTTY = b"\x1b[>0;136;0c\x1b[?6c"
WINDOWS = b"\x1b[>0;10;1c\x1b[?61;4;6;7;14;21;22;23;24;28;32;42;52c"
MOSH = b"\x1b[>1;10;0c\x1b[?62c"
SCREEN = b"\x1b[>83;40900;0c\x1b[?1;2c"


@pytest.fixture
def pair() -> Iterator[tuple[int, int]]:
    """A terminal, and the end at which programs sit."""
    host, program = pty.openpty()
    yield host, program
    os.close(host)
    os.close(program)


def read_so_far(taken: TakenTerminal, number: int) -> None:
    """Waits until so many bytes were read that wait for Textual."""
    deadline = time.monotonic() + 20
    while len(taken._typed) < number:
        assert time.monotonic() < deadline
        os.sched_yield()


def test_a_terminal_that_answers_is_identified_and_left_as_it_was(pair: tuple[int, int]) -> None:
    host, program = pair
    before = termios.tcgetattr(program)
    with TakenTerminal(program, program, ask=True, patience=20) as taken:
        assert os.read(host, 100) == QUESTIONS
        os.write(host, KITTY[:20])
        os.write(host, KITTY[20:])
        assert taken.answer(wait=True) == Terminal("kitty(0.26.5)", (1, 4000, 26), (62,))
    assert termios.tcgetattr(program) == before


def test_a_silent_terminal_is_waited_for_no_longer_than_the_patience(pair: tuple[int, int]) -> None:
    host, program = pair
    before = termios.tcgetattr(program)
    with TakenTerminal(program, program, ask=True, patience=0.05) as taken:
        os.write(host, b"jj")
        assert taken.answer(wait=True) == UNKNOWN
    assert termios.tcgetattr(program) == before


def test_nothing_that_is_typed_is_shown_or_lost_or_ends_the_program(pair: tuple[int, int]) -> None:
    host, program = pair
    with TakenTerminal(program, program, ask=False, patience=20) as taken:
        typed = b"g\r\x03\x1a\x11\x1b[B"
        os.write(host, typed)
        read_so_far(taken, len(typed))
        assert taken.hand_over() == typed
    assert not select.select([host], [], [], 0)[0]


def test_keys_that_move_are_answered_until_the_first_other_one(pair: tuple[int, int]) -> None:
    host, program = pair
    done: list[str] = []

    def does(name: str, *, can: bool = True) -> Callable[[], bool]:
        def do() -> bool:
            if can:
                done.append(name)
            return can

        return do

    moves = {b"\x1b[B": does("down"), b"j": does("j"), b"\x1b[6~": does("page"), b"\x1b[F": does("end", can=False)}
    with TakenTerminal(program, program, ask=True, patience=20) as taken:
        os.write(host, b"\x1b[B")
        read_so_far(taken, 3)
        taken.show("picture", moves)
        os.write(host, b"j\x1b")
        while taken._typed != b"\x1b":
            os.sched_yield()
        os.write(host, b"[6~" + KITTY[:9])
        os.write(host, KITTY[9:] + b"j\x1b[Fj\x1b[B")
        assert taken.answer(wait=True).name == "kitty"
        read_so_far(taken, 7)
        assert taken.hand_over() == b"\x1b[Fj\x1b[B"
    assert done == ["down", "j", "page", "j"]


def show_and_fail(taken: TakenTerminal) -> None:
    taken.show("picture", {})
    raise ImportError


def test_a_terminal_that_was_not_handed_over_shows_what_it_did_before(pair: tuple[int, int]) -> None:
    host, program = pair
    before = termios.tcgetattr(program)
    taken = TakenTerminal(program, program, ask=False, patience=20)
    with pytest.raises(ImportError), taken:
        show_and_fail(taken)
    shown = ""
    while len(shown) < len(SHOWING + "picture" + NO_LONGER):
        shown += os.read(host, 1000).decode()
    assert shown == SHOWING + "picture" + NO_LONGER
    assert termios.tcgetattr(program) == before


@pytest.mark.parametrize(
    ("said", "light"),
    [
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", True),
        (b"\x1b]11;rgb:fd/f6/e3\x07", True),
        (b"\x1b]11;rgba:1e1e/1e1e/2e2e/ffff\x07", False),
        (b"\x1b]11;rgb:0/0/f\x07", False),
        (b"\x1b]11;rgb:fffff/0/0\x07", None),
        (b"\x1b]11;rgb:x/y/z\x07", None),
        (b"\x1b]10;rgb:ffff/ffff/ffff\x07", None),
        (b"", None),
    ],
)
def test_a_background_is_light_or_dark_and_none_of_it_is_typed(
    pair: tuple[int, int], said: bytes, *, light: bool | None
) -> None:
    host, program = pair
    with TakenTerminal(program, program, ask=True, patience=20) as taken:
        os.write(host, b"j" + said + KITTY)
        answer = taken.answer(wait=True)
        assert (answer.light, answer.title) == (light, "kitty(0.26.5)")
        assert taken.hand_over() == (b"j" + said if b"]10;" in said else b"j")
    assert (parse_answers(said) == UNKNOWN) is True  # it says nothing of which terminal it is


@pytest.mark.parametrize(
    ("said", "name", "takes", "refuses"),
    [
        (KITTY, "kitty", False, False),
        (LAPTOP_TMUX, "tmux", False, False),
        (VTE, "a VTE terminal", False, True),
        (PUTTY, "PuTTY", False, True),
        (WINDOWS, "", True, False),
        (MOSH, "mosh", False, False),
        (SCREEN, "screen", False, False),
        (b"", "", False, False),
        (b"typed \x1b[A meanwhile \x1b[>85;95;0c\x1b[?1;2c", "rxvt", False, True),
        (b"\x1bP>|evil\x1b]52;c;AAAA\x07\x1b\\\x1b[?62c", "evil", False, False),
    ],
)
def test_terminals_are_distinguished_by_what_they_say(said: bytes, name: str, *, takes: bool, refuses: bool) -> None:
    terminal = parse_answers(said)
    assert (terminal.name, terminal.takes_clipboard, terminal.refuses_clipboard) == (name, takes, refuses)


@pytest.mark.parametrize(
    ("environ", "said", "way"),
    [
        ({"DISPLAY": ":0"}, VTE, Way.SYSTEM),
        ({"DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"}, KITTY, Way.OSC52),
        ({"TMUX": "/tmp/tmux,1,0", "SSH_TTY": "/dev/pts/1"}, LAPTOP_TMUX, Way.TMUX),
        ({"STY": "1.pts", "SSH_TTY": "/dev/pts/1"}, SCREEN, Way.SCREEN),
        ({"SSH_TTY": "/dev/pts/1"}, SCREEN, Way.SCREEN),
        ({"SSH_TTY": "/dev/pts/1"}, LAPTOP_TMUX, Way.OSC52),
        ({"SSH_TTY": "/dev/pts/1"}, VTE, Way.OFF),
        ({"SSH_TTY": "/dev/pts/1"}, PUTTY, Way.OFF),
        ({}, b"", Way.OSC52),
    ],
)
def test_the_way_to_the_clipboard_follows_from_where_the_program_runs(
    environ: dict[str, str], said: bytes, way: Way
) -> None:
    assert choose(Way.AUTO, environ, parse_answers(said), "linux").way is way


def test_a_setting_goes_before_what_was_found_out() -> None:
    assert choose(Way.OSC52, {"TMUX": "x"}, parse_answers(VTE)).way is Way.OSC52
    assert choose(Way.OFF, {"DISPLAY": ":0"}, parse_answers(KITTY)).opens_link_view


def test_each_way_has_its_own_words_for_the_terminal() -> None:
    assert Clipboard(Way.SCREEN).further("x") == ["\x1bP\x1b]52;c;eA==\x07\x1b\\"]
    wrapped = ["\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\"]
    assert Clipboard(Way.TMUX).further("x") == Clipboard(Way.OSC52, parse_answers(LAPTOP_TMUX)).further("x") == wrapped
    assert Clipboard(Way.OSC52, parse_answers(KITTY)).further("x") == []


@pytest.mark.parametrize(
    ("clipboard", "most", "sent"),
    [(Clipboard(Way.SCREEN), 369, MOST_THROUGH_SCREEN), (Clipboard(Way.OSC52), 74_994, MOST_SENT)],
    ids=["screen", "osc52"],
)
def test_each_way_has_its_own_length_and_takes_all_of_it(clipboard: Clipboard, most: int, sent: int) -> None:
    assert clipboard.fits("x" * most)
    assert not clipboard.fits("x" * (most + 1))
    assert clipboard.fits("é" * (most // 2))
    assert not clipboard.fits("é" * (most // 2 + 1))
    assert len(f"\x1b]52;c;{base64.b64encode(b'x' * most).decode()}\x07") <= sent


def test_the_systems_own_clipboard_takes_any_length() -> None:
    assert Clipboard(Way.SYSTEM).fits("x" * 1_000_000)


@pytest.mark.parametrize(
    ("way", "environ", "declined"),
    [
        (Way.TMUX, {"SSH_CONNECTION": "1 2 3 4"}, "there is none around this screen"),
        (Way.TMUX, {"TMUX": ""}, "there is none around this screen"),
        (Way.SYSTEM, {"SSH_CONNECTION": "1 2 3 4", "DISPLAY": ":0"}, "not the one in front of you"),
        (Way.SYSTEM, {"SSH_TTY": "/dev/pts/1"}, "not the one in front of you"),
    ],
)
def test_a_way_through_what_is_not_the_hosts_own_is_declined_with_the_reason(
    way: Way, environ: dict[str, str], declined: str
) -> None:
    for platform in ("linux", "darwin"):
        chosen = choose(way, environ, parse_answers(KITTY), platform)
        assert chosen.way not in (way, Way.OFF)
        assert declined in chosen.cure


def test_a_way_through_what_is_the_hosts_own_is_taken() -> None:
    assert choose(Way.TMUX, {"TMUX": "/tmp/tmux-0/default,1,0"}, parse_answers(KITTY)).way is Way.TMUX
    assert choose(Way.SYSTEM, {"DISPLAY": ":0"}, parse_answers(KITTY)).way is Way.SYSTEM
    assert choose(Way.SYSTEM, {"DISPLAY": ":0"}, parse_answers(KITTY)).declined == ""


def test_what_was_proved_of_one_terminal_and_way_is_said_of_no_other() -> None:
    kitty, older = Terminal("kitty(0.26.5)", (1, 4000, 26), (62,)), Terminal("kitty(0.26.4)", (1, 4000, 26), (62,))
    allowing, nameless = replace(kitty, features=(62, 52)), [parse_answers(said) for said in (PUTTY, VTE, WINDOWS, b"")]
    ways = [
        Clipboard(way, terminal)
        for way in (Way.OSC52, Way.TMUX, Way.SCREEN)
        for terminal in (kitty, older, allowing, *nameless)
    ]
    assert len({clipboard.preference for clipboard in ways}) == len(ways)


def test_the_cure_is_named_where_there_is_one() -> None:
    assert "set -g set-clipboard on" in choose(Way.AUTO, {"SSH_TTY": "x"}, parse_answers(LAPTOP_TMUX)).cure
    assert (
        "laptop's tmux, where there is one"
        in choose(Way.AUTO, {"TMUX": "x", "SSH_TTY": "x"}, parse_answers(LAPTOP_TMUX)).cure
    )
    assert "mosh" in choose(Way.AUTO, {"SSH_TTY": "x"}, parse_answers(MOSH)).cure
    assert choose(Way.AUTO, {"SSH_TTY": "x"}, parse_answers(KITTY)).cure == ""
