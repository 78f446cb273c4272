"""Expiries as people type them: `7d`, `24h`, `fri 17:00`, `30 nov`, `2026-11-30`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from secret_links.days import END_OF_DAY, MONTHS, Doubt, day_of, day_that_ends_at, end_of, instant, split_time
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
_YEARS = r"(?i)(\d+) ?(?:y|yrs?|years?)\b"
_TWO_NUMBERS = r"\d{1,2}([/.-])\d{1,2}(?:\1(?:\d{2}|\d{4}))?\b"
"""`03/04`: a day and a month, or the other way round."""
_ISO_DAY = r"\d{4}-\d\d-\d\d\b"
_ISO_INSTANT = r"(?a)(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?) ?(z|utc|[+-]\d\d(?::?\d\d)?)?"
_SHOWN_INSTANT = (
    r"(?a)(?:end of [^:]*: )?[a-z]{3} (\d{1,2} [a-z]{3} \d{4}) (\d\d:\d\d(?::\d\d)?)"
    r" \((?:[^ ()]+, )?utc([+-]\d\d:\d\d)\)(?:[.,:].*)?"
)
"""An instant as the program shows it: `Mon 30 Nov 2026 17:00 (WET, UTC+00:00)`."""
_SHOWN_END = r"(?a)end of [a-z]{3} (\d{1,2}) ([a-z]{3}) (\d{4}) \((?:[^ ()]+, )?utc([+-]\d\d:\d\d)\)(?:[.,:].*)?"
"""The end of a day as the program shows it: `End of Mon 30 Nov 2026 (WET, UTC+00:00)`."""
_BEFORE_A_DAY = r"(?:end of(?: the)? |by |until |till |on )+"
"""What may stand before a day without changing what it means."""
_SOON = timedelta(weeks=8)
"""How far ahead a day of the next year is no surprise."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a link stops being valid, and whether that is the end of a day."""

    at: datetime
    """The first instant, in UTC, at which the link is no longer valid."""
    end_of: date | None = None
    """The host's day at whose end it expires; None if it expires at another time of day."""
    doubt: Doubt | None = None
    """What the host may not expect of what was typed."""


def parse_expiry(text: str, now: datetime, zone: tzinfo) -> Expiry | None:
    """Reads an expiry in a host's time zone; None for none (empty, `none`, `never`).

    A bare date means the end of that day. A time that daylight saving skips moves ahead by the skipped hour; one that
    it repeats means the second time. InvalidInput refuses what cannot be read, is past, or is over ten years ahead.
    """
    typed = " ".join(text.lower().split())
    if typed in ("", "none", "never"):
        return None
    if len(typed) > LONGEST_EXPIRY:
        raise InvalidInput("expires", f"This is too long for a date; try {EXPIRY_FORMS}.")
    if iso := _iso_instant().fullmatch(typed):
        expiry = _iso(iso, zone)
    else:
        expiry = (_in_words(text, now) if typed.islower() else None) or _calendar(
            text, now.astimezone(zone).replace(tzinfo=None), zone
        )
    if expiry.at <= now:
        raise _past(text)
    if expiry.at - now > FARTHEST_EXPIRY:
        raise _too_far(text)
    if expiry.doubt is Doubt.NEXT_YEAR and expiry.at - now <= _SOON:
        expiry = replace(expiry, doubt=None)
    if expiry.end_of is None and (day := day_that_ends_at(expiry.at, zone)):
        expiry = replace(expiry, end_of=day)
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
    """Raises InvalidInput for `1M`, which may mean a minute or a month, and for months and years in words."""
    typed = " ".join(text.split())
    if len(typed) > LONGEST_EXPIRY or re.match(_ISO_DAY, typed):
        return
    if years := re.search(_YEARS, _with_numbers(typed)):
        days = f"{365 * int(years[1][:2])}d"
        raise InvalidInput("expires", f"“{typed}” has years, whose lengths differ; give days, such as {days}.")
    found = re.search(_MINUTES_OR_MONTHS, _with_numbers(typed))
    if found is None:
        return
    number = found[1] or found[2]
    days = f"{30 * int(number[:4])}d"
    if found[1]:
        raise InvalidInput("expires", f"“{typed}” may mean minutes or months; give {number}m for minutes, or {days}.")
    raise InvalidInput("expires", f"“{typed}” has months, whose lengths differ; give days, such as {days}.")


def _with_numbers(typed: str) -> str:
    """Replaces `a week` by `1 week`."""
    return re.sub(r"(?i)^(in )?(?:an?|one) (?=[a-z])", r"\g<1>1 ", typed)


def is_span(text: str) -> bool:
    """Says whether an expiry is a length of time, such as 7d, which means the same in every time zone."""
    if "-" in text or ":" in text:  # as instants have, of which there may be thousands in a list
        return False
    typed = _with_numbers(" ".join(text.lower().split()))
    return len(typed) <= LONGEST_EXPIRY and re.fullmatch(_LENGTH, typed.removeprefix("in ")) is not None


