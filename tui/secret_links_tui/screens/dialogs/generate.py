"""Generating links: for which event type, how many, until when, for whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, Input, Label, Static, TextArea

from secret_links import EventType, InvalidInput, Link, NewEventType, SecretLinksError
from secret_links.expiry import Expiry, parse_expiry
from secret_links.text import labels_in, lines_in, slug_of
from secret_links_tui.ages import promised
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.sentences import links_of
from secret_links_tui.terminal.key_queue import Hold
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.event_type_choice import Choice, EventTypeChoice

MOST_LINKS = 1000
"""The most links that this dialog generates at a time."""

PRESETS = (("none", "Never"), ("24h", "24 h"), ("7d", "7 days"), ("14d", "14 days"), ("30d", "30 days"))
"""Expiries that a button fills in, each with the label of its button."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The links to generate."""

    event_type: EventType | NewEventType
    count: int
    labels: tuple[str, ...]
    """No label, one for all, or one each."""
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What the dialog starts with."""

    event_type: EventType | None = None
    labels: str = ""
    expires: str = ""
    typed: str = ""
    """What was typed for the event type, where none was chosen yet."""
    count: str = "1"
    slug: str = ""
    minutes: str = str(NewEventType("").minutes)
    is_only: bool = False
    """Whether the event type is filled in because it is the only one: another name may be typed over it."""
    is_kept: bool = False
    """Whether it was left by a dialog before."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed, but perhaps an event type was chosen."""
        typed = (self.labels, self.expires, self.slug, "" if self.event_type else self.typed)
        return not any(text.strip() for text in typed) and self.count.strip() in ("", "1")


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
        Binding("ctrl+r", "start_empty", "Start empty", priority=True, id="start-empty", tooltip="Empty all fields"),
    ]

    choice = query_one(EventTypeChoice)
    slug = query_one("#slug", Input)
    minutes = query_one("#minutes", Input)
    count = query_one("#count", Input)
    expires = query_one("#expires", Input)
    labels = query_one("#labels", TextArea)

    def __init__(
        self,
        event_types: Sequence[EventType],
        draft: Draft,
        generate: Callable[[Wanted], Awaitable[list[Link]]],
        now: Callable[[], datetime],
        zone: tzinfo,
    ) -> None:
        super().__init__()
        self._event_types = event_types
        self._draft = draft
        self._generate = generate
        self._now = now
        self._zone = zone
        self._generating = False
        self.left: Draft | None = None
        """What was typed, where it was closed without generating."""
        self._promised: tuple[str, Expiry | None] = ("", None)

    def compose_question(self) -> ComposeResult:
        """Lays out the fields."""
        draft = self._draft
        yield Static("Kept from before; ctrl+r starts empty.", id="kept")
        with Horizontal(classes="field"):
            yield Label("Event type")
            yield EventTypeChoice(self._event_types, draft.event_type, new=True, typed=draft.typed)
        with Horizontal(classes="field", id="minutes-field"):
            yield Label("Minutes")
            yield Input(draft.minutes, id="minutes", compact=True)
        with Horizontal(classes="field", id="slug-field"):
            yield Label("Its slug")
            yield Input(draft.slug, id="slug", placeholder="a-z, 0-9 and hyphens", compact=True)
        with Horizontal(classes="field"):
            yield Label("How many")
            yield Input(draft.count, id="count", compact=True)
            yield Static("", id="count-note")
        with Horizontal(classes="field", id="expires-field"):
            yield Label("Expires")
            yield Input(draft.expires, id="expires", placeholder="7d, fri 17:00, 30 nov", compact=True)
        with Horizontal(id="presets"):
            for value, name in PRESETS:
                preset = Button(name, name=value, classes="preset", compact=True)
                preset.can_focus = False  # typing is quicker than five more stops of the Tab key
                yield preset
        yield Static("", id="promise")
        with Horizontal(classes="field"):
            yield Label("For")
            yield TextArea(draft.labels, id="labels", compact=True, tab_behavior="focus", show_line_numbers=False)
        yield Static("Optional. Each line is a name, and makes a link of its own.", id="names-note")

    def compose_answers(self) -> ComposeResult:
        """Lays out Cancel and Generate."""
        yield Button("Cancel", id="cancel", compact=True)
        yield Button("Generate", id="generate", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Focuses the event type, or the number of links if the event type was chosen before."""
        self.query_one("#kept").display = self._draft.is_kept
        (self.count if self._draft.event_type and not self._draft.is_only else self.choice.typed).focus()
        self._check()

    # What is typed

    @property
    def _names(self) -> list[str]:
        return [name for _, name in lines_in(self.labels.text)]

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(EventTypeChoice.Changed)
    def _check(self) -> None:
        """Shows what would be generated, as it is typed; most mistakes are reported by Generate."""
        choice = self.choice.choice
        is_new = isinstance(choice, NewEventType)
        self.query_one("#minutes-field").display = is_new
        self.query_one("#slug-field").display = isinstance(choice, NewEventType) and not slug_of(choice.name)
        names = self._names
        several = len(names) > 1
        self.count.disabled = several
        self.query_one("#count-note", Static).update(f"{len(names):,}, one for each name" if several else "")
        self.count.display = not several
        self.complain("")
        promise = self.query_one("#promise", Static)
        try:
            expiry = parse_expiry(self.expires.value, self._now(), self._zone)
            self._promised = (self.expires.value, expiry)
            promise.update(Content(promised(expiry, self._now(), self._zone)))
            promise.remove_class("-wrong")
        except InvalidInput as error:
            promise.update(Content(str(error)))
            promise.add_class("-wrong")
        button = self.query_one("#generate", Button)
        try:
            button.label = f"Generate {links_of(self._number(names))}"
        except InvalidInput:
            button.label = "Generate"
        button.refresh(layout=True)

    def _number(self, names: Sequence[str]) -> int:
        if len(names) > MOST_LINKS:
            raise InvalidInput(
                "label", f"These are {len(names):,} names; generate at most {MOST_LINKS:,} links at a time."
            )
        if len(names) > 1:
            return len(names)
        typed = self.count.value.strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) < 10 and 1 <= int(typed) <= MOST_LINKS):
            raise InvalidInput("count", f"Enter a number from 1 to {MOST_LINKS:,}.")
        return int(typed)

    def _wanted(self, choice: Choice) -> Wanted:
        if choice is None:
            raise InvalidInput("name", self._why_none_is_chosen())
        if isinstance(choice, NewEventType):
            choice = replace(choice, minutes=self._minutes())
            if not slug_of(choice.name):
                choice = replace(choice, slug=self.slug.value)
        names = self._names
        count = self._number(names)
        labels_in(self.labels.text)  # raises InvalidInput for one that is too long, with its line
        expiry = parse_expiry(self.expires.value, self._now(), self._zone)  # raises InvalidInput
        typed, promised_expiry = self._promised
        if typed == self.expires.value:  # the instant that was shown, not what the same words mean by now
            expiry = promised_expiry
        return Wanted(choice, count, tuple(names), expiry.at if expiry else None)

    def _why_none_is_chosen(self) -> str:
        typed, fitting = self.choice.typed.value.strip(), self.choice.fitting
        if typed and fitting > 1:
            return f"{fitting} event types have “{visible(typed)}” in their names: choose one."
        return "Choose an event type, or type the name of a new one."

    def _minutes(self) -> int:
        typed = self.minutes.value.strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
            raise InvalidInput("minutes", f"“{typed}” is no number of minutes.")
        return int(typed)

    @property
    def draft(self) -> Draft:
        """What is typed, for the next time."""
        chosen = self.choice.choice
        return Draft(
            chosen if isinstance(chosen, EventType) else None,
            self.labels.text,
            self.expires.value,
            self.choice.typed.value,
            self.count.value,
            self.slug.value,
            self.minutes.value,
            is_kept=True,
        )

    # What is pressed

    def action_start_empty(self) -> None:
        """Empties all fields."""
        if not self._generating:
            empty = Draft()
            self.query_one("#kept").display = False
            self.choice.typed.value, self.count.value, self.expires.value = "", empty.count, ""
            self.slug.value, self.minutes.value = "", empty.minutes
            self.labels.load_text("")
            self.choice.typed.focus()

    @on(Button.Pressed, ".preset")
    def _preset(self, event: Button.Pressed) -> None:
        event.stop()
        self.expires.value = "" if event.button.name == "none" else event.button.name or ""
        self.expires.focus()

    @on(EventTypeChoice.Submitted)
    def _chosen(self, event: EventTypeChoice.Submitted) -> None:
        if event.choice is None:
            self.complain(self._why_none_is_chosen())
        else:
            (self.slug if self.query_one("#slug-field").display else self.count).focus()

    @on(Input.Submitted)
    @on(Button.Pressed, "#generate")
    def action_generate(self) -> None:
        """Generates the links; does nothing while they are being generated."""
        if not self._generating and self.is_active:
            self._generating = True
            self.say("Generating…")
            self._run(self.app.keys.hold(self))

    def action_cancel(self) -> None:
        """Closes, unless links are being generated; what was typed is kept for the next time."""
        if not self._generating:
            self.left = None if self.draft.is_blank else self.draft
            super().action_cancel()

    @work
    async def _run(self, hold: Hold) -> None:
        try:
            links = await self._generate(self._wanted(self.choice.choice))
        except SecretLinksError as error:
            self._generating = False
            self.complain(str(error))
            if isinstance(error, InvalidInput):
                self._focus_field(error.field)
            hold.release(drop=True)
        else:
            self.answer(links)
            hold.release()

    def _focus_field(self, field: str) -> None:
        fields = {
            "slug": self.slug,
            "count": self.count,
            "expires": self.expires,
            "label": self.labels,
            "minutes": self.minutes,
        }
        fields.get(field, self.choice.typed).focus()
