"""Settings: from an option, else the environment, else the config file, else the default."""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import platformdirs

PROGRAM = "secret-links"
DEFAULT_BASE_URL = "https://42min.us/s"
NAMES = ("store", "host", "base_url", "time_zone", "clipboard", "ask_terminal", "idle_logout", "most_links")
"""What can be set; in the environment as SECRET_LINKS_STORE and so on."""

_SPAN = re.compile(r"(\d{1,4})([mh])", re.ASCII)
_NUMBER = re.compile(r"[1-9]\d{0,11}", re.ASCII)
_BASE_URL = re.compile(r"https?://[!-~]+")


class BadSetting(Exception):
    """A setting that cannot be used; the message says which, where it came from, and what to do."""


class Way(StrEnum):
    """How a text gets into the clipboard in front of the host."""

    AUTO = "auto"
    OSC52 = "osc52"
    TMUX = "tmux"
    SCREEN = "screen"
    SYSTEM = "system"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Settings:
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
    """After how long without a key or a click the screen leaves by itself; None for never."""
    most_links: int | None = None
    """The most links that each host may have; None for no limit."""
    fixed: frozenset[str] = frozenset()
    """The names of those that an option or the environment settles, whatever the host prefers."""

    @property
    def short_base_url(self) -> str:
        """The base URL as the title shows it: without the scheme."""
        return self.base_url.split("://", 1)[1]


def config_path() -> Path:
    """Gives the path of the config file, where the platform expects one."""
    return platformdirs.user_config_path(PROGRAM, appauthor=False) / "config.toml"


def load_settings(options: Mapping[str, str | None], environ: Mapping[str, str], config: Path) -> Settings:
    """Puts the settings together; BadSetting says what is wrong with one."""
    written = _read_config(config)
    found: dict[str, tuple[str, str]] = {}
    fixed: set[str] = set()
    for name in NAMES:
        variable = f"SECRET_LINKS_{name.upper()}"
        sources = (
            (options.get(name), f"--{name.replace('_', '-')}"),
            (environ.get(variable), variable),
            (written.get(name), f"{name} in {config}"),
        )
        for value, source in sources:
            if value == "" and source.startswith("--"):
                raise BadSetting(f"{source} needs a value.")
            if value:
                found[name] = (value, source)
                fixed.update([name] if source != sources[-1][1] else [])
                break
    return Settings(
        store=found.get("store", (str(_default_store()), ""))[0],
        host=found["host"][0] if "host" in found else _login_name(),
        base_url=_base_url(*found.get("base_url", (DEFAULT_BASE_URL, "the default"))),
        time_zone=time_zone(*found["time_zone"]) if "time_zone" in found else _local_zone(),
        clipboard=Way(_one_of(tuple(Way), "clipboard", *found.get("clipboard", (Way.AUTO, "")))),
        ask_terminal=_one_of(("yes", "no"), "ask_terminal", *found.get("ask_terminal", ("yes", ""))) == "yes",
        idle_logout=_span(*found["idle_logout"]) if "idle_logout" in found else None,
        most_links=_most(*found["most_links"]) if "most_links" in found else None,
        fixed=frozenset(fixed),
    )


def _read_config(config: Path) -> dict[str, str]:
    try:
        text = config.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{config} cannot be read: {error}.") from error
    import tomllib  # noqa: PLC0415  # few have such a file

    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"{config} is not TOML: {error}.") from error
    for name, value in written.items():
        if name not in NAMES:
            raise BadSetting(f"{config} sets “{name}”, which is no setting; there are {', '.join(NAMES)}.")
        if not isinstance(value, str):
            raise BadSetting(f"{name} in {config} must be a text in quotes.")
    return written


def _default_store() -> Path:
    return platformdirs.user_data_path(PROGRAM, appauthor=False) / "links.db"


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise BadSetting("The login name is not known here; say whose links these are with --host NAME.") from error


def _one_of(known: Sequence[str], name: str, value: str, source: str) -> str:
    if value not in known:
        raise BadSetting(f"“{value}” ({source}) is no value for {name}; there are {', '.join(known)}.")
    return value


def _span(value: str, source: str) -> timedelta | None:
    if value == "never":
        return None
    found = _SPAN.fullmatch(value)
    if found is None or not int(found[1]):
        raise BadSetting(f"“{value}” ({source}) is no length of time; give one like 30m or 2h, or never.")
    return timedelta(minutes=int(found[1])) if found[2] == "m" else timedelta(hours=int(found[1]))


def _most(value: str, source: str) -> int | None:
    if value == "none":
        return None
    if not _NUMBER.fullmatch(value):
        raise BadSetting(f"“{value}” ({source}) is no number of links; give one like 10000, or none.")
    return int(value)


def _base_url(value: str, source: str) -> str:
    parts = urlsplit(value) if _BASE_URL.fullmatch(value) else None
    if parts is None or not parts.hostname or parts.query or parts.fragment or "?" in value or "#" in value:
        raise BadSetting(f"“{value}” ({source}) is no base URL; give one like {DEFAULT_BASE_URL}.")
    return value.rstrip("/")


def time_zone(value: str, source: str) -> tzinfo:
    """Reads the name of a time zone; BadSetting where there is none such, which names the source of the value."""
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise BadSetting(f"“{value}” ({source}) is no time zone; give one like Europe/Lisbon.") from error


def _local_zone() -> tzinfo:
    import tzlocal  # noqa: PLC0415  # asked for only where no zone is set

    try:
        return tzlocal.get_localzone()
    except (KeyError, ValueError, OSError) as error:
        raise BadSetting(
            f"The time zone of this machine cannot be told ({error}); set one like Europe/Lisbon with --time-zone."
        ) from error
