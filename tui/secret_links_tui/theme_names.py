"""The names of themes: which version of one a terminal can show, and under which name it is kept."""

from __future__ import annotations

from secret_links_tui.terminal.colours import ColorDepth

INK, PAPER = "ink", "paper"
"""The program's own: dark and light."""

AS_TERMINAL = "terminal"
"""The theme that is light where the terminal is, and dark elsewhere."""

DEFAULT = INK

_SUFFIXES = {ColorDepth.TRUE: "", ColorDepth.PALETTE: "-256", ColorDepth.SIXTEEN: "-16"}
_KEPT_AS = {own + suffix: own for own in (INK, PAPER) for suffix in _SUFFIXES.values()}


def title_of(name: str) -> str:
    """Returns what a theme is called where one is chosen."""
    return {INK: "ink (dark)", PAPER: "paper (light)", AS_TERMINAL: "as the terminal"}.get(name, name)


def fitting(name: str, depth: ColorDepth, *, light: bool = False) -> str:
    """Returns the name of the version of a theme that a terminal can show, by its light for the one that changes.

    One of Textual's own has no other.
    """
    own = kept_as(name)
    if own == AS_TERMINAL:
        return f"{AS_TERMINAL}-{PAPER if light else INK}{_SUFFIXES[depth]}"
    return own + _SUFFIXES[depth] if own in (INK, PAPER) else own


def kept_as(name: str) -> str:
    """Returns the name under which a theme is kept: the same for all terminals."""
    of_terminal = name == AS_TERMINAL or (name.removeprefix(f"{AS_TERMINAL}-") in _KEPT_AS and name not in _KEPT_AS)
    return AS_TERMINAL if of_terminal else _KEPT_AS.get(name, name)
