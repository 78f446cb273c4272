"""How many colours terminals are sent, by what each of them says of itself."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from secret_links_tui.terminal.colours import ColorDepth, Terminfo, TmuxQuestion, depth
from secret_links_tui.terminal.identify import UNKNOWN, Terminal, parse_answers

TRUE, PALETTE, SIXTEEN = ColorDepth.TRUE, ColorDepth.PALETTE, ColorDepth.SIXTEEN

DATABASE: dict[str, Terminfo] = {
    "xterm": (8, False),
    "xterm-256color": (256, False),
    "xterm-direct": (1 << 24, True),
    "xterm-old-tc": (256, True),
    "screen": (8, False),
    "screen-256color": (256, False),
    "tmux-256color": (256, False),
    "alacritty": (256, False),
    "linux": (8, False),
    "vt100": (-1, False),
}
"""What terminfo knows, in short."""


def found(term: str, answer: bytes | Terminal = UNKNOWN, tmux: str = "", **environ: str) -> ColorDepth:
    terminal = answer if isinstance(answer, Terminal) else parse_answers(answer)
    return depth({"TERM": term, **environ}, terminal, tmux, lambda term: DATABASE.get(term, (0, False)))


ANSWERS = {
    "kitty": (b"\x1bP>|kitty(0.26.5)\x1b\\\x1b[>1;4000;26c\x1b[?62;c", TRUE),
    "ghostty": (b"\x1bP>|ghostty 1.1.3\x1b\\\x1b[>1;10;0c\x1b[?62;22c", TRUE),
    "WezTerm": (b"\x1bP>|WezTerm 20240203-110809\x1b\\\x1b[>1;277;0c\x1b[?65;4;6;18;22c", TRUE),
    "iTerm2": (b"\x1bP>|iTerm2 3.5.10\x1b\\\x1b[>64;2500;0c\x1b[?64;1;2;4;6;17;18;21;22;52c", TRUE),
    "foot": (b"\x1bP>|foot(1.16.2)\x1b\\\x1b[>1;011602;0c\x1b[?62;4;22;28c", TRUE),
    "contour": (b"\x1bP>|contour 0.4.3.6442\x1b\\\x1b[>65;403;0c\x1b[?65;1;2;4c", TRUE),
    "Konsole, new": (b"\x1bP>|Konsole 23.08.4\x1b\\\x1b[>1;230804;0c\x1b[?62;1;4c", TRUE),
    "Konsole, old": (b"\x1b[>0;115;0c\x1b[?62;1;4c", TRUE),
    "mintty": (b"\x1bP>|mintty 3.6.1\x1b\\\x1b[>77;30601;0c\x1b[?64;1;2;4;6;9;11;15;21;22;28;29c", TRUE),
    "mintty, silent": (b"\x1b[>77;20901;0c\x1b[?62;1c", TRUE),
    "xterm.js, new": (b"\x1bP>|xterm.js(5.6.0)\x1b\\\x1b[>0;276;0c\x1b[?1;2c", TRUE),
    "VS Code": (b"\x1b[>0;276;0c\x1b[?1;2c", TRUE),
    "Windows Terminal": (b"\x1b[>0;10;1c\x1b[?61;4;6;7;14;21;22;23;24;28;32;42;52c", TRUE),
    "Alacritty": (b"\x1b[>0;1302;1c\x1b[?6c", TRUE),
    "VTE": (b"\x1b[>65;7006;1c\x1b[?65;1;9c", TRUE),
    "VTE, named": (b"\x1bP>|VTE(7600)\x1b\\\x1b[>61;7600;1c\x1b[?61;1;21;22c", TRUE),
    "VTE before 0.36": (b"\x1b[>65;3405;0c\x1b[?62;9;c", PALETTE),
    "xterm": (b"\x1bP>|XTerm(379)\x1b\\\x1b[>41;379;0c\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c", TRUE),
    "xterm, silent": (b"\x1b[>41;366;0c\x1b[?64;1;2c", TRUE),
    "xterm before 331": (b"\x1bP>|XTerm(330)\x1b\\\x1b[>41;330;0c\x1b[?64;1;2c", PALETTE),
    "laptop's tmux": (b"\x1bP>|tmux 3.3a\x1b\\\x1b[>84;0;0c\x1b[?1;2;4c", PALETTE),
    "zellij": (b"\x1bP>|Zellij(0.40.1)\x1b\\\x1b[>0;100;0c\x1b[?6c", PALETTE),
    "PuTTY": (b"\x1b[>0;136;0c\x1b[?6c", PALETTE),
    "Terminal.app": (b"\x1b[>1;95;0c\x1b[?1;2c", PALETTE),
    "mosh": (b"\x1b[>1;10;0c\x1b[?62c", PALETTE),
    "rxvt": (b"\x1b[>85;95;0c\x1b[?1;2c", PALETTE),
    "screen": (b"\x1b[>83;40900;0c\x1b[?1;2c", PALETTE),
    "screen 5": (b"\x1b[>83;50000;0c\x1b[?1;2c", PALETTE),
    "no answer": (b"", PALETTE),
}
"""What terminals answer to XTVERSION, DA2 and DA1, by their sources and by trying; and their colours over SSH."""


@pytest.mark.parametrize("name", ANSWERS)
def test_a_terminal_is_believed_over_ssh_which_passes_no_colorterm(name: str) -> None:
    answer, expected = ANSWERS[name]
    assert found("xterm-256color", answer) is expected
    assert found("xterm-256color", answer, COLORTERM="truecolor") is (PALETTE if name == "screen" else TRUE)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("xterm-kitty", TRUE),
        ("xterm-ghostty", TRUE),
        ("wezterm", TRUE),
        ("foot", TRUE),
        ("foot-extra", TRUE),
        ("alacritty", TRUE),
        ("XTerm-Direct", TRUE),
        ("iterm2-direct", TRUE),
        ("xterm-direct256", TRUE),
        ("xterm-truecolor", TRUE),
        ("xterm-old-tc", TRUE),
        ("xterm-256color", PALETTE),
        ("tmux-256color", PALETTE),
        ("rxvt-unicode-256color", PALETTE),
        ("st-256color-italic", PALETTE),
        ("screen.xterm-256color", PALETTE),
        ("xterm", SIXTEEN),
        ("xterm-16color", SIXTEEN),
        ("linux", SIXTEEN),
        ("vt100", SIXTEEN),
        ("screen", SIXTEEN),
        ("dumb", SIXTEEN),
        ("", SIXTEEN),
        ("footloose", SIXTEEN),
    ],
)
def test_a_silent_terminal_is_believed_by_its_term(term: str, expected: ColorDepth) -> None:
    assert found(term) is expected
    assert found(term, COLORTERM="24bit") is TRUE
    assert found(term, COLORTERM="yes") is expected


def test_one_that_says_what_it_is_may_call_itself_xterm() -> None:
    assert found("xterm", ANSWERS["kitty"][0]) is TRUE
    assert found("xterm", ANSWERS["PuTTY"][0]) is PALETTE
    assert found("xterm", ANSWERS["mosh"][0]) is SIXTEEN


@pytest.mark.parametrize(("forced", "expected"), [("standard", SIXTEEN), ("256", PALETTE), ("TrueColor", TRUE)])
def test_textuals_variable_goes_before_everything(forced: str, expected: ColorDepth) -> None:
    for answer, _ in ANSWERS.values():
        assert found("xterm-256color", answer, TEXTUAL_COLOR_SYSTEM=forced, COLORTERM="truecolor") is expected
    assert found("xterm-256color", TEXTUAL_COLOR_SYSTEM="auto") is PALETTE
    assert found("xterm-256color", TEXTUAL_COLOR_SYSTEM="nonsense") is PALETTE


TMUX = ANSWERS["laptop's tmux"][0]
RGB = "xterm-256color,bpaste,ccolour,clipboard,cstyle,focus,RGB,title"
NO_RGB = "xterm-256color,bpaste,ccolour,clipboard,cstyle,focus,title"


@pytest.mark.parametrize("answer", [TMUX, b""])
def test_a_tmux_knows_what_it_is_shown_in(answer: bytes) -> None:
    for term in ("tmux-256color", "screen-256color", "screen", "xterm-256color"):
        assert found(term, answer, RGB, TMUX="/tmp/tmux-0/default,1,0") is TRUE
        for tmux, expected in (
            (NO_RGB, PALETTE),
            ("alacritty,title", PALETTE),
            ("xterm,256,title", PALETTE),
            ("xterm,bpaste,title", SIXTEEN),
            ("linux,title", SIXTEEN),
        ):
            assert found(term, answer, tmux, TMUX="x", COLORTERM="truecolor") is expected
    for term in ("xterm", "linux", "vt100"):
        assert found(term, answer, RGB, TMUX="x") is SIXTEEN
    for tmux in ("", "xterm-256color,"):  # shown nowhere, or older than 3.2
        assert found("tmux-256color", answer, tmux, TMUX="x") is PALETTE
        assert found("tmux-256color", answer, tmux, TMUX="x", COLORTERM="truecolor") is TRUE


def test_another_terminal_than_the_tmux_that_started_it_speaks_for_itself() -> None:
    assert found("xterm-256color", ANSWERS["kitty"][0], NO_RGB, TMUX="x") is TRUE
    assert found("xterm-256color", ANSWERS["screen"][0], RGB, TMUX="x", STY="1.x") is PALETTE


def test_a_screen_inherits_what_the_terminal_around_it_can() -> None:
    for term, expected in (("screen-256color", PALETTE), ("screen", SIXTEEN)):
        assert found(term, ANSWERS["screen"][0], COLORTERM="truecolor") is expected
        assert found(term, STY="1.pts-0", COLORTERM="truecolor") is expected
    assert found("screen-256color", ANSWERS["screen 5"][0], COLORTERM="truecolor") is TRUE


LOOK_UP = "import sys; from secret_links_tui.terminal.colours import terminfo; print(*terminfo(sys.argv[1]))"


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("xterm-direct", "16777216 True"),
        ("xterm-256color", "256 False"),
        ("linux", "8 False"),
        ("no-such", "0 False"),
        ("", "0 False"),
    ],
)
def test_the_database_is_asked(term: str, expected: str) -> None:
    if Path("/usr/share/terminfo/x/xterm-direct").exists() or term != "xterm-direct":
        said = subprocess.run([sys.executable, "-c", LOOK_UP, term], capture_output=True, text=True, check=True)
        assert said.stdout.strip() == expected


def in_path(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Puts a program of this name before the tmux that there may be."""
    program = folder / "tmux"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        (f"echo '{RGB}'", RGB),
        ("echo ,", ""),
        ("echo; echo no server >&2; exit 1", ""),
        ("echo RGB; exit 1", ""),
        ("printf '\\377\\376RGB'", "RGB"),
        ("exec sleep 60", ""),
    ],
)
def test_tmux_is_asked_and_not_waited_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, answer: str
) -> None:
    in_path(tmp_path, monkeypatch, script)
    question = TmuxQuestion({"TMUX": "/tmp/tmux-0/default,1,0"})
    assert question.answer(patience=0.2 if "sleep" in script else 20) == answer


def test_no_tmux_is_asked_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_path(tmp_path, monkeypatch, f"echo '{RGB}'")
    assert TmuxQuestion({}).answer() == ""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert TmuxQuestion({"TMUX": "x"}).answer() == ""
