"""Time zones: by their names, and the machine's own."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from io import BytesIO
from pathlib import Path
from struct import error as StructError  # noqa: N812  # it is a class
from struct import pack

LOCAL_TIME = Path("/etc/localtime")
"""Where the machine's zone is set: by a link to its file, on macOS and on each Linux with systemd (localtime(5))."""

LARGEST = 1_000_000
"""Bytes that a file with a time zone has at the most."""

_UNREADABLE = (KeyError, ValueError, OSError, EOFError, StructError, ImportError)
"""What Python's reader of time zones raises, by what is wrong with the name or the file."""

_AMERICAN = ",M3.2.0,M11.1.0"
"""When summer time begins and ends where TZ does not say, as the C library has it."""


class NoZone(Exception):
    """There is no such time zone."""


def named_zone(name: str) -> tzinfo:
    """Returns the time zone of a name, as in Europe/Lisbon; NoZone where there is none."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # it warns of its settings when it is imported

    try:
        return _tried(ZoneInfo(name))
    except _UNREADABLE as error:
        raise NoZone from error


def zones_like(typed: str) -> list[str]:
    """Returns the names of all time zones that contain what is typed: those whose city begins with it come first."""
    wanted = _folded(typed.strip())
    found = [(name, folded) for name, folded in _folded_names() if wanted in folded] if wanted else []

    def rank(entry: tuple[str, str]) -> tuple[bool, bool, bool, str]:
        name, folded = entry
        city = folded.rpartition("/")[2]
        return folded != wanted, city != wanted, not city.startswith(wanted), name

    return [name for name, _ in sorted(found, key=rank)]


@cache
def _folded_names() -> list[tuple[str, str]]:
    """Returns every zone of this machine, with its name as it is searched."""
    from zoneinfo import available_timezones  # noqa: PLC0415  # it looks into some 600 files

    return [(name, _folded(name)) for name in available_timezones()]


def _folded(name: str) -> str:
    return name.casefold().replace("_", " ")


def machine_zone(environ: Mapping[str, str], link: Path = LOCAL_TIME) -> tzinfo:
    """Returns the time zone of TZ, in each form that the C library knows, or else that of the machine.

    NoZone where TZ is none, or where the machine's files contradict each other.
    """
    given = environ.get("TZ", "").removeprefix(":")
    try:
        if not given:
            return _linked_zone(link) or _tried(_configured_zone())
        if given.startswith("/"):
            return _tried(_zone_in(Path(given)))
        return named_zone(given)
    except _UNREADABLE as error:
        raise NoZone from error
    except NoZone:
        return _described_zone(given)


def _linked_zone(link: Path) -> tzinfo | None:
    """Returns the zone to whose file a link leads; None where it is none, or leads elsewhere."""
    try:
        folder, _, name = str(link.readlink()).rpartition("zoneinfo/")
        return named_zone(name) if folder else None
    except (OSError, NoZone):
        return None


def _configured_zone() -> tzinfo:
    import logging  # noqa: PLC0415

    import tzlocal  # noqa: PLC0415  # it takes as long to load as drawing the first picture

    logging.getLogger("tzlocal").addHandler(logging.NullHandler())  # or Python says its warnings to standard error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where it takes UTC; times are shown with their zone all the same
        return tzlocal.get_localzone()


def _zone_in(path: Path) -> tzinfo:
    if not path.is_file():  # a pipe would be waited for
        raise FileNotFoundError(path)
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    with path.open("rb") as file:
        return ZoneInfo.from_file(BytesIO(file.read(LARGEST)), key=path.name)


def _described_zone(text: str) -> tzinfo:
    """Reads `CET-1CEST,M3.5.0,M10.5.0/3`: it goes where a file of a time zone has the rule for all years to come."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    for rule in (text, text + _AMERICAN):
        head = b"TZif2" + bytes(15) + pack(">6l", 0, 0, 0, 0, 1, 4)
        body = pack(">lbb", 0, 0, 0) + b"UTC\0"
        try:
            footer = b"\n" + rule.encode("ascii") + b"\n"
            return _tried(ZoneInfo.from_file(BytesIO((head + body) * 2 + footer), key=text))
        except _UNREADABLE:
            continue
    raise NoZone


def _tried(zone: tzinfo) -> tzinfo:
    """Returns a zone that has the time in winter and in summer."""
    for month in (1, 7):
        datetime(2026, month, 1, tzinfo=UTC).astimezone(zone)
    return zone
