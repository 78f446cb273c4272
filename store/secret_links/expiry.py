"""Expiries as people type them: `7d`, `24h`, `fri 17:00`, `30 nov`, `2026-11-30`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from secret_links.errors import InvalidInput
from secret_links.times import EXPIRY_FORMS

FARTHEST = timedelta(days=3653)
"""How far ahead an expiry can lie; whoever wants longer wants none."""

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
LONGEST = 40
"""Characters that an expiry can have; the longest that means anything has fewer."""

_UNIT = r"(?:m|min|mins|minutes?|h|hours?|d|days?|w|weeks?)"
_DURATION = re.compile(rf"(?:in )?((?:\d{{1,6}} ?{_UNIT}\b ?|\d{{1,6}}[mhdw](?=\d))+)")
_DURATION_PART = re.compile(r"(\d+) ?([mhdw])")
_TIME = re.compile(r"(?:^|[ t])(\d{1,2})(?::([0-5]\d))? ?([ap]m)?$")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_MONTH = re.compile(r"(?:(\d{1,2})\s+([a-z]{3,9})|([a-z]{3,9})\s+(\d{1,2}))(?:,?\s+(\d{4}))?")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a link stops being valid, and how that was said."""

    at: datetime
    """The first instant, in UTC, at which the link is no longer valid."""
    end_of: date | None = None
    """The host's day whose end it is, where no time of day was given."""


def parse_expiry(text: str, now: datetime, zone: tzinfo) -> Expiry | None:
    """Reads an expiry in a host's time zone; None where `text` asks for none (empty, `none`, `never`).

    A bare date means the end of that day. An hour that daylight saving skips moves ahead by what was skipped; one that
    it repeats means the second time, so that the link is valid until no clock shows less. Anything that cannot be read,
    is past, or is over ten years ahead is InvalidInput.
    """
    typed = " ".join(text.lower().split())
    if typed in ("", "none", "never"):
        return None
    if len(typed) > LONGEST:
        raise InvalidInput("expires", f"This is no expiry; try {EXPIRY_FORMS}.")
    if _DURATION.fullmatch(typed):
        expiry = Expiry(_after(typed, now))
    else:
        expiry = _calendar(typed, now.astimezone(zone).replace(tzinfo=None), zone)
    if expiry.at <= now:
        raise _past(text)
    if expiry.at - now > FARTHEST:
        raise _too_far(text)
    return expiry


def is_span(text: str) -> bool:
    """Says whether an expiry is a length of time, as in 7d: then it means the same in every time zone."""
    return len(text) <= LONGEST and _DURATION.fullmatch(" ".join(text.lower().split())) is not None


def _past(typed: str) -> InvalidInput:
    return InvalidInput("expires", f"“{typed.strip()}” is in the past; the expiry must lie ahead.")


def _too_far(typed: str) -> InvalidInput:
    return InvalidInput("expires", f"“{typed.strip()}” is over ten years ahead; leave the expiry empty for none.")


def _after(typed: str, now: datetime) -> datetime:
    parts = _DURATION_PART.findall(typed)
    length = sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
    if length > FARTHEST:
        raise _too_far(typed)
    return now + length


def _calendar(typed: str, local_now: datetime, zone: tzinfo) -> Expiry:
    day_text, at_time = _split_time(typed)
    if not day_text and at_time is not None:
        ahead = 0 if at_time > local_now.time() else 1
        return Expiry(_instant(local_now.date() + timedelta(days=ahead), at_time, zone))
    day = _day(day_text, at_time, local_now)
    if day is None:
        raise InvalidInput("expires", f"“{typed}” is no expiry; try {EXPIRY_FORMS}.")
    if abs(day.year - local_now.year) > 20:  # the ends of the calendar have no neighbours to reckon with
        raise _too_far(typed) if day.year > local_now.year else _past(typed)
    if at_time is None:
        return Expiry(_instant(day + timedelta(days=1), time(), zone), end_of=day)
    return Expiry(_instant(day, at_time, zone))


def _split_time(typed: str) -> tuple[str, time | None]:
    """Split `fri 17:00` and `fri 5pm` into day and time of day; a number alone is no time."""
    clock = _TIME.search(typed)
    if clock is None or (clock[2] is None and clock[3] is None):
        return typed, None
    hour = int(clock[1])
    if clock[3]:
        if not 1 <= hour <= 12:
            return typed, None
        hour = hour % 12 + (12 if clock[3] == "pm" else 0)
    if hour > 23:
        return typed, None
    return typed[: clock.start()].strip(), time(hour, int(clock[2] or 0))


def _day(text: str, at_time: time | None, local_now: datetime) -> date | None:
    today = local_now.date()
    if text in ("today", "tonight"):
        return today
    if text in ("tomorrow", "tmr"):
        return today + timedelta(days=1)
    if weekday := _weekday(text):
        ahead = (weekday - 1 - today.weekday()) % 7
        passed = ahead == 0 and at_time is not None and at_time <= local_now.time()
        return today + timedelta(days=7 if passed else ahead)
    if iso := _ISO_DATE.fullmatch(text):
        return _date(text, int(iso[1]), int(iso[2]), int(iso[3]))
    if written := _DAY_MONTH.fullmatch(text):
        return _day_of_month(text, written, at_time, local_now)
    return None


def _weekday(text: str) -> int | None:
    """Gives 1 for Monday to 7 for Sunday, from three letters on."""
    matches = [number for number, name in enumerate(_WEEKDAYS, 1) if len(text) >= 3 and name.startswith(text)]
    return matches[0] if matches else None


def _day_of_month(text: str, written: re.Match[str], at_time: time | None, local_now: datetime) -> date | None:
    day, month_name = int(written[1] or written[4]), written[2] or written[3]
    month = next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(month_name)), None)
    if month is None:
        return None
    if written[5]:
        return _date(text, int(written[5]), month, day)
    # Without a year it is the next such day; 29 February can be up to eight years away.
    for year in range(local_now.year, local_now.year + 9):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if datetime.combine(candidate, at_time or time.max) > local_now:
            return candidate
    raise InvalidInput("expires", f"There is no {text}; check the day.")


def _date(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise InvalidInput("expires", f"There is no {text}; check the day.") from None


def _instant(day: date, at_time: time, zone: tzinfo) -> datetime:
    """Gives the instant at which a clock in the zone shows this time, the later one where it shows it twice."""
    early, late = (datetime.combine(day, at_time, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    # In a skipped hour fold=0 is the later instant: the wall time moved ahead by what was skipped (PEP 495).
    return max(early, late)
