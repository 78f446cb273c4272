"""Values in the store that another program wrote and that are not of their column's type.

The tables refuse them if they can. Those that they cannot refuse, or that were written before, are read as one of the
classes here: they are shown as they are, and do not affect other rows. Nothing here needs a library.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil

from secret_links.times import EXACT, FIRST, LAST, from_milliseconds, to_milliseconds

_FIRST, _LAST = to_milliseconds(FIRST), to_milliseconds(LAST)

SHOWN_LENGTH = 60
"""Characters of an odd value that are shown."""


class OddInstant(datetime):
    """Stands for an instant that was written in another form, or that cannot be read at all.

    One that cannot be read has the value FIRST: a link that expires then is no longer valid.
    """

    written: object = None
    """The value in the database."""
    is_readable: bool = True
    """Whether it has a clear meaning, as a number of milliseconds with a fraction."""

    @classmethod
    def readable(cls, milliseconds: float) -> OddInstant:
        """Stands for a number with a fraction, rounded up so that it compares correctly with whole milliseconds."""
        return cls._at(from_milliseconds(ceil(milliseconds)), milliseconds)

    @classmethod
    def unreadable(cls, written: object) -> OddInstant:
        """Stands for a value that is no instant, or not between FIRST and LAST."""
        instant = cls._at(FIRST, written)
        instant.is_readable = False
        return instant

    @classmethod
    def _at(cls, at: datetime, written: object) -> OddInstant:
        instant = cls(at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond, tzinfo=UTC)
        instant.written = written
        return instant


class OddText(str):
    """Stands for a value in place of a text: bytes, a text that is not UTF-8, or NULL in a required column."""

    __slots__ = ("is_text", "written")

    written: bytes | None
    """The value in the database; None for NULL."""
    is_text: bool
    """Whether it is a text for the database, which sorts bytes behind texts."""

    @classmethod
    def of(cls, written: bytes | None, *, is_text: bool = False) -> OddText:
        """Makes one of bytes, decoded with replacement characters; NULL becomes an empty text."""
        text = cls(written.decode("utf-8", "replace") if written is not None else "")
        text.written, text.is_text = written, is_text
        return text

    def __eq__(self, other: object) -> bool:
        """Says whether both have the same value in the database."""
        if isinstance(other, OddText):
            return (self.written, self.is_text) == (other.written, other.is_text)
        return NotImplemented if not isinstance(other, str) else False

    def __hash__(self) -> int:
        """Is the hash of the value in the database."""
        return hash((self.written, self.is_text))


def is_unreadable(instant: datetime | None) -> bool:
    """Says whether an instant could not be read; False for None."""
    return isinstance(instant, OddInstant) and not instant.is_readable


def as_written(instant: datetime) -> str:
    """Shows the value in the database of an instant, in at most SHOWN_LENGTH characters."""
    written = instant.written if isinstance(instant, OddInstant) else instant
    if isinstance(written, bytes):
        written = written.decode("utf-8", "replace")
    text = str(written)
    return "nothing" if written is None else text if len(text) <= SHOWN_LENGTH else f"{text[: SHOWN_LENGTH - 1]}…"


def read_instant(value: object) -> datetime | None:
    """Reads an instant of an SQLite file: milliseconds since 1970; None for NULL."""
    if value is None:
        return None
    if value.__class__ is int and -EXACT < value < EXACT:
        return datetime.fromtimestamp(value / 1000, UTC)  # a third of the time of a sum
    if isinstance(value, int | float) and _FIRST <= value <= _LAST:
        return from_milliseconds(value) if isinstance(value, int) else OddInstant.readable(value)
    return OddInstant.unreadable(value)


def read_required_instant(value: object) -> datetime:
    """Reads an instant of an SQLite file that must not be NULL."""
    return read_instant(value) or OddInstant.unreadable(None)


def read_server_instant(value: object) -> datetime | None:
    """Reads an instant as a server's driver gives it; a text is one that Python cannot hold."""
    if value is None:
        return None
    if isinstance(value, datetime) and FIRST <= value <= LAST:
        return value.astimezone(UTC).replace(microsecond=value.microsecond // 1000 * 1000)
    return OddInstant.unreadable(value)


def read_required_server_instant(value: object) -> datetime:
    """Reads an instant of a server that must not be NULL."""
    return read_server_instant(value) or OddInstant.unreadable(None)


def read_text(value: object) -> str | None:
    """Reads a text that may be NULL."""
    if value.__class__ is str or value is None or isinstance(value, str):
        return value
    return OddText.of(value) if isinstance(value, bytes) else str(value)


def read_required_text(value: object) -> str:
    """Reads a text that must not be NULL."""
    if value.__class__ is str:
        return value
    text = read_text(value)
    return OddText.of(None) if text is None else text


def read_number(value: object) -> int:
    """Reads a whole number; any other value is 0."""
    return value if isinstance(value, int) else 0


def decoded(written: bytes) -> str:
    """Decodes a text of an SQLite file, which may hold any bytes."""
    try:
        return written.decode()
    except UnicodeDecodeError:
        return OddText.of(written, is_text=True)
