"""How many colours the terminal draws.

SSH passes TERM on, but not COLORTERM, by which a terminal says that it draws any colour. So the terminal's own answers
count as well, and what tmux and the terminfo database know. Where it stays unclear, the answer is the smaller number:
a terminal that misreads a colour draws something else entirely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING

from secret_links_tui.terminal.identify import UNKNOWN, Terminal

if TYPE_CHECKING:
    import subprocess


class ColorDepth(StrEnum):
    """How many colours a terminal draws; the values are rich's names for them."""

    SIXTEEN = "standard"
    PALETTE = "256"
    TRUE = "truecolor"


Terminfo = tuple[int, bool]
"""The number of colours of a TERM, and whether it says that it draws any colour."""

UNLISTED: Terminfo = (0, False)
"""What is known of a TERM that the database does not have."""

FORCED = "TEXTUAL_COLOR_SYSTEM"
"""Textual's variable for a depth that goes before everything else."""

_ANY_COLOUR = ("truecolor", "24bit")

_TRUE_NAMES = frozenset(
    {
        *("alacritty", "contour", "foot", "ghostty", "iterm2", "kitty", "konsole", "mintty", "rio", "terminology"),
        *("vte", "warp", "wezterm", "xterm.js"),
    }
)
"""What terminals that draw any colour answer to XTVERSION, in lower case and without the version."""

_TRUE_TERMS = (
    r"(xterm-)?(kitty|ghostty)|(wezterm|foot|alacritty|contour|mintty|rio)(-.*)?|.*-(direct\d*|truecolor|24bit)"
)
"""Values of TERM that only such terminals use. Not `st-256color`: emulators that are not st use it too."""

_XTERM = r"XTerm\((\d+)\)"
_XTERM_TRUE = 331
"""The first xterm that draws any colour by default; those before it take the nearest of their 256."""

_VTE_TRUE = 3600
"""The first VTE that does: 0.36."""

_SCREEN_TRUE = 50000
"""The first GNU screen that can: 5.0, if it is configured to."""

_TMUX_FEATURES = ("tmux", "display-message", "-p", "#{client_termname},#{client_termfeatures}")

_TMUX_PATIENCE = 0.2
"""Seconds to wait for tmux, which was asked before Textual was imported and has answered long since."""


def depth(
    environ: Mapping[str, str],
    terminal: Terminal = UNKNOWN,
    tmux: str = "",
    look_up: Callable[[str], Terminfo] | None = None,
) -> ColorDepth:
    """Returns how many colours a terminal draws.

    `terminal` is what it said of itself, and `tmux` the answer to a TmuxQuestion. Tmux understands every colour and
    rounds it to what the terminal around it draws, so it knows better than COLORTERM, which it inherits from whoever
    started it. `look_up` looks up a TERM; the database, if it is None.
    """
    look_up = look_up or terminfo
    forced = environ.get(FORCED, "").lower()
    if forced in list(ColorDepth):
        return ColorDepth(forced)
    term = environ.get("TERM", "").strip().lower()
    claims_any = environ.get("COLORTERM", "").strip().lower() in _ANY_COLOUR
    unknown = terminal == UNKNOWN
    if terminal.is_screen or (unknown and environ.get("STY") and not environ.get("TMUX")):
        return _within_screen(terminal, _by_name(term, look_up(term)), claims_any=claims_any)
    outer, _, features = tmux.lower().partition(",")
    if features and environ.get("TMUX") and (terminal.is_tmux or unknown):
        return _within_tmux(term, features.split(","), lambda: _by_name(outer, look_up(outer)))
    if claims_any or _draws_any_colour(terminal) or re.fullmatch(_TRUE_TERMS, term):
        return ColorDepth.TRUE
    by_name = _by_name(term, look_up(term))
    return ColorDepth.PALETTE if by_name is ColorDepth.SIXTEEN and _draws_256(terminal) else by_name


