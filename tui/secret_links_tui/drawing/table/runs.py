"""Runs: text that is drawn in one style, which is named by what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from secret_links_tui.terminal.plain_text import fitted, width_of

Looks = tuple[str, ...]
"""The component classes that text is drawn with, the last one on top; none for the part's own style."""

Run = tuple[str, Looks]
"""Text, and what it looks like."""

REVERSED = "reversed"
"""A look that exchanges the colours of text and ground; no component class."""


def cropped(runs: Iterable[Run], width: int) -> list[Run]:
    """Returns what of some runs is in the first `width` cells."""
    kept: list[Run] = []
    room = width
    for text, looks in runs:
        taken = width_of(text)
        if taken > room:
            kept.append((cut(text, room), looks))
            break
        kept.append((text, looks))
        room -= taken
    return kept


def cut(text: str, width: int) -> str:
    """Returns the first `width` cells of a text that has more; half a character becomes a space."""
    taken, cells = [], 0
    for character in text:
        cells += width_of(character)
        if cells > width:
            break
        taken.append(character)
    return fitted("".join(taken), width)


def filled(runs: Sequence[Run], width: int, looks: Looks = ()) -> list[Run]:
    """Returns runs in exactly `width` cells: cropped, or with spaces behind them."""
    left = width - sum(width_of(text) for text, _ in runs)
    return [*runs, (" " * left, looks)] if left > 0 else cropped(runs, width)
