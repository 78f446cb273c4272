"""The program's own two themes: ink by night, paper by day."""

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

DEFAULT = INK.name
