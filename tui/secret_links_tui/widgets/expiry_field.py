"""The field for an expiry, with the exact instant that what is typed means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, Input, Label, Static

from secret_links import InvalidInput, NewExpiry
from secret_links.expiry import Expiry, parse_expiry
from secret_links.new_values import parse_later
from secret_links_tui.ages import is_doubtful, promised
from secret_links_tui.terminal.plain_text import visible

PRESETS = (("none", "Never"), ("24h", "24 h"), ("7d", "7 days"), ("14d", "14 days"), ("30d", "30 days"))
"""Expiries that a button fills in, each with the label of its button."""


class ExpiryField(Vertical):
    """A field for an expiry, buttons for the most common ones, and a line that says what will happen."""

    typed = query_one("#expires", Input)

    def __init__(
        self,
        text: str,
        now: Callable[[], datetime],
        zone: tzinfo,
        *,
        empty: str = "",
        later: Callable[[timedelta], str] | None = None,
    ) -> None:
        """`empty` is said while nothing is typed; else that the links never expire.

        `later` is given where `+7d` may be typed, for as much later than before: it says what that means, or raises
        InvalidInput.
        """
        super().__init__()
        self._text = text
        self._now = now
        self._zone = zone
        self._empty = empty
        self._later = later
        self._promised: tuple[str, Expiry | None] = ("", None)

    def compose(self) -> ComposeResult:
        """Lays out field, buttons and line."""
        with Horizontal(classes="field", id="expires-field"):
            yield Label("Expires")
            yield Input(self._text, id="expires", placeholder="7d, fri 17:00, 30 nov", compact=True)
        with Horizontal(id="presets"):
            for value, name in PRESETS:
                preset = Button(name, name=value, classes="preset", compact=True)
                preset.can_focus = False  # typing is quicker than five more stops of the Tab key
                yield preset
        yield Static("", id="promise")

    def on_mount(self) -> None:
        """Says what the first text means."""
        self._say()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return not self.typed.value.strip()

    def read(self) -> Expiry | None:
        """Returns the expiry that was shown, also if the same words mean another by now; InvalidInput refuses it."""
        expiry = parse_expiry(self.typed.value, self._now(), self._zone)
        typed, shown = self._promised
        return shown if typed == self.typed.value else expiry

    def read_new(self) -> NewExpiry:
        """Returns the expiry that was shown, or how much later than before it is to be; InvalidInput refuses it."""
        if self._later is not None and (later := parse_later(self.typed.value)) is not None:
            return NewExpiry(later=later)
        expiry = self.read()
        return NewExpiry(expiry.at if expiry else None)

    def refuse(self, sentence: str) -> None:
        """Says why what is typed cannot be the expiry."""
        line = self.query_one("#promise", Static)
        line.update(Content(visible(sentence)))
        line.set_classes("-wrong")

    @on(Input.Changed)
    def _say(self) -> None:
        try:
            sentence, looks = self._promise()
        except InvalidInput as error:
            self.refuse(str(error))
            return
        line = self.query_one("#promise", Static)
        line.update(Content(sentence))
        line.set_classes(looks)

    def _promise(self) -> tuple[str, str]:
        """Returns what the typed text means, and its class of looks; InvalidInput says why it means nothing."""
        typed, now = self.typed.value, self._now()
        if self._later is not None and (later := parse_later(typed)) is not None:
            return self._later(later), ""
        expiry = parse_expiry(typed, now, self._zone)
        self._promised = (typed, expiry)
        sentence = (self.is_empty and self._empty) or promised(expiry, now, self._zone)
        return sentence, "-doubtful" if is_doubtful(expiry, now) else ""

    @on(Button.Pressed, ".preset")
    def _preset(self, event: Button.Pressed) -> None:
        event.stop()
        value = event.button.name or ""
        self.typed.value = "" if value == "none" and not self._empty else value
        self.typed.focus()
