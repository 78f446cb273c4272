"""Instants in a host's words: short and relative for the table, exact for the details."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from secret_links.odd_values import as_written, is_unreadable
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from secret_links.expiry import Expiry

_MINUTE, _HOUR, _HALF_A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=12)

_JUST_BEFORE = timedelta(milliseconds=1)
"""What is valid until midnight ends with the day before."""


def relative(instant: datetime, now: datetime, zone: tzinfo) -> str:  # noqa: PLR0911  # each span has its words
    """Returns an instant in a few words: `2 min ago`, `yesterday`, `in 6 days`, `12 Nov`."""
    if is_unreadable(instant):
        return "unreadable"
    length = abs(instant - now)
    past = instant <= now
    day = (instant if past else instant - _JUST_BEFORE).astimezone(zone).date()
    today = _today(now, zone)
    days = abs((day - today).days)
    if length < _MINUTE:
        return "just now" if past else "in seconds"
    if length < _HOUR:
        return _around(f"{length // _MINUTE} min", past=past)
    if length < _HALF_A_DAY or days == 0:
        return _around(f"{length // _HOUR} h", past=past)
    if days == 1:
        return "yesterday" if past else "tomorrow"
    if days < (7 if past else 31):
        return _around(f"{days} days", past=past)
    return _date(day if past else instant.astimezone(zone).date(), today.year)


def at_clock(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """Returns an instant by day and clock: `today 21:29`, `12 Nov 21:29`."""
    if is_unreadable(instant):
        return "at a time that cannot be read"
    local, today = instant.astimezone(zone), _today(now, zone)
    days = {0: "today", 1: "yesterday", -1: "tomorrow"}
    day = days.get((today - local.date()).days) or _date(local.date(), today.year)
    return f"{day} {local:%H:%M}"


def exact(instant: datetime, zone: tzinfo) -> str:
    """Returns an instant on the host's clock, with the zone and its offset from UTC."""
    if is_unreadable(instant):
        return f"at a time that cannot be read (“{visible(as_written(instant))}”)"
    local = instant.astimezone(zone)
    clock = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    offset = local.strftime("%z")
    name = local.tzname() or ""
    zone_name = f"{name}, " if name.isalpha() and name != "UTC" else ""
    return f"{local:%a} {local.day} {local:%b %Y} {clock} ({zone_name}UTC{offset[:3]}:{offset[3:5]})"


def promised(expiry: Expiry | None, now: datetime, zone: tzinfo) -> str:
    """Says what an expiry will mean, before links are generated with it."""
    if expiry is None:
        return "Never expires."
    until = exact(expiry.at, zone)
    end = f"End of {expiry.end_of:%a} {expiry.end_of.day} {expiry.end_of:%b %Y}: " if expiry.end_of else ""
    return f"{end}{until}, {relative(expiry.at, now, zone)}."


def _around(length: str, *, past: bool) -> str:
    return f"{length} ago" if past else f"in {length}"


@lru_cache(8)  # the rows of a screen have the same `now`
def _today(now: datetime, zone: tzinfo) -> date:
    return now.astimezone(zone).date()


@lru_cache(1024)
def _date(day: date, this_year: int) -> str:
    return f"{day.day} {day:%b}" if day.year == this_year else f"{day.day} {day:%b %Y}"
