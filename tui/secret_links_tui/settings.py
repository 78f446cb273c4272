"""Settings: from an option, else the environment, else the config file, else the default.

Each is looked at when it is first needed, so that one which cannot be read stops only what needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from secret_links_tui.config_file import NAMES, ConfigFile, read_config
from secret_links_tui.folders import config_folder, data_folder
from secret_links_tui.setting_values import (
    DEFAULT_BASE_URL,
    BadSetting,
    Found,
    Way,
    base_url_of,
    idle_span,
    local_zone,
    login_name,
    most_links_of,
    one_of,
    store_at,
    text_of,
    zone_of,
)
from secret_links_tui.zones import named_zone

__all__ = ["NAMES", "BadSetting", "LazySettings", "Settings", "Way", "config_path", "load_settings"]


class Settings(NamedTuple):
    """Everything that differs from one run to the next."""

    store: str
    """Path or URL of the store."""
    host: str
    """Whose links these are."""
    base_url: str
    """What stands before a link's token, without the slash between them."""
    time_zone: tzinfo
    """The zone in which expiries are typed and shown."""
    clipboard: Way = Way.AUTO
    """How URLs get into the clipboard in front of the host."""
    ask_terminal: bool = True
    """Whether the terminal is asked what it is before the screen is drawn."""
    idle_logout: timedelta | None = None
    """After how long without a key or a click the screen is left; None for never."""
    most_links: int | None = None
    """The most links that each host may have; None for no limit."""
    fixed: frozenset[str] = frozenset()
    """The names of those that an option or the environment settles, whatever the host prefers."""

    keys: Mapping[str, str] = MappingProxyType({})
    """The keys of actions by their names, as the config file writes them; the screen checks them."""

    @property
    def short_base_url(self) -> str:
        """The base URL as the title shows it: without the scheme."""
        return self.base_url.split("://", 1)[1]


def config_path() -> Path | None:
    """Returns the path of the config file, where the platform expects one; None where there can be none."""
    folder = config_folder()
    return folder / "config.toml" if folder else None


class LazySettings:
    """The settings of one run, each looked up, checked and kept when it is first asked for.

    BadSetting says what is wrong with one, whichever is asked for.
    """

    def __init__(
        self,
        options: Mapping[str, str | None],
        environ: Mapping[str, str],
        config: Path | None,
        preferred_zone: Callable[[], str] = lambda: "",
    ) -> None:
        self._options = options
        self._environ = environ
        self._config = config
        self._preferred_zone = preferred_zone
        """Asks for the name of the time zone that the host prefers, "" for none: it goes before the config file's."""

    def preferring(self, zone: Callable[[], str]) -> LazySettings:
        """Returns the same settings for a host whose time zone can be asked for."""
        return LazySettings(self._options, self._environ, self._config, zone)

    def check_options(self) -> None:
        """Looks at what was given as an option, needed or not: nobody gives one in vain."""
        for name in NAMES:
            if self._options.get(name) is not None:
                getattr(self, name)

    def all(self) -> Settings:
        """Returns all of them, as the screen needs them."""
        return Settings(
            store=self.store,
            host=self.host,
            base_url=self.base_url,
            time_zone=self.time_zone,
            clipboard=self.clipboard,
            ask_terminal=self.ask_terminal,
            idle_logout=self.idle_logout,
            most_links=self.most_links,
            fixed=self.fixed,
            keys=self._config_file.keys,
        )

    @cached_property
    def store(self) -> str:
        """The whole path of the store, or the URL of a server's database."""
        found = self._find("store")
        if found is None:
            return str(_default_store())
        return store_at(found, self._environ)

    @cached_property
    def host(self) -> str:
        """Whose links these are."""
        found = self._find("host")
        return found.value if found else login_name()

    @cached_property
    def base_url(self) -> str:
        """What stands before a link's token, without the slash between them."""
        found = self._find("base_url")
        return base_url_of(found.value, found.source) if found else DEFAULT_BASE_URL

    @cached_property
    def time_zone(self) -> tzinfo:
        """The zone in which expiries are typed and shown."""
        preferred = "" if "time_zone" in self.fixed else self._preferred_zone()
        if preferred:
            return named_zone(preferred)
        found = self._find("time_zone")
        return zone_of(found.value, found.source) if found else local_zone(self._environ)

    @cached_property
    def clipboard(self) -> Way:
        """How URLs get into the clipboard in front of the host."""
        found = self._find("clipboard")
        return Way(one_of(tuple(Way), "clipboard", found)) if found else Way.AUTO

    @cached_property
    def ask_terminal(self) -> bool:
        """Whether the terminal is asked what it is before the screen is drawn."""
        found = self._find("ask_terminal")
        return one_of(("yes", "no"), "ask_terminal", found) == "yes" if found else True

    @cached_property
    def idle_logout(self) -> timedelta | None:
        """After how long without a key or a click the screen is left; None for never."""
        found = self._find("idle_logout")
        return idle_span(found.value, found.source) if found else None

    @cached_property
    def most_links(self) -> int | None:
        """The most links that each host may have; None for any number."""
        found = self._find("most_links")
        return most_links_of(found.value, found.source) if found else None

    @property
    def options(self) -> Mapping[str, str | None]:
        """The settings that were given as options."""
        return self._options

    @cached_property
    def fixed(self) -> frozenset[str]:
        """The names of those that an option or the environment settles, whatever the host prefers."""
        return frozenset(name for name in NAMES if self._options.get(name) or self._environ.get(_variable(name)))

    def _find(self, name: str) -> Found | None:
        """Looks a setting up; the config file only where nothing goes before it."""
        option = f"--{name.replace('_', '-')}"
        given = self._options.get(name)
        if given == "":
            raise BadSetting(f"{option} needs a value.")
        if given:
            return Found(text_of(given, option), option)
        variable = _variable(name)
        if given := self._environ.get(variable):
            return Found(text_of(given, variable), variable)
        if self._config and (given := self._config_file.settings.get(name)):
            return Found(text_of(given, f"{name} in {self._config}"), f"{name} in {self._config}", self._config.parent)
        return None

    @cached_property
    def _config_file(self) -> ConfigFile:
        return read_config(self._config) if self._config else ConfigFile()


def load_settings(options: Mapping[str, str | None], environ: Mapping[str, str], config: Path | None) -> Settings:
    """Puts all settings together; BadSetting says what is wrong with one."""
    return LazySettings(options, environ, config).all()


def _variable(name: str) -> str:
    return f"SECRET_LINKS_{name.upper()}"


def _default_store() -> Path:
    folder = data_folder()
    if folder is None:
        raise BadSetting("There is no folder for data, as HOME is not set; say where the links are with --store PATH.")
    return folder / "links.db"
