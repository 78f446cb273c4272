"""The host's preferences: time zone, clipboard, columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar
from zoneinfo import available_timezones

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, ItemGrid
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Button, Checkbox, Input, Label, Select, Static

from secret_links_tui.ages import exact
from secret_links_tui.preferences import OPTIONAL_COLUMNS, Preferences, is_time_zone
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.settings import Settings, Way

WAYS = {
    Way.AUTO: "by what the terminal says",
    Way.OSC52: "by the terminal (OSC 52)",
    Way.TMUX: "by the server's tmux",
    Way.SCREEN: "by the server's screen",
    Way.SYSTEM: "this machine's own",
    Way.OFF: "none: print the URL",
}
"""The ways into a clipboard, as a host reads them."""


class ColumnBox(Checkbox):
    """A checkbox for a column, with the signs of the table: Textual's own differ by colour alone."""

    def render(self) -> Content:
        """Shows sign and title."""
        return Content.assemble("☑ " if self.value else "☐ ", self.label)


class ChoosePreferences(Dialog[Preferences]):
    """Asks for the host's preferences; one that an option of this run sets is shown, and cannot be changed."""

    HEADING = "Preferences"
    AUTO_FOCUS = "#time-zone"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+s,ctrl+enter", "save", "Save", priority=True, id="save-preferences", tooltip="Keep these preferences"
        ),
    ]

    def __init__(self, preferences: Preferences, started_with: Settings, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._preferences = preferences
        self._started_with = started_with
        self._now = now

    def compose_question(self) -> ComposeResult:
        """Lays out the fields."""
        started, current = self._started_with, self._preferences.applied_to(self._started_with)
        with Horizontal(classes="field"):
            yield Label("Time zone")
            yield Input(
                str(current.time_zone) if "time_zone" in started.fixed else self._preferences.time_zone,
                placeholder=str(started.time_zone),
                suggester=SuggestFromList(sorted(available_timezones()), case_sensitive=False),
                disabled="time_zone" in started.fixed,
                id="time-zone",
                compact=True,
            )
        yield Static("", id="local-time")
        with Horizontal(classes="field"):
            yield Label("Clipboard")
            yield Select(
                [(said, way.value) for way, said in WAYS.items()],
                value=current.clipboard.value,
                allow_blank=False,
                disabled="clipboard" in started.fixed,
                id="clipboard",
                compact=True,
            )
        with Horizontal(classes="field"):
            yield Label("Columns")
            with ItemGrid(min_column_width=14, id="columns"):
                for column, title in OPTIONAL_COLUMNS.items():
                    shown = column not in self._preferences.hidden
                    yield ColumnBox(title, shown, id=f"column-{column}", compact=True)

    def compose_answers(self) -> ComposeResult:
        """Lays out Cancel and Save."""
        yield Button("Cancel", id="cancel", compact=True)
        yield Button("Save", id="save", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Shows the time in the zone that is in use."""
        self._show_local_time()

    @on(Input.Changed)
    def _show_local_time(self) -> None:
        """Shows the time in the zone that is typed."""
        name = self.query_one("#time-zone", Input).value.strip()
        line = self.query_one("#local-time", Static)
        is_zone = not name or is_time_zone(name)
        line.set_class(not is_zone, "-wrong")
        if is_zone:
            zone = Preferences(time_zone=name).applied_to(self._started_with).time_zone
            line.update(Content(f"now {exact(self._now(), zone)}"))
        else:
            line.update("no time zone yet; one is like Europe/Lisbon")

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Answers with what was chosen."""
        started, before = self._started_with, self._preferences
        zone = self.query_one("#time-zone", Input)
        name = zone.value.strip()
        if name and not is_time_zone(name):
            self.complain(f"“{name}” is no time zone; give one like Europe/Lisbon, or none for the server's.")
            zone.focus()
            return
        way = str(self.query_one("#clipboard", Select).value)
        chosen = "" if way == started.clipboard.value else way
        hidden = [column for column in OPTIONAL_COLUMNS if not self.query_one(f"#column-{column}", ColumnBox).value]
        self.answer(
            Preferences(
                before.time_zone if "time_zone" in started.fixed else name,
                before.clipboard if "clipboard" in started.fixed else chosen,
                frozenset(hidden),
            )
        )
