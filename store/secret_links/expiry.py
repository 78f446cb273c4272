"""Expiries as people type them: `7d`, `24h`, `fri 17:00`, `30 nov`, `2026-11-30`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from secret_links.errors import InvalidInput

FARTHEST_EXPIRY = timedelta(days=3653)
"""How far ahead an expiry can lie."""

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
LONGEST_EXPIRY = 80
"""Characters that an expiry can have; all that can be read have fewer."""

EXPIRY_FORMS = "7d, 24h, fri 17:00, 30 nov, 2026-11-30 or 2026-11-30 17:00"
"""The forms of an expiry to name to a person who typed something else."""

LENGTH_FORMS = "30d, 2w, 12h or 90m"
"""The forms of a length of time to name to a person who typed something else."""

# Patterns as text: compiled when they are first needed, and kept by `re`, they cost the start of a program nothing.
_UNIT = r"(?:m|min|mins|minutes?|h|hours?|d|days?|w|weeks?)"
_LENGTH = rf"(?:\d{{1,6}} ?{_UNIT}\b ?|\d{{1,6}}[mhdw](?=\d))+"
_LENGTH_PART = r"(\d+) ?([mhdw])"
_MINUTES_OR_MONTHS = r"(\d+) ?M(?![A-Za-z])|(\d+) ?(?i:(?:mo|mth|month)s?)\b"
"""Text that may mean minutes or months, and text that means months, whose lengths differ."""
_TWO_NUMBERS = r"\d{1,2}([/.-])\d{1,2}(?:\1(?:\d{2}|\d{4}))?\b"
"""`03/04`: a day and a month, or the other way round."""
_TIME = r"(?:^|[ t])(\d{1,2})(?::([0-5]\d))? ?([ap]m)?$"
_ISO_DATE = r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
_ISO_INSTANT = r"(?a)(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?) ?(z|utc|[+-]\d\d(?::?\d\d)?)?"
_SHOWN_INSTANT = (
    r"(?a)(?:end of [^:]*: )?[a-z]{3} (\d{1,2} [a-z]{3} \d{4}) (\d\d:\d\d(?::\d\d)?)"
    r" \((?:[^ ()]+, )?utc([+-]\d\d:\d\d)\)(?:[.,].*)?"
)
"""An instant as the program shows it: `Mon 30 Nov 2026 17:00 (WET, UTC+00:00)`."""
_DAY_MONTH = r"(?:(\d{1,2})\s+([a-z]{3,9})|([a-z]{3,9})\s+(\d{1,2}))(?:,?\s+(\d{4}))?"
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a link stops being valid, and whether that is the end of a day."""

    at: datetime
    """The first instant, in UTC, at which the link is no longer valid."""
    end_of: date | None = None
    """The host's day at whose end it expires; None if a time of day was given."""


def parse_expiry(text: str, now: datetime, zone: tzinfo) -> Expiry | None:
    """Reads an expiry in a host's time zone; None for none (empty, `none`, `never`).

    A bare date means the end of that day. A time that daylight saving skips moves ahead by the skipped hour; one that
    it repeats means the second time. InvalidInput refuses what cannot be read, is past, or is over ten years ahead.
    """
    typed = " ".join(text.lower().split())
    if typed in ("", "none", "never"):
        return None
    if len(typed) > LONGEST_EXPIRY:
        raise InvalidInput("expires", f"This is no expiry; try {EXPIRY_FORMS}.")
    _refuse_months(text)
    if re.fullmatch(_LENGTH, typed.removeprefix("in ")):
        expiry = Expiry(_after(typed, now))
    elif instant := _written_out(typed, zone):
        expiry = Expiry(instant)
    else:
        expiry = _calendar(typed, now.astimezone(zone).replace(tzinfo=None), zone)
    if expiry.at <= now:
        raise _past(text)
    if expiry.at - now > FARTHEST_EXPIRY:
        raise _too_far(text)
    return expiry


def parse_length(text: str) -> timedelta:
    """Reads a length of time above zero, up to ten years, such as `30d` or `1d12h`; anything else is InvalidInput."""
    typed = " ".join(text.lower().split())
    _refuse_months(text)
    length = _length(typed) if len(typed) <= LONGEST_EXPIRY and re.fullmatch(_LENGTH, typed) else timedelta()
    if not timedelta() < length <= FARTHEST_EXPIRY:
        raise InvalidInput(
            "length", f"“{text.strip()[:LONGEST_EXPIRY]}” is no length of time; give one like {LENGTH_FORMS}."
        )
    return length


