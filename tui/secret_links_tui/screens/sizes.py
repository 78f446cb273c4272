"""How screens look, and which class they have by their size: what matters least goes where there is no room."""

from __future__ import annotations

from pathlib import Path

DIALOG_STYLES = Path(__file__).parent / "dialogs" / "dialogs.tcss"
"""How dialogs look; read once the list has been drawn."""

WIDTHS: list[tuple[int, str]] = [(0, "-narrow"), (60, "-medium"), (110, "-wide")]
"""From which width on a screen has which class."""

HEIGHTS: list[tuple[int, str]] = [(0, "-short"), (30, "-tall")]
"""From which height on a dialog has which class."""


def width_class(width: int) -> str:
    """Names the class of a screen of a width."""
    return max(known for known in WIDTHS if known[0] <= width)[1]
