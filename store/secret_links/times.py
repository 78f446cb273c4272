"""Instants: aware, in UTC, whole milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the present instant."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

FIRST, LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
"""The first and the last instant that can be shown in every time zone."""

EXACT = 2**32 * 1000
"""Milliseconds, up to the year 2106, which are exact to half a microsecond as seconds in floating point."""

_FIRST, _LAST = (FIRST - EPOCH) // _MILLISECOND, (LAST - EPOCH) // _MILLISECOND


def utc_now() -> datetime:
    """Gives the present instant."""
    return to_utc(datetime.now(UTC))


def to_utc(instant: datetime) -> datetime:
    """Gives an aware instant in UTC, cut to milliseconds, as the store keeps it; ValueError refuses a naive one."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {instant!r}")
    is_kept_so = type(instant) is datetime and instant.tzinfo is UTC and not instant.microsecond % 1000
    if is_kept_so and FIRST <= instant <= LAST:
        return instant
    return from_milliseconds(to_milliseconds(instant))


def to_milliseconds(instant: datetime) -> int:
    """Counts the milliseconds from 1970-01-01T00:00Z to an aware instant."""
    return (instant - EPOCH) // _MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """Gives the instant that many milliseconds after 1970-01-01T00:00Z, or the nearest between FIRST and LAST."""
    if not _FIRST <= milliseconds <= _LAST:
        milliseconds = _FIRST if milliseconds < _FIRST else _LAST
    return EPOCH + timedelta(milliseconds=milliseconds)
