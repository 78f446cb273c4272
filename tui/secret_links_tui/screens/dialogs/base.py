"""The base of all dialogs: a question in a box, a line for messages, and Escape for no."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from secret_links_tui.screens.sizes import DIALOG_STYLES, HEIGHTS, WIDTHS, height_class, width_class
from secret_links_tui.terminal.key_queue import KeyQueueApp
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.key_bar import KeyBar

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
        Binding("f1,question_mark", "app.help_here", "Keys", id="help-here", tooltip="Show the keys of this dialog"),
    ]

    HEADING = ""

    TAKES_KEYS_AHEAD: ClassVar[bool] = True
    """Whether the dialog takes keys that were typed before it was drawn; False where one of them could confirm it."""

    ONLY_SHOWS: ClassVar[bool] = False
    """Whether nothing is lost when it is closed: a click beside it does."""

    _waiting: tuple[Answer | None] | None = None

    _drawn_size: Size | None = None
    """The size that it is drawn in first, until Textual tells of it."""

    def answer(self, value: Answer | None) -> None:
        """Closes with an answer. Under another screen, the first answer waits until that screen is closed."""
        if self.is_active:
            self.dismiss(value)
        elif self._waiting is None:
            self._waiting = (value,)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Lets keys through once the dialog is drawn; closes with an answer that waited."""
        event.refresh_styles = event.refresh_styles and self.stack_updates > 0  # a new screen has just got them
        self.app.keys.look_at(self)
        if self._waiting is not None:
            (value,), self._waiting = self._waiting, None
            self.answer(value)

    def on_compose(self) -> None:
        """Has what is laid out get its styles once, for the size that there is."""
        self._drawn_size = size = self.app.size
        self.add_class(width_class(size.width), height_class(size.height))

    def on_resize(self, event: events.Resize) -> None:
        """Leaves out the size that it was drawn in first: Textual would lay it out and draw it once more."""
        if event.size == self._drawn_size:
            event.prevent_default()
        self._drawn_size = None
        self.fit(event.size)

    def fit(self, size: Size) -> None:
        """Does what a dialog does beside its styles to fit a size, each time that it gets one."""

    def compose(self) -> ComposeResult:
        """Lays out heading, question, line for messages and buttons."""
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(Content(self.HEADING), id="heading")
            yield from self.compose_question()
            yield Static("", id="notice")
            yield Static("", id="room-for-answers")
            with Horizontal(id="answers"):
                yield from self.compose_answers()
        yield KeyBar()

    def compose_question(self) -> ComposeResult:
        """Lays out the question."""
        yield from ()

    def compose_answers(self) -> ComposeResult:
        """Lays out the buttons."""
        yield Button("Cancel", id="cancel", compact=True)

    def key_of(self, name: str) -> str:
        """Returns the first key of one of the dialog's own bindings, by its id, as sentences name it."""
        bindings = (each for kind in type(self).__mro__ for each in getattr(kind, "BINDINGS", ()))
        named = (each for each in bindings if isinstance(each, Binding) and each.id == name)
        return self.app.first_key_of(next(named))

    def complain(self, sentence: str) -> None:
        """Shows what is wrong; the dialog stays open."""
        self._show_notice(sentence, wrong=True)

    def say(self, sentence: str) -> None:
        """Shows what was done; the dialog stays open."""
        self._show_notice(sentence, wrong=False)

    def _show_notice(self, sentence: str, *, wrong: bool) -> None:
        line = self.query_one("#notice", Static)
        line.update(Content(visible(sentence)))
        line.display = bool(sentence)
        line.set_class(wrong, "-wrong")
        if sentence:
            line.scroll_visible(animate=False)

    def on_click(self, event: events.Click) -> None:
        """Closes what only shows something when the mouse is clicked beside it."""
        if self.ONLY_SHOWS and event.widget is self:
            self.action_cancel()

    def action_cancel(self) -> None:
        """Answers no."""
        self.answer(None)

    @on(Button.Pressed, "#cancel")
    def _cancel_pressed(self) -> None:
        self.action_cancel()
