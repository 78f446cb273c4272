"""The statuses and their numbers of links, each of which can be clicked.

One line of text, not a widget for each: laying out and styling widgets takes longer than drawing a screen of links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from secret_links import Status
from secret_links_tui.widgets.link_rows import SIGNS

if TYPE_CHECKING:
    from secret_links import Counts

ROOMY = 140
"""Columns from which on there is room for any number, written out, beside the search."""

WIDE = 110
"""Columns from which on there is room for words and numbers."""

BESIDE = 24
"""Columns that the filter of event types takes, with what is around it."""

LONG_NUMBER = 100_000
"""The first number that takes too much of it elsewhere."""

TAB_STATUSES = (None, *Status)
"""What there can be tabs for; None for all links."""


def in_short(number: int) -> str:
    """Returns a number in at most six characters: `81,204`, `799k`, `4.9M`."""
    if number < LONG_NUMBER:
        return f"{number:,}"
    if number < 999_500:
        return f"{number / 1000:.0f}k"
    return f"{number / 1_000_000:.1f}M"


class StatusTabs(Widget):
    """One tab for each status, and one for all; a click shows only those links."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"status-tabs--chosen", "status-tabs--hover"}

    @dataclass
    class Pressed(Message):
        """A tab was clicked."""

        status: Status | None

    def __init__(self) -> None:
        super().__init__()
        self.chosen: Status | None = None
        """The status that is shown."""
        self._counts: Counts | None = None
        self._total: int | None = None
        self._hovered: int | None = None
        self._has_damaged = False

    @property
    def statuses(self) -> tuple[Status | None, ...]:
        """What there are tabs for: one for damaged links only where there are any."""
        offered = self._has_damaged or self.chosen is Status.DAMAGED
        return TAB_STATUSES if offered else tuple(status for status in TAB_STATUSES if status is not Status.DAMAGED)

    def show_status(self, status: Status | None) -> None:
        """Shows which status is filtered by."""
        if status != self.chosen:
            before, self.chosen = self.statuses, status
            self.refresh(layout=self.statuses != before)

    def show_counts(self, counts: Counts, total: int) -> None:
        """Shows how many links of each status pass the other filters; there can be no more than a total."""
        self._show(counts, total)

    def show_counting(self) -> None:
        """Shows that the numbers are on their way."""
        self._show(None, self._total)

    def _show(self, counts: Counts | None, total: int | None) -> None:
        before, breadth = self.texts, self._breadth
        self._counts, self._total = counts, total
        if counts is not None:
            self._has_damaged = counts.damaged > 0
        if self.texts != before:
            self.refresh(layout=self._breadth != breadth)

    # How it looks

    @property
    def texts(self) -> list[str]:
        """What each tab says, in as many words as there is room for."""
        return [self._text(status) for status in self.statuses]

    def _text(self, status: Status | None) -> str:
        written = "{:,}".format if self.app.size.width >= ROOMY else in_short
        number = self._counts.of(status) if self._counts is not None else None
        # As wide as any number can become: the screen is not laid out again for every letter of a search.
        most = len(written(self._total)) if self._total else 0
        counted = (written(number) if number is not None else "…" if most else "").ljust(most)
        if status is None:
            return f"All {counted}"
        sign, word = SIGNS[status].split()
        return sign + counted if self._is_narrow or self._is_short(written) else f"{sign} {word} {counted}"

    def _is_short(self, written: Callable[[int], str]) -> bool:
        """Whether there is no room for words beside the filter of event types, with numbers as they are written."""
        counts = [self._counts.of(status) for status in self.statuses] if self._counts is not None else []
        digits = max((len(written(number)) for number in (*counts, self._total or 0)), default=1)
        words = sum(len(SIGNS[status]) if status else len("All") for status in self.statuses)
        width = self.app.size.width
        return width < WIDE and words + len(self.statuses) * (digits + 3) > width - BESIDE

    @property
    def _is_narrow(self) -> bool:
        return self.screen.has_class("-narrow")

    @property
    def _places(self) -> Iterator[tuple[str, int, int]]:
        """Goes through the tabs: what stands there, from which cell to which."""
        left, before = 0, "" if self._is_narrow else " "
        for text in self.texts:
            shown = f"{before}{text} "
            yield shown, left, left + cell_len(shown)
            left += cell_len(shown)

    @property
    def _breadth(self) -> int:
        return max(right for _, _, right in self._places)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Returns the cells that the tabs take."""
        del container, viewport
        return self._breadth

    def render(self) -> Content:
        """Draws the tabs."""
        parts: list[str | tuple[str, object]] = []
        for number, (shown, _, _) in enumerate(self._places):
            looks = "chosen" if self.statuses[number] == self.chosen else "hover" if number == self._hovered else ""
            parts.append((shown, self.get_visual_style(f"status-tabs--{looks}")) if looks else shown)
        return Content.assemble(*parts)  # type: ignore[arg-type]

    # Mouse

    def tab_at(self, x: int) -> int | None:
        """Returns the tab that a cell belongs to."""
        return next((number for number, (_, left, right) in enumerate(self._places) if left <= x < right), None)

    def on_click(self, event: events.Click) -> None:
        """Asks for the links of the tab that was clicked."""
        if (number := self.tab_at(event.x)) is not None:
            self.post_message(self.Pressed(self.statuses[number]))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Marks the tab under the mouse."""
        self._hover(self.tab_at(event.x))

    def on_leave(self) -> None:
        """Removes that highlight."""
        self._hover(None)

    def _hover(self, number: int | None) -> None:
        if number != self._hovered:
            self._hovered = number
            self.refresh()
