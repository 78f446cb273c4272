"""What settings can be set to: each value read, or refused in a sentence that names where it came from."""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from secret_links_tui.zones import NoZone, machine_zone, named_zone

DEFAULT_BASE_URL = "https://42min.us/s"

_NUMBER = r"[1-9][0-9]{0,11}"
_SPAN = r"([0-9]{1,4})([mh])"
_BASE_URL = r"https?://[!-~]+"
_VARIABLE = r"(?a)\$(?:(\w+)|\{(\w+)\})"


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


class Found(NamedTuple):
    """What a setting was set to."""

    value: str
    source: str
    """Where it was, as sentences name it."""
    base: Path | None = None
    """The folder in which a relative path begins; None for the working directory."""


def text_of(value: str, source: str) -> str:
    """Returns a text from outside as it is; BadSetting where it was not UTF-8, or holds a NUL.

    The text is not repeated: it may be a URL with a password.
    """
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadSetting(
            f"{source} is not text in UTF-8; set the terminal, or the program that it comes from, to UTF-8, and try "
            "again."
        ) from error
    if "\0" in value:
        raise BadSetting(f"{source} has a NUL in it; leave it out.")
    return value


def store_at(found: Found, environ: Mapping[str, str]) -> str:
    """Returns the whole path of a store, or the URL of a server's database; variables in a path are put in."""
    from secret_links import StoreUnusable  # noqa: PLC0415  # for those who set one
    from secret_links.places import is_on_server, is_there, path_of  # noqa: PLC0415

    def value_of(variable: re.Match[str]) -> str:
        value = environ.get(variable[1] or variable[2])
        if not value:
            raise BadSetting(f"The store ({found.source}) names a variable that is not set; write the whole path out.")
        return value

    written = found.value
    if "://" not in written and not is_there(written, found.base):
        written = re.sub(_VARIABLE, value_of, written)
    if is_on_server(written):
        return written
    try:
        return str(path_of(written, found.base))
    except StoreUnusable as error:
        raise BadSetting(f"{str(error).removesuffix('.')} ({found.source}).") from error


def login_name() -> str:
    """Returns the name that the account logs in with."""
    try:
        return text_of(getpass.getuser(), "The login name")
    except (KeyError, OSError, ImportError) as error:
        raise BadSetting("The login name cannot be determined; say whose links these are with --host NAME.") from error


def one_of(values: Sequence[str], name: str, found: Found) -> str:
    """Reads one of some words."""
    if found.value not in values:
        raise BadSetting(f"“{found.value}” ({found.source}) is no value for {name}; there are {', '.join(values)}.")
    return found.value


def most_links_of(value: str, source: str) -> int | None:
    """Reads the most links that a host may have, `none` for any number."""
    if value == "none":
        return None
    if not re.fullmatch(_NUMBER, value):
        raise BadSetting(f"“{value}” ({source}) is no number of links; give one like 10000, or none.")
    return int(value)


def idle_span(value: str, source: str) -> timedelta | None:
    """Reads a length of time, as in 30m; None for never."""
    if value == "never":
        return None
    found = re.fullmatch(_SPAN, value)
    if found is None or not int(found[1]):
        raise BadSetting(f"“{value}” ({source}) is no length of time; give one like 30m or 2h, or never.")
    return timedelta(minutes=int(found[1])) if found[2] == "m" else timedelta(hours=int(found[1]))


def base_url_of(value: str, source: str) -> str:
    """Reads what stands before a token, and gives it without a slash at its end."""
    if "@" in value:  # who is let in with a password would send it to everybody
        raise BadSetting(f"The base URL ({source}) has a name or password in it; give one like {DEFAULT_BASE_URL}.")
    try:
        parts = urlsplit(value) if re.fullmatch(_BASE_URL, value) else None
        usable = parts is not None and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "?" in value or "#" in value:
        raise BadSetting(f"“{value}” ({source}) is no base URL; give one like {DEFAULT_BASE_URL}.")
    return value.rstrip("/")


def zone_of(value: str, source: str) -> tzinfo:
    """Reads the name of a time zone; BadSetting where there is none such, which names the source of the value."""
    try:
        return named_zone(value)
    except NoZone as error:
        raise BadSetting(f"“{value}” ({source}) is no time zone; give one like Europe/Lisbon.") from error


def local_zone(environ: Mapping[str, str]) -> tzinfo:
    """Returns the time zone of the machine, or of TZ."""
    try:
        return machine_zone(environ)
    except NoZone as error:
        where = (
            f"“{environ['TZ']}” (TZ) is no time zone" if environ.get("TZ") else "This machine's time zone is unclear"
        )
        raise BadSetting(f"{where}; set one like Europe/Lisbon with --time-zone.") from error
