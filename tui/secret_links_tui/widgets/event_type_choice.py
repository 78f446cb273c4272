"""The choice of an event type by a part of its name; an unused name makes a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from secret_links import EventType, NewEventType
from secret_links.text import slug_of
from secret_links_tui.terminal.plain_text import visible

Choice = EventType | NewEventType | None
"""What was chosen; None for all event types where that is offered, else for nothing."""


class EventTypeChoice(Vertical):
    """A field to type in, above the event types whose names contain what is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next", show=False, id="next-type", tooltip="Go to the next event type"),
        Binding("up", "move(-1)", "Previous", show=False, id="previous-type", tooltip="Go to the event type before"),
    ]

    typed = query_one(Input)
    options = query_one(OptionList)

    @dataclass
    class Changed(Message):
        """Another event type is chosen."""

        choice: Choice

    @dataclass
    class Submitted(Message):
        """The choice was confirmed with Enter or a click."""

        choice: Choice

    def __init__(
        self,
        event_types: Sequence[EventType],
        chosen: EventType | None = None,
        *,
        all_label: str = "",
        new: bool = False,
        typed: str = "",
    ) -> None:
        super().__init__()
        self._event_types = event_types
        self._chosen = chosen
        self._all_label = all_label
        self._new = new
        self._typed_before = typed
        self._choices: list[Choice] = []
        self._meant: Choice = None
        self._picked: Choice = None if all_label else chosen
        self._is_moved = False
        self._announced: Choice = self._picked
        self.fitting = 0
        """How many event types have what is typed in their names."""

    def compose(self) -> ComposeResult:
        """Lays out the field, what it stands for, and the list."""
        name = _written(self._picked) or self._typed_before
        with Horizontal(id="typed-choice"):
            yield Input(value=name, placeholder="type to find" + (", or a new name" if self._new else ""), compact=True)
            yield Static("", id="choice-note")
        yield OptionList(compact=True, markup=False)

    def on_mount(self) -> None:
        """Keeps the focus in the field, and lists everything."""
        self.options.can_focus = False
        self._list("" if self._picked else self.typed.value)
        self._highlight_chosen()
        self._say_what_it_means()

    def on_descendant_focus(self) -> None:
        """Opens the list."""
        self.add_class("-open")

    def on_descendant_blur(self) -> None:
        """Closes the list, to make room for other fields, and writes out what the field stands for."""
        self.remove_class("-open")
        self._settle(self.choice)

    @property
    def choice(self) -> Choice:
        """What is chosen now: what was picked, or what the text can only mean. Nothing is chosen by an empty text."""
        text = self.typed.value.strip()
        if text and self._picked is not None and text == _written(self._picked):
            return self._picked
        if self._is_moved:
            return self._highlighted
        return self._meant if text else None

    @property
    def _highlighted(self) -> Choice:
        index = self.options.highlighted
        return self._choices[index] if index is not None and index < len(self._choices) else None

    def _list(self, typed: str) -> None:
        wanted = typed.strip().casefold()
        fitting = [one for one in self._event_types if wanted in one.name.casefold() or wanted in one.slug]
        exact = [one for one in fitting if wanted in (visible(one.name).casefold(), one.slug)]
        self.fitting = len(fitting)
        self._choices = [*exact, *(one for one in fitting if one not in exact)]
        if self._all_label and not wanted:
            self._choices.insert(0, None)
        new = NewEventType(typed.strip())
        if self._new and wanted and not any(visible(one.name).casefold() == wanted for one in exact):
            self._choices.append(new)
        only = exact or fitting
        self._meant = only[0] if len(only) == 1 else new if self._new and wanted and not only else None
        self._is_moved = False
        self.options.clear_options()
        self.options.add_options([Option(self._prompt(choice)) for choice in self._choices])
        if self._choices and (wanted or self._all_label):
            self.options.highlighted = 0
        if self._chosen and visible(self._chosen.name).casefold() == wanted:
            self._highlight_chosen()

    def _highlight_chosen(self) -> None:
        for index, choice in enumerate(self._choices):
            if isinstance(choice, EventType) and self._chosen and choice.id == self._chosen.id:
                self.options.highlighted = index

    def _prompt(self, choice: Choice) -> Content:
        if choice is None:
            return Content(self._all_label)
        if isinstance(choice, NewEventType):
            return Content(f"+ New event type “{visible(choice.name)}”")
        slug = f"{choice.slug}, " if choice.slug != slug_of(choice.name) else ""
        counted = "" if choice.links is None else f", {choice.links:,} {'link' if choice.links == 1 else 'links'}"
        details = f"  {slug}{choice.minutes} min{counted}"
        return Content.assemble(visible(choice.name), (details, "dim"))

    def _say_what_it_means(self) -> None:
        """Says beside the field what its text stands for."""
        choice, text = self.choice, self.typed.value.strip()
        if isinstance(choice, EventType):
            said = (
                f"{choice.minutes} min" if text == _written(choice) else f"{visible(choice.name)}, {choice.minutes} min"
            )
        elif isinstance(choice, NewEventType):
            said = "new event type"
        else:
            said = f"{self.fitting} match; ⏎ or ↓ chooses" if text and self.fitting > 1 else ""
        self.query_one("#choice-note", Static).update(Content(said))

    def _announce(self, choice: Choice) -> None:
        """Posts what is chosen, if it is something else than before."""
        if choice != self._announced:
            self._announced = choice
            self.post_message(self.Changed(choice))

    def _settle(self, choice: Choice) -> None:
        """Writes out what was chosen."""
        if choice is not None:
            self._picked = choice
            with self.typed.prevent(Input.Changed):
                self.typed.value = _written(choice)
        self._say_what_it_means()
        self._announce(choice)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._list(event.value)
        self._say_what_it_means()
        self._announce(self.choice)

    @on(Input.Submitted)
    def _confirm(self, event: Input.Submitted) -> None:
        event.stop()
        self._submit()

    @on(OptionList.OptionHighlighted)
    def _stop_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._submit()

    def _submit(self) -> None:
        """Takes what is highlighted: the host sees it, and presses Enter, or the mouse."""
        choice = self.choice or self._highlighted
        if not self._all_label or choice is not None:
            self._settle(choice)
        self.post_message(self.Submitted(self._highlighted if self._all_label else choice))

    def action_move(self, steps: int) -> None:
        """Moves the choice; the focus stays in the field."""
        if self._choices:
            at = self.options.highlighted
            first = 0 if steps > 0 else -1
            self.options.highlighted = (first if at is None else at + steps) % len(self._choices)
            self._is_moved, self._picked = True, None
            self._say_what_it_means()
            self._announce(self.choice)


def _written(choice: Choice) -> str:
    """Returns the text of the field for a choice."""
    return "" if choice is None else visible(choice.name).strip()
