"""The statuses, and what else is listed at a click, with their numbers of links: each of which can be clicked.

One line of text, not a widget for each: laying out and styling widgets takes longer than drawing a screen of links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
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
    from secret_links import Counts, LinkFilter

ROOMY = 140
"""Columns from which on there is room for any number, written out, beside the search."""

WIDE = 110
"""Columns from which on there is room for words and numbers."""

BESIDE = 24
"""Columns that the filter of event types takes, with what is around it."""

LONG_NUMBER = 100_000
"""The first number that takes too much of it elsewhere."""


class Tab(StrEnum):
    """What there can be tabs for."""

    ALL = "all"
    ACTIVE = Status.ACTIVE.value
    SOON = "soon"
    """Active links that expire within a day."""
    USED = Status.USED.value
    EXPIRED = Status.EXPIRED.value
    DAMAGED = Status.DAMAGED.value
    NEWS = "news"
    """Links that were used, or expired, since the host was last here."""

    @classmethod
    def of(cls, wanted: LinkFilter) -> Tab:
        """Returns the tab of a filter."""
        if wanted.among is not None:
            return cls.NEWS
        if wanted.expires_within is not None:
            return cls.SOON
        return cls(wanted.status.value) if wanted.status else cls.ALL

    @property
    def status(self) -> Status | None:
        """The status of the links; None for any."""
        return {Tab.ALL: None, Tab.NEWS: None, Tab.SOON: Status.ACTIVE}.get(self) or _STATUSES.get(self.value)


_STATUSES = {status.value: status for status in Status}

AT_TIMES = (Tab.SOON, Tab.DAMAGED, Tab.NEWS)
"""Tabs that are there only where there is such a link."""

WORDS = {Tab.ALL: "All", Tab.SOON: "◔ Soon", Tab.NEWS: "* News"} | {
    Tab(status.value): sign for status, sign in SIGNS.items()
}
"""Each tab in words, with its sign."""


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

        tab: Tab

    def __init__(self) -> None:
        super().__init__()
        self.chosen = Tab.ALL
        """The tab that is shown."""
        self._counts: Counts | None = None
        self._further = {Tab.SOON: 0, Tab.NEWS: 0}
        self._total: int | None = None
        self._hovered: int | None = None
        self._has_damaged = False

    @property
    def offered(self) -> tuple[Tab, ...]:
        """The tabs that are there."""
        there = {Tab.DAMAGED: self._has_damaged, **{tab: number > 0 for tab, number in self._further.items()}}
        return tuple(tab for tab in Tab if tab is self.chosen or there.get(tab, True))

    def show_chosen(self, tab: Tab) -> None:
        """Shows which tab the list is of."""
        if tab is not self.chosen:
            before, self.chosen = self.offered, tab
            self.refresh(layout=self.offered != before)

    def show_counts(self, counts: Counts, total: int, *, soon: int = 0) -> None:
        """Shows how many links of each tab pass the other filters; there can be no more than a total."""
        self._show(counts, total, soon=soon)

    def show_news(self, number: int) -> None:
        """Shows how many links have changed since the host was last here."""
        self._show(self._counts, self._total, news=number)

    def show_counting(self) -> None:
        """Shows that the numbers are on their way."""
        self._show(None, self._total)

    def _show(
        self, counts: Counts | None, total: int | None, *, soon: int | None = None, news: int | None = None
    ) -> None:
        before, breadth = self.texts, self._breadth
        self._counts, self._total = counts, total
        self._further |= {tab: number for tab, number in ((Tab.SOON, soon), (Tab.NEWS, news)) if number is not None}
        if counts is not None:
            self._has_damaged = counts.damaged > 0
        if self.texts != before:
            self.refresh(layout=self._breadth != breadth)

    # How it looks

    @property
    def texts(self) -> list[str]:
        """What each tab says, in as many words as there is room for."""
        return [self._text(tab) for tab in self.offered]

    def _text(self, tab: Tab) -> str:
        written = "{:,}".format if self.app.size.width >= ROOMY else in_short
        if tab in self._further:
            sign, word = WORDS[tab].split()
            is_wide = self.app.size.width >= ROOMY
            return f"{sign} {word} {written(self._further[tab])}" if is_wide else sign + written(self._further[tab])
        number = self._counts.of(tab.status) if self._counts is not None else None
        # As wide as any number can become: the screen is not laid out again for every letter of a search.
        most = len(written(self._total)) if self._total else 0
        counted = (written(number) if number is not None else "…" if most else "").ljust(most)
        if tab is Tab.ALL:
            return f"All {counted}"
        sign, word = WORDS[tab].split()
        return sign + counted if self._is_narrow or self._is_short(written) else f"{sign} {word} {counted}"

    def _is_short(self, written: Callable[[int], str]) -> bool:
        """Whether there is no room for words beside the filter of event types, with numbers as they are written."""
        counted = [tab for tab in self.offered if tab not in self._further]
        counts = [self._counts.of(tab.status) for tab in counted] if self._counts is not None else []
        digits = max((len(written(number)) for number in (*counts, self._total or 0)), default=1)
        words = sum(len(WORDS[tab]) + digits + 3 for tab in counted)
        others = sum(len(self._text(tab)) + 2 for tab in self.offered if tab in self._further)
        width = self.app.size.width
        return width < WIDE and words + others > width - BESIDE

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
            looks = "chosen" if self.offered[number] is self.chosen else "hover" if number == self._hovered else ""
            parts.append((shown, self.get_visual_style(f"status-tabs--{looks}")) if looks else shown)
        return Content.assemble(*parts)  # type: ignore[arg-type]

    # Mouse

    def tab_at(self, x: int) -> int | None:
        """Returns the tab that a cell belongs to."""
        return next((number for number, (_, left, right) in enumerate(self._places) if left <= x < right), None)

    def on_click(self, event: events.Click) -> None:
        """Asks for the links of the tab that was clicked."""
        if (number := self.tab_at(event.x)) is not None:
            self.post_message(self.Pressed(self.offered[number]))

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
