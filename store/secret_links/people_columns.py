"""What the columns of a list of people hold, by a first line that names them, or else by what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile

from secret_links.errors import InvalidInput
from secret_links.notes import MOST_NOTES, NAME_LENGTH
from secret_links.spreadsheets import SEPARATORS, Row, first_rows, rows_of, written_separator
from secret_links.text import clean

IsExpiry = Callable[[str], bool]
"""Says whether a cell can be read as an expiry."""

MOST_COLUMNS = 1000
"""Columns of a table; what has more is none of people."""

SAMPLE = 50
"""Rows that are looked at to see what separates their cells."""

_NAMES = "label labels name names full-name fullname nom nome nombre naam namn imię-i-nazwisko".split()  # noqa: SIM905
_GUESTS = """
guest guests attendee attendees candidate candidates client clients contact contacts customer participant participants
person for invitee teilnehmer gast kandidat
""".split()  # noqa: SIM905  # a list of quoted words would be three times as long
_GIVEN = "first-name firstname given-name forename vorname prénom prenom voornaam förnamn imię".split()  # noqa: SIM905
_FAMILY = """
last-name lastname family-name surname nachname familienname apelido sobrenome apellido apellidos cognome achternaam
efternamn nazwisko
""".split()  # noqa: SIM905
_MAIL = "email e-mail mail email-address e-mail-address courriel correo".split()  # noqa: SIM905
_EXPIRY = """
expires expiry expires-at expires-on expiration expiration-date expiry-date valid-until until deadline gültig-bis
ablauf läuft-ab expire expira caduca scadenza
""".split()  # noqa: SIM905
_OTHER = """
token url link links phone telephone tel mobile company organisation organization title role position department team
status note notes comment comments date id no event-type created-at used-at used-by firma telefon notiz téléphone
société morada empresa telefone teléfono azienda
""".split()  # noqa: SIM905

HEADS = frozenset([*_NAMES, *_GUESTS, *_GIVEN, *_FAMILY, *_MAIL, *_EXPIRY, *_OTHER])
"""What stands in the first line of tables of people."""

_OWN = frozenset("token url event-type status created-at used-at used-by".split())  # noqa: SIM905
"""Columns of this program's own lists, which are no notes."""

_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b.*"
"""What is meant for a date, whether or not it can be read as an expiry."""


@dataclass(frozen=True)
class Columns:
    """Where in a row is what, from 0."""

    label: tuple[int, ...]
    """The columns that the label is made of."""
    expires: int | None
    notes: tuple[tuple[int, str], ...]
    """The other columns, by their names, or as `column 3`: they are the host's notes."""
    ignored: tuple[str, ...]
    """The columns that are not read."""
    most: int | None
    """How many the first line names; None where it names none."""

    @cached_property
    def read(self) -> int:
        """How many cells of a row are read at the most."""
        places = (*self.label, -1 if self.expires is None else self.expires, *(place for place, _ in self.notes))
        return 1 + max(places)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of people, without the line that names its columns, and without blank rows at its end."""

    rows: tuple[Row, ...]
    columns: Columns


def head_of(cell: str) -> str:
    """Returns the name of a column as it stands in HEADS."""
    return re.sub(r"[\s_]+", "-", clean(cell).strip(" \"':*").lower())


def table_of(text: str, is_expiry: IsExpiry, separator: str | None = None) -> Table:
    """Reads a list of people; InvalidInput says why it is no table."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    separator = separator or written_separator(text) or _separator(text, is_expiry)
    rows = list(rows_of(text, separator))
    while rows and rows[-1].is_blank:
        rows.pop()
    if max((len(row.cells) for row in rows), default=0) > MOST_COLUMNS:
        raise InvalidInput("file", f"This is no list of people: it has more than {MOST_COLUMNS:,} columns.")
    filled = list(dropwhile(lambda row: row.is_blank, rows))
    if filled and _is_head(filled[0].cells, is_expiry):
        columns = _named_columns(filled[0].cells)
        rows.remove(filled[0])
    else:
        columns = _columns_without_head(rows, is_expiry)
    if not any(not row.is_blank for row in rows):
        raise InvalidInput("file", "There are no people to read; give one a line.")
    return Table(tuple(rows), columns)


