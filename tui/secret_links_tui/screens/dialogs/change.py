"""Changing links that were sent: another label and notes for one, another expiry for those that are Active."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from secret_links import Change, Changed, Ends, InvalidInput, Link, NewExpiry, NoLongerActive, SecretLinksError, Status
from secret_links_tui.ages import exact_end, exact_span
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.screens.dialogs.submitting import Submission
from secret_links_tui.sentences import links_of, names, the_link
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.expiry_field import ExpiryField


@dataclass(frozen=True, slots=True)
class Present:
    """The links to change, as they are: there may be millions, so only the first of them by themselves."""

    first: Sequence[Link]
    """Those that are named, newest first."""
    number: int
    active: int
    """How many have an expiry that can be changed."""
    ends: Ends
    """When those expire."""


class ChangeLinks(Dialog[Changed]):
    """Asks for a new expiry and, of one link, a new label and notes; shows exact instants, and changes the links."""

    HEADING = "Change"
    AUTO_FOCUS = "#expires, #label"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+enter", "change", "Change", priority=True, id="change-now", tooltip="Change the links"),
    ]

    def __init__(
        self,
        present: Present,
        change: Callable[[Change], Awaitable[Changed]],
        now: Callable[[], datetime],
        zone: tzinfo,
    ) -> None:
        super().__init__()
        self._present = present
        self._one = present.first[0] if present.number == 1 else None
        self._change = change
        self._now = now
        self._zone = zone
        self.HEADING = f"Change {the_link(self._one) if self._one else links_of(present.number)}"
        self._submission = Submission(self, self._refuse)

    def compose_question(self) -> ComposeResult:
        """Lays out what stays, and the fields."""
        yield Static(Content(visible(self._what_stays())), id="explanation")
        if self._present.active:
            yield ExpiryField("", self._now, self._zone, empty=self._as_it_is(), later=self._each_later)
        if self._one:
            with Horizontal(classes="field"):
                yield Label("For")
                yield Input(visible(self._one.label or ""), id="label", compact=True)
            for name, note in self._one.notes:
                with Horizontal(classes="field note"):
                    yield Label(Content(visible(name)))
                    yield Input(visible(note), compact=True)

    def compose_answers(self) -> ComposeResult:
        """Lays out Cancel and Change."""
        number = self._present.active or self._present.number
        yield Button("Cancel", id="cancel", compact=True)
        yield Button(f"Change {number:,}", id="change", variant="primary", compact=True)

    def _what_stays(self) -> str:
        if self._one:
            status = self._one.status_at(self._now())
            if status is Status.ACTIVE:
                return "The URL stays the same. +7d moves the expiry by seven days."
            what = "the name and the notes" if self._one.notes else "the name"
            return f"It is {status.value.title()}: only {what} can be changed. Reissue (r) gives a fresh link."
        number = self._present.number
        fewer = number - self._present.active
        rest = f" {links_of(fewer)} stay{'s' if fewer == 1 else ''}, not being Active." if fewer else ""
        first = names(self._present.first, number)
        return f"{first}. The URLs stay the same. +7d moves each expiry by seven days.{rest}"

    def _as_it_is(self) -> str:
        if self._one is None:
            return f"Each stays as it is: {self._span(self._present.ends.first, self._present.ends.last)}."
        until = exact_end(self._one.expires_at, self._zone) if self._one.expires_at else "never expires"
        return f"Stays as it is: {until}."

    def _each_later(self, later: timedelta) -> str:
        """Says when Active links expire if each does so much later; InvalidInput refuses what is too far ahead."""
        now, expiry, ends = self._now(), NewExpiry(later=later), self._present.ends
        first, last = (expiry.instead_of(end, now) for end in (ends.first, ends.last))
        if first is None:
            several = self._present.active > 1
            return "None of them expires; they stay so." if several else "It never expires, and stays so."
        span = self._span(first, last)
        return f"{span[0].upper()}{span[1:]}."

    def _span(self, first: datetime | None, last: datetime | None) -> str:
        """Says from when to when the Active links expire."""
        if first is None or last is None:
            return "they never expire"
        never = self._present.ends.never
        rest = f"; {never:,} never {'expires' if never == 1 else 'expire'}" if never else ""
        return f"{exact_span(first, last, self._zone)}{rest}"

    def _wanted(self) -> Change:
        label: str | None = None
        if self._one:
            typed = self.query_one("#label", Input).value
            label = typed if typed != visible(self._one.label or "") else None
        expiry: NewExpiry | None = None
        for field in self.query(ExpiryField):
            if not field.is_empty:
                expiry = field.read_new()
        return Change(label, expiry, self._notes())

    def _notes(self) -> dict[str, str]:
        """Returns the notes that were typed anew; those that another program wrote are left alone."""
        notes = self._one.notes if self._one else ()
        fields = self.query(".note Input").results(Input)
        typed = zip(notes, (field.value for field in fields), strict=True)
        return {name: text for (name, note), text in typed if text != visible(note)}

    @on(Input.Changed)
    def _forget_refusal(self) -> None:
        self.complain("")

    @on(Input.Submitted)
    @on(Button.Pressed, "#change")
    def action_change(self) -> None:
        """Changes the links; does nothing while they are being changed."""
        self._submission.begin(self._finish)

    async def _finish(self) -> Changed:
        wanted = self._wanted()
        return await self._change(wanted) if wanted != Change() else Changed()

    def action_cancel(self) -> None:
        """Closes, unless links are being changed."""
        if not self._submission.is_running:
            super().action_cancel()

    def _refuse(self, error: SecretLinksError) -> None:
        """Says what is wrong, and goes to the field where it is."""
        field = error.field if isinstance(error, InvalidInput) else ""
        is_expiry = field == "expires" or isinstance(error, NoLongerActive)
        if is_expiry and self._present.active:
            expiry = self.query_one(ExpiryField)
            expiry.refuse(str(error))
            expiry.typed.focus()
        else:
            self.complain(str(error))
