"""The last line: the keys that matter now."""

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
"""What a line without room for everything does without, the first one first; `?` has every key."""


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
        """The cells it takes, with one on either side."""
        return cell_len(self.shown) + cell_len(self.does) + 3


class KeyBar(Widget):
    """One line of keys, each of which can be clicked.

    A line of text, not a widget for each key as in Textual's footer: it changes with every link under the cursor, and
    mounting a dozen widgets takes longer than drawing a screen of links.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--deed", "key-bar--dim"}

    def __init__(self) -> None:
        super().__init__()
        self.hints: list[Hint] = []
        """The keys that are shown."""

    def on_mount(self) -> None:
        """Listens for what can be done now."""
        self.screen.bindings_updated_signal.subscribe(self, self._take_bindings)

    def _take_bindings(self, screen: Screen[object]) -> None:
        if screen is self.screen and self._that_fit() != self.hints:
            self.refresh()

    def render(self) -> Content:
        """Draws as many keys as there is room for."""
        self.hints = self._that_fit()
        looks = {enabled: self._looks(enabled=enabled) for enabled in (True, False)}
        return Content.assemble(*(part for hint in self.hints for part in _parts(hint, *looks[hint.enabled])))

    def _looks(self, *, enabled: bool) -> tuple[Style, Style]:
        if not enabled:
            dim = self.get_visual_style("key-bar--dim")
            return dim, dim
        return self.get_visual_style("key-bar--key"), self.get_visual_style("key-bar--deed")

    def on_click(self, event: events.Click) -> None:
        """Does what the key under the mouse does."""
        left = 0
        for hint in self.hints:
            if left <= event.x < left + hint.width:
                if hint.enabled:
                    self.app.simulate_key(hint.key)
                return
            left += hint.width

    def _that_fit(self) -> list[Hint]:
        hints: list[Hint] = []
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            if binding.show and all(binding.action != known.action for known in hints):
                shown = self.app.get_key_display(binding)
                hints.append(Hint(binding.key, shown, binding.description, binding.action, enabled))
        for dispensable in DISPENSABLE:
            if sum(hint.width for hint in hints) > self.size.width:
                hints = [hint for hint in hints if hint.action.removeprefix("app.") != dispensable]
        return hints


def _parts(hint: Hint, key: Style, operation: Style) -> list[tuple[str, Style]]:
    return [(f" {hint.shown}", key), (f" {hint.does} ", operation)]
