"""The host's preferences: time zone, theme, clipboard, notifications, message, keys and columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, ItemGrid
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, Input, Label, Select, Static, TextArea

from secret_links import InvalidInput
from secret_links_tui import templates, theme_names
from secret_links_tui.ages import exact
from secret_links_tui.preferences import OPTIONAL_COLUMNS, Notify, Preferences, is_time_zone, message_of
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.settings import Settings, Way
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.tick_box import TickBox
from secret_links_tui.widgets.zone_field import ZoneField
from secret_links_tui.zones import zones_like

WAYS = {
    Way.AUTO: "automatic",
    Way.OSC52: "your terminal (OSC 52)",
    Way.TMUX: "tmux on the server",
    Way.SCREEN: "screen on the server",
    Way.SYSTEM: "this machine's own",
    Way.OFF: "none: show the URL instead",
}
"""The ways into a clipboard, as a host reads them."""

NOTICES = {
    Notify.NOTIFICATION: "a notification",
    Notify.BELL: "the bell",
    Notify.TITLE: "the title only",
    Notify.OFF: "nothing",
}
"""How a host can be notified, as they read it."""

OWN_THEMES = (theme_names.INK, theme_names.PAPER, theme_names.AS_TERMINAL)
"""The themes that are offered here; the palette has the others."""


class ChoosePreferences(Dialog[Preferences]):
    """Asks for the host's preferences; one that an option of this run sets is shown, and cannot be changed."""

    HEADING = "Preferences"
    AUTO_FOCUS = "#time-zone"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+s,ctrl+enter", "save", "Save", priority=True, id="save-preferences", tooltip="Save these preferences"
        ),
    ]

    zone = query_one("#zone", ZoneField)

    def __init__(
        self,
        preferences: Preferences,
        started_with: Settings,
        now: Callable[[], datetime],
        *,
        theme: str = "",
        keys_refused: Callable[[str], str] = lambda _: "",
    ) -> None:
        """`keys_refused` says what is wrong with keys."""
        super().__init__()
        self._preferences = preferences
        self._started_with = started_with
        self._now = now
        self._refused_message: str | None = None
        """What the sentence in the dialog is about."""
        self._keys_refused = keys_refused
        self._theme = theme or preferences.theme or theme_names.DEFAULT

    def compose_question(self) -> ComposeResult:
        """Lays out the fields."""
        started, current = self._started_with, self._preferences.applied_to(self._started_with)
        with Horizontal(classes="field"):
            yield Label("Time zone")
            yield ZoneField(
                str(current.time_zone),
                placeholder=str(started.time_zone),
                disabled="time_zone" in started.fixed,
                id="zone",
            )
        yield Static("", id="local-time")
        with Horizontal(classes="field"):
            yield Label("Theme")
            names = dict.fromkeys([*OWN_THEMES, self._theme])
            yield self._select("theme", [(visible(theme_names.title_of(name)), name) for name in names], self._theme)
        with Horizontal(classes="field"):
            yield Label("Clipboard")
            ways = [(title, way.value) for way, title in WAYS.items()]
            yield self._select("clipboard", ways, current.clipboard.value, disabled="clipboard" in started.fixed)
        with Horizontal(classes="field"):
            yield Label("When away")
            yield self._select(
                "notify", [(title, way.value) for way, title in NOTICES.items()], self._preferences.notify
            )
        with Horizontal(classes="field"):
            yield Label("Message")
            yield TextArea(
                self._preferences.template.text,
                id="message",
                compact=True,
                tab_behavior="focus",
                show_line_numbers=False,
                placeholder=templates.DEFAULT,
            )
        with Horizontal(classes="field"):
            yield Label("Begin")
            as_left = self._preferences.as_left
            yield TickBox("With the filter and order that I left", as_left, id="as-left", compact=True)
        with Horizontal(classes="field"):
            yield Label("Keys")
            yield Input(self._preferences.keys, placeholder="copy=y delete=d,delete", id="own-keys", compact=True)
        with Horizontal(classes="field"):
            yield Label("Columns")
            with ItemGrid(min_column_width=15, id="columns"):
                for column, title in OPTIONAL_COLUMNS.items():
                    shown = column not in self._preferences.hidden
                    yield TickBox(title, shown, id=f"column-{column}", compact=True)

    @staticmethod
    def _select(name: str, offered: list[tuple[str, str]], value: str, *, disabled: bool = False) -> Select[str]:
        return Select(offered, value=value, allow_blank=False, disabled=disabled, id=name, compact=True)

    def compose_answers(self) -> ComposeResult:
        """Lays out Cancel and Save."""
        yield Button("Cancel", id="cancel", compact=True)
        yield Button("Save", id="save", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Shows the time in the zone that is in use."""
        self._show_local_time()

    @on(TextArea.Changed)
    def _message_changed(self, event: TextArea.Changed) -> None:
        if event.text_area.text != self._refused_message:
            self.complain("")

    @on(ZoneField.Changed)
    def _zone_changed(self) -> None:
        self.complain("")
        self._show_local_time()

    def _show_local_time(self) -> None:
        """Shows the time in the zone that is typed, or what is wrong with it."""
        name, line = self.zone.value, self.query_one("#local-time", Static)
        is_zone = self._is_zone(name)
        line.set_class(not is_zone and not self.zone.offered, "-wrong")
        if is_zone:
            zone = Preferences(time_zone=self._chosen_zone(name)).applied_to(self._started_with).time_zone
            line.update(Content(f"now {exact(self._now(), zone)}"))
        elif self.zone.offered:
            line.update("Enter takes the highlighted time zone.")
        else:
            line.update("No time zone has this name. Type a city, like Lisbon.")

    def _is_zone(self, name: str) -> bool:
        return not name or name == str(self._started_with.time_zone) or is_time_zone(name)

    def _chosen_zone(self, name: str) -> str:
        """Returns the zone to keep: none where it is the one that the program is started with anyway."""
        return "" if name == str(self._started_with.time_zone) else name

    @on(ZoneField.Submitted)
    @on(Input.Submitted, "#own-keys")
    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Answers with what was chosen; a part of a zone's name will do where only one zone has it."""
        started, before = self._started_with, self._preferences
        name, message, keys = self._zone_to_keep(), self._message_to_keep(), self._keys_to_keep()
        if name is None or message is None or keys is None:
            return
        way = str(self.query_one("#clipboard", Select).value)
        chosen = "" if way == started.clipboard.value else way
        hidden = [column for column in OPTIONAL_COLUMNS if not self.query_one(f"#column-{column}", TickBox).value]
        theme = str(self.query_one("#theme", Select).value)
        self.answer(
            Preferences(
                before.time_zone if "time_zone" in started.fixed else self._chosen_zone(name),
                before.clipboard if "clipboard" in started.fixed else chosen,
                frozenset(hidden),
                "" if theme == theme_names.DEFAULT else theme,
                Notify(str(self.query_one("#notify", Select).value)),
                message,
                self.query_one("#as-left", TickBox).value,
                keys,
            )
        )

    def _zone_to_keep(self) -> str | None:
        """Returns the name of the time zone; None where what is typed names none, or several, which it says."""
        name = self.zone.value
        if self._is_zone(name):
            return name
        found = zones_like(name)
        if len(found) == 1:
            return found[0]
        several = f"{len(found)} time zones have “{name}” in their names: choose one."
        self.complain(several if found else f"“{name}” is no time zone. Type a city, like Lisbon.")
        self.zone.typed.focus()
        return None

    def _keys_to_keep(self) -> str | None:
        """Returns the keys; None where they cannot be used, and it says why."""
        keys = self.query_one("#own-keys", Input)
        if refused := self._keys_refused(keys.value):
            self.complain(refused)
            keys.focus()
            return None
        return " ".join(keys.value.split())

    def _message_to_keep(self) -> str | None:
        """Returns the template; None where it cannot be filled in, and it says why."""
        area = self.query_one("#message", TextArea)
        try:
            if area.text.strip():
                templates.checked(area.text)
        except InvalidInput as error:
            self._refused_message = area.text
            self.complain(str(error))
            area.focus()
            return None
        return message_of(area.text)
