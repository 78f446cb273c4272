"""The tabs of the list, each of which can be clicked.

One line of text, not a widget for each: laying out and styling widgets takes longer than drawing a screen of links.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from secret_links_tui.drawing.tabs import Tab, TabLine
from secret_links_tui.widgets.content import content_of

if TYPE_CHECKING:
    from secret_links import Counts


class StatusTabs(Widget):
    """One tab for each status, and one for all; a click shows only those links."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"status-tabs--chosen", "status-tabs--hover"}

    @dataclass
    class Pressed(Message):
        """A tab was clicked."""

        tab: Tab

    def __init__(self) -> None:
        super().__init__()
        self.line = TabLine(0)
        """What the tabs say, on a screen of any width."""
        self._hovered: int | None = None

    @property
    def chosen(self) -> Tab:
        """The tab that is shown."""
        return self.line.chosen

    @property
    def offered(self) -> tuple[Tab, ...]:
        """The tabs that are there."""
        return self.line.offered

    def show_chosen(self, tab: Tab) -> None:
        """Shows which tab the list is of."""
        self._show(self.line._replace(chosen=tab))

    def show_counts(self, counts: Counts, total: int, *, soon: int = 0) -> None:
        """Shows how many links of each tab pass the other filters; there can be no more than a total."""
        line = self.line._replace(counts=counts, total=total, has_damaged=counts.damaged > 0)
        self._show(line._replace(further={**line.further, Tab.SOON: soon}))

    def show_news(self, number: int) -> None:
        """Shows how many links have changed since the host was last here."""
        self._show(self.line._replace(further={**self.line.further, Tab.NEWS: number}))

    def show_counting(self) -> None:
        """Shows that the numbers are on their way."""
        self._show(self.line._replace(counts=None))

    def _show(self, line: TabLine) -> None:
        before = self._fitting
        self.line = line
        after = self._fitting
        if (before.texts, before.chosen) != (after.texts, after.chosen):
            self.refresh(layout=before.breadth != after.breadth)

    # How it looks

    @property
    def _fitting(self) -> TabLine:
        return self.line._replace(columns=self.app.size.width)

    @property
    def texts(self) -> list[str]:
        """What each tab says, in as many words as there is room for."""
        return self._fitting.texts

    @property
    def breadth(self) -> int:
        """The cells that the tabs take."""
        return self._fitting.breadth

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Returns the cells that the tabs take."""
        del container, viewport
        return self.breadth

    def render(self) -> Content:
        """Draws the tabs."""
        return content_of(self, self._fitting.runs(self._hovered))

    # Mouse

    def tab_at(self, x: int) -> int | None:
        """Returns the tab that a cell belongs to."""
        places = enumerate(self._fitting.places)
        return next((number for number, (_, left, right) in places if left <= x < right), None)

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
