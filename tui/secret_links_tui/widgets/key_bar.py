"""The last line: the keys that matter now."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.reactive import reactive
from textual.widgets import Footer


class KeyBar(Footer):
    """A footer that leaves keys out where there is no room, the dispensable ones first; `?` has them all."""

    DISPENSABLE: ClassVar[frozenset[str]] = frozenset({"select", "undo", "reissue", "search"})
    """What a narrow screen does without."""

    room = reactive("", recompose=True)
    """The breakpoint of the screen's width."""

    def compose(self) -> ComposeResult:
        """Lays out the keys that there is room for."""
        self.compact = self.room != "-wide"
        self.show_command_palette = self.room == "-wide"
        for widget in super().compose():
            if self.room != "-narrow" or getattr(widget, "action", "") not in self.DISPENSABLE:
                yield widget

    def on_resize(self) -> None:
        """Looks how much room there is."""
        self.room = next((name for name in ("-narrow", "-medium", "-wide") if self.screen.has_class(name)), "")
