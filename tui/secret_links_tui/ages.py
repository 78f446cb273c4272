"""Instants in a host's words: short and relative for the table, exact for the details."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from secret_links.days import Doubt, day_that_ends_at
from secret_links.odd_values import as_written, is_unreadable
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from secret_links.expiry import Expiry

_MINUTE, _HOUR, _HALF_A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=12)

_DAY, _A_YEAR = timedelta(days=1), timedelta(days=366)

_JUST_BEFORE = timedelta(milliseconds=1)
"""What is valid until midnight ends with the day before."""


def relative(  # noqa: PLR0911  # each span has its words
    instant: datetime, now: datetime, zone: tzinfo, *, is_end: bool = False
) -> str:
    """Returns an instant in a few words: `2 min ago`, `yesterday`, `in 6 days`, `12 Nov`.

    What lies ahead, and with `is_end` also what is past, counts to the day that an end at midnight ends.
    """
    if is_unreadable(instant):
        return "unreadable"
    length = abs(instant - now)
    past = instant <= now
    day = (instant - _JUST_BEFORE if is_end or not past else instant).astimezone(zone).date()
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
    return _date(day, today.year)


def at_clock(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """Returns an instant by day and clock: `today 21:29`, `12 Nov 21:29`."""
    if is_unreadable(instant):
        return "at a time that cannot be read"
    local, today = instant.astimezone(zone), _today(now, zone)
    return f"{_day(local.date(), today)} {local:%H:%M}"


def exact(instant: datetime, zone: tzinfo) -> str:
    """Returns an instant on the host's clock, with the zone and its offset from UTC."""
    clock = on_clock(instant, zone)
    return clock if is_unreadable(instant) else f"{clock} ({_zone_of(instant.astimezone(zone))})"


def on_clock(instant: datetime, zone: tzinfo) -> str:
    """Returns an instant on the host's clock, without the zone, where others have it."""
    if is_unreadable(instant):
        return f"at a time that cannot be read (“{visible(as_written(instant))}”)"
    local = instant.astimezone(zone)
    clock = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    return f"{local:%a} {local.day} {local:%b %Y} {clock}"


def exact_end(instant: datetime, zone: tzinfo) -> str:
    """Returns an expiry on the host's clock, with the zone: `end of Thu 31 Dec 2026 (UTC+00:00)` for all of a day."""
    clock = end_on_clock(instant, zone)
    return clock if is_unreadable(instant) else f"{clock} ({_zone_of_end(instant, zone)})"


def exact_span(first: datetime, last: datetime, zone: tzinfo) -> str:
    """Returns from which expiry to which one, on the host's clock, with the zone: once where both have the same."""
    until = exact_end(last, zone)
    if exact_end(first, zone) == until:
        return until
    is_same = not is_unreadable(first) and _zone_of_end(first, zone) == _zone_of_end(last, zone)
    return f"from {end_on_clock(first, zone) if is_same else exact_end(first, zone)} to {until}"


def exact_end_or_never(instant: datetime | None, zone: tzinfo) -> str:
    """Returns an expiry on the host's clock, with the zone; `never` for none."""
    return exact_end(instant, zone) if instant else "never"


def end_on_clock(instant: datetime, zone: tzinfo) -> str:
    """Returns an expiry on the host's clock, without the zone, where others have it."""
    if is_unreadable(instant) or (day := day_that_ends_at(instant, zone)) is None:
        return on_clock(instant, zone)
    return f"end of {day:%a} {day.day} {day:%b %Y}"


def end_at_clock(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """Returns an expiry by day and clock: `the end of today`, `12 Nov 21:29`."""
    if is_unreadable(instant) or (day := day_that_ends_at(instant, zone)) is None:
        return at_clock(instant, now, zone)
    return f"the end of {_day(day, _today(now, zone))}"


def promised(expiry: Expiry | None, now: datetime, zone: tzinfo) -> str:
    """Says what an expiry will mean, before links are generated with it."""
    if expiry is None:
        return "Never expires."
    until = exact_end(expiry.at, zone)
    remarks = doubts_of(expiry, now, zone)
    said = f": {remarks}" if remarks else f", {_ahead(expiry.at, now, zone)}"
    return f"{until[0].upper()}{until[1:]}{said}."


def is_doubtful(expiry: Expiry | None, now: datetime) -> bool:
    """Says whether an expiry may be another one than the host has in mind."""
    return expiry is not None and (expiry.doubt is not None or expiry.at - now > _A_YEAR)


def doubts_of(expiry: Expiry, now: datetime, zone: tzinfo) -> str:
    """Says what a host may not expect of an expiry; empty for nothing."""
    if not is_doubtful(expiry, now):
        return ""
    when = f"that is {_ahead(expiry.at, now, zone)}"
    match expiry.doubt:
        case Doubt.TODAY:
            return f"that is today, {_ahead(expiry.at, now, zone)}"
        case Doubt.SKIPPED:
            return f"{when}; the clocks skip the time that was typed"
        case Doubt.REPEATED:
            return f"{when}; the clocks show this time twice, and the second is meant"
        case _:
            return when


def _ahead(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """Returns how far ahead an instant is, also where a table would name the day: `in 5 months`, `in a year`."""
    days = (instant - now) / _DAY
    if days < 31:  # as far as a table counts days
        return relative(instant, now, zone)
    weeks, months, years = round(days / 7), round(days / 30.44), round(days / 365.25)
    if weeks < 10:  # people count weeks up to here
        return f"in {weeks} weeks"
    if 345 < days < 385:  # 20 days around a year
        return "in a year"
    return f"in {months} months" if months < 24 else f"in {years} years"  # two years


def _around(length: str, *, past: bool) -> str:
    return f"{length} ago" if past else f"in {length}"


def _zone_of(local: datetime) -> str:
    """Returns the name of a zone, where it has one, and its offset from UTC."""
    offset, name = local.strftime("%z"), local.tzname() or ""
    named = f"{name}, " if name.isalpha() and name != "UTC" else ""
    return f"{named}UTC{offset[:3]}:{offset[3:5]}"


def _zone_of_end(expiry: datetime, zone: tzinfo) -> str:
    """Returns the zone of an expiry: if it is midnight, as it is just before, on the day that ends."""
    told = expiry if day_that_ends_at(expiry, zone) is None else expiry - _JUST_BEFORE
    return _zone_of(told.astimezone(zone))


def _day(day: date, today: date) -> str:
    days = {0: "today", 1: "yesterday", -1: "tomorrow"}
    return days.get((today - day).days) or _date(day, today.year)


@lru_cache(8)  # the rows of a screen have the same `now`
def _today(now: datetime, zone: tzinfo) -> date:
    return now.astimezone(zone).date()


@lru_cache(1024)
def _date(day: date, this_year: int) -> str:
    return f"{day.day} {day:%b}" if day.year == this_year else f"{day.day} {day:%b %Y}"