def _refuse_months(text: str) -> None:
    """Raises InvalidInput for `1M`, which may mean a minute or a month, and for months in words."""
    typed = " ".join(text.split())
    found = re.search(_MINUTES_OR_MONTHS, typed) if len(typed) <= LONGEST_EXPIRY else None
    if found is None:
        return
    number = found[1] or found[2]
    days = f"{30 * int(number[:4])}d"
    if found[1]:
        raise InvalidInput("expires", f"“{typed}” may mean minutes or months; give {number}m for minutes, or {days}.")
    raise InvalidInput("expires", f"“{typed}” has months, whose lengths differ; give days, such as {days}.")


def is_span(text: str) -> bool:
    """Says whether an expiry is a length of time, such as 7d, which means the same in every time zone."""
    typed = " ".join(text.lower().split())
    return len(typed) <= LONGEST_EXPIRY and re.fullmatch(_LENGTH, typed.removeprefix("in ")) is not None


def _past(typed: str) -> InvalidInput:
    return InvalidInput("expires", f"“{typed.strip()}” is in the past; the expiry must lie ahead.")


def _too_far(typed: str) -> InvalidInput:
    return InvalidInput("expires", f"“{typed.strip()}” is over ten years ahead; leave the expiry empty for none.")


def _length(typed: str) -> timedelta:
    parts = re.findall(_LENGTH_PART, typed)
    return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())


def _after(typed: str, now: datetime) -> datetime:
    length = _length(typed)
    if length > FARTHEST_EXPIRY:
        raise _too_far(typed)
    return now + length


def _written_out(typed: str, zone: tzinfo) -> datetime | None:
    """Reads an instant in ISO 8601, or as this program shows it; None for anything else."""
    if iso := re.fullmatch(_ISO_INSTANT, typed):
        day, clock, offset = iso.groups()
    elif shown := re.fullmatch(_SHOWN_INSTANT, typed):
        number, month, year = shown[1].split()
        months = [name[:3] for name in _MONTHS]
        day = f"{year}-{months.index(month) + 1:02}-{int(number):02}" if month in months else ""
        clock, offset = shown[2], shown[3]
    else:
        return None
    offset = {"z": "+00:00", "utc": "+00:00"}.get(offset or "", offset)
    try:
        local = datetime.fromisoformat(f"{day}T{clock}{offset or ''}")
        if local.tzinfo is None:
            return _instant(local.date(), local.time(), zone)
        return local.astimezone(UTC)
    except ValueError:
        raise InvalidInput("expires", f"There is no {typed}; check the day and the time.") from None
    except OverflowError:  # at the ends of the calendar
        raise _too_far(typed) if day > "5000" else _past(typed) from None


def _calendar(typed: str, local_now: datetime, zone: tzinfo) -> Expiry:
    day_text, at_time = _split_time(typed)
    if not day_text and at_time is not None:
        ahead = 0 if at_time > local_now.time() else 1
        return Expiry(_instant(local_now.date() + timedelta(days=ahead), at_time, zone))
    day = _day(day_text, at_time, local_now)
    if day is None:
        what = "may mean two days" if re.fullmatch(_TWO_NUMBERS, day_text) else "is no expiry"
        raise InvalidInput("expires", f"“{typed}” {what}; try {EXPIRY_FORMS}.")
    if abs(day.year - local_now.year) > 20:  # at the ends of the calendar, no day can be added
        raise _too_far(typed) if day.year > local_now.year else _past(typed)
    if at_time is None:
        return Expiry(_instant(day + timedelta(days=1), time(), zone), end_of=day)
    return Expiry(_instant(day, at_time, zone))


def _split_time(typed: str) -> tuple[str, time | None]:
    """Splits `fri 17:00` and `fri 5pm` into day and time of day; a number alone is no time."""
    clock = re.search(_TIME, typed)
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
    if iso := re.fullmatch(_ISO_DATE, text):
        return _date(text, int(iso[1]), int(iso[3]), int(iso[4]))
    if written := re.fullmatch(_DAY_MONTH, text):
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
    """Gives the instant at which a clock in the zone shows this time, the later one if it shows it twice."""
    early, late = (datetime.combine(day, at_time, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    # In a skipped hour fold=0 is the later instant: the wall time moved ahead by what was skipped (PEP 495).
    return max(early, late)
