"""Runs of text in the styles of a widget."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.widget import Widget

from secret_links_tui.drawing.table.runs import Run


def content_of(widget: Widget, runs: Iterable[Run]) -> Content:
    """Returns runs in the styles that a widget has for their looks."""
    return Content.assemble(*((text, widget.get_visual_style(*looks)) if looks else text for text, looks in runs))
