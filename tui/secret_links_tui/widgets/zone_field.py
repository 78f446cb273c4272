"""The field for a time zone, with the zones whose names contain what is typed below it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from secret_links_tui.zones import zones_like

MOST_OFFERED = 5
"""The zones that are offered at once; typing more letters narrows them."""


class ZoneField(Vertical):
    """A field to type a city or a zone in; Enter or Tab takes the zone that is highlighted below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next", show=False, id="next-zone", tooltip="Go to the next time zone"),
        Binding("up", "move(-1)", "Previous", show=False, id="previous-zone", tooltip="Go to the time zone before"),
        Binding("tab", "take_and_leave", "Take", show=False, id="take-zone", tooltip="Take the highlighted time zone"),
    ]

    typed = query_one(Input)
    options = query_one(OptionList)

    class Changed(Message):
        """Something else is typed."""

    class Submitted(Message):
        """Enter was pressed on a zone that was not offered, but typed."""

    def __init__(self, value: str, *, placeholder: str, disabled: bool, id: str) -> None:
        super().__init__(id=id)
        self._value = value
        self._placeholder = placeholder
        self._disabled = disabled
        self._taken = value
        self.offered: list[str] = []
        """The zones that are offered for what is typed."""

    def compose(self) -> ComposeResult:
        """Lays out the field and the list."""
        yield Input(self._value, placeholder=self._placeholder, disabled=self._disabled, id="time-zone", compact=True)
        yield OptionList(id="zones", compact=True, markup=False)

    def on_mount(self) -> None:
        """Keeps the focus in the field."""
        self.options.can_focus = False
        self._offer([])

    @property
    def value(self) -> str:
        """What is typed."""
        return self.typed.value.strip()

    @property
    def highlighted(self) -> str | None:
        """The zone that Enter or Tab takes."""
        at = self.options.highlighted
        return self.offered[at] if at is not None and at < len(self.offered) else None

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._offer([] if self.value == self._taken else zones_like(self.value))
        self.post_message(self.Changed())

    def _offer(self, zones: list[str]) -> None:
        self.offered = [] if zones[:1] == [self.value] else zones[:MOST_OFFERED]
        self.options.clear_options()
        self.options.add_options([Option(zone) for zone in self.offered])
        self.options.highlighted = 0 if self.offered else None
        self.options.display = bool(self.offered)

    def action_move(self, steps: int) -> None:
        """Moves to another zone; the focus stays in the field."""
        if self.offered:
            self.options.highlighted = ((self.options.highlighted or 0) + steps) % len(self.offered)

    def take(self, zone: str) -> None:
        """Writes a zone into the field, and offers no other."""
        self._taken = zone
        self.typed.value = zone
        self.typed.cursor_position = len(zone)
        self._offer([])

    def action_take_and_leave(self) -> None:
        """Takes the highlighted zone, if there is one, and goes to the next field."""
        if self.highlighted is not None:
            self.take(self.highlighted)
        self.screen.focus_next()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self.highlighted is not None:
            self.take(self.highlighted)
        else:
            self.post_message(self.Submitted())

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.take(self.offered[event.option_index])
        self.typed.focus()
