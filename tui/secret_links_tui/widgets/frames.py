"""What the terminal shows, line by line, so that a line that has not changed is not sent again.

Textual sends whole screens more often than anything has changed on them: its first one twice, since the widgets learn
of their sizes after they were drawn, and the list below each dialog.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

from secret_links_tui.drawing.escape_codes import Line, Sent, cells_of, line_of, written


class Picture(Protocol):
    """What was painted before Textual was loaded."""

    lines: Sequence[Line]
    size: tuple[int, int]
    """Columns and lines of the terminal."""


class Frames:
    """Sends of each frame the lines that have changed.

    Where there is a picture already, nothing is sent before Textual's own screen has come to look like it.
    """

    def __init__(self, picture: Picture) -> None:
        self._picture: Picture | None = picture if picture.lines else None
        self._shown: dict[int, Line] = {}
        self._is_beginning = True
        """Whether parts of lines are compared, too: it takes as long as drawing them."""

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is sent yet."""
        return self._picture is not None

    def take_over(self, size: tuple[int, int]) -> None:
        """Sends from now on what differs from the picture: everything, if the terminal has another size by now."""
        if self._picture is not None:
            is_there = size == self._picture.size
            self._shown, self._picture = dict(enumerate(self._picture.lines if is_there else ())), None

    def begun(self) -> None:
        """Compares whole screens only: from now on, parts of them are drawn since they have changed."""
        self._is_beginning = False

    def forget(self) -> None:
        """Has every line sent again: something else may have written to the terminal."""
        self._shown.clear()

    def changes(self, update: Any, console: Console) -> Any:  # noqa: ANN401  # what Textual draws has no one type
        """Returns what of an update has to be sent, which counts as sent from now on; None for nothing."""
        if self._picture is not None:
            return None
        if isinstance(update, ChopsUpdate):
            if self._is_beginning:
                return self._changed_parts(update, console)
            for y, _, _ in update.spans:
                self._shown.pop(y, None)
        return self._changed_lines(update, console) if isinstance(update, LayoutUpdate) else update

    def _changed_parts(self, update: ChopsUpdate, console: Console) -> CompositorUpdate:
        sequences: list[str] = []
        for y, left, right in update.spans:
            span = ChopsUpdate(update.chops, [(y, left, right)], update.chop_ends)
            cells = cells_of(self._shown.get(y, ()))
            drawn = self._with_parts(cells, span, console) if cells else None
            if drawn is None:
                self._shown.pop(y, None)
            elif drawn == cells:
                continue
            else:
                self._shown[y] = line_of(drawn)
            sequences.append(span.render_segments(console))
        return _Written("".join(sequences))

    @staticmethod
    def _with_parts(cells: Sequence[Sent], update: ChopsUpdate, console: Console) -> list[Sent] | None:
        """Returns the cells of a line with those that are drawn in one span; None where they are not only text."""
        drawn = list(cells)
        ((y, left, right),) = update.spans
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > right or end <= left:
                continue
            line = line_of_segments(strip.crop(0, min(end, right) - x), console)
            if line is None:
                return None
            part = cells_of(line)
            drawn[x : x + len(part)] = part
        return drawn if len(drawn) == len(cells) else None

    def _changed_lines(self, update: LayoutUpdate, console: Console) -> CompositorUpdate:
        sequences: list[str] = []
        for y, strips in enumerate(update.strips, update.region.y):
            line = line_of_segments([segment for strip in strips for segment in strip], console)
            if line is None or update.region.x:  # not to be compared
                self.forget()
                return update
            if self._shown.get(y) != line:
                sequences.append(written(y, line))
                self._shown[y] = line
        return _Written("".join(sequences))


class _Written(CompositorUpdate):
    """What is sent as it is."""

    def __init__(self, sequence: str) -> None:
        self._sequence = sequence

    def render_segments(self, console: Console) -> str:
        """Returns the sequence."""
        del console
        return self._sequence


def line_of_segments(segments: Iterable[Segment], console: Console) -> Line | None:
    """Returns segments as a line; None where there is more in them than text and colours."""
    system = console._color_system  # noqa: SLF001  # as rich itself, when it writes
    parts: list[tuple[str, str]] = []
    for text, style, control in segments:
        if control or (style is not None and style.link):
            return None
        parts.append(("" if style is None or system is None else codes_of(style, system), text))
    return line_of(parts)


@lru_cache(2048)
def codes_of(style: Style, system: ColorSystem) -> str:
    """Returns the numbers of a style, as a terminal of some colours gets them.

    Rich keeps those that it found out first, also where a terminal turns out to draw more colours.
    """
    fresh = style.copy()
    fresh._ansi = None  # noqa: SLF001  # see above
    return fresh._make_ansi_codes(system)  # noqa: SLF001  # as rich itself
