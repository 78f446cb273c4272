"""Lines as they are sent to a terminal: text, each part with the codes of its style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from secret_links_tui.terminal.plain_text import width_of

Sent = tuple[str, str]
"""The numbers of a style, as `1;38;2;214;219;232`, and the text that is sent in it."""

Line = tuple[Sent, ...]
"""A whole line, with as few parts as can be: two lines that look the same are equal."""

_COLOUR = {"2": 5, "5": 3}
"""How many numbers a colour takes, by the form that it is given in."""

_SHOWN_ON_SPACES = {"4", "7", "9", "21", "53"}
"""The numbers of styles that are seen where nothing is written: lines, and exchanged colours."""


def line_of(parts: Iterable[Sent]) -> Line:
    """Returns parts as a line: neighbours of one style are one part, and the colour of what is blank is left out."""
    plain = ((ground_of(codes) if text.isspace() else codes, text) for codes, text in parts if text)
    return tuple((codes, "".join(text for _, text in same)) for codes, same in groupby(plain, key=itemgetter(0)))


def cells_of(line: Line) -> list[Sent]:
    """Returns a line cell by cell, so that two that look the same are equal, however their lines are put together.

    The second cell of a wide character is empty, and a mark belongs to its letter.
    """
    cells: list[Sent] = []
    for codes, text in line:
        for character in text:
            width = width_of(character)
            if width:
                cells += [(ground_of(codes) if character == " " else codes, character), *[(codes, "")] * (width - 1)]
            elif cells:
                cells[-1] = (cells[-1][0], cells[-1][1] + character)
    return cells


@lru_cache(512)
def ground_of(codes: str) -> str:
    """Returns as much of a style as is seen where nothing is written."""
    numbers = codes.split(";")
    kept: list[str] = []
    while numbers:
        first = numbers[0]
        if first in _SHOWN_ON_SPACES:
            return codes
        length = _COLOUR.get(numbers[1] if len(numbers) > 1 else "", 1) if first in ("38", "48") else 1
        if first == "48" or first.startswith("10") or (len(first) == 2 and first.startswith("4")):
            kept += numbers[:length]
        numbers = numbers[length:]
    return ";".join(kept)


def written(y: int, line: Sequence[Sent]) -> str:
    """Returns what draws a line of the screen, counted from 0."""
    return f"\x1b[{y + 1};1H" + "".join(f"\x1b[{codes}m{text}\x1b[0m" if codes else text for codes, text in line)
