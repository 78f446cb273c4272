"""A table of names and values."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

FACT_GAP = 2
"""Cells between the columns."""

LEAST_VALUE_WIDTH = 10
"""The least width of the second column, in cells."""

Fact = tuple[str, str]
"""A name and its value; both empty for a blank line."""


class Facts(Static):
    """A table of facts that wraps within its second column."""

    def __init__(self, facts: Sequence[Fact] = (), *, id: str | None = None, right: bool = False) -> None:
        super().__init__(id=id)
        self.facts = facts
        self._right = right

    def show(self, facts: Sequence[Fact]) -> None:
        """Shows other facts."""
        self.facts = facts
        self._lay_out()

    def on_resize(self) -> None:
        """Wraps the values for the new width."""
        self._lay_out()

    def _lay_out(self) -> None:
        if not self.size.width:  # `on_resize` comes when it has one
            return
        names = max((len(name) for name, _ in self.facts), default=0)
        room = max(LEAST_VALUE_WIDTH, self.size.width - names - FACT_GAP)
        lines: list[Content] = []
        for name, said in self.facts:
            first, *rest = textwrap.wrap(said, room) or [""]
            shown = f"{name:>{names}}" if self._right else f"{name:<{names}}"
            lines.append(Content.assemble((shown, "$accent" if self._right else "$text-muted"), " " * FACT_GAP, first))
            lines += [Content(" " * (names + FACT_GAP) + line) for line in rest]
        self.update(Content("\n").join(lines))
