"""What stands in a column where another program wrote something else than belongs there.

The tables refuse it where they can. What they cannot refuse, or could not yet when it was written, is read as one of
these: it is shown as what it is, and costs no other row anything. Nothing here needs a library.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil

from secret_links.times import FIRST, LAST, from_milliseconds, to_milliseconds

_FIRST, _LAST = to_milliseconds(FIRST), to_milliseconds(LAST)

SHOWN_LENGTH = 60
"""Characters of a value that is not what it should be, as people are shown it."""


class OddInstant(datetime):
    """Stands for an instant that was written in another form, or that cannot be read at all.

    One that cannot be read counts as the first instant that there is: nothing that it limits is valid any more.
    """

    written: object = None
    """What the database has in its place."""
    is_readable: bool = True
    """Whether it says when; a number of milliseconds with a fraction does."""

    @classmethod
    def readable(cls, milliseconds: float) -> OddInstant:
        """Stands for a number that is not whole; it is cut as comparisons with whole ones need it."""
        return cls._at(from_milliseconds(ceil(milliseconds)), milliseconds)

    @classmethod
    def unreadable(cls, written: object) -> OddInstant:
        """Stands for what is no instant, or lies beyond the years that every clock can show."""
        instant = cls._at(FIRST, written)
        instant.is_readable = False
        return instant

    @classmethod
    def _at(cls, at: datetime, written: object) -> OddInstant:
        instant = cls(at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond, tzinfo=UTC)
        instant.written = written
        return instant


class OddText(str):
    """Stands for a text that is none: bytes, a text with bytes that are not UTF-8, or nothing where a text must be."""

    __slots__ = ("is_text", "written")

    written: bytes | None
    """What the database has."""
    is_text: bool
    """Whether the database takes it for a text; it keeps bytes apart from texts, and behind them."""

    @classmethod
    def of(cls, written: bytes | None, *, is_text: bool = False) -> OddText:
        """Shows bytes as far as they are text; the others, and nothing at all, are shown as such."""
        text = cls(written.decode("utf-8", "replace") if written is not None else "")
        text.written, text.is_text = written, is_text
        return text

    def __eq__(self, other: object) -> bool:
        """Says whether the database has the same in both places."""
        if isinstance(other, OddText):
            return (self.written, self.is_text) == (other.written, other.is_text)
        return NotImplemented if not isinstance(other, str) else False

    def __hash__(self) -> int:
        """Goes by what the database has."""
        return hash((self.written, self.is_text))


def is_unreadable(instant: datetime | None) -> bool:
    """Says whether an instant cannot be told from what the store has; there may be none at all."""
    return isinstance(instant, OddInstant) and not instant.is_readable


def as_written(instant: datetime) -> str:
    """Shows what the store has in place of an instant, in a few characters."""
    written = instant.written if isinstance(instant, OddInstant) else instant
    if isinstance(written, bytes):
        written = written.decode("utf-8", "replace")
    text = str(written)
    return "nothing" if written is None else text if len(text) <= SHOWN_LENGTH else f"{text[: SHOWN_LENGTH - 1]}…"


def read_instant(value: object) -> datetime | None:
    """Reads an instant as SQLite's files keep it: milliseconds since 1970; None where there is none."""
    if value is None:
        return None
    if isinstance(value, int | float) and _FIRST <= value <= _LAST:
        return from_milliseconds(value) if isinstance(value, int) else OddInstant.readable(value)
    return OddInstant.unreadable(value)


def read_server_instant(value: object) -> datetime | None:
    """Reads an instant as a server's driver gives it: a text where it is none that Python can hold."""
    if value is None:
        return None
    if isinstance(value, datetime) and FIRST <= value <= LAST:
        return value.astimezone(UTC).replace(microsecond=value.microsecond // 1000 * 1000)
    return OddInstant.unreadable(value)


def read_text(value: object) -> str | None:
    """Reads a text that may be missing."""
    if value.__class__ is str or value is None or isinstance(value, str):
        return value
    return OddText.of(value) if isinstance(value, bytes) else str(value)


def read_required_text(value: object) -> str:
    """Reads a text that must be there."""
    text = read_text(value)
    return OddText.of(None) if text is None else text


def read_number(value: object) -> int:
    """Reads a whole number that must be there; whatever is none is 0."""
    return value if isinstance(value, int) else 0


def decoded(written: bytes) -> str:
    """Decodes a text of a file; SQLite itself keeps any bytes as text."""
    try:
        return written.decode()
    except UnicodeDecodeError:
        return OddText.of(written, is_text=True)
