"""Notes of a host's on a link: what further columns of a spreadsheet say, by the names of the columns.

They are kept in two columns of a link's row, one line for each: the names, and the notes themselves, which a search
looks into. A link without any has NULL in both. No booking page is given either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from secret_links.errors import InvalidInput
from secret_links.text import clean

NOTE_LENGTH = 1000
"""The most characters of a note."""

NAME_LENGTH = 60
"""The most characters of its name."""

MOST_NOTES = 30
"""The most notes on a link."""

Notes = tuple[tuple[str, str], ...]
"""Names with their notes, in the order of the columns; notes that are empty are not kept."""


def checked_notes(given: Mapping[str, str], known: dict[str, str] | None = None) -> Notes:
    """Cleans notes, and leaves out the empty ones; InvalidInput refuses too many, and those that are too long.

    `known` remembers the names, cleaned, for further links that have the same ones.
    """
    names = {} if known is None else known
    notes: list[tuple[str, str]] = []
    for name, raw in given.items():
        if not (note := clean(raw)):
            continue
        if name not in names:
            names[name] = _checked_name(name)
        notes.append((names[name], _checked_note(note, names[name])))
    return _no_more_than_can_be(tuple(notes))


def checked_changes(given: Mapping[str, str]) -> Notes:
    """Cleans what notes are to become, empty for none; InvalidInput refuses names, and those that are too long."""
    names = [(_checked_name(name), clean(raw)) for name, raw in given.items()]
    return tuple((name, _checked_note(note, name)) for name, note in names)


def with_changes(notes: Notes, changes: Notes) -> Notes:
    """Returns notes with some of them changed, empty ones removed and new ones behind; InvalidInput for too many."""
    changed = {**dict(notes), **dict(changes)}
    return _no_more_than_can_be(tuple((name, note) for name, note in changed.items() if note))


def _checked_name(written: str) -> str:
    name = clean(written)
    if not name:
        raise InvalidInput("notes", "A note needs a name.")
    if len(name) > NAME_LENGTH:
        raise InvalidInput("notes", f"The name of a note can have at most {NAME_LENGTH} characters.")
    return name


def _checked_note(note: str, name: str) -> str:
    if len(note) > NOTE_LENGTH:
        what = f"A note ({name}) can have at most {NOTE_LENGTH:,} characters"
        raise InvalidInput("notes", f"{what}; this one has {len(note):,}.")
    return note


def _no_more_than_can_be(notes: Notes) -> Notes:
    if len(notes) > MOST_NOTES:
        raise InvalidInput("notes", f"A link can have at most {MOST_NOTES} notes, not {len(notes):,}.")
    return notes


def as_kept(notes: Notes) -> dict[str, str | None]:
    """Returns notes as the columns of a row keep them."""
    if not notes:
        return {"note_names": None, "notes": None}
    names, texts = zip(*notes, strict=True)
    return {"note_names": "\n".join(names), "notes": "\n".join(texts)}


def as_read(names: str | None, notes: str | None) -> Notes:
    """Returns the notes that a row keeps; those that another program wrote, as far as they have names."""
    if not notes:
        return ()
    return tuple(zip((names or "").split("\n"), notes.split("\n"), strict=False))


def names_in(all_notes: Iterable[Notes]) -> list[str]:
    """Returns the names that some links' notes have, each once, in the order in which they come."""
    return list(dict.fromkeys(name for notes in all_notes for name, _ in notes))
