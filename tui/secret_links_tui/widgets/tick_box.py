"""A checkbox of a dialog."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Checkbox


class TickBox(Checkbox):
    """A checkbox with the signs of the table: Textual's own differ by colour alone."""

    def render(self) -> Content:
        """Shows sign and title."""
        return Content.assemble("☑ " if self.value else "☐ ", self.label)
