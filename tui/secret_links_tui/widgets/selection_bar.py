"""The bar below the table: what is selected, or has just been generated, and what can be done with it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static


class SelectionBar(Horizontal):
    """Shown while links are selected or freshly generated."""

    def compose(self) -> ComposeResult:
        """Lays out the sentence and the buttons."""
        yield Static("", id="selection-text")
        yield Button("Copy", id="copy-selected", compact=True)
        yield Button("Copy with labels", id="copy-selected-labels", compact=True)
        yield Button("Delete", id="delete-selected", variant="error", compact=True)
        yield Button("Clear", id="clear-selection", compact=True)

    def show_selected(self, number: int, hidden: int, fresh: int) -> None:
        """Says how many links are selected, and how many of those the filter hides; or how many are new."""
        self.display = bool(number or fresh)
        if self.screen.has_class("-narrow"):
            text = f"☑ {number:,}" if number else f"+ {fresh:,}"
        else:
            not_shown = f" ({hidden:,} not shown by the filter)" if hidden else ""
            text = f"{number:,} selected{not_shown}" if number else f"{fresh:,} new"
        self.query_one("#selection-text", Static).update(Content(text))
        copied = number or fresh
        copy = self.query_one("#copy-selected", Button)
        copy.label = f"Copy {copied:,}"
        delete = self.query_one("#delete-selected", Button)
        delete.label = f"Delete {number:,}"
        delete.display = bool(number)
        for button in (copy, delete):
            button.refresh(layout=True)
