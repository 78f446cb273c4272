"""Colours for terminals that draw 256 of them."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

FIRST = 16
"""The first colour of the palette that is the same everywhere; those below are the host's own."""


class PaletteColours(LineFilter):
    """Draws what is a colour of the palette as that one.

    Rich, which finds the nearest one for all others, takes light greys for the next darker one.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Gives a line with the palette's numbers for its colours."""
        del background
        return [
            segment if segment.style is None else Segment(segment.text, _numbered(segment.style), segment.control)
            for segment in segments
        ]


@lru_cache(1024)
def _numbered(style: Style) -> Style:
    ink, ground = _number(style.color), _number(style.bgcolor)
    return style if ink is ground is None else style + Style(color=ink, bgcolor=ground)


def _number(colour: RichColor | None) -> RichColor | None:
    """Returns a colour as a number of the palette; None if it is none of its colours, or has a number already."""
    if colour is None or colour.type is not ColorType.TRUECOLOR or colour.triplet is None:
        return None
    number = _NUMBERS.get(tuple(colour.triplet))
    return None if number is None else RichColor.from_ansi(number)


_NUMBERS = {tuple(RichColor.from_ansi(number).get_truecolor()): number for number in reversed(range(FIRST, 256))}
