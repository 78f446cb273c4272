"""The first line: what this is, whose links, and under which URL."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from secret_links_tui.plain_text import visible
from secret_links_tui.settings import Settings


class TitleBar(Horizontal):
    """The program's name, and whose links are shown."""

    def __init__(self, settings: Settings, badge: str = "") -> None:
        super().__init__()
        self._settings = settings
        self._badge = badge

    def compose(self) -> ComposeResult:
        """Lays out the line."""
        yield Static(Content("≡ Secret Links"), id="program")
        yield Static(Content(self._badge), id="badge")
        yield Static(Content(visible(f"{self._settings.host} · {self._settings.short_base_url}")), id="whose")

    def on_click(self) -> None:
        """Opens the command palette: the mouse's way to everything."""
        self.app.action_command_palette()

    def show_badge(self, badge: str) -> None:
        """Shows what is special about the store: that it is a demo, or read-only."""
        self.query_one("#badge", Static).update(Content(badge))
