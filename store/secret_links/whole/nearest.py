"""Rows between a file and a server: each value's form there or, where there is none, the nearest.

A file takes any value. A server refuses a text in a column of numbers, two texts that differ in bytes alone which are
no text, or a text that is too long for an index. None of them keeps a store from being moved.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Table

from secret_links.odd_values import is_unreadable, read_instant, read_number, read_required_text
from secret_links.tables.column_types import Instant, Number, Words
from secret_links.tables.core import deleted_links, event_types, hosts, links
from secret_links.times import FIRST, to_milliseconds
from secret_links.values import DAY_MINUTES
from secret_links.whole.bulk import Row, is_server

Place = tuple[str, int, str]
"""A value's table, the id of its row, and its column."""

LONGEST_INDEXED = 600
"""Characters of a text in an index of a server's, whose rows have 2,704 bytes at most; what hosts write is shorter."""

_IN_INDEXES = (
    hosts.c.name,
    event_types.c.slug,
    links.c.token,
    links.c.label,
    deleted_links.c.token,
    deleted_links.c.label,
)
_UNIQUE = (hosts.c.name, event_types.c.slug, links.c.token, deleted_links.c.token)


def row_converter(
    target: Connection, source: Connection, table: Table, changed: set[Place]
) -> Callable[[list[Row]], list[Row]]:
    """Returns a function that converts rows from `source`'s storage format to `target`'s.

    The place of a value that becomes the nearest one that a server can hold is added to `changed`. An instant that
    cannot be read becomes the first one, so that the link opens no booking there either. A reference that is no whole
    number becomes one that no row has.
    """
    if is_server(target) == is_server(source):
        return lambda rows: rows
    form = _on_server if is_server(target) else _in_file
    places = [(place, column) for place, column in enumerate(table.columns) if not column.primary_key]

    def convert(rows: list[Row]) -> list[Row]:
        given = []
        for row in rows:
            new = list(row)
            for place, column in places:
                value = row[place]
                if value.__class__ is int and isinstance(column.type, BigInteger):
                    continue
                new[place], is_changed = form(column, value, row[0])
                if is_changed:
                    changed.add((table.name, row[0], column.name))
            given.append(tuple(new))
        return given

    return convert


def _in_file(column: Column[Any], value: Any, row_id: int) -> tuple[Any, bool]:  # noqa: ANN401
    """Converts a value of a server to that of a file; says that it was not changed."""
    del row_id
    is_instant = isinstance(column.type, Instant) and isinstance(value, datetime)
    return to_milliseconds(value) if is_instant else value, False


def _on_server(column: Column[Any], value: Any, row_id: int) -> tuple[Any, bool]:  # noqa: ANN401
    """Converts a value of a file to that of a server, or to the nearest; says whether it was changed."""
    if value is None and column.nullable:
        return None, False
    match column.type:
        case Instant():
            instant = read_instant(value)
            return (FIRST, True) if instant is None or is_unreadable(instant) else (instant, value.__class__ is not int)
        case Words():
            text = _text_on_server(column, value, row_id)
            return text, text is not value
        case Number():
            minutes = max(1, min(DAY_MINUTES, read_number(value)))
            return minutes, minutes != value
        case BigInteger() if value.__class__ is not int:
            return (None if column.nullable else -abs(row_id)), True
    return value, False


def _text_on_server(column: Column[Any], value: Any, row_id: int) -> str:  # noqa: ANN401
    """Gives a text as it is, or the nearest that is of a length for its index, and unique where it has to be."""
    longest = LONGEST_INDEXED if any(column is each for each in _IN_INDEXES) else None
    if value.__class__ is str and "\0" not in value and (longest is None or len(value) <= longest):
        return value
    text = read_required_text(value).replace("\0", "\N{SYMBOL FOR NULL}")[:longest]
    if any(column is each for each in _UNIQUE):
        return f"{text}\N{REPLACEMENT CHARACTER}{row_id}"
    return str(text)
