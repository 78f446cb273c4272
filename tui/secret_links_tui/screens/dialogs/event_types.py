"""The list of a host's event types, which are added, changed and removed there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.widgets import Button

from secret_links import EventType, SecretLinksError
from secret_links_tui.drawing.table.columns import TableColumn
from secret_links_tui.drawing.table.lines import Cell
from secret_links_tui.screens.conversation import Conversation
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.event_type_form import EventTypeDraft, EventTypeForm, TypedEventType
from secret_links_tui.sentences import READING, links_of
from secret_links_tui.terminal.key_queue import Hold
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.table.row_table import RowTable

LINES_BESIDE_ROWS = 3
"""Lines of the table that are not rows: its head, and what it shows while it is empty."""


@dataclass(frozen=True, slots=True)
class EventTypeOperations:
    """The operations of the store on a host's event types; each raises a SecretLinksError if it is refused."""

    list: Callable[[], Awaitable[list[EventType]]]
    add: Callable[[EventTypeDraft], Awaitable[EventType]]
    change: Callable[[int, EventTypeDraft], Awaitable[EventType]]
    remove: Callable[[EventType], Awaitable[object]]
    """Removes an event type, together with the links that it was listed with, if any."""


class EventTypeTable(RowTable):
    """A host's event types."""

    COLUMNS: ClassVar[tuple[TableColumn, ...]] = (
        TableColumn("name", "Name", 12, flex=2),
        TableColumn("slug", "Slug", 12, flex=1, keep=10),
        TableColumn("minutes", "Minutes", 7, keep=20),
        TableColumn("links", "Links", 7),
    )

    rows: Sequence[EventType] = ()

    @property
    def chosen(self) -> EventType | None:
        """The event type under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def row_key(self, index: int) -> Hashable | None:
        """Returns the event type: all that its line depends on."""
        return self.rows[index]

    def row_cells(self, index: int, columns: Sequence[str]) -> Sequence[Cell] | None:
        """Returns an event type's cells."""
        row = self.rows[index]
        cells = {
            "name": visible(row.name),
            "slug": row.slug,
            "minutes": f"{row.minutes:>7}",
            "links": f"{row.links or 0:>7,}",
        }
        return [(cells[column], "") for column in columns]


class EventTypes(Dialog[bool]):
    """Lists the event types with their numbers of links."""

    HEADING = "Event types"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Add", id="add-type", tooltip="Add an event type"),
        Binding("enter,e", "edit", "Edit", id="edit-type", tooltip="Change name, slug or minutes"),
        Binding("x,delete", "remove", "Remove", id="remove-type", tooltip="Remove the event type"),
        Binding("q", "cancel", "Close", show=False, id="close-types", tooltip="Back to the links"),
    ]

    table = query_one(EventTypeTable)

    def __init__(self, operations: EventTypeOperations, draft: TypedEventType | None = None) -> None:
        """`draft` is what was typed for a new event type, and dismissed."""
        super().__init__()
        self._operations = operations
        self.draft = draft
        """What is typed for a new event type, and dismissed; None for nothing."""
        self._conversation = Conversation(self, lambda error: self.complain(str(error)))

    def compose_question(self) -> ComposeResult:
        """Lays out the table."""
        yield EventTypeTable(id="event-type-table")

    def compose_answers(self) -> ComposeResult:
        """Lays out the operations, and Close; what Enter does is filled."""
        yield Button("Add", id="add", compact=True)
        yield Button("Edit", id="edit", variant="primary", compact=True)
        yield Button("Remove", id="remove", variant="error", compact=True)
        yield Button("Close", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Reads the list."""
        self.table.empty_lines = (READING,)
        self.set_focus(self.table)
        self._list(None)

    def _list(self, chosen_id: int | None) -> None:
        """Reads the list; keys wait for it, since they act on its rows."""
        self._read_list(chosen_id, self.app.keys.hold(self))

    @work(exclusive=True)
    async def _read_list(self, chosen_id: int | None, hold: Hold) -> None:
        try:
            self._show(await self._operations.list(), chosen_id)
        except SecretLinksError as error:
            self.complain(str(error))
            self.table.empty_lines = ("They could not be read.",)
            self.table.refresh()
        finally:
            hold.release()

    def _show(self, rows: Sequence[EventType], chosen_id: int | None) -> None:
        self.table.rows = rows
        self.table.empty_lines = ("No event types yet.", f"{self.key_of('add-type')} adds the first one.")
        ids = [row.id for row in self.table.rows]
        cursor = ids.index(chosen_id) if chosen_id in ids else self.table.cursor
        self.table.styles.height = len(ids) + LINES_BESIDE_ROWS
        self.table.show_rows(len(ids), cursor=cursor, top=max(0, cursor - self.table.page_height + 1))
        self.table.refresh()
        self.query_one("#edit", Button).variant = "primary" if rows else "default"
        self.query_one("#add", Button).variant = "default" if rows else "primary"

    @on(Button.Pressed, "#add")
    def action_add(self) -> None:
        """Asks for an event type, and adds it."""
        self._conversation.begin(self._add)

    async def _add(self) -> None:
        form = EventTypeForm(None, self._operations.add, self.draft)
        added = await self.app.push_screen_wait(form)
        self.draft = form.dismissed
        if added:
            self._list(added.id)

    @on(Button.Pressed, "#edit")
    def action_edit(self) -> None:
        """Asks how to change the event type under the cursor, and changes it; adds one where there is none."""
        self._conversation.begin(self._edit if self.table.rows else self._add)

    async def _edit(self) -> None:
        old = self.table.chosen
        if old is None:
            return

        async def change(draft: EventTypeDraft) -> EventType:
            return await self._operations.change(old.id, draft)

        changed = await self.app.push_screen_wait(EventTypeForm(old, change))
        if changed:
            self._list(changed.id)

    @on(Button.Pressed, "#remove")
    def action_remove(self) -> None:
        """Asks whether to remove the event type under the cursor, and removes it with its links."""
        self._conversation.begin(self._remove)

    async def _remove(self) -> None:
        old = self.table.chosen
        if old is None:
            return
        explanation = "It has no links."
        if old.links:
            them = "it" if old.links == 1 else "them"
            explanation = (
                f"Its {links_of(old.links)} go with it, and their URLs stop working at once."
                f" {self.app.key_of('undo')} brings {them} back for 30 days, with the event type."
            )
        if not await self.app.push_screen_wait(Confirm(f"Remove “{old.name}”?", explanation, "Remove")):
            return
        try:
            await self._operations.remove(old)
        except SecretLinksError as error:
            self.complain(str(error))
        else:
            self.complain("")
        self._list(None)

    @on(RowTable.CellPressed)
    def _pressed(self, event: RowTable.CellPressed) -> None:
        if event.twice:
            self.action_edit()
