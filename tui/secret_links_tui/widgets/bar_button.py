"""A button of one line, for the bars around the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class BarButton(Static, can_focus=True):
    """Words to press, with the mouse or with Enter.

    Textual's own button brings sixty style rules, for looks that no bar needs; reading them takes longer than drawing
    a screen of links. Dialogs, which open later, use that one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "", show=False)]

    @dataclass
    class Pressed(Message):
        """The button was pressed."""

        button: BarButton

    def __init__(self, label: str, *, action: str, id: str) -> None:  # Textual's name for it
        super().__init__(Content(f" {label} "), id=id)
        self._action = action
        self.label = label
        """What it says."""

    def show_label(self, label: str) -> None:
        """Says something else, in as much room as that takes."""
        if label != self.label:
            self.label = label
            self.update(Content(f" {label} "))

    def on_click(self) -> None:
        """Is pressed."""
        self.action_press()

    def action_press(self) -> None:
        """Does what it is for, as far as it can be done now, and posts that it was pressed."""
        self.call_later(self.app.run_action, self._action, self.screen)
        self.post_message(self.Pressed(self))
