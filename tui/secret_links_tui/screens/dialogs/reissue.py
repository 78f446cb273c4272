"""Reissuing: a fresh link in place of an old one, or of each of several."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, Input, Label, Static

from secret_links import Counts, InvalidInput, Link, Reissue, Reissued, SecretLinksError
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.screens.dialogs.submitting import Submission
from secret_links_tui.sentences import links_of, names, the_link
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.expiry_field import ExpiryField
from secret_links_tui.widgets.tick_box import TickBox

EACH_AS_BEFORE = "Each is valid as long as its old one was."
"""Said of several links whose expiry is left empty."""


@dataclass(frozen=True, slots=True)
class Old:
    """The links to reissue."""

    links: Sequence[Link]
    """The first of them, to be named."""
    counts: Counts


class ReissueLinks(Dialog[Reissued]):
    """Asks how fresh links are to be, and makes them; says what becomes of the old ones."""

    HEADING = "Reissue"
    AUTO_FOCUS = "#expires"

    expiry = query_one(ExpiryField)

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+s,ctrl+enter", "reissue", "Reissue", priority=True, id="reissue-now", tooltip="Make the fresh links"
        ),
    ]

    def __init__(
        self,
        old: Old,
        expires: str,
        reissue: Callable[[Reissue], Awaitable[Reissued]],
        now: Callable[[], datetime],
        zone: tzinfo,
    ) -> None:
        super().__init__()
        self._old = old
        self._is_one = old.counts.total == 1
        self.HEADING = f"Reissue {the_link(old.links[0]) if self._is_one else links_of(old.counts.total)}"
        self._expires = expires
        self._reissue = reissue
        self._now = now
        self._zone = zone
        self._submission = Submission(self, self._refuse)
        self._refused: tuple[str, ...] | None = None
        """What was in the fields when it was refused."""

    def compose_question(self) -> ComposeResult:
        """Lays out what becomes of the old links, and the fields."""
        yield Static(Content(visible(self._what_becomes())), id="explanation")
        if self._old.counts.active:
            old = "the old link" if self._is_one else f"the {self._old.counts.active:,} that are Active"
            yield TickBox(f"Delete {old} as well", id="delete-old", compact=True)
        each = "" if self._is_one else EACH_AS_BEFORE
        yield ExpiryField(self._expires, self._now, self._zone, empty=each)
        if self._is_one:
            with Horizontal(classes="field"):
                yield Label("For")
                yield Input(visible(self._old.links[0].label or ""), id="label", compact=True)

    def compose_answers(self) -> ComposeResult:
        """Lays out Cancel and Reissue."""
        yield Button("Cancel", id="cancel", compact=True)
        yield Button(f"Reissue {self._old.counts.total:,}", id="reissue", variant="primary", compact=True)

    def _what_becomes(self) -> str:
        counts, named = self._old.counts, "" if self._is_one else f"{names(self._old.links, self._old.counts.total)}. "
        if self._is_one:
            if counts.active:
                return "A fresh link is generated. The old one stays Active, so there are two, unless you delete it."
            return "A fresh link is generated. The old one stays as it is: it opens nothing any more."
        stay = f" {counts.active:,} of the old ones stay Active unless you delete them." if counts.active else ""
        return f"{named}A fresh link is generated for each.{stay}"

    def _wanted(self) -> Reissue:
        delete_old = any(each.value for each in self.query("#delete-old").results(TickBox))
        if self.expiry.is_empty and not self._is_one:
            return Reissue(delete_old=delete_old)
        expiry = self.expiry.read()
        label = self.query_one("#label", Input).value if self._is_one else None
        return Reissue(expiry.at if expiry else None, as_long=False, label=label, delete_old=delete_old)

    @on(Input.Changed)
    def _forget_refusal(self) -> None:
        if self._typed() != self._refused:
            self.complain("")

    def _typed(self) -> tuple[str, ...]:
        return tuple(field.value for field in self.query(Input))

    @on(Input.Submitted)
    @on(Button.Pressed, "#reissue")
    def action_reissue(self) -> None:
        """Makes the fresh links; does nothing while they are being made."""
        self._submission.begin(self._finish)

    async def _finish(self) -> Reissued:
        return await self._reissue(self._wanted())

    def action_cancel(self) -> None:
        """Closes, unless links are being made."""
        if not self._submission.is_running:
            super().action_cancel()

    def _refuse(self, error: SecretLinksError) -> None:
        """Says what is wrong, once, and goes to the field where it is."""
        self._refused = self._typed()
        field = error.field if isinstance(error, InvalidInput) else ""
        if field == "expires":
            self.complain("")
            self.expiry.refuse(str(error))
        else:
            self.complain(str(error))
        (self.query_one("#label", Input) if field == "label" and self._is_one else self.expiry.typed).focus()
