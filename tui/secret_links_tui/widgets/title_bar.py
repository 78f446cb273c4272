"""The first line of the screen: the program, the host, and the URL of their links."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from secret_links_tui.settings import Settings
from secret_links_tui.terminal.plain_text import fitted, visible

PROGRAM_TITLE = "≡ Menu  Secret Links"

TITLE_GAP = 2
"""Cells between two parts of the line."""


class TitleBar(Widget):
    """The program's name, and whose links are shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"title-bar--program", "title-bar--badge", "title-bar--whose"}

    def __init__(self, settings: Settings, badge: str = "") -> None:
        super().__init__()
        self._whose = visible(f"{settings.host} · {settings.short_base_url}")
        self._badge = badge

    def render(self) -> Content:
        """Draws the line; host and URL are cut if there is no room."""
        badge = "" if self.screen.has_class("-narrow") or not self._badge else " " * TITLE_GAP + self._badge
        room = max(0, self.size.width - cell_len(PROGRAM_TITLE + badge) - TITLE_GAP)
        whose = self._whose if cell_len(self._whose) <= room else fitted(self._whose, room)
        return Content.assemble(
            (PROGRAM_TITLE, self.get_visual_style("title-bar--program")),
            (badge, self.get_visual_style("title-bar--badge")),
            " " * (room - cell_len(whose) + TITLE_GAP),
            (whose, self.get_visual_style("title-bar--whose")),
        )

    def on_click(self) -> None:
        """Opens the command palette, which has every action for the mouse."""
        self.app.action_command_palette()

    def show_badge(self, badge: str) -> None:
        """Shows what is special about the store: a demo, or read-only."""
        self._badge = badge
        self.refresh()
