"""Days and times of day as people type them, on a host's clock: `fri 17:00`, `30 nov`, `noon`, `24:00`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import NamedTuple

from secret_links.errors import InvalidInput

_CLOCK = r"(?:^|[ t])(\d{1,2})(?::([0-5]\d))? ?([ap]m)?$"
_ISO_DATE = r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
_DAY_MONTH = r"(?:(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})|([a-z]{3,9})\s+(\d{1,2})(?:st|nd|rd|th)?)(?:,?\s+(\d{4}))?"
_NUMBERS = r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4})|\.)?"
_WEEKDAY_BEFORE = r"([a-z]{3,9}),? (.+)"
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Doubt(Enum):
    """What a host may not expect of a day or a time of day that was typed."""

    NEXT_YEAR = "next year"
    """No year was typed, and this year's day has passed."""
    TODAY = "today"
    """A day of the week was typed that is today's."""
    SKIPPED = "skipped"
    """The clock skips the time, which moves ahead by as much."""
    REPEATED = "repeated"
    """The clock shows the time twice; the second one is meant."""


END_OF_DAY = "24:00"
"""A time of day that no `time` can be."""

Clock = time | str | None
"""A time of day, END_OF_DAY, or None where none was typed."""


class Day(NamedTuple):
    """A day that was typed, and what may not be expected of it."""

    day: date
    doubt: Doubt | None = None


def split_time(typed: str) -> tuple[str, Clock]:
    """Splits `fri 17:00`, `fri 5pm`, `fri noon` and `fri 24:00` into day and time of day; a number alone is no time."""
    day, _, word = typed.rpartition(" ")
    if word in ("noon", "midday"):
        return day, time(12)
    if typed == "midnight":
        return "", END_OF_DAY
    clock = re.search(_CLOCK, typed)
    if clock is None or (clock[2] is None and clock[3] is None):
        return typed, None
    day, hour, minute = typed[: clock.start()].strip(), int(clock[1]), int(clock[2] or 0)
    if clock[3]:
        if not 1 <= hour <= 12:
            return typed, None
        hour = hour % 12 + (12 if clock[3] == "pm" else 0)
    if hour == 24 and not minute:
        return day, END_OF_DAY
    return (typed, None) if hour > 23 else (day, time(hour, minute))


def day_of(text: str, at: time, now: datetime) -> Day | None:
    """Reads a day; None for what is none. `at` is the time of day, `now` is naive: the host's clock.

    InvalidInput refuses a day that no calendar has, and one that is not the day of the week that was typed.
    """
    today = now.date()
    if text in ("today", "tonight"):
        return Day(today)
    if text in ("tomorrow", "tmr"):
        return Day(today + timedelta(days=1))
    if weekday := _weekday(text):
        ahead = (weekday - 1 - today.weekday()) % 7
        if ahead == 0 and at <= now.time():
            return Day(today + timedelta(days=7))
        return Day(today + timedelta(days=ahead), None if ahead else Doubt.TODAY)
    if (before := re.fullmatch(_WEEKDAY_BEFORE, text)) and (weekday := _weekday(before[1])):
        found = _date_in(before[2], at, now)
        if found is not None and found.day.isoweekday() != weekday:
            is_day = f"{found.day.day} {found.day:%b %Y} is a {found.day:%A}"
            raise InvalidInput("expires", f"{is_day}, not a {WEEKDAYS[weekday - 1].title()}; check the day.")
        return found
    return _date_in(text, at, now)


def instant(day: date, at: time, zone: tzinfo) -> tuple[datetime, Doubt | None]:
    """Returns the instant, in UTC, at which a clock in the zone shows a time: the later one if it shows it twice.

    A time that it skips moves ahead by what was skipped (PEP 495).
    """
    earlier = datetime.combine(day, at, zone)
    first = earlier.astimezone(UTC)
    later = datetime(day.year, day.month, day.day, at.hour, at.minute, at.second, at.microsecond, zone, fold=1)
    if later.utcoffset() == earlier.utcoffset():
        return first, None
    second = later.astimezone(UTC)
    return (first, Doubt.SKIPPED) if first > second else (second, Doubt.REPEATED)


def end_of(day: date, zone: tzinfo) -> datetime:
    """Returns the first instant, in UTC, at which a clock in the zone shows another day after this one."""
    next_day = day + timedelta(days=1)
    midnights = [datetime.combine(next_day, time(), zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    return min(each for each in midnights if each.astimezone(zone).date() >= next_day)


def day_that_ends_at(at: datetime, zone: tzinfo) -> date | None:
    """Returns the day of a host that ends at an instant exactly; None for any other instant."""
    before = (at - timedelta(milliseconds=1)).astimezone(zone).date()
    return before if before != at.astimezone(zone).date() else None


def date_of(text: str, year: int, month: int, day: int) -> date:
    """Returns a date; InvalidInput refuses one that no calendar has."""
    try:
        return date(year, month, day)
    except ValueError:
        raise InvalidInput("expires", f"There is no {text}; check the day.") from None


def _date_in(text: str, at: time, now: datetime) -> Day | None:
    if iso := re.fullmatch(_ISO_DATE, text):
        return Day(date_of(text, int(iso[1]), int(iso[3]), int(iso[4])))
    if numbers := re.fullmatch(_NUMBERS, text):
        return _day_in_numbers(text, numbers, at, now)
    if written := re.fullmatch(_DAY_MONTH, text):
        return _day_of_month(text, written, at, now)
    return None


def _day_in_numbers(text: str, numbers: re.Match[str], at: time, now: datetime) -> Day | None:
    """Reads `31.12.2026` and `12/31`, which can be one day only; None for `03/04`, which may be two."""
    one, other, year = int(numbers[1]), int(numbers[3]), numbers[4] or ""
    if one != other and (one > 12) == (other > 12):
        return None
    day, month = max(one, other), min(one, other)
    if not 1 <= month <= 12:
        return None
    written = re.fullmatch(_DAY_MONTH, f"{day} {MONTHS[month - 1]} {year}".strip())
    return _day_of_month(text, written, at, now) if written else None


def _weekday(text: str) -> int | None:
    """Returns 1 for Monday to 7 for Sunday, from three letters on."""
    matches = [number for number, name in enumerate(WEEKDAYS, 1) if len(text) >= 3 and name.startswith(text)]
    return matches[0] if matches else None


def _day_of_month(text: str, written: re.Match[str], at: time, now: datetime) -> Day | None:
    day, month_name = int(written[1] or written[4]), written[2] or written[3]
    month = next((number for number, name in enumerate(MONTHS, 1) if name.startswith(month_name)), None)
    if month is None:
        return None
    if written[5]:
        return Day(date_of(text, int(written[5]), month, day))
    # Without a year it is the next such day; 29 February can be up to eight years away.
    for year in range(now.year, now.year + 9):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if datetime.combine(candidate, at) > now:
            return Day(candidate, None if year == now.year else Doubt.NEXT_YEAR)
    raise InvalidInput("expires", f"There is no {text}; check the day.")
