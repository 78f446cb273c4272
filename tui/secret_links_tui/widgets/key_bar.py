"""The last line of the screen: the most important keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character
from textual.screen import Screen
from textual.widget import Widget

from secret_links_tui.drawing.bars import Hint, fitting_hints, keys_line
from secret_links_tui.widgets.content import content_of

_UNICODE_NAMES = {name: unicode_name for unicode_name, name in KEY_NAME_REPLACEMENTS.items()}
"""The names in Unicode of keys for which Textual has shorter ones."""


class KeyBar(Widget):
    """One line of keys, each of which can be clicked.

    A line of text, not a widget for each key as in Textual's footer: it changes with every link under the cursor, and
    mounting a dozen widgets takes longer than drawing a screen of links.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--action", "key-bar--dim"}

    def __init__(self, ranked: Callable[[], Sequence[str]] | None = None) -> None:
        super().__init__()
        self._ranked = ranked
        """Returns the actions to be named, the most important first; without it, they are named as they are bound."""
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
        return content_of(self, keys_line(self.hints))

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
        """Returns the keys for which there is room; those that are typed into a field are none."""
        return fitting_hints(self.ranked_hints(), self.size.width)

    def ranked_hints(self) -> list[Hint]:
        """Returns all keys that could be named now, the most important first."""
        offered = {hint.action.removeprefix("app."): hint for hint in self._hints()}
        ranked = self._ranked() if self._ranked is not None and not self._is_typing else _way_out_first(offered)
        return [offered[action] for action in ranked if action in offered]

    def _hints(self) -> Iterable[Hint]:
        hints: dict[str, Hint] = {}
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            is_named = binding.action not in hints or binding.key == "enter"  # which is the one that people try
            if binding.show and binding.description and is_named and not self._is_typed(binding.key):
                shown = self.app.get_key_display(binding)
                hints[binding.action] = Hint(binding.key, shown, binding.description, binding.action, enabled)
        return hints.values()

    def _is_typed(self, key: str) -> bool:
        """Returns whether a key is text for the field that has the focus."""
        focused = self.screen.focused
        character = key_to_character(_UNICODE_NAMES.get(key, key))
        return focused is not None and focused.check_consume_key(key, character)

    @property
    def _is_typing(self) -> bool:
        return self._is_typed("a")


def _way_out_first(actions: Iterable[str]) -> Sequence[str]:
    """Returns the actions of a dialog by their rank: the way out always fits, and help gives way to all others."""
    return sorted(actions, key=lambda action: {"cancel": 0, "help_here": 2}.get(action, 1))
