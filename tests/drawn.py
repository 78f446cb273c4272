"""What is drawn on the screen, in the colours that a terminal shows, and how well it can be read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.color import Color, ColorSystem
from textual.app import App
from textual.geometry import Region

from secret_links_tui.terminal.colours import ColorDepth

RGB = tuple[int, int, int]

VGA = (
    *("000000", "aa0000", "00aa00", "aa5500", "0000aa", "aa00aa", "00aaaa", "aaaaaa"),
    *("555555", "ff5555", "55ff55", "ffff55", "5555ff", "ff55ff", "55ffff", "ffffff"),
)
"""The sixteen colours of VGA, which the Linux console has, too."""

XTERM = (
    *("000000", "cd0000", "00cd00", "cdcd00", "0000ee", "cd00cd", "00cdcd", "e5e5e5"),
    *("7f7f7f", "ff0000", "00ff00", "ffff00", "5c5cff", "ff00ff", "00ffff", "ffffff"),
)
"""Those of xterm."""

SIXTEENS = (VGA, XTERM)

LEAST_FOR_TEXT = 4.5
LEAST_FOR_PARTS = 3.0
"""The least contrast of text, and of borders and the like: WCAG 2.2, 1.4.3 and 1.4.11."""


@dataclass(frozen=True)
class Drawn:
    """A run of characters of one style, as the program sends it."""

    text: str
    ink: Color
    ground: Color
    x: int
    y: int

    @property
    def is_text(self) -> bool:
        """Whether it is to be read; borders and blocks are only to be seen."""
        return any(not character.isspace() and not is_line(character) for character in self.text)

    @property
    def least(self) -> float:
        return LEAST_FOR_TEXT if self.is_text else LEAST_FOR_PARTS


def is_line(character: str) -> bool:
    """Whether a character draws lines or fills cells."""
    return unicodedata.name(character, "").startswith(("BOX DRAWINGS", "LOWER ", "UPPER ", "LEFT ", "RIGHT ", "FULL "))


def drawn(app: App[None], region: Region | None = None) -> Iterator[Drawn]:
    """Goes through everything that is on the screen, or in a region of it."""
    region = region or app.screen.region
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        x = 0
        for segment in strip:
            style, left = segment.style, x
            x += segment.cell_length
            if segment.control or style is None or not region.contains(left, y):
                continue
            ink, ground = style.color or Color.parse("#ff00ff"), style.bgcolor or Color.parse("#ff00ff")
            yield Drawn(segment.text, *((ground, ink) if style.reverse else (ink, ground)), left, y)


def shown(colour: Color, depth: ColorDepth, sixteen: Sequence[str] = VGA) -> RGB:
    """Returns what a terminal makes of a colour."""
    if depth is ColorDepth.SIXTEEN:
        number = colour.downgrade(ColorSystem.STANDARD).number
        assert number is not None
        red, green, blue = bytes.fromhex(sixteen[number])
        return red, green, blue
    system = ColorSystem.EIGHT_BIT if depth is ColorDepth.PALETTE else ColorSystem.TRUECOLOR
    return tuple(colour.downgrade(system).get_truecolor())  # type: ignore[return-value]  # a triplet


def luminance(colour: RGB) -> float:
    red, green, blue = (
        part / 12.92 if (part := value / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for value in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: RGB, other: RGB) -> float:
    """Returns the contrast of two colours, as WCAG defines it: from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_pale(app: App[None], depth: ColorDepth, region: Region | None = None) -> set[str]:
    """Returns what cannot be read, each with its colours and their contrast."""
    found = set[str]()
    for run in drawn(app, region):
        if not run.text.strip():
            continue
        for sixteen in SIXTEENS if depth is ColorDepth.SIXTEEN else SIXTEENS[:1]:
            ink, ground = shown(run.ink, depth, sixteen), shown(run.ground, depth, sixteen)
            if ink == ground and not run.is_text:
                continue  # a line that is not there: the rest of a progress bar
            if (found_contrast := contrast(ink, ground)) < run.least:
                found.add(f"{run.text.strip()!r} {hexed(ink)} on {hexed(ground)}: {found_contrast:.2f}")
    return found


def hexed(colour: RGB) -> str:
    return "#" + bytes(colour).hex()


def rounded(app: App[None], depth: ColorDepth, region: Region | None = None) -> set[str]:
    """Returns what is sent in other colours than those that the terminal shows."""
    if depth is ColorDepth.TRUE:
        return set()
    found = set[str]()
    for run in drawn(app, region):
        for colour in (run.ink, run.ground) if run.text.strip() else (run.ground,):
            if shown(colour, depth) != tuple(colour.get_truecolor()):
                found.add(f"{run.text.strip()!r} {colour.name} is rounded")
    return found
