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


def checked_notes(given: Mapping[str, str]) -> Notes:
    """Cleans notes, and leaves out the empty ones; InvalidInput refuses too many, and those that are too long."""
    notes = tuple((clean(name), note) for name, raw in given.items() if (note := clean(raw)))
    if len(notes) > MOST_NOTES:
        raise InvalidInput("notes", f"A link can have at most {MOST_NOTES} notes, not {len(notes):,}.")
    for name, note in notes:
        if not name:
            raise InvalidInput("notes", "A note needs a name.")
        if len(name) > NAME_LENGTH:
            raise InvalidInput("notes", f"The name of a note can have at most {NAME_LENGTH} characters.")
        if len(note) > NOTE_LENGTH:
            raise InvalidInput(
                "notes", f"A note ({name}) can have at most {NOTE_LENGTH:,} characters; this one has {len(note):,}."
            )
    return notes


def as_kept(notes: Notes) -> dict[str, str | None]:
    """Returns notes as the columns of a row keep them."""
    if not notes:
        return {"note_names": None, "notes": None}
    return {"note_names": "\n".join(name for name, _ in notes), "notes": "\n".join(note for _, note in notes)}


def as_read(names: str | None, notes: str | None) -> Notes:
    """Returns the notes that a row keeps; those that another program wrote, as far as they have names."""
    if not notes:
        return ()
    return tuple(zip((names or "").split("\n"), notes.split("\n"), strict=False))


def names_in(all_notes: Iterable[Notes]) -> list[str]:
    """Returns the names that some links' notes have, each once, in the order in which they come."""
    return list(dict.fromkeys(name for notes in all_notes for name, _ in notes))
