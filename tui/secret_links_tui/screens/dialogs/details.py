"""The details of one link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import ClassVar, Literal, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from secret_links import DeletedLink, Link, Status, Story
from secret_links.odd_values import is_unreadable
from secret_links_tui.ages import exact, exact_end, on_clock, relative
from secret_links_tui.drawing.link_rows import SIGNS, shown_token
from secret_links_tui.event_words import is_in_row, words_of
from secret_links_tui.screens.copy_form import CopyForm
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.screens.dialogs.qr_code import QrCode
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.facts import Fact, Facts

LinkOperation = Literal["change", "delete", "reissue", "show"]
"""An operation on the link that closes the details; its button has the same id."""


STATUS_LOOKS = {
    Status.ACTIVE: "$text-success",
    Status.USED: "$text-primary",
    Status.EXPIRED: "$text-muted",
    Status.DAMAGED: "$text-error",
}
"""The colours of the list."""


class Details(Dialog[LinkOperation]):
    """Shows a link; `show_link` shows it again when it has changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,c", "copy", "Copy", id="details-copy", tooltip="Copy the URL"),
        Binding("C", "copy_named", "Copy with name", id="details-copy-named", tooltip="Copy name and URL"),
        Binding(
            "M", "copy_message", "Copy message", id="details-copy-message", tooltip="Copy your message with the URL"
        ),
        Binding(
            "l", "close_to('show')", "Whole URL", id="details-show", tooltip="Show the URL alone, to select by hand"
        ),
        Binding("p", "phone", "QR code", id="details-phone", tooltip="Show the URL as a QR code, for a phone"),
        Binding("m", "close_to('change')", "Change", id="details-change", tooltip="Change its expiry, or its name"),
        Binding("r", "close_to('reissue')", "Reissue", id="details-reissue", tooltip="Generate a fresh link like this"),
        Binding("x", "close_to('delete')", "Delete", id="details-delete", tooltip="Delete the link"),
        Binding("q", "cancel", "Close", id="details-close", tooltip="Back to the links"),
    ]

    HEADING = "Link"
    ONLY_SHOWS = True

    def __init__(
        self, link: Link, base_url: str, now: datetime, zone: tzinfo, copy: Callable[[Link, CopyForm], None]
    ) -> None:
        super().__init__()
        self.link = link
        self._base_url = base_url
        self._now = now
        self._zone = zone
        self._copy = copy
        self._story = Story()

    def compose_question(self) -> ComposeResult:
        """Lays out the URL and the facts."""
        yield Static(Content(self.link.url(self._base_url)), id="url")
        yield Facts(id="facts")

    def compose_answers(self) -> ComposeResult:
        """Lays out the operations on the link, and Close."""
        yield Button("Copy", id="copy", variant="primary", compact=True)
        yield Button("Copy with name", id="copy-named", compact=True)
        yield Button("Message", id="copy-message", compact=True, tooltip="Copy your message with the URL")
        yield Button("Whole URL", id="show", compact=True)
        yield Button("QR code", id="phone", compact=True)
        yield Button("Change", id="change", compact=True)
        yield Button("Reissue", id="reissue", compact=True)
        yield Button("Delete", id="delete", variant="error", compact=True)
        yield Button("Close", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Shows the link, in a box that the arrows scroll: there may be more of it than lines in the terminal."""
        box = self.query_one("#dialog", VerticalScroll)
        box.can_focus = True
        self.set_focus(box)
        self.show_link(self.link, self._now)

    def show_link(self, link: Link | None, now: datetime, story: Story | None = None) -> None:
        """Shows the link as it is now, with its story; None for a link that was deleted."""
        self._story, self._now = story or self._story, now
        if not self.is_attached or not self.query(Facts):
            return  # the dialog was closed, or is not drawn yet
        facts = self._facts(link or self.link, now)
        if link is None:
            facts[0] = ("Status", "× Deleted; its URL no longer works")
        self.link = link or self.link
        table = self.query_one(Facts)
        table.looks = {"Status": STATUS_LOOKS[self.link.status_at(now)] if link else "$text-error"}
        table.show(facts)

    def _facts(self, link: Link, now: datetime) -> list[Fact]:
        def instant(at: datetime) -> str:
            clock = exact(at, self._zone)
            return clock if is_unreadable(at) else f"{clock}, {relative(at, now, self._zone)}"

        status = link.status_at(now)
        facts = [
            ("Status", SIGNS[status]),
            ("For", visible(link.label or "–")),
            ("Event type", f"{visible(link.event_type.name)}, {link.event_type.minutes} min"),
            ("Created", instant(link.created_at)),
            (
                "Expired" if status is Status.EXPIRED else "Expires",
                _expiry(link.expires_at, now, self._zone) if link.expires_at else "never",
            ),
        ]
        if link.used_at is not None:
            facts += [("Used", instant(link.used_at)), ("Used by", visible(link.used_by or "not recorded"))]
        facts += [("Note", visible(f"{name}: {note}")) for name, note in link.notes]
        if self._story.reference:
            facts.append(("Booking", visible(self._story.reference)))
        if self._story.replaces:
            facts.append(("Replaces", _in_short(self._story.replaces, now)))
        if self._story.replaced_by:
            facts.append(("Replaced by", ", ".join(_in_short(later, now) for later in self._story.replaced_by)))
        return [*facts, *self._history()]

    def _history(self) -> list[Fact]:
        """Returns all that happened, the oldest first, unless the other facts say it."""
        if is_in_row(self._story):
            return []
        lines = [
            f"{on_clock(event.at, self._zone)}  {visible(words_of(event, 'you', self._zone))}"
            for event in self._story.events
        ]
        return [("", ""), *((("" if number else "History"), line) for number, line in enumerate(lines))]

    @on(Button.Pressed, "#copy")
    def action_copy(self) -> None:
        """Copies the URL; the details stay."""
        self._copy(self.link, CopyForm.URL)

    @on(Button.Pressed, "#copy-named")
    def action_copy_named(self) -> None:
        """Copies name and URL; the details stay."""
        self._copy(self.link, CopyForm.NAMED)

    @on(Button.Pressed, "#copy-message")
    def action_copy_message(self) -> None:
        """Copies the host's message with the URL; the details stay."""
        self._copy(self.link, CopyForm.MESSAGE)

    @on(Button.Pressed, "#phone")
    def action_phone(self) -> None:
        """Shows the URL as a QR code; the details stay."""
        link, status = self.link, SIGNS[self.link.status_at(self._now)]
        until = f", until {exact(link.expires_at, self._zone)}" if link.expires_at else ""
        self.app.push_screen(QrCode(link.url(self._base_url), f"{link.label or shown_token(link)}: {status}{until}"))

    def action_close_to(self, operation: LinkOperation) -> None:
        """Closes with an operation on the link."""
        self.answer(operation)

    @on(Button.Pressed, "#show, #change, #reissue, #delete")
    def _operation_pressed(self, event: Button.Pressed) -> None:
        self.answer(cast("LinkOperation", event.button.id))


def _expiry(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Returns an expiry exactly, and how far away it is."""
    clock = exact_end(at, zone)
    return clock if is_unreadable(at) else f"{clock}, {relative(at, now, zone, is_end=True)}"


def _in_short(related: Link | DeletedLink, now: datetime) -> str:
    """Returns token and status of a link that this one replaces, or that replaces it."""
    if isinstance(related, DeletedLink):
        return f"{shown_token(related.link)} × Deleted"
    return f"{shown_token(related)} {SIGNS[related.status_at(now)]}"
