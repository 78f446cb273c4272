"""Lists of people as spreadsheets save and copy them: for each person a label, and perhaps an expiry.

Further columns are the host's notes on the link.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial

from secret_links.errors import InvalidInput
from secret_links.expiry import Expiry
from secret_links.notes import Notes, checked_notes, names_in
from secret_links.people_columns import Columns, table_of
from secret_links.spreadsheets import Row
from secret_links.text import clean_label

ParseExpiry = Callable[[str], Expiry | None]
"""Reads an expiry as it is typed; InvalidInput says why it cannot be read."""


class Fault(Enum):
    """Why no link can be made of a line."""

    EMPTY = "empty"
    NAMELESS = "nameless"
    LABEL = "label"
    EXPIRY = "expiry"
    NOTE = "note"
    CELLS = "cells"
    TWICE = "twice"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a link is for."""

    line: int
    """The number of the line, from 1."""
    label: str
    expiry: Expiry | None = None
    has_own_expiry: bool = False
    """Whether the line says when, or that it never expires; otherwise what is said for all holds."""
    notes: Notes = ()

    @property
    def expires_at(self) -> datetime | None:
        """When the link expires by its own line."""
        return self.expiry.at if self.expiry else None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of which no link can be made."""

    line: int
    fault: Fault
    sentence: str
    """What is wrong, to be read behind the number of the line."""

    @property
    def is_said_twice(self) -> bool:
        """Whether the person is there already."""
        return self.fault is Fault.TWICE


@dataclass(frozen=True, slots=True)
class People:
    """What was read of a list of people."""

    persons: tuple[Person, ...] = ()
    """Those whose lines can be read, also where one is there twice."""
    bad: tuple[BadLine, ...] = ()
    """The other lines, and those of a person who is there twice, in their order."""
    lines: int = 0
    """How many lines there are, but for the one that names the columns, and for blank ones at the end."""
    ignored: tuple[str, ...] = ()
    """The columns that are not read: a link has only so many notes."""

    @property
    def notes(self) -> list[str]:
        """The names of the notes that there are."""
        return names_in(person.notes for person in self.persons)


def read_people(text: str, parse_expiry: ParseExpiry, separator: str | None = None) -> People:
    """Reads a list of people: its first line names the columns, or the first has labels, the second perhaps expiries.

    What separates the cells is found out, unless it is given. Blank lines at the end count for nothing. InvalidInput
    says why the text is no such list.
    """
    parse, names = _remembered(parse_expiry), dict[str, str]()
    table = table_of(text, partial(_can_be_read, parse), separator)
    persons: list[Person] = []
    bad: list[BadLine] = []
    first: dict[str, int] = {}
    for row in table.rows:
        try:
            person = _person(row, table.columns, parse, names)
        except _Unusable as unusable:
            bad.append(BadLine(row.line, unusable.fault, unusable.sentence))
            continue
        persons.append(person)
        before = first.setdefault(person.label.casefold(), row.line)
        if before != row.line:
            bad.append(BadLine(row.line, Fault.TWICE, f"“{person.label}” is in line {before:,} already"))
    return People(tuple(persons), tuple(bad), len(table.rows), table.columns.ignored)


def taken_lines(persons: Sequence[Person], taken: Set[str]) -> list[BadLine]:
    """Returns the lines of those whose labels Active links of the event type have already."""
    return [
        BadLine(person.line, Fault.TAKEN, f"“{person.label}” has an Active link for this event type already")
        for person in persons
        if person.label in taken
    ]


def expiries_of(persons: Sequence[Person], common: datetime | None) -> list[datetime | None]:
    """Returns when each one's link expires: as the line says, or else as is said for all."""
    return [person.expires_at if person.has_own_expiry else common for person in persons]


class _Unusable(Exception):
    """No link can be made of a row."""

    def __init__(self, fault: Fault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault
        self.sentence = sentence


def _person(row: Row, columns: Columns, parse_expiry: ParseExpiry, names: dict[str, str]) -> Person:
    """Reads a row; `names` are those of notes, cleaned. _Unusable says what is wrong with the row."""
    cells = row.cells
    if row.is_blank:
        raise _Unusable(Fault.EMPTY, "nothing in it")
    if columns.most is not None and any(cells[columns.most :]):
        number = "1 column" if columns.most == 1 else f"{columns.most:,} columns"
        raise _Unusable(Fault.CELLS, f"{len(cells):,} cells, but the first line names {number}")
    if len(cells) < columns.read:
        cells += ("",) * (columns.read - len(cells))
    try:
        label = clean_label(" ".join(filter(None, [cells[place] for place in columns.label])))
    except InvalidInput as error:
        raise _Unusable(Fault.LABEL, _small(str(error))) from error
    if label is None:
        raise _Unusable(Fault.NAMELESS, "no name")
    typed = "" if columns.expires is None else cells[columns.expires]
    try:
        expiry = parse_expiry(typed) if typed else None
    except InvalidInput as error:
        raise _Unusable(Fault.EXPIRY, _small(str(error))) from error
    try:
        noted = {name: cells[place] for place, name in columns.notes}
        notes = checked_notes(noted, names) if noted else ()
    except InvalidInput as error:
        raise _Unusable(Fault.NOTE, _small(str(error))) from error
    return Person(row.line, label, expiry, bool(typed), notes)


def _small(sentence: str) -> str:
    """Returns a sentence as it stands behind a colon."""
    return f"{sentence[0].lower()}{sentence[1:].rstrip('.')}"


def _remembered(parse_expiry: ParseExpiry) -> ParseExpiry:
    """Returns the same, quicker where many lines have one expiry."""
    known: dict[str, Expiry | InvalidInput | None] = {}

    def parse(text: str) -> Expiry | None:
        if text not in known:
            try:
                known[text] = parse_expiry(text)
            except InvalidInput as error:
                known[text] = error
        result = known[text]
        if isinstance(result, InvalidInput):
            raise result
        return result

    return parse


def _can_be_read(parse_expiry: ParseExpiry, text: str) -> bool:
    try:
        parse_expiry(text)
    except InvalidInput:
        return False
    return bool(text)
