"""Links as scripts see them: texts by name."""

from __future__ import annotations

from datetime import UTC, datetime
from json.encoder import encode_basestring as quoted

from secret_links import Link
from secret_links.notes import Notes
from secret_links.odd_values import as_written, is_unreadable
from secret_links_tui.terminal.plain_text import escaped

FIELDS = ("token", "url", "event_type", "label", "status", "created_at", "expires_at", "used_at", "used_by")
"""The names of a link's texts, in their order."""

_TWO = [f"{number:02}" for number in range(60)]
_THREE = [f"{number:03}" for number in range(1000)]
"""Numbers with their zeros: with these, an instant is written in a fifth of the time of isoformat()."""

_ITEM = "{{{}\n  }}".format(",".join(f'\n    "{name}": %s' for name in (*FIELDS, "notes")))
"""A link as it stands in an array of JSON that is laid out in lines."""


def texts_of(link: Link, base_url: str, now: datetime) -> tuple[str | None, ...]:
    """Returns a link's texts in the order of FIELDS: exact, instants as ISO 8601 with Z, None for absent values."""
    return (
        link.token,
        link.url(base_url),
        link.event_type.slug,
        link.label,
        link.status_at(now).value,
        stamp(link.created_at),
        stamp(link.expires_at),
        stamp(link.used_at),
        link.used_by,
    )


def as_json(link: Link, base_url: str, now: datetime) -> dict[str, str | None]:
    """Returns the same by their names."""
    return dict(zip(FIELDS, texts_of(link, base_url, now), strict=True))


def as_record(link: Link, base_url: str, now: datetime) -> dict[str, object]:
    """Returns the same with the host's notes, by their names."""
    return {**as_json(link, base_url, now), "notes": dict(link.notes)}


def as_item(link: Link, base_url: str, now: datetime) -> str:
    """Returns a record as json.dumps lays it out in an array, in a tenth of the time; harmless for terminals."""
    values = ["null" if text is None else quoted(text) for text in texts_of(link, base_url, now)]
    item = _ITEM % (*values, _notes(link.notes) if link.notes else "{}")
    is_harmless = item.isascii() and "\x7f" not in item  # what comes before the space is quoted by escapes
    return item if is_harmless or item.replace("\n", "").isprintable() else escaped(item)


def stamp(instant: datetime | None) -> str | None:
    """Returns an instant as ISO 8601 in UTC, to the millisecond, or as it is written if it is none; None for none."""
    if instant is None:
        return None
    if instant.__class__ is not datetime or instant.tzinfo is not UTC:
        if is_unreadable(instant):
            return as_written(instant)
        instant = instant.astimezone(UTC)
    year = instant.year if instant.year > 999 else f"{instant.year:04}"
    return (
        f"{year}-{_TWO[instant.month]}-{_TWO[instant.day]}T{_TWO[instant.hour]}:{_TWO[instant.minute]}"
        f":{_TWO[instant.second]}.{_THREE[instant.microsecond // 1000]}Z"
    )


def _notes(notes: Notes) -> str:
    fields = ",".join(f"\n      {quoted(name)}: {quoted(note)}" for name, note in dict(notes).items())
    return f"{{{fields}\n    }}"
