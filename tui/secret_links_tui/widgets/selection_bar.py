"""The bar below the table: what is selected, or has just been generated, and what can be done with it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static


class SelectionBar(Horizontal):
    """Shown while links are selected or freshly generated."""

    _shown: object = None

    def compose(self) -> ComposeResult:
        """Lays out the sentence and the buttons."""
        yield Static("", id="selection-text")
        yield Button("Copy", id="copy-selected", compact=True)
        yield Button("Copy with labels", id="copy-selected-labels", compact=True)
        yield Button("Delete", id="delete-selected", variant="error", compact=True)
        yield Button("Clear", id="clear-selection", compact=True)

    def show_selected(self, number: int | None, hidden: int, fresh: int) -> None:
        """Says how many links are selected, and how many of those the filter hides; or how many are new.

        None means that they are being counted.
        """
        shown = (number, hidden, fresh, self.screen.has_class("-narrow"))
        if shown == self._shown:
            return
        self._shown = shown
        self.display = number != 0 or bool(fresh)
        counted = "…" if number is None else f"{number or fresh:,}"
        if self.screen.has_class("-narrow"):
            text = f"+ {counted}" if number == 0 else f"☑ {counted}"
        else:
            not_shown = f" ({hidden:,} not shown by the filter)" if hidden else ""
            text = f"{counted} new" if number == 0 else f"{counted} selected{not_shown}"
        self.query_one("#selection-text", Static).update(Content(text))
        copy = self.query_one("#copy-selected", Button)
        copy.label = f"Copy {counted}"
        delete = self.query_one("#delete-selected", Button)
        delete.label = f"Delete {counted}"
        delete.display = number != 0
        for button in (copy, delete):
            button.refresh(layout=True)
