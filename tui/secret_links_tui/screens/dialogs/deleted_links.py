"""The links that were deleted in the last 30 days, from which any can be restored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.widgets import Button, Input

from secret_links import DeletedLink, SecretLinksError
from secret_links_tui.ages import relative
from secret_links_tui.drawing.link_rows import SIGNS, shown_token
from secret_links_tui.drawing.table.columns import TableColumn
from secret_links_tui.drawing.table.lines import Cell
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.sentences import READING, links_of
from secret_links_tui.terminal.key_queue import Hold
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.table.row_table import RowTable

MOST_LISTED = 500
"""Deleted links that are listed at once; a search finds the others."""

LINES_BESIDE_ROWS = 3
"""Lines of the table that are not rows: its head, and what it shows while it is empty."""


@dataclass(frozen=True, slots=True)
class Found:
    """Deleted links that were found."""

    links: Sequence[DeletedLink]
    as_of: datetime
    total: int
    """How many can be restored in all."""


class DeletedTable(RowTable):
    """Deleted links, the latest deletion first."""

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = (
        TableColumn("check", "☐", 1, keep=200),
        TableColumn("for", "For", 14, flex=3, keep=1000),
        TableColumn("event_type", "Event type", 10, flex=2, keep=10),
        TableColumn("status", "Was", 9, keep=20),
        TableColumn("deleted", "Deleted", 11, keep=500),
        TableColumn("by", "By", 6, flex=1, keep=30),
    )

    rows: Sequence[DeletedLink] = ()
    as_of: datetime
    zone: tzinfo
    chosen: frozenset[int] = frozenset()
    """The ids of the links whose boxes are on."""

    @property
    def current(self) -> DeletedLink | None:
        """The link under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def row_key(self, index: int) -> Hashable | None:
        """Returns what a link's line depends on."""
        row = self.rows[index]
        return row, row.link.id in self.chosen, self.as_of

    def row_cells(self, index: int, columns: Sequence[str]) -> Sequence[Cell] | None:
        """Returns a deleted link's cells."""
        row = self.rows[index]
        link = row.link
        cells = {
            "check": "☑" if link.id in self.chosen else "☐",
            "for": visible(link.label) if link.label is not None else shown_token(link),
            "event_type": visible(link.event_type.name),
            "status": SIGNS[link.status_at(self.as_of)],
            "deleted": relative(row.deleted_at, self.as_of, self.zone),
            "by": visible(row.deleted_by),
        }
        return [(cells[column], "") for column in columns]


class DeletedLinks(Dialog[frozenset[int]]):
    """Lists deleted links; answers with the ids of those to restore."""

    HEADING = "Deleted links"
    ONLY_SHOWS = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s", "restore", "Bring back", id="restore-deleted", tooltip="Bring back the chosen links"),
        Binding("space", "choose", "Choose", id="choose-deleted", tooltip="Choose the link, or no longer"),
        Binding(
            "d", "choose_deletion", "All of a deletion", id="choose-deletion", tooltip="Choose all of its deletion"
        ),
        Binding("slash", "search", "Search", id="search-deleted", tooltip="Search the deleted links"),
        Binding("q", "cancel", "Close", id="close-deleted", tooltip="Back to the links"),
    ]

    table = query_one(DeletedTable)
    search = query_one("#search-deleted", Input)

    def __init__(self, find: Callable[[str], Awaitable[Found]], zone: tzinfo, search: str = "") -> None:
        super().__init__()
        self._find = find
        self._zone = zone
        self._searched = search
        self.listed: Sequence[DeletedLink] = ()
        """What is listed."""

    def compose_question(self) -> ComposeResult:
        """Lays out the search and the table."""
        yield Input(
            self._searched,
            placeholder=f"{self.key_of('search-deleted')} name, token or URL",
            id="search-deleted",
            compact=True,
        )
        yield DeletedTable(id="deleted-table")

    def compose_answers(self) -> ComposeResult:
        """Lays out Close and Bring back."""
        yield Button("Close", id="cancel", compact=True)
        yield Button("Bring back", id="restore", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Reads the list."""
        self.table.zone = self._zone
        self.table.empty_lines = (READING,)
        self.set_focus(self.table)
        self._read(self.app.keys.hold(self))

    @work(exclusive=True)
    async def _read(self, hold: Hold | None = None) -> None:
        try:
            found = await self._find(self._searched)
        except SecretLinksError as error:
            self.complain(str(error))
            self.table.empty_lines = ("They could not be read.",)
        else:
            self._show(found)
        finally:
            if hold is not None:
                hold.release()

    def _show(self, found: Found) -> None:
        table = self.table
        self.listed = table.rows = found.links
        table.as_of = found.as_of
        table.empty_lines = ("No deleted link has this.",) if found.total else ("Nothing was deleted in 30 days.",)
        table.styles.height = max(1, len(found.links)) + LINES_BESIDE_ROWS
        table.show_rows(len(found.links), cursor=0, top=0)
        table.refresh()
        more = len(found.links) == MOST_LISTED < found.total
        self.say(f"The latest {MOST_LISTED:,} of {found.total:,}; search for the others." if more else "")

    @on(Input.Changed, "#search-deleted")
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._searched:
            self._searched = event.value
            self._read()

    @on(Input.Submitted, "#search-deleted")
    def _to_the_table(self, event: Input.Submitted) -> None:
        event.stop()
        self.table.focus()

    def action_search(self) -> None:
        """Goes to the search."""
        self.search.focus()

    def action_choose(self) -> None:
        """Chooses the link under the cursor, or no longer."""
        if (current := self.table.current) is not None:
            self._choose(self.table.chosen ^ {current.link.id})

    def action_choose_deletion(self) -> None:
        """Chooses all links in the list that were deleted together with the one under the cursor."""
        if (current := self.table.current) is not None:
            same = {row.link.id for row in self.table.rows if row.deletion_id == current.deletion_id}
            self._choose(self.table.chosen - same if same <= self.table.chosen else self.table.chosen | same)

    def _choose(self, chosen: frozenset[int]) -> None:
        self.table.chosen = chosen
        self.table.refresh()
        number = len(chosen)
        self.query_one("#restore", Button).label = f"Bring back {links_of(number)}" if number else "Bring back"

    @on(RowTable.CellPressed)
    def _pressed(self, event: RowTable.CellPressed) -> None:
        if event.column == "check" or event.twice:
            self.action_choose()

    @on(Button.Pressed, "#restore")
    def action_restore(self) -> None:
        """Answers with the chosen links, or the one under the cursor."""
        current = self.table.current
        if chosen := self.table.chosen or frozenset([current.link.id] if current else []):
            self.answer(chosen)
        else:
            self.complain("Choose a link to bring back.")
