"""The question for the event type to filter by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult

from secret_links import EventType
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.widgets.event_type_choice import EventTypeChoice


@dataclass(frozen=True, slots=True)
class Picked:
    """The event type that was picked; None for all of them."""

    event_type: EventType | None


class PickEventType(Dialog[Picked]):
    """Asks for one event type, or all of them."""

    HEADING = "Show links of"
    ONLY_SHOWS = True

    def __init__(self, event_types: Sequence[EventType], chosen: EventType | None) -> None:
        super().__init__()
        self._event_types = event_types
        self._chosen = chosen

    def compose_question(self) -> ComposeResult:
        """Lists the event types."""
        yield EventTypeChoice(self._event_types, self._chosen, all_label="All event types")

    def on_mount(self) -> None:
        """Focuses the field to type in."""
        self.query_one(EventTypeChoice).begin()

    @on(EventTypeChoice.Submitted)
    def _picked(self, event: EventTypeChoice.Submitted) -> None:
        choice = event.choice
        if choice is None and self.query_one(EventTypeChoice).typed.value.strip():
            self.complain("No event type has this in its name.")
        elif choice is None or isinstance(choice, EventType):
            self.answer(Picked(choice))