def _past(typed: str) -> InvalidInput:
    return InvalidInput("expires", f"“{typed.strip()}” is in the past; the expiry must lie ahead.")


def _too_far(typed: str) -> InvalidInput:
    return InvalidInput("expires", f"“{typed.strip()}” is over ten years ahead; leave the expiry empty for none.")


def _length(typed: str) -> timedelta:
    parts = re.findall(_LENGTH_PART, typed)
    return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())


def _after(typed: str, now: datetime) -> datetime:
    length = _length(_with_numbers(typed))
    if length > FARTHEST_EXPIRY:
        raise _too_far(typed)
    return now + length


@cache
def _iso_instant() -> re.Pattern[str]:
    """Returns the pattern of what there may be thousands of in a list; `re` takes as long to find it as to match it."""
    return re.compile(_ISO_INSTANT)


def _iso(written: re.Match[str], zone: tzinfo) -> Expiry:
    """Reads an instant in ISO 8601."""
    day, clock, offset = written.groups()
    if clock in ("24:00", "24:00:00"):
        return _written_out(written[0], day, "00:00", offset, zone, days=1)
    return _written_out(written[0], day, clock, offset, zone)


def _in_words(text: str, now: datetime) -> Expiry | None:
    """Reads what has letters: a length of time, or an instant as this program shows it; None for anything else."""
    typed = " ".join(text.lower().split())
    _refuse_months(text)
    return Expiry(_after(typed, now)) if is_span(text) else _shown(typed)


def _shown(typed: str) -> Expiry | None:
    """Reads an instant as this program shows it, always with its offset; None for anything else."""
    if end := re.fullmatch(_SHOWN_END, typed):
        return _written_out(typed, _shown_day(end[1], end[2], end[3]), "00:00", end[4], UTC, days=1)
    if shown := re.fullmatch(_SHOWN_INSTANT, typed):
        return _written_out(typed, _shown_day(*shown[1].split()), shown[2], shown[3], UTC)
    return None


def _written_out(typed: str, day: str, clock: str, offset: str | None, zone: tzinfo, *, days: int = 0) -> Expiry:
    """Reads the parts of an instant, some days after it; in a host's zone where it has no offset."""
    offset = {"z": "+00:00", "utc": "+00:00"}.get(offset or "", offset)
    try:
        local = datetime.fromisoformat(f"{day}T{clock}{offset or ''}")
        local = local + timedelta(days=days) if days else local
        if local.tzinfo is None:
            return _at(local.date(), local.time(), zone)
        return Expiry(local.astimezone(UTC))
    except ValueError:
        raise InvalidInput("expires", f"There is no {typed}; check the day and the time.") from None
    except OverflowError:  # at the ends of the calendar
        raise _too_far(typed) if day > "5000" else _past(typed) from None


def _shown_day(number: str, month: str, year: str) -> str:
    """Returns a day as ISO 8601 writes it; empty for a month that there is not."""
    months = [name[:3] for name in MONTHS]
    return f"{year}-{months.index(month) + 1:02}-{int(number):02}" if month in months else ""


def _calendar(text: str, local_now: datetime, zone: tzinfo) -> Expiry:
    typed = re.sub(f"^{_BEFORE_A_DAY}", "", " ".join(text.lower().split()))
    day_text, clock = split_time(typed)
    if not day_text and clock == END_OF_DAY:
        return Expiry(end_of(local_now.date(), zone), local_now.date())
    if not day_text and isinstance(clock, time):
        ahead = 0 if clock > local_now.time() else 1
        return _at(local_now.date() + timedelta(days=ahead), clock, zone)
    found = day_of(day_text, clock if isinstance(clock, time) else time.max, local_now)
    if found is None:
        raise _unreadable(text, day_text)
    if abs(found.day.year - local_now.year) > 20:  # at the ends of the calendar, no day can be added
        raise _too_far(text) if found.day.year > local_now.year else _past(text)
    if isinstance(clock, time):
        expiry = _at(found.day, clock, zone)
        return replace(expiry, doubt=expiry.doubt or found.doubt)
    return Expiry(end_of(found.day, zone), found.day, found.doubt)


def _at(day: date, clock: time, zone: tzinfo) -> Expiry:
    at, doubt = instant(day, clock, zone)
    return Expiry(at, doubt=doubt)


def _unreadable(text: str, day_text: str) -> InvalidInput:
    typed = " ".join(text.split())
    if day_text.split()[-1:] == ["midnight"]:
        day = day_text.removesuffix(" midnight")
        return InvalidInput(
            "expires", f"“{typed}” may mean two midnights; give {day} 00:00, or {day} 24:00 for its end."
        )
    if re.fullmatch(_TWO_NUMBERS, day_text):
        return InvalidInput("expires", f"“{typed}” may mean two days; try {EXPIRY_FORMS}.")
    return InvalidInput("expires", f"Cannot read “{typed}” as a date; try {EXPIRY_FORMS}.")
