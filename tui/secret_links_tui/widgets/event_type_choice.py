"""The choice of an event type by a part of its name; an unused name makes a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import getters, on
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
from secret_links_tui.terminal.key_queue import KeyQueueApp
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.event_type_matches import Choice, Matches, matches_of

AMBIGUOUS = "-ambiguous"
"""The class of the note beside the field while what was typed matches several event types."""


NEXT = Binding("down", "move(1)", "Next", show=False, id="next-type", tooltip="Go to the next event type")


class EventTypeChoice(Vertical):
    """A field to type in, above the event types whose names or slugs contain what is typed.

    Nothing is chosen until an event type is moved to, named in full, or the only one that matches. Enter, which acts on
    what is seen, also takes the first of several. What was chosen is written out when the field is left.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        NEXT,
        Binding("up", "move(-1)", "Previous", show=False, id="previous-type", tooltip="Go to the event type before"),
    ]

    app = getters.app(KeyQueueApp)
    typed = query_one(Input)
    options = query_one(OptionList)
    note = query_one("#choice-note", Static)

    @dataclass
    class Changed(Message):
        """Another event type may be chosen."""

    @dataclass
    class Submitted(Message):
        """The choice was confirmed with Enter or a click."""

        choice: Choice

    def __init__(
        self,
        event_types: Sequence[EventType],
        chosen: EventType | None = None,
        *,
        text: str | None = None,
        all_label: str = "",
        new: bool = False,
    ) -> None:
        super().__init__()
        self._event_types = event_types
        self._chosen = chosen
        self._taken: Choice = None if all_label else chosen
        """What the text in the field was written out for."""
        self._first_text = text if text is not None else visible(chosen.name) if chosen and not all_label else ""
        self._all_label = all_label
        self._new = new
        self._matches = Matches([], 0, None)
        self._listed_for: str | None = None
        self._is_moved_to = False
        """Whether the highlighted event type was moved to, and not only the first of those that match."""

    def compose(self) -> ComposeResult:
        """Lays out the field, what it stands for, and the list."""
        placeholder = "type to find" + (", or a new name" if self._new else "")
        with Horizontal(id="choice-line"):
            yield Input(value=self._first_text, placeholder=placeholder, compact=True)
            yield Static("", id="choice-note")
        yield OptionList(compact=True, markup=False)
        yield Static("", id="more")

    def on_mount(self) -> None:
        """Keeps the focus in the field, and lists everything."""
        self.options.can_focus = False
        self._list()
        if self._all_label:
            self._highlight_chosen()
        self._say_what_is_chosen()

    def begin(self) -> None:
        """Takes the focus, with the list open from the first picture on."""
        self.add_class("-open")
        self.screen.set_focus(self.typed)

    def on_descendant_focus(self) -> None:
        """Opens the list."""
        self.add_class("-open")
        self._say_what_is_chosen()
        self.call_after_refresh(self._count_hidden)

    def on_descendant_blur(self) -> None:
        """Writes out what was chosen, and closes the list to make room for other fields."""
        if self.app.app_focus:  # else the terminal lost the focus, not the field
            self.write_out()
            self.remove_class("-open")
            self._say_what_is_chosen()

    def on_resize(self) -> None:
        """Counts again what does not fit the list."""
        self.call_after_refresh(self._count_hidden)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.typed.value

    @property
    def choice(self) -> Choice:
        """What is chosen now. It depends on the text alone, so it is right before the field has been drawn."""
        self._list()
        return self._highlighted_choice if self._is_moved_to else self._taken or self._matches.meant

    @property
    def is_ambiguous(self) -> bool:
        """Whether what is typed matches several event types, of which none is chosen."""
        return self.choice is None and bool(self.text.strip()) and self._matches.existing > 1

    @property
    def matches(self) -> int:
        """The number of event types that match what is typed."""
        self._list()
        return self._matches.existing

    def write_out(self) -> Choice:
        """Takes what is chosen and writes its name into the field; returns it."""
        choice = self.choice
        if choice is not None:
            self._take(choice)
        return choice

    def clear(self) -> None:
        """Chooses nothing."""
        self._taken = None
        self.typed.value = ""
        self._list()

    def action_move(self, steps: int) -> None:
        """Moves the choice; the focus stays in the field."""
        self._list()
        if self._matches.choices:
            at = self.options.highlighted
            here = at if at is not None else -1 if steps > 0 else 0
            self.options.highlighted = (here + steps) % len(self._matches.choices)
            self._is_moved_to = True
            self._say_what_is_chosen()
            self.post_message(self.Changed())

    # What matches

    @property
    def _highlighted_choice(self) -> Choice:
        index = self.options.highlighted
        return self._matches.choices[index] if index is not None and index < len(self._matches.choices) else None

    def _list(self) -> None:
        """Lists what matches the text, unless that is listed already."""
        if self.text == self._listed_for:
            return
        self._listed_for, self._is_moved_to = self.text, False
        wanted = self.text.strip().casefold()
        if self._taken is not None and visible(self._taken.name).strip().casefold() != wanted:
            self._taken = None
        offers_all = bool(self._all_label)
        self._matches = matches_of(self._event_types, self.text, offers_new=self._new, offers_all=offers_all)
        self.options.clear_options()
        self.options.add_options([Option(self._prompt(choice)) for choice in self._matches.choices])
        if self._matches.choices and (wanted or offers_all):
            self.options.highlighted = 0
        self.call_after_refresh(self._count_hidden)

    def _highlight_chosen(self) -> None:
        for index, choice in enumerate(self._matches.choices):
            if isinstance(choice, EventType) and self._chosen and choice.id == self._chosen.id:
                self.options.highlighted, self._is_moved_to = index, True

    def _prompt(self, choice: Choice) -> Content:
        if choice is None:
            return Content(self._all_label)
        if isinstance(choice, NewEventType):
            return Content(f"+ New event type “{visible(choice.name)}”")
        slug = f"{choice.slug}, " if choice.slug != slug_of(choice.name) else ""
        counted = "" if choice.links is None else f", {choice.links:,} {'link' if choice.links == 1 else 'links'}"
        details = f"  {slug}{choice.minutes} min{counted}"
        return Content.assemble(visible(choice.name), (details, "$text-muted"))

    # What is said

    def _count_hidden(self) -> None:
        """Says how many event types do not fit the list."""
        if not self.is_attached:
            return
        hidden = self.options.option_count - self.options.size.height if self.options.size.height else 0
        more = self.query_one("#more", Static)
        more.update(f"type to find; {hidden:,} more" if hidden > 0 else "")
        more.display = hidden > 0 and bool(self.options.size.height)

    def _say_what_is_chosen(self) -> None:
        choice = self.choice
        is_left = not self.typed.has_focus
        self.note.set_class(self.is_ambiguous, AMBIGUOUS)
        if isinstance(choice, EventType) and not self._all_label:
            self.note.update(f"{choice.minutes} min")
        elif isinstance(choice, NewEventType):
            self.note.update("new event type")
        else:
            choose = f"⏎ or {self.app.first_key_of(NEXT)} chooses"
            self.note.update(f"{self.matches:,} match; {choose}" if is_left and self.is_ambiguous else "")

    # What is typed and pressed

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._list()
        self._say_what_is_chosen()
        self.post_message(self.Changed())

    @on(Input.Submitted)
    def _confirm(self, event: Input.Submitted) -> None:
        event.stop()
        self._list()
        self._submit(self.choice or self._highlighted_choice)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_index < len(self._matches.choices):
            self._submit(self._matches.choices[event.option_index])

    def _submit(self, choice: Choice) -> None:
        if choice is not None:
            self._take(choice)
            self.post_message(self.Changed())
        self.post_message(self.Submitted(choice))

    def _take(self, choice: EventType | NewEventType) -> None:
        self._taken = choice
        name = visible(choice.name)
        if self.typed.value != name:
            with self.typed.prevent(Input.Changed):
                self.typed.value = name
        self._list()
        self._is_moved_to = False
        self._say_what_is_chosen()
