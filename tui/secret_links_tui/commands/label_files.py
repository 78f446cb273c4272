"""Labels in a file or on standard input: one a line, or in what this program itself writes for programs.

What looks like a table or like JSON of another program is refused: made into links, each of its lines would be one that
nobody meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from secret_links import InvalidInput
from secret_links.people_columns import HEADS, head_of
from secret_links.spreadsheets import SEPARATORS
from secret_links.text import clean_label, labels_in, lines_in
from secret_links.tokens import linked_tokens
from secret_links_tui.commands.records import csv_rows, json_values

LONGEST_LABEL_FILE = 8_000_000
"""Bytes that are read: more than 10,000 of the longest labels have, also in JSON."""

MOST_LINES = 100_000
"""Lines that are looked at."""

LONGEST_LINE = 1000
"""Characters of a line that are looked at to see what it is."""

_QUOTED = re.compile(r'\s*"(?:[^"]|"")*"\s*(?:[\t;|,].*)?')
_MAIL_ADDRESS = re.compile(r"[^\s@,;|<>]+@[^\s@,;|<>]+\.[^\s@,;|<>]+")
_PLAIN = "give labels alone, one a line, or add --plain-lines to take each line as it is"


def labels_of(text: str, *, plain: bool) -> list[str]:
    """Returns the labels that a text has; where it is this program's own JSON or CSV, one for each link, perhaps empty.

    `plain` takes each line for a label, whatever it looks like. InvalidInput says what else the text seems to be, or
    which line is too long.
    """
    labels = None if plain else _recorded(text)
    if labels is None:
        if text.count("\n") > MOST_LINES:
            raise InvalidInput("label", "This holds more than labels; give one a line, 10,000 at the most.")
        if not plain:
            _refuse_table(text)
        labels = labels_in(text)
    if not labels:
        raise InvalidInput("label", "There are no labels to read; give one a line.")
    return labels


def _recorded(text: str) -> list[str] | None:
    """Returns the labels in JSON or CSV of this program; None where the text is neither."""
    try:
        values, rows = json_values(text), csv_rows(text)
    except InvalidInput as error:
        raise InvalidInput("label", f"{str(error).rstrip('.')}; {_PLAIN}.") from error
    if values is not None:
        return [_checked(label, f"object {number:,}") for number, label in enumerate(_labels_in_json(values), 1)]
    if rows is not None:
        return [_checked(str(row["label"]), f"row {number:,}") for number, row in enumerate(rows, 1)]
    return None


def _checked(label: str, where: str) -> str:
    return clean_label(label, what=f"A label ({where})") or ""


def _labels_in_json(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        label = value["label"] if isinstance(value, dict) and "label" in value else value
        if label is not None and not isinstance(label, str):
            raise InvalidInput("label", f"This is JSON without labels; {_PLAIN}.")
        yield label or ""


def _refuse_table(text: str) -> None:
    """Raises InvalidInput where lines have cells, or a head: but a comma with a blank behind it is part of a name."""
    raw = text.splitlines()
    lines = [raw[number - 1].strip()[:LONGEST_LINE] for number, _ in lines_in(text)]
    if not lines:
        return
    if own := next((line for line in lines if _is_link(line)), None):
        raise InvalidInput("label", f"These are links already (“{_short(own)}”); {_PLAIN}.")
    if heads := _head(lines):
        raise InvalidInput("label", f"This looks like a table: its first line is “{_short(heads)}”; {_PLAIN}.")
    if quoted := next((line for line in lines if _QUOTED.fullmatch(line)), None):
        raise InvalidInput("label", f"This looks like a table: it has quotes, as in “{_short(quoted)}”; {_PLAIN}.")
    if any(_is_between_cells(lines, separator) for separator in SEPARATORS):
        raise InvalidInput("label", f"This looks like a table: its lines have cells (“{_short(lines[0])}”); {_PLAIN}.")


def _is_link(line: str) -> bool:
    """Says whether a line is a URL of a link, alone or beside other cells, as this program writes it."""
    return ("\t" in line or not re.search(r"\s", line)) and bool(linked_tokens(line))


def _short(line: str) -> str:
    return line if len(line) <= 40 else f"{line[:39]}…"


def _head(lines: list[str]) -> str | None:
    """Returns the first line where it names columns: all cells do, or one does and the other lines have as many."""
    for separator in SEPARATORS:
        cells = [head_of(cell) for cell in lines[0].split(separator)]
        named = sum(cell in HEADS for cell in cells)
        alike = all(line.count(separator) == len(cells) - 1 for line in lines)
        if named == len(cells) and (len(cells) > 1 or len(lines) > 1):
            return lines[0]
        if named and len(cells) > 1 and len(lines) > 1 and alike:
            return lines[0]
    return None


def _is_between_cells(lines: list[str], separator: str) -> bool:
    """Says whether all lines have as many cells, more than one."""
    numbers = {line.count(separator) for line in lines}
    if len(numbers) > 1 or not max(numbers):
        return False
    if separator == "\t":
        return True
    has_addresses = any(_MAIL_ADDRESS.search(line) for line in lines)
    if separator == ",":  # “Pires, Ana” and “a party of 1,200” are labels
        spaced = any(re.search(r",\s|\d,\d", line) for line in lines)
        return has_addresses or (len(lines) > 1 and not spaced)
    return has_addresses or len(lines) > 1 or not re.search(rf"{re.escape(separator)}\s", lines[0])
