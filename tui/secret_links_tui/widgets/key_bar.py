"""The last line of the screen: the most important keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

DISPENSABLE = ("undo", "reissue", "search", "select", "quit")
"""Actions whose keys are left out, in this order, where there is no room for all; `?` shows every key."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A key and what it does."""

    key: str
    """As Textual names it."""
    shown: str
    does: str
    action: str
    enabled: bool

    @property
    def width(self) -> int:
        """Its width in cells, with one on either side."""
        return cell_len(self.shown) + cell_len(self.does) + 3


class KeyBar(Widget):
    """One line of keys, each of which can be clicked.

    A line of text, not a widget for each key as in Textual's footer: it changes with every link under the cursor, and
    mounting a dozen widgets takes longer than drawing a screen of links.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--action", "key-bar--dim"}

    def __init__(self) -> None:
        super().__init__()
        self.hints: list[Hint] = []
        """The keys that are shown."""

    def on_mount(self) -> None:
        """Subscribes to changes of what can be done."""
        self.screen.bindings_updated_signal.subscribe(self, self._take_bindings)

    def _take_bindings(self, screen: Screen[object]) -> None:
        if screen is self.screen and self._fitting_hints() != self.hints:
            self.refresh()

    def render(self) -> Content:
        """Draws the keys for which there is room."""
        self.hints = self._fitting_hints()
        looks = {enabled: self._looks(enabled=enabled) for enabled in (True, False)}
        return Content.assemble(*(part for hint in self.hints for part in _parts(hint, *looks[hint.enabled])))

    def _looks(self, *, enabled: bool) -> tuple[Style, Style]:
        if not enabled:
            dim = self.get_visual_style("key-bar--dim")
            return dim, dim
        return self.get_visual_style("key-bar--key"), self.get_visual_style("key-bar--action")

    def on_click(self, event: events.Click) -> None:
        """Presses the key under the mouse."""
        left = 0
        for hint in self.hints:
            if left <= event.x < left + hint.width:
                if hint.enabled:
                    self.app.simulate_key(hint.key)
                return
            left += hint.width

    def _fitting_hints(self) -> list[Hint]:
        hints: list[Hint] = []
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            if binding.show and all(binding.action != hint.action for hint in hints):
                shown = self.app.get_key_display(binding)
                hints.append(Hint(binding.key, shown, binding.description, binding.action, enabled))
        for dispensable in DISPENSABLE:
            if sum(hint.width for hint in hints) > self.size.width:
                hints = [hint for hint in hints if hint.action.removeprefix("app.") != dispensable]
        return hints


def _parts(hint: Hint, key: Style, action: Style) -> list[tuple[str, Style]]:
    return [(f" {hint.shown}", key), (f" {hint.does} ", action)]
