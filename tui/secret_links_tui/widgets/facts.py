"""A table of names and values."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

FACT_GAP = 2
"""Cells between the columns."""

LEAST_VALUE_WIDTH = 10
"""The least width of the second column, in cells."""

Fact = tuple[str, str]
"""A name and its value; both empty for a blank line."""


class Facts(Widget):
    """A table of facts that wraps within its second column."""

    def __init__(self, facts: Sequence[Fact] = (), *, id: str | None = None, right: bool = False) -> None:
        super().__init__(id=id)
        self.facts = facts
        self.looks: dict[str, str] = {}
        """The style of a value, by its name."""
        self._right = right

    def show(self, facts: Sequence[Fact]) -> None:
        """Shows other facts."""
        self.facts = facts
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Returns the lines that the facts take in a width: known before it has it, so that a box is never too high."""
        del container, viewport
        return len(self._lines(width))

    def render(self) -> Content:
        """Draws the facts."""
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        names = max((len(name) for name, _ in self.facts), default=0)
        room = max(LEAST_VALUE_WIDTH, width - names - FACT_GAP)
        lines: list[Content] = []
        for name, said in self.facts:
            first, *rest = textwrap.wrap(said, room) or [""]
            shown = f"{name:>{names}}" if self._right else f"{name:<{names}}"
            looks = "$accent" if self._right else "$text-muted"
            value = (first, self.looks.get(name, ""))
            lines.append(Content.assemble((shown, looks), " " * FACT_GAP, value))
            lines += [Content(" " * (names + FACT_GAP) + line) for line in rest]
        return lines
