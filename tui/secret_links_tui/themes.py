"""The program's two themes, ink (dark) and paper (light), and both for terminals with sixteen colours.

Such a terminal gets the nearest of its sixteen for any other colour: grey on grey, and statuses that look alike.
"""

from __future__ import annotations

from textual.theme import Theme

INK = Theme(
    name="ink",
    dark=True,
    primary="#82aaff",
    secondary="#b4a1f2",
    accent="#ffcb6b",
    success="#7fd88f",
    warning="#e0af68",
    error="#f7768e",
    foreground="#d6dbe8",
    background="#12141c",
    surface="#1a1d29",
    panel="#232838",
    variables={"border-blurred": "#232838"},
)

PAPER = Theme(
    name="paper",
    dark=False,
    primary="#2b5fc7",
    secondary="#6d4fc2",
    accent="#9a5b00",
    success="#1b7a3d",
    warning="#8a6100",
    error="#c22f45",
    foreground="#23262f",
    background="#fbfaf6",
    surface="#f2f0e9",
    panel="#e6e3d9",
    variables={"border-blurred": "#e6e3d9"},
)

INK_OF_SIXTEEN = Theme(
    name="ink-16",
    dark=True,
    primary="#55ffff",
    secondary="#55ffff",
    accent="#ffff55",
    success="#55ff55",
    warning="#ffff55",
    error="#ff5555",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#555555",
    variables={
        "border-blurred": "#555555",
        "primary-muted": "#0000aa",
        "success-muted": "#555555",
        "error-muted": "#000000",
        "text-muted": "#aaaaaa",
        "text-primary": "#55ffff",
        "text-error": "#ff5555",
        "button-color-foreground": "#000000",
    },
)

PAPER_OF_SIXTEEN = Theme(
    name="paper-16",
    dark=False,
    primary="#0000aa",
    secondary="#0000aa",
    accent="#aa00aa",
    success="#00aa00",
    warning="#aa00aa",
    error="#aa0000",
    foreground="#000000",
    background="#ffffff",
    surface="#ffffff",
    panel="#aaaaaa",
    variables={
        "border-blurred": "#aaaaaa",
        "primary-muted": "#aaaaaa",
        "success-muted": "#ffff55",
        "error-muted": "#ffffff",
        "text-muted": "#555555",
        "text-primary": "#0000aa",
        "text-error": "#aa0000",
        "button-color-foreground": "#ffffff",
    },
)

OWN = (INK, PAPER, INK_OF_SIXTEEN, PAPER_OF_SIXTEEN)

DEFAULT = INK.name

_OF_SIXTEEN = "-16"


def title_of(name: str) -> str:
    """Returns what a theme is called where one is chosen."""
    own = {INK.name: "ink (dark)", PAPER.name: "paper (light)"}
    return own.get(name, name)


def fitting(name: str, colour_system: str | None) -> str:
    """Returns the name of a theme that a terminal can show; rich calls one of sixteen colours `standard`."""
    own = kept_as(name)
    if colour_system == "standard" and own in (INK.name, PAPER.name):
        return own + _OF_SIXTEEN
    return own


def kept_as(name: str) -> str:
    """Returns the name under which a theme is kept: the same for all terminals."""
    return name.removesuffix(_OF_SIXTEEN)
