"""The tabs as text: the statuses, and what else is listed at a click, with their numbers of links."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from secret_links import Status
from secret_links_tui.drawing.link_rows import SIGNS
from secret_links_tui.drawing.places import MEDIUM, WIDE
from secret_links_tui.drawing.table.runs import Run
from secret_links_tui.terminal.plain_text import width_of

if TYPE_CHECKING:
    from secret_links import Counts, LinkFilter

ROOMY = 140
"""Columns from which on there is room for any number, written out, beside the search."""

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

WORDS = {Tab.ALL: "All", Tab.SOON: "◔ Soon", Tab.NEWS: "* News"} | {
    Tab(status.value): sign for status, sign in SIGNS.items()
}
"""Each tab in words, with its sign."""

NOTHING_FURTHER: Mapping[Tab, int] = MappingProxyType({Tab.SOON: 0, Tab.NEWS: 0})
"""The numbers of the tabs that are there at times, while none is."""


def in_short(number: int) -> str:
    """Returns a number in at most six characters: `81,204`, `799k`, `4.9M`."""
    if number < LONG_NUMBER:
        return f"{number:,}"
    if number < 999_500:
        return f"{number / 1000:.0f}k"
    return f"{number / 1_000_000:.1f}M"


class TabLine(NamedTuple):
    """Which tabs there are on a screen of some columns, and what each says, in as many words as there is room for."""

    columns: int
    chosen: Tab = Tab.ALL
    """The tab that is shown."""
    counts: Counts | None = None
    further: Mapping[Tab, int] = NOTHING_FURTHER
    """The numbers of the tabs that are there only where there is such a link."""
    total: int | None = None
    has_damaged: bool = False

    @property
    def offered(self) -> tuple[Tab, ...]:
        """The tabs that are there."""
        there = {Tab.DAMAGED: self.has_damaged, **{tab: number > 0 for tab, number in self.further.items()}}
        return tuple(tab for tab in Tab if tab is self.chosen or there.get(tab, True))

    @property
    def texts(self) -> list[str]:
        """What each tab says."""
        return [self._text(tab) for tab in self.offered]

    @property
    def places(self) -> Iterator[tuple[str, int, int]]:
        """Goes through the tabs: what stands there, from which cell to which."""
        left, before = 0, "" if self._is_narrow else " "
        for text in self.texts:
            shown = f"{before}{text} "
            right = left + width_of(shown)
            yield shown, left, right
            left = right

    @property
    def breadth(self) -> int:
        """The cells that all of them take."""
        return max(right for _, _, right in self.places)

    def runs(self, hovered: int | None = None) -> list[Run]:
        """Draws the tabs; `hovered` is the number of the one under the mouse."""
        runs: list[Run] = []
        for number, (shown, _, _) in enumerate(self.places):
            look = "chosen" if self.offered[number] is self.chosen else "hover" if number == hovered else ""
            runs.append((shown, (f"status-tabs--{look}",) if look else ()))
        return runs

    def _text(self, tab: Tab) -> str:
        is_roomy = self.columns >= ROOMY
        written = "{:,}".format if is_roomy else in_short
        if tab in self.further:
            sign, word = WORDS[tab].split()
            return f"{sign} {word} {written(self.further[tab])}" if is_roomy else sign + written(self.further[tab])
        number = self.counts.of(tab.status) if self.counts is not None else None
        # As wide as any number can become: the screen is not laid out again for every letter of a search.
        most = len(written(self.total)) if self.total else 0
        counted = (written(number) if number is not None else "…" if most else "").ljust(most)
        if tab is Tab.ALL:
            return f"All {counted}"
        sign, word = WORDS[tab].split()
        return sign + counted if self._is_narrow or self._is_short(written) else f"{sign} {word} {counted}"

    def _is_short(self, written: Callable[[int], str]) -> bool:
        """Whether there is no room for words beside the filter of event types, with numbers as they are written."""
        counted = [tab for tab in self.offered if tab not in self.further]
        counts = [self.counts.of(tab.status) for tab in counted] if self.counts is not None else []
        digits = max((len(written(number)) for number in (*counts, self.total or 0)), default=1)
        words = sum(len(WORDS[tab]) + digits + 3 for tab in counted)
        others = sum(len(self._text(tab)) + 2 for tab in self.offered if tab in self.further)
        return self.columns < WIDE and words + others > self.columns - BESIDE

    @property
    def _is_narrow(self) -> bool:
        return self.columns < MEDIUM
