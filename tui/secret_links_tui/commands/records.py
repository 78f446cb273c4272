"""What this program writes for programs, and reads again: JSON, and CSV with the same names in its first line."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from io import StringIO

from secret_links import InvalidInput, Link
from secret_links.spreadsheets import defused, undefused
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.link_records import FIELDS, texts_of
from secret_links_tui.terminal.plain_text import visible

Record = dict[str, object]
"""One object of JSON, or one row of CSV, by name."""

_HEAD = re.compile(r'"?token"?([,;\t])"?url"?\1"?event_type"?\1"?label"?\1')
"""How the first line of a list in CSV begins, also after a spreadsheet has saved it with semicolons or tabs."""


def json_values(text: str) -> list[object] | None:
    """Reads JSON: the items of arrays, and other values one after the other; None where a text does not look like it.

    InvalidInput says that it looks like JSON, and is none.
    """
    if not re.match(r"\s*[\[{]", text):
        return None
    values: list[object] = []
    place = 0
    try:
        while (place := _beyond_blanks(text, place)) < len(text):
            value, place = json.JSONDecoder().raw_decode(text, place)
            values += value if isinstance(value, list) else [value]
    except (ValueError, RecursionError) as error:
        if re.match(r'\s*(?:\{\s*"|\[\s*[{"])', text):
            raise InvalidInput("file", "This looks like JSON, and cannot be read as such.") from error
        return None
    return values


def _beyond_blanks(text: str, place: int) -> int:
    blanks = re.compile(r"\s*").match(text, place)
    return blanks.end() if blanks else place


def csv_rows(text: str) -> list[Record] | None:
    """Reads a list that was written as CSV; None for any other text, InvalidInput where it is broken."""
    head = _HEAD.match(text)
    if head is None:
        return None
    try:
        rows = list(csv.DictReader(StringIO(text, newline=""), delimiter=head[1]))
    except csv.Error as error:
        raise InvalidInput("file", f"This looks like CSV, and cannot be read as such: {error}.") from error
    return [{name: undefused(cell or "") for name, cell in row.items() if name is not None} for row in rows]


def give_csv(links: Iterable[Link], notes: Sequence[str], context: Context) -> int:
    """Writes links as CSV, with cells that a spreadsheet would run defused; returns how many.

    Behind the columns that all links have come those of the host's notes that are named.
    """
    base_url, now = context.settings.base_url, context.now
    table = csv.writer(context.out, lineterminator="\n")
    number = 0
    for number, link in enumerate(links, start=1):
        if number == 1:
            table.writerow(visible(defused(name)) for name in [*FIELDS, *notes])
        noted = map(dict(link.notes).get, notes) if notes else ()
        table.writerow([visible(defused(text)) if text else "" for text in (*texts_of(link, base_url, now), *noted)])
    return number
