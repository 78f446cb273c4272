"""The style sheet of dialogs, and the classes that screens have by their size."""

from __future__ import annotations

from pathlib import Path

from secret_links_tui.drawing.places import MEDIUM, WIDE

DIALOG_STYLES = Path(__file__).parent / "dialogs" / "dialogs.tcss"
"""The style sheet of dialogs; read after the list has been drawn."""

WIDTHS: list[tuple[int, str]] = [(0, "-narrow"), (MEDIUM, "-medium"), (WIDE, "-wide")]
"""The class of a screen from each width on, in cells."""

HEIGHTS: list[tuple[int, str]] = [(0, "-short"), (30, "-tall")]
"""The class of a dialog from each height on, in lines."""


def width_class(width: int) -> str:
    """Returns the class of a screen of a width, in cells."""
    return _class_from(WIDTHS, width)


def height_class(height: int) -> str:
    """Returns the class of a dialog of a height, in lines."""
    return _class_from(HEIGHTS, height)


def _class_from(entries: list[tuple[int, str]], cells: int) -> str:
    return max(entry for entry in entries if entry[0] <= cells)[1]
