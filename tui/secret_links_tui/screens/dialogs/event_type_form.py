"""The form of one event type: its name, slug and length."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label, Static

from secret_links import EventType, InvalidInput, SecretLinksError
from secret_links.values import DAY_MINUTES
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.screens.dialogs.drafts import kept_from_before, number_of
from secret_links_tui.screens.dialogs.submitting import Submission
from secret_links_tui.terminal.plain_text import visible


@dataclass(frozen=True, slots=True)
class EventTypeDraft:
    """What was typed for an event type."""

    name: str
    slug: str
    minutes: int


@dataclass(frozen=True, slots=True)
class TypedEventType:
    """What the fields of the form hold."""

    name: str = ""
    slug: str = ""
    minutes: str = "30"


class EventTypeForm(Dialog[EventType]):
    """Asks for name, slug and length, and stays open if they are refused."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+enter", "save", "Save", priority=True, id="save-type", tooltip="Save the event type"),
        Binding(
            "ctrl+r",
            "start_empty",
            "Start empty",
            show=False,
            id="empty-type",
            priority=True,
            tooltip="Empty the fields",
        ),
    ]

    def __init__(
        self,
        old: EventType | None,
        save: Callable[[EventTypeDraft], Awaitable[EventType]],
        kept: TypedEventType | None = None,
    ) -> None:
        """`kept` is what was typed for a new event type before, and dismissed."""
        super().__init__()
        self._kept = kept
        self._first = kept or TypedEventType()
        if old is not None:
            self._first = TypedEventType(visible(old.name), old.slug, str(old.minutes))
        self.dismissed: TypedEventType | None = None
        """What was typed when the form was closed without saving; None for nothing."""
        self.HEADING = "Change event type" if old else "Add event type"
        self._old = old
        self._save = save
        self._submission = Submission(self, self._refuse)

    def compose_question(self) -> ComposeResult:
        """Lays out the three fields."""
        yield Static(kept_from_before(self.key_of("empty-type")) if self._kept else "", id="kept")
        with Horizontal(classes="field"):
            yield Label("Name")
            yield Input(self._first.name, id="name", compact=True)
        with Horizontal(classes="field"):
            yield Label("Slug")
            yield Input(self._first.slug, id="slug", placeholder="from the name", compact=True)
        with Horizontal(classes="field"):
            yield Label("Minutes")
            yield Input(self._first.minutes, id="minutes", compact=True)

    def compose_answers(self) -> ComposeResult:
        """Lays out Cancel and Save."""
        yield Button("Cancel", id="cancel", compact=True)
        yield Button("Save", id="save", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Focuses the name."""
        self.query_one("#kept").display = self._kept is not None
        self.set_focus(self.query_one("#name"))

    @property
    def _typed(self) -> TypedEventType:
        return TypedEventType(*(self.query_one(f"#{field}", Input).value for field in ("name", "slug", "minutes")))

    def action_start_empty(self) -> None:
        """Empties the fields of a new event type; those of one that is changed are as it was."""
        first = self._first if self._old else TypedEventType()
        for field in ("name", "slug", "minutes"):
            self.query_one(f"#{field}", Input).value = getattr(first, field)
        self.query_one("#kept").display = False
        self.query_one("#name", Input).focus()

    def action_cancel(self) -> None:
        """Closes; what was typed for a new event type is kept."""
        typed = self._typed
        self.dismissed = None if self._old or typed == TypedEventType() else typed
        super().action_cancel()

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Saves what was typed; keys wait until the form is closed, or the event type refused."""
        self._submission.begin(self._finish)

    async def _finish(self) -> EventType:
        typed = self._typed
        minutes = number_of(typed.minutes, DAY_MINUTES, "minutes")
        return await self._save(EventTypeDraft(typed.name, typed.slug, minutes))

    def _refuse(self, error: SecretLinksError) -> None:
        """Says what is wrong, and goes to the field where it is."""
        self.complain(str(error))
        self.query_one(f"#{error.field if isinstance(error, InvalidInput) else 'slug'}", Input).focus()
