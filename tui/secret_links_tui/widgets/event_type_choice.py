"""The choice of an event type by a part of its name; an unused name makes a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Input, OptionList
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
    ) -> None:
        super().__init__()
        self._event_types = event_types
        self._chosen = chosen
        self._all_label = all_label
        self._new = new
        self._choices: list[Choice] = []

    def compose(self) -> ComposeResult:
        """Lays out the field and the list."""
        name = visible(self._chosen.name) if self._chosen and not self._all_label else ""
        yield Input(value=name, placeholder="type to find" + (", or a new name" if self._new else ""), compact=True)
        yield OptionList(compact=True, markup=False)

    def on_mount(self) -> None:
        """Keeps the focus in the field, and lists everything."""
        self.options.can_focus = False
        self._list("")
        self._highlight_chosen()

    def on_descendant_focus(self) -> None:
        """Opens the list."""
        self.add_class("-open")

    def on_descendant_blur(self) -> None:
        """Closes the list, to make room for other fields."""
        self.remove_class("-open")

    @property
    def choice(self) -> Choice:
        """What is chosen now."""
        index = self.options.highlighted
        return self._choices[index] if index is not None and index < len(self._choices) else None

    def _list(self, typed: str) -> None:
        wanted = typed.strip().casefold()
        fitting = [one for one in self._event_types if wanted in one.name.casefold() or wanted in one.slug]
        exact = [one for one in fitting if visible(one.name).casefold() == wanted]
        self._choices = [*exact, *(one for one in fitting if one not in exact)]
        if self._all_label and not wanted:
            self._choices.insert(0, None)
        if self._new and wanted and not exact:
            self._choices.append(NewEventType(typed.strip()))
        self.options.clear_options()
        self.options.add_options([Option(self._prompt(choice)) for choice in self._choices])
        if self._choices:
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
        return Content.assemble(visible(choice.name), (details, "$text-muted"))

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._list(event.value)
        self.post_message(self.Changed(self.choice))

    @on(Input.Submitted)
    def _confirm(self, event: Input.Submitted) -> None:
        event.stop()
        self._submit()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.post_message(self.Changed(self.choice))

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._submit()

    def _submit(self) -> None:
        choice = self.choice
        if choice is not None:
            with self.typed.prevent(Input.Changed):
                self.typed.value = visible(choice.name)
        self.post_message(self.Submitted(choice))

    def action_move(self, steps: int) -> None:
        """Moves the choice; the focus stays in the field."""
        if self._choices:
            self.options.highlighted = ((self.options.highlighted or 0) + steps) % len(self._choices)
