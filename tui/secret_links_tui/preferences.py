"""What a host prefers: kept in the store, for on a server all of them may share one account and its home."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Self

from secret_links import Column, InvalidInput
from secret_links_tui.settings import Settings, Way
from secret_links_tui.zones import NoZone, named_zone

if TYPE_CHECKING:
    from secret_links_tui.templates import Template

TOKEN = "token"  # noqa: S105  # a column's key: the one that lists are not ordered by: it would mean nothing

USED_BY, COPY = "used_by", "copy"

OPTIONAL_COLUMNS = {
    TOKEN: "Link",
    Column.EVENT_TYPE: "Event type",
    Column.USED: "Used",
    USED_BY: "By",
    Column.CREATED: "Created",
    Column.EXPIRES: "Expires",
    COPY: "Copy ×",
}
"""The columns that a host may do without, with what the table calls them."""

ENDS_SOON = timedelta(days=1)
"""How long before its expiry an Active link is tinted, and counted as one that expires soon."""

LEFT_OPEN = "left_open"
"""The name under which it is kept what was on the screen."""

LAST_VISIT = "last_visit"
"""The name under which the cursor of what a host has been told is kept."""

_AS_STARTED = ""
"""Kept where a host prefers what the program was started with."""

_ON = "on"
"""Kept where a host ticked a box."""


class Notify(StrEnum):
    """How a host wants to be notified who looks elsewhere; each but OFF changes the title of the window too."""

    OFF = "off"
    TITLE = "title"
    BELL = "bell"
    NOTIFICATION = "notification"


class Preferences(NamedTuple):
    """A host's choices; an empty one leaves things as the program was started."""

    time_zone: str = _AS_STARTED
    """The name of the time zone in which expiries are typed and shown."""
    clipboard: str = _AS_STARTED
    """The way into the clipboard in front of the host."""
    hidden: frozenset[str] = frozenset()
    """The columns that are not shown."""
    theme: str = _AS_STARTED
    """The name of the theme; the app shows another one where there is none of this name."""
    notify: Notify = Notify.NOTIFICATION
    """How the host is notified of bookings and expiries while they look elsewhere."""
    message: str = _AS_STARTED
    """The template of the host's messages."""
    as_left: bool = False
    """Whether the screen begins with the filter and the order with which it was left."""
    keys: str = _AS_STARTED
    """The keys of actions by their names, as in `copy=y delete=d,delete`."""

    @property
    def template(self) -> Template:
        """The template that messages are made of."""
        from secret_links_tui import templates  # noqa: PLC0415  # the first picture writes no message

        return templates.Template(self.message or templates.DEFAULT)

    @classmethod
    def read(cls, kept: Mapping[str, str]) -> Self:
        """Reads what was kept, perhaps by another version; what cannot be understood counts as not chosen."""
        zone, way = kept.get("time_zone", _AS_STARTED), kept.get("clipboard", _AS_STARTED)
        return cls(
            zone if is_time_zone(zone) else _AS_STARTED,
            way if way in tuple(Way) else _AS_STARTED,
            frozenset(kept.get("hidden_columns", "").split()) & frozenset(OPTIONAL_COLUMNS),
            kept.get("theme", _AS_STARTED),
            _notify(kept),
            message_of(kept.get("message", _AS_STARTED)),
            kept.get("as_left") == _ON,
            " ".join(kept.get("keys", _AS_STARTED).split()),
        )

    def kept(self) -> dict[str, str]:
        """Returns what is to be kept."""
        hidden = " ".join(sorted(self.hidden))
        return {
            "time_zone": self.time_zone,
            "clipboard": self.clipboard,
            "hidden_columns": hidden,
            "theme": self.theme,
            "notify": self.notify.value,
            "message": self.message,
            "as_left": _ON if self.as_left else "",
            "keys": self.keys,
        }

    def applied_to(self, settings: Settings) -> Settings:
        """Returns the settings that hold for this host: what an option or the environment says goes before."""
        if self.time_zone and "time_zone" not in settings.fixed:
            settings = settings._replace(time_zone=named_zone(self.time_zone))
        if self.clipboard and "clipboard" not in settings.fixed:
            settings = settings._replace(clipboard=Way(self.clipboard))
        return settings


def _notify(kept: Mapping[str, str]) -> Notify:
    if kept.get("notify") in tuple(Notify):
        return Notify(kept["notify"])
    return Notify.BELL if kept.get("bell") == _ON else Notify.NOTIFICATION  # as an older version kept it


def message_of(text: str) -> str:
    """Returns a template as it is kept: empty for none, for the usual one, and for one that cannot be filled in."""
    if not text:
        return _AS_STARTED
    from secret_links_tui import templates  # noqa: PLC0415  # the first picture writes no message

    try:
        checked = templates.checked(text).text
    except InvalidInput:
        return _AS_STARTED
    return _AS_STARTED if checked == templates.DEFAULT else checked


def is_time_zone(name: str) -> bool:
    """Says whether there is a time zone of this name."""
    try:
        named_zone(name)
    except NoZone:
        return False
    return True


def written_keys(text: str) -> dict[str, str]:
    """Reads keys as a host writes them; a word without `=` counts as an action without keys."""
    return {name: keys for name, _, keys in (word.partition("=") for word in text.split())}


def chosen_keys(preferences: Preferences, settings: Settings) -> Mapping[str, str]:
    """Returns the keys that are chosen: the host's go before those of the config file."""
    return {**settings.keys, **written_keys(preferences.keys)}
