"""What a host prefers: kept in the store, for on a server all of them may share one account and its home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from secret_links import Column
from secret_links_tui.settings import Settings, Way
from secret_links_tui.zones import NoZone, named_zone

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

_AS_STARTED = ""
"""Kept where a host prefers what the program was started with."""

_ON = "on"
"""Kept where a host ticked a box."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """A host's choices; an empty one leaves things as the program was started."""

    time_zone: str = _AS_STARTED
    """The name of the time zone in which expiries are typed and shown."""
    clipboard: str = _AS_STARTED
    """The way into the clipboard in front of the host."""
    hidden: frozenset[str] = frozenset()
    """The columns that are not shown."""
    theme: str = _AS_STARTED
    """The name of the theme; the app shows another one where there is none of this name."""
    bell: bool = False
    """Whether the terminal's bell rings when a link is booked."""
    keys: str = _AS_STARTED
    """The keys of actions by their names, as in `copy=y delete=d,delete`."""

    @classmethod
    def read(cls, kept: Mapping[str, str]) -> Self:
        """Reads what was kept, perhaps by another version; what cannot be understood counts as not chosen."""
        zone, way = kept.get("time_zone", _AS_STARTED), kept.get("clipboard", _AS_STARTED)
        return cls(
            zone if is_time_zone(zone) else _AS_STARTED,
            way if way in tuple(Way) else _AS_STARTED,
            frozenset(kept.get("hidden_columns", "").split()) & frozenset(OPTIONAL_COLUMNS),
            kept.get("theme", _AS_STARTED),
            kept.get("bell") == _ON,
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
            "bell": _ON if self.bell else "",
            "keys": self.keys,
        }

    def applied_to(self, settings: Settings) -> Settings:
        """Returns the settings that hold for this host: what an option or the environment says goes before."""
        if self.time_zone and "time_zone" not in settings.fixed:
            settings = replace(settings, time_zone=named_zone(self.time_zone))
        if self.clipboard and "clipboard" not in settings.fixed:
            settings = replace(settings, clipboard=Way(self.clipboard))
        return settings


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
