"""The first line of the screen: the program, the host, and the URL of their links."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.widget import Widget

from secret_links_tui.drawing.bars import title_line, whose_links
from secret_links_tui.settings import Settings
from secret_links_tui.widgets.content import content_of


class TitleBar(Widget):
    """The program's name, and whose links are shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"title-bar--program", "title-bar--badge", "title-bar--whose"}

    def __init__(self, settings: Settings, badge: str = "") -> None:
        super().__init__()
        self._whose = whose_links(settings)
        self._badge = badge

    def render(self) -> Content:
        """Draws the line."""
        return content_of(self, title_line(self.app.size.width, self._whose, self._badge))

    def on_click(self) -> None:
        """Opens the command palette, which has every action for the mouse."""
        self.app.action_command_palette()

    def show_badge(self, badge: str) -> None:
        """Shows what is special about the store: a demo, or read-only."""
        self._badge = badge
        self.refresh()
