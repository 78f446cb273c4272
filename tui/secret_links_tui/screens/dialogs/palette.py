"""The command palette: every action by its name, or by what else people call it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.fuzzy import Matcher
from textual.geometry import Size
from textual.getters import query_one
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.terminal.plain_text import fitted

NAME_WIDTH = 20
"""Cells of the column of names."""

KEY_WIDTH = 9
"""Cells of the column of keys."""

LEAST_SENTENCE = 12
"""Cells that a sentence needs to be shown."""


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """An action in the palette."""

    name: str
    sentence: str
    key: str
    synonyms: str
    run: Callable[[], object]

    def score(self, typed: str) -> float:
        """Returns how well it fits what is typed: 0 for not at all; its name counts most."""
        words = typed.casefold().split()
        texts = (self.name.casefold(), self.synonyms, self.sentence.casefold())
        if not all(any(word in text for text in texts) for word in words):
            return Matcher(typed).match(self.name) / 100
        weights = (4.0, 2.0, 1.0)
        total = 0.0
        for word in words:
            for text, weight in zip(texts, weights, strict=True):
                begins = any(each.startswith(word) for each in text.split())
                total += weight * (2 if begins else 1 if word in text else 0)
        return total + (100 if texts[0].startswith(" ".join(words)) else 0)


class Palette(Dialog[Callable[[], object]]):
    """Finds an action; answers with what runs it."""

    HEADING = "What do you want to do?"
    ONLY_SHOWS = True
    AUTO_FOCUS = "#wanted"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "run", "Do it", id="palette-run", tooltip="Run the action"),
        Binding("down", "move(1)", "Next", show=False, id="palette-next", tooltip="Go to the next action"),
        Binding("up", "move(-1)", "Previous", show=False, id="palette-previous", tooltip="Go to the action before"),
    ]

    options = query_one(OptionList)

    def __init__(self, entries: Sequence[PaletteEntry]) -> None:
        super().__init__()
        self._entries = entries
        self.found: Sequence[PaletteEntry] = entries
        """What is listed."""

    def compose_question(self) -> ComposeResult:
        """Lays out the field and the list."""
        yield Input(placeholder="type a word", id="wanted", compact=True)
        yield OptionList(id="palette-entries", compact=True, markup=False)

    def compose_answers(self) -> ComposeResult:
        """Lays out nothing: Enter and the mouse choose."""
        yield from ()

    def on_mount(self) -> None:
        """Lists everything."""
        self.options.can_focus = False

    def fit(self, size: Size) -> None:
        """Lists as much of each as there is room for."""
        del size
        self.call_after_refresh(self._list)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        scored = [(entry.score(event.value), entry) for entry in self._entries] if event.value.strip() else []
        best = sorted((each for each in scored if each[0] > 0), key=lambda each: -each[0])
        self.found = [entry for _, entry in best] if event.value.strip() else self._entries
        self._list()

    def _list(self) -> None:
        width = self.options.size.width - 3  # its own margins, and a scrollbar
        self.options.clear_options()
        self.options.add_options([Option(_line(entry, width)) for entry in self.found])
        if self.found:
            self.options.highlighted = 0
        self.complain("" if self.found else f"Nothing has this name. {self.app.key_of('help')} lists every key.")

    def action_move(self, steps: int) -> None:
        """Moves to another action; the focus stays in the field."""
        if self.found:
            self.options.highlighted = ((self.options.highlighted or 0) + steps) % len(self.found)

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def action_run(self) -> None:
        """Answers with the action under the cursor."""
        at = self.options.highlighted
        if at is not None and at < len(self.found):
            self.answer(self.found[at].run)


def _line(entry: PaletteEntry, width: int) -> Content:
    room = width - NAME_WIDTH - KEY_WIDTH - 2
    if room < LEAST_SENTENCE:
        name = fitted(entry.name, max(width - KEY_WIDTH - 1, 1))
        return Content.assemble(name, " ", (f"{entry.key:>{KEY_WIDTH}}", "$accent"))
    sentence = fitted(entry.sentence, room)
    return Content.assemble(
        fitted(entry.name, NAME_WIDTH), " ", sentence, " ", (f"{entry.key:>{KEY_WIDTH}}", "$accent")
    )