def _separator(text: str, is_expiry: IsExpiry) -> str:
    """Finds what separates the cells; where nothing does, a tab will do, for there is none."""
    samples = {each: first_rows(text, each, SAMPLE) for each in SEPARATORS}
    for separator, rows in samples.items():
        if rows and len(rows[0].cells) > 1 and _is_head(rows[0].cells, is_expiry):
            return separator
    for separator, rows in samples.items():
        if any(len(row.cells) > 1 and is_expiry(row.cells[1]) for row in rows):
            return separator
        widths = {len(row.cells) for row in rows}
        if len(widths) == 1 and max(widths) > 1 and not _are_names(text, separator):
            return separator
    return "\t"


def _are_names(text: str, separator: str) -> bool:
    """Says whether commas may belong to names: `Pires, Ana`."""
    return separator == "," and re.search(r",[^ \n]", text) is None


def _is_head(cells: Sequence[str], is_expiry: IsExpiry) -> bool:
    """Says whether a row names columns: one of them is surely that of the names, or all have names of columns.

    A row with an address or an expiry is somebody's.
    """
    heads = [head_of(cell) for cell in cells if cell]
    if any("@" in cell or is_expiry(cell) for cell in cells if cell):
        return False
    return any(head in _NAMES for head in heads) or (len(heads) > 1 and all(head in HEADS for head in heads))


def _named_columns(cells: Sequence[str]) -> Columns:
    """Returns the columns that a first line names; InvalidInput where none has the names."""
    heads = [head_of(cell) for cell in cells]
    full = _first(heads, _NAMES[:2]) or _first(heads, _NAMES) or _first(heads, _GUESTS)
    label = full or _first(heads, _GIVEN) + _first(heads, _FAMILY) or _first(heads, _MAIL)
    if not label:
        raise InvalidInput("file", "No column has the names: call one of them “name” or “label” in the first line.")
    expires = next(iter(_first(heads, _EXPIRY)), None)
    others = [(place, clean(cell)) for place, cell in enumerate(cells) if place not in (*label, expires)]
    return Columns(label, expires, *_noted(others, _OWN if set(heads) >= _OWN else frozenset()), len(cells))


def _noted(
    others: Iterable[tuple[int, str]], ignored: Collection[str]
) -> tuple[tuple[tuple[int, str], ...], tuple[str, ...]]:
    """Returns the columns that are notes, each with a name that no other has, and the names of those that cannot be."""
    notes: dict[str, int] = {}
    left: list[str] = []
    for place, written in others:
        name = written or f"column {place + 1:,}"
        name = f"{name} (column {place + 1:,})" if name in notes else name
        if head_of(written) in ignored or len(notes) == MOST_NOTES or len(name) > NAME_LENGTH:
            left.append(name)
        else:
            notes[name] = place
    return tuple((place, name) for name, place in notes.items()), tuple(left)


def _first(heads: Sequence[str], names: Sequence[str]) -> tuple[int, ...]:
    """Returns the first column that has one of some names, the earlier ones first; empty where none has."""
    return next(((heads.index(name),) for name in names if name in heads), ())


def _columns_without_head(rows: Sequence[Row], is_expiry: IsExpiry) -> Columns:
    """Returns the columns of a table without names: labels in the first, expiries in the second, if any are there."""
    expires = 1 if any(len(row.cells) > 1 and _is_meant_as_expiry(row.cells[1], is_expiry) for row in rows) else None
    filled = {place for row in rows for place, cell in enumerate(row.cells) if cell} - {0, expires}
    return Columns((0,), expires, *_noted(((place, "") for place in sorted(filled)), ()), None)


def _is_meant_as_expiry(cell: str, is_expiry: IsExpiry) -> bool:
    return bool(cell) and (re.fullmatch(_DATE, cell) is not None or is_expiry(cell))
