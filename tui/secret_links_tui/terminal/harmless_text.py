"""The last guard before the terminal: text that is drawn never controls it."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from secret_links_tui.terminal.plain_text import harmless


class HarmlessText(LineFilter):
    """Guards the way out: nothing that is drawn, whoever stored it, reaches the terminal as a control sequence.

    Textual passes control characters through; a stored name was seen to take over a clipboard by being displayed.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Gives a line without such characters."""
        del background
        return [
            segment if segment.control or segment.text.isprintable() else segment._replace(text=harmless(segment.text))
            for segment in segments
        ]
