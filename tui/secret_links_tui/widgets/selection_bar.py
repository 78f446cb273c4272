"""The bar below the table: what is selected, or has just been generated, and what can be done with it."""

from __future__ import annotations

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from secret_links_tui.widgets.bar_button import BarButton


class SelectionBar(Horizontal):
    """Shown while links are selected or freshly generated."""

    _shown: object = None

    def _fill(self) -> None:
        """Lays out the sentence and the buttons, when they are first needed: nothing is selected in the beginning."""
        self.mount(
            Static("", id="selection-text"),
            BarButton("Copy", action="copy_shown('url')", id="copy-selected"),
            BarButton("Copy with labels", action="copy_shown('named')", id="copy-selected-labels"),
            BarButton("Messages", action="copy_shown('message')", id="copy-selected-messages"),
            BarButton("Delete", action="delete", id="delete-selected"),
            BarButton("Clear", action="clear_selection", id="clear-selection"),
        )

    def show_selected(self, number: int | None, hidden: int, fresh: int) -> None:
        """Says how many links are selected, and how many of those the filter hides; or how many are new.

        None means that they are being counted.
        """
        if not self.is_attached:
            return  # the screen is being left, and what was counted came meanwhile
        shown = (number, hidden, fresh, self.screen.has_class("-narrow"))
        if shown == self._shown:
            return
        self._shown = shown
        self.display = number != 0 or bool(fresh)
        if not self.display:
            return
        if not self.children:
            self._fill()
        counted = "…" if number is None else f"{number or fresh:,}"
        if self.screen.has_class("-narrow"):
            text = f"+ {counted}" if number == 0 else f"☑ {counted}"
        else:
            not_shown = f" ({hidden:,} not shown by the filter)" if hidden else ""
            text = f"{counted} new" if number == 0 else f"{counted} selected{not_shown}"
        self.query_one("#selection-text", Static).update(Content(text))
        self.query_one("#copy-selected", BarButton).show_label(f"Copy {counted}")
        delete = self.query_one("#delete-selected", BarButton)
        delete.show_label(f"Delete {counted}")
        delete.display = number != 0
