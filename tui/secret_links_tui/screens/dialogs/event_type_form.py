"""The form of one event type: its name, slug and length."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label

from secret_links import EventType, InvalidInput, SecretLinksError
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.terminal.key_queue import Hold
from secret_links_tui.terminal.plain_text import visible


@dataclass(frozen=True, slots=True)
class EventTypeDraft:
    """What was typed for an event type."""

    name: str
    slug: str
    minutes: int


class EventTypeForm(Dialog[EventType]):
    """Asks for name, slug and length, and stays open if they are refused."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+enter", "save", "Save", priority=True, id="save", tooltip="Save the event type"),
    ]

    def __init__(self, old: EventType | None, save: Callable[[EventTypeDraft], Awaitable[EventType]]) -> None:
        super().__init__()
        self.HEADING = "Change event type" if old else "Add event type"
        self._old = old
        self._save = save
        self._saving = False

    def compose_question(self) -> ComposeResult:
        """Lays out the three fields."""
        with Horizontal(classes="field"):
            yield Label("Name")
            yield Input(visible(self._old.name) if self._old else "", id="name", compact=True)
        with Horizontal(classes="field"):
            yield Label("Slug")
            yield Input(self._old.slug if self._old else "", id="slug", placeholder="from the name", compact=True)
        with Horizontal(classes="field"):
            yield Label("Minutes")
            yield Input(str(self._old.minutes if self._old else 30), id="minutes", compact=True)

    def compose_answers(self) -> ComposeResult:
        """Lays out Cancel and Save."""
        yield Button("Cancel", id="cancel", compact=True)
        yield Button("Save", id="save", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Focuses the name."""
        self.query_one("#name", Input).focus()

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Saves what was typed; keys wait until the form is closed, or the event type refused."""
        if not self._saving:
            self._saving = True
            self._run(self.app.keys.hold(self))

    @work
    async def _run(self, hold: Hold) -> None:
        name, slug, minutes = (self.query_one(f"#{field}", Input).value for field in ("name", "slug", "minutes"))
        try:
            if not (minutes.strip().isascii() and minutes.strip().isdigit() and len(minutes) < 10):
                raise InvalidInput("minutes", f"“{minutes}” is no number of minutes.")
            self.answer(await self._save(EventTypeDraft(name, slug, int(minutes))))
        except SecretLinksError as error:
            self.complain(str(error))
            self.query_one(f"#{error.field if isinstance(error, InvalidInput) else 'slug'}", Input).focus()
            hold.release(drop=True)
        else:
            hold.release()
        finally:
            self._saving = False
