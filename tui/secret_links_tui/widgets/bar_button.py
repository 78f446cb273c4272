"""A button of one line, for the bars around the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from secret_links_tui.drawing.bars import button_text
from secret_links_tui.terminal.plain_text import width_of


class BarButton(Static, can_focus=True):
    """A button that is pressed with the mouse, Enter or Space.

    Textual's own button brings sixty style rules, for looks that no bar needs; reading them takes longer than drawing
    a screen of links. Dialogs, which open later, use that one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "", show=False)]

    @dataclass
    class Pressed(Message):
        """The button was pressed."""

        button: BarButton

    def __init__(self, label: str, *, action: str, id: str) -> None:  # Textual's name for it
        super().__init__(Content(button_text(label)), id=id)
        self._action = action
        self.label = label
        """Its text."""

    @property
    def width(self) -> int:
        """The cells that it takes."""
        return width_of(button_text(self.label))

    def show_label(self, label: str) -> None:
        """Shows another label, in as much room as it takes."""
        if label != self.label:
            self.label = label
            self.update(Content(button_text(label)))

    def on_click(self) -> None:
        """Presses the button."""
        self.action_press()

    def action_press(self) -> None:
        """Runs the button's action, if it can be done now, and posts that the button was pressed."""
        self.call_later(self.app.run_action, self._action, self.screen)
        self.post_message(self.Pressed(self))
