"""What the program is compared with: a bare Textual app, and one with a DataTable of 1,000 rows."""

from __future__ import annotations

import sys
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.widgets import DataTable

ROWS = 1_000


class Bare(App[None]):
    """A table without rows."""

    CSS: ClassVar[str] = "DataTable { height: 1fr; }"

    def compose(self) -> ComposeResult:
        """Lays out the table."""
        yield DataTable()

    def on_mount(self) -> None:
        """Names the columns."""
        self.query_one(DataTable).add_columns("Link", "Status", "Created")


class Thousand(App[None]):
    """A table of 1,000 rows of eight columns."""

    CSS: ClassVar[str] = Bare.CSS

    def compose(self) -> ComposeResult:
        """Lays out the table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fills the table with what looks like links."""
        table = self.query_one(DataTable)
        table.add_columns("Link", "For", "Event type", "Status", "Created", "Expires", "", " ")
        for number in range(ROWS):
            table.add_row(
                f"/s/{number:06}…", f"Visitor {number}", "Final interview", "✓ Used", "2 weeks ago", "–", "Copy", "×"
            )


if __name__ == "__main__":
    (Bare if sys.argv[1] == "bare" else Thousand)().run()
