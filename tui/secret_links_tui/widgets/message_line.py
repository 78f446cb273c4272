"""The line above the footer, on which the screen says what happened."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.widgets import Static

from secret_links_tui.terminal.plain_text import visible


class MessageLine(Static):
    """One sentence, which stays until there is something else to say."""

    def __init__(self) -> None:
        super().__init__("", id="message")
        self._number = 0

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """Says something; `wrong` if it is a refusal or a failure."""
        self._number += 1
        self.update(Content(visible(sentence)))
        self.set_class(wrong, "-wrong")

    def say_for_now(self, sentence: str) -> Callable[[], None]:
        """Says something that soon no longer holds; returns what takes it back, if nothing else was said since."""
        self.say(sentence)
        number = self._number

        def take_back() -> None:
            if self._number == number:
                self.say("")

        return take_back
