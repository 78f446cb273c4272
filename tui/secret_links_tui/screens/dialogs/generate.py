"""Generating links: for which event type, how many, until when, for whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.getters import query_one
from textual.widgets import Button, Input, Label, Static, TextArea

from secret_links import EventType, EventTypeNotFound, InvalidInput, Link, NewEventType, SecretLinksError
from secret_links.text import slug_of
from secret_links.values import DAY_MINUTES
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.screens.dialogs.drafts import MOST_LINKS, Draft, Wanted, kept_from_before, number_of
from secret_links_tui.screens.dialogs.submitting import Submission
from secret_links_tui.sentences import links_of
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.event_type_choice import EventTypeChoice
from secret_links_tui.widgets.event_type_matches import Choice
from secret_links_tui.widgets.expiry_field import ExpiryField
from secret_links_tui.widgets.names_field import NamesField, Outlook
from secret_links_tui.widgets.pasted_people import PastedPeople

LookAhead = Callable[[Sequence[str], int | None], Awaitable[Outlook]]
"""Finds what stands in the way of links with some labels, for the event type with an id, or for any."""


class GenerateLinks(Dialog[list[Link]]):
    """Asks what to generate, and generates it; stays open with everything as typed if that is refused."""

    HEADING = "Generate links"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+s,ctrl+g,ctrl+enter",
            "generate",
            "Generate",
            priority=True,
            id="generate-now",
            tooltip="Generate the links",
        ),
        Binding(
            "ctrl+r",
            "start_empty",
            "Start empty",
            priority=True,
            id="start-empty",
            tooltip="Empty all fields",
        ),
    ]

    choice = query_one(EventTypeChoice)
    slug = query_one("#slug", Input)
    minutes = query_one("#minutes", Input)
    count = query_one("#count", Input)
    expiry = query_one(ExpiryField)
    names = query_one(NamesField)

    def __init__(
        self,
        event_types: Sequence[EventType],
        draft: Draft,
        generate: Callable[[Wanted], Awaitable[list[Link]]],
        now: Callable[[], datetime],
        zone: tzinfo,
        *,
        kept: bool = False,
        look_ahead: LookAhead | None = None,
    ) -> None:
        """`kept` says that the draft was typed before; an only event type is filled into a draft without one."""
        super().__init__()
        self._event_types = event_types
        if not draft.name and (chosen := draft.event_type or (event_types[0] if len(event_types) == 1 else None)):
            draft = replace(draft, event_type=chosen, name=visible(chosen.name))
        self._first = draft
        self._generate = generate
        self._now = now
        self._zone = zone
        self._kept = kept
        self._look_ahead = look_ahead
        self._chosen_type: Choice = draft.event_type
        self._submission = Submission(self, self._refuse)
        self._own_count = draft.count
        """The number that was typed, while the number of names is shown in its place."""
        self._refused: Draft | None = None
        """What the sentence in the dialog is about."""
        self.dismissed: Draft | None = None
        """What was typed when the dialog was closed without generating; None for nothing."""

    def compose_question(self) -> ComposeResult:
        """Lays out the fields."""
        first = self._first
        yield Static(kept_from_before(self.key_of("start-empty")) if self._kept else "", id="kept")
        with Horizontal(classes="field"):
            yield Label("Event type")
            yield EventTypeChoice(self._event_types, first.event_type, text=first.name or None, new=True)
        with Horizontal(classes="field", id="new-type"):
            yield Label("Its slug")
            yield Input(first.slug, id="slug", placeholder="a-z, 0-9 and hyphens", compact=True)
            yield Label("minutes", id="minutes-label")
            yield Input(first.minutes, id="minutes", compact=True)
        with Horizontal(classes="field"):
            yield Label("How many")
            yield Input(first.count, id="count", compact=True)
            yield Static("", id="count-note")
        yield ExpiryField(first.expires, self._now, self._zone)
        look = self._look_ahead_for_type if self._look_ahead is not None else None
        yield NamesField(first.labels, PastedPeople(self._now, self._zone), look)

    def compose_answers(self) -> ComposeResult:
        """Lays out Cancel and Generate."""
        yield Button("Cancel", id="cancel", compact=True)
        yield Button("Generate", id="generate", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Focuses the event type, or the number of links if the list shows one event type alone."""
        is_filtered = self._first.event_type is not None and len(self._event_types) > 1 and not self._kept
        if is_filtered:
            self.set_focus(self.count)
        else:
            self.choice.begin()
        self.query_one("#kept").display = self._kept
        self._check()

    # What is typed

    async def _look_ahead_for_type(self, labels: Sequence[str]) -> Outlook:
        """Finds what stands in the way of links for the chosen event type; for any, while none is chosen."""
        choice = self._chosen_type  # the dialog may be closed by now
        if self._look_ahead is None:
            return Outlook()
        outlook = await self._look_ahead(labels, choice.id if isinstance(choice, EventType) else None)
        return replace(outlook, taken=()) if isinstance(choice, NewEventType) else outlook

    @on(EventTypeChoice.Changed)
    def _look_at_names(self) -> None:
        self._chosen_type = self.choice.choice
        self.names.look()

    @property
    def draft(self) -> Draft:
        """What the fields hold."""
        choice = self.choice.choice
        return Draft(
            choice if isinstance(choice, EventType) else None,
            self.choice.text,
            self.slug.value,
            self.minutes.value,
            self._own_count if self.count.disabled else self.count.value,
            self.expiry.typed.value,
            self.names.area.text,
        )

    def to_keep(self) -> Draft | None:
        """Returns what was typed; None for nothing."""
        draft = self.draft
        is_untouched = draft == self._first and not self._kept
        holds_nothing = not draft.name.strip() and not draft.holds_more_than_an_event_type
        return None if is_untouched or holds_nothing else draft

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(EventTypeChoice.Changed)
    def _check(self) -> None:
        """Shows what would be generated, as it is typed; most mistakes are reported by Generate."""
        choice = self.choice.choice
        self.query_one("#new-type").display = isinstance(choice, NewEventType)
        if isinstance(choice, NewEventType):
            self.slug.placeholder = slug_of(choice.name) or "a-z, 0-9 and hyphens"
        names = self.names.names
        self._show_count(len(names))
        if self.draft != self._refused:
            self.complain("")
        button = self.query_one("#generate", Button)
        try:
            button.label = f"Generate {links_of(self._number(names))}"
        except InvalidInput:
            button.label = "Generate"
        button.refresh(layout=True)

    def _show_count(self, names: int) -> None:
        """Shows the number of names in place of the number that was typed, and that again when they are gone."""
        several = names > 1
        if several and not self.count.disabled:
            self._own_count = self.count.value
        shown = str(names) if several else self._own_count if self.count.disabled else self.count.value
        self.count.disabled = several
        with self.count.prevent(Input.Changed):  # what was typed did not change
            self.count.value = shown
        note = "one each" if self.has_class("-narrow") else "one for each name"
        self.query_one("#count-note", Static).update(note if several else "")

    def _number(self, names: Sequence[str]) -> int:
        if len(names) > MOST_LINKS:
            raise InvalidInput(
                "label", f"These are {len(names):,} names; generate at most {MOST_LINKS:,} links at a time."
            )
        return len(names) if len(names) > 1 else number_of(self.count.value, MOST_LINKS, "count")

    def _wanted(self, choice: Choice) -> Wanted:
        if choice is None:
            matches = (
                f"{self.choice.matches:,} event types have “{self.choice.text.strip()}” in their names: choose one."
            )
            raise InvalidInput("name", matches if self.choice.is_ambiguous else self._nothing_chosen)
        if isinstance(choice, NewEventType):
            minutes = number_of(self.minutes.value, DAY_MINUTES, "minutes")
            choice = replace(choice, slug=self.slug.value.strip() or choice.slug, minutes=minutes)
        names = self.names.checked()
        count = self._number(names)
        expiry = self.expiry.read()
        until = self.names.expiries(expiry.at if expiry else None)
        return Wanted(choice, count, tuple(names), until, self.names.notes(count))

    @property
    def _nothing_chosen(self) -> str:
        return "Choose an event type" + ("." if self._event_types else ", or type the name of a new one.")

    # What is pressed

    @on(EventTypeChoice.Submitted)
    def _chosen(self, event: EventTypeChoice.Submitted) -> None:
        choice = event.choice
        if choice is None:
            self.complain(self._nothing_chosen)
            return
        needs_slug = isinstance(choice, NewEventType) and not slug_of(choice.name)
        (self.slug if needs_slug else self.count).focus()

    @on(Input.Submitted)
    @on(Button.Pressed, "#generate")
    def action_generate(self) -> None:
        """Generates the links; does nothing while they are being generated."""
        if self._submission.begin(self._finish):
            self.say("Generating…")

    async def _finish(self) -> list[Link]:
        return await self._generate(self._wanted(self.choice.write_out()))

    def action_start_empty(self) -> None:
        """Empties all fields."""
        if self._submission.is_running:
            return
        empty = Draft()
        self.names.area.load_text(empty.labels)
        self._own_count = self.count.value = empty.count
        self.expiry.typed.value = empty.expires
        self.slug.value, self.minutes.value = empty.slug, empty.minutes
        self.choice.clear()
        self.query_one("#kept").display = False
        self.choice.typed.focus()

    def action_cancel(self) -> None:
        """Closes, unless links are being generated."""
        if not self._submission.is_running:
            self.dismissed = self.to_keep()
            super().action_cancel()

    def _refuse(self, error: SecretLinksError) -> None:
        """Says what is wrong, once, and goes to the field where it is."""
        self._refused = self.draft
        field = error.field if isinstance(error, InvalidInput) else ""
        if field == "expires":
            self.complain("")
            self.expiry.refuse(str(error))
        else:
            self.complain(str(error))
        fields = {
            "slug": self.slug,
            "minutes": self.minutes,
            "count": self.count,
            "expires": self.expiry.typed,
            "label": self.names.area,
        }
        if field or isinstance(error, EventTypeNotFound):
            fields.get(field, self.choice.typed).focus()