def _within_screen(terminal: Terminal, by_name: ColorDepth, *, claims_any: bool) -> ColorDepth:
    """Returns the depth inside a GNU screen: one that cannot draw any colour takes its numbers for something else."""
    if claims_any and terminal.model[1:2] >= (_SCREEN_TRUE,):
        return ColorDepth.TRUE
    return ColorDepth.PALETTE if by_name is ColorDepth.TRUE else by_name


def _within_tmux(term: str, features: list[str], outer: Callable[[], ColorDepth]) -> ColorDepth:
    """Returns the depth inside a tmux, where `outer` looks up the terminal around it."""
    is_its_own = term.startswith(("tmux", "screen")) or re.fullmatch(_TRUE_TERMS, term)
    if not is_its_own and _by_name(term, UNLISTED) is ColorDepth.SIXTEEN:
        return ColorDepth.SIXTEEN  # set by somebody who wants few colours
    if "rgb" in features:
        return ColorDepth.TRUE
    return ColorDepth.PALETTE if "256" in features or outer() is not ColorDepth.SIXTEEN else ColorDepth.SIXTEEN


def _draws_any_colour(terminal: Terminal) -> bool:
    """Whether a terminal names itself as one that does, by XTVERSION or, where it has no name, by DA2."""
    if found := re.match(_XTERM, terminal.title):
        return int(found[1]) >= _XTERM_TRUE
    if terminal.title:
        return terminal.name.lower() in _TRUE_NAMES
    match terminal.model:
        case (65, version, *_) | (61, version, 1):
            return version >= _VTE_TRUE
        case (0, _, 1) | (77, *_) | (0, 115, 0) | (0, 276, 0):
            return True  # Windows Terminal (version 10) and Alacritty, mintty, older Konsole, xterm.js
        case (41, version, 0):
            return version >= _XTERM_TRUE  # an xterm that was told not to answer XTVERSION
        case _:
            return False


def _draws_256(terminal: Terminal) -> bool:
    """Whether it is one that does and calls itself `xterm`: PuTTY, Terminal.app."""
    return terminal.model[:3] in ((0, 136, 0), (1, 95, 0))


def _by_name(term: str, known: Terminfo) -> ColorDepth:
    """Returns what a TERM stands for, by what the database knows of it, and by its name where that is nothing."""
    colours, any_colour = known
    if any_colour or colours >= 1 << 24:
        return ColorDepth.TRUE
    return ColorDepth.PALETTE if colours >= 256 or "256color" in term else ColorDepth.SIXTEEN


def terminfo(term: str) -> Terminfo:
    """Returns what the database knows of a TERM; UNLISTED if nothing. A process can look up only one."""
    try:
        import curses  # noqa: PLC0415  # few terminals have to be looked up
    except ImportError:  # not every Python has it
        return UNLISTED
    try:
        curses.setupterm(term, 1)
    except curses.error:
        return UNLISTED
    any_colour = curses.tigetflag("RGB") > 0 or curses.tigetflag("Tc") > 0 or bool(curses.tigetstr("setrgbf"))
    return curses.tigetnum("colors"), any_colour


class TmuxQuestion:
    """Asks the tmux that this runs in, if any, for the terminal around it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        if environ.get("TMUX"):
            import subprocess  # noqa: PLC0415  # takes 10 ms, and only tmux needs it

            with suppress(OSError):
                self._child = subprocess.Popen(  # noqa: S603  # nothing of it comes from elsewhere
                    _TMUX_FEATURES, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )

    def answer(self, patience: float = _TMUX_PATIENCE) -> str:
        """Returns the terminal's TERM and its features, which tmux knows from 3.2 on, separated by commas.

        Empty if there is no tmux, it shows this nowhere, or does not answer in time.
        """
        if self._child is None:
            return ""
        import subprocess  # noqa: PLC0415

        try:
            written, _ = self._child.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.communicate()
            return ""
        return written.decode("ascii", "ignore").strip().removeprefix(",") if self._child.returncode == 0 else ""
