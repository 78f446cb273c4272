"""Tables as spreadsheets save and copy them: cells between tabs, semicolons, commas or bars, perhaps in quotes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from secret_links.errors import InvalidInput

SEPARATORS = "\t;|,"
"""What stands between cells; what is rarest in other text comes first."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell begins with that spreadsheets run as a formula; the last four are = + - @ in full width."""

LONGEST_CELL = 131_072
"""Characters of the longest cell that is read: the `csv` module's own limit."""

_SEPARATOR_LINE = r'"?sep=([\t;|,])"?[\t;|,]*(?:\n|$)'
"""The first line by which spreadsheets are told what separates the cells."""

_DEFUSED = r"'[=+@\t\r\uff1d\uff0b\uff0d\uff20-]"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    line: int
    """The number of the line that it begins in, from 1."""
    cells: tuple[str, ...]
    """Its cells, without the space around them."""

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(self.cells)


def defused(cell: str) -> str:
    """Returns a cell with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def undefused(cell: str) -> str:
    """Returns a cell without the apostrophe that `defused` puts before it."""
    return cell[1:] if cell.startswith("'") and re.match(_DEFUSED, cell) else cell


def written_separator(text: str) -> str | None:
    """Returns the separator that a first line such as `sep=;` names; None where there is no such line."""
    found = re.match(_SEPARATOR_LINE, text)
    return found[1] if found else None


def rows_of(text: str, separator: str, *, strict: bool = True) -> Iterator[Row]:
    """Reads the rows of a table with a separator, also the blank ones; its lines end with LF.

    InvalidInput says in which line quotes are wrong, or a cell is too long; unless it is `strict`, about cells only.
    """
    skipped = re.match(_SEPARATOR_LINE, text)
    reader = csv.reader(StringIO(text[skipped.end() :] if skipped else text), delimiter=separator, strict=strict)
    line = before = 1 if skipped else 0
    cell_of = _undefused_cell if "'" in text else str.strip
    try:
        for cells in reader:
            yield Row(line + 1, tuple(map(cell_of, cells)))
            line = before + reader.line_num
    except csv.Error as error:
        raise InvalidInput("file", f"Line {line + 1:,} {_reason(error)}.") from error


def first_rows(text: str, separator: str, number: int) -> list[Row]:
    """Reads the first rows that are not blank, as far as they can be read, to see what they are."""
    rows = (row for row in rows_of(text, separator, strict=False) if not row.is_blank)
    try:
        return list(islice(rows, number))
    except InvalidInput:
        return []


def _undefused_cell(written: str) -> str:
    return undefused(written.strip())


def _reason(error: csv.Error) -> str:
    """Says what is wrong with a row; the `csv` module has no other sign of it than its sentence."""
    said = str(error)
    if "limit" in said:
        return f"has a cell of more than {LONGEST_CELL:,} characters"
    return "has a quote that is not closed" if "end of data" in said else "has text behind a closing quote"
