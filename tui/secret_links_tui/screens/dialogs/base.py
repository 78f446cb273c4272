"""What all dialogs share: a question in a box, a line for what is wrong, and Escape for no."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from secret_links_tui.screens.sizes import DIALOG_STYLES, HEIGHTS, WIDTHS
from secret_links_tui.terminal.key_queue import KeyQueueApp
from secret_links_tui.terminal.plain_text import visible

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer | None]):
    """A question that is always answered: with a value, or with None for no."""

    app = getters.app(KeyQueueApp)

    CSS_PATH = DIALOG_STYLES
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="cancel", tooltip="Close without doing anything"),
    ]

    HEADING = ""

    TAKES_KEYS_AHEAD: ClassVar[bool] = True
    """Whether keys that were typed before it was drawn are for it: not where one of them could be taken for a yes."""

    _waiting: tuple[Answer | None] | None = None

    def answer(self, value: Answer | None) -> None:
        """Closes with an answer, the first one given."""
        if self.is_active:
            self.dismiss(value)
        elif self._waiting is None:
            self._waiting = (value,)

    def on_screen_resume(self) -> None:
        """Takes keys as soon as it can be seen; closes with an answer that came while the palette was open above."""
        self.app.keys.look_at(self)
        if self._waiting is not None:
            (value,), self._waiting = self._waiting, None
            self.answer(value)

    def compose(self) -> ComposeResult:
        """Lays out the box around what a dialog asks."""
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(Content(self.HEADING), id="heading")
            yield from self.compose_question()
            yield Static("", id="told")
            yield Static("", id="room-for-answers")
            with Horizontal(id="answers"):
                yield from self.compose_answers()

    def compose_question(self) -> ComposeResult:
        """Lays out what is asked."""
        yield from ()

    def compose_answers(self) -> ComposeResult:
        """Lays out the buttons."""
        yield Button("Cancel", id="cancel", compact=True)

    def complain(self, sentence: str) -> None:
        """Says what is wrong, and leaves everything as it was typed."""
        self._tell(sentence, wrong=True)

    def say(self, sentence: str) -> None:
        """Says what was done, where the dialog stays open."""
        self._tell(sentence, wrong=False)

    def _tell(self, sentence: str, *, wrong: bool) -> None:
        line = self.query_one("#told", Static)
        line.update(Content(visible(sentence)))
        line.display = bool(sentence)
        line.set_class(wrong, "-wrong")
        if sentence:
            line.scroll_visible(animate=False)

    def action_cancel(self) -> None:
        """Answers no."""
        self.answer(None)

    @on(Button.Pressed, "#cancel")
    def _cancel_pressed(self) -> None:
        self.action_cancel()
