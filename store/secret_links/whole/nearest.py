"""Rows between a file and a server: each value's form there or, where there is none, the nearest.

A file takes any value. A server refuses a text in a column of numbers, two texts that differ in bytes alone which are
no text, or a text that is too long for an index. None of them keeps a store from being moved.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table

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
    form_of = _on_server if is_server(target) else _in_file
    forms = [(place, column.name, form_of(column)) for place, column in enumerate(table.columns)]

    def convert(rows: list[Row]) -> list[Row]:
        given = []
        for row in rows:
            new = list(row)
            for place, name, form in forms:
                if form is not None:
                    new[place], is_changed = form(row[place], row[0])
                    if is_changed:
                        changed.add((table.name, row[0], name))
            given.append(tuple(new))
        return given

    return convert


_Form = Callable[[Any, int], tuple[Any, bool]]
"""Converts a value of the row with an id; says whether it was changed."""


def _in_file(column: Column[Any]) -> _Form | None:
    """Returns what converts values of a server's column, which never changes one; None where all stay as they are."""

    def instant(value: Any, row_id: int) -> tuple[Any, bool]:  # noqa: ANN401
        del row_id
        return to_milliseconds(value) if isinstance(value, datetime) else value, False

    return instant if isinstance(column.type, Instant) else None


def _on_server(column: Column[Any]) -> _Form | None:
    """Returns what converts values of a file's column to a server's, or to the nearest; None for ids."""
    if column.primary_key:
        return None
    match column.type:
        case Instant():
            return _instants(nullable=bool(column.nullable))
        case Words():
            is_unique = any(column is each for each in _UNIQUE)
            is_short = any(column is each for each in _IN_INDEXES)
            return _texts(nullable=bool(column.nullable), is_unique=is_unique, is_short=is_short)
        case Number():
            return _minutes
    return _references(nullable=bool(column.nullable))


def _instants(*, nullable: bool) -> _Form:
    def form(value: Any, row_id: int) -> tuple[Any, bool]:  # noqa: ANN401
        del row_id
        if value is None and nullable:
            return None, False
        instant = read_instant(value)
        return (FIRST, True) if instant is None or is_unreadable(instant) else (instant, value.__class__ is not int)

    return form


def _texts(*, nullable: bool, is_unique: bool, is_short: bool) -> _Form:
    """Returns what gives a text as it is, or the nearest: short enough for an index, and unique where it has to be."""
    longest = LONGEST_INDEXED if is_short else sys.maxsize

    def form(value: Any, row_id: int) -> tuple[Any, bool]:  # noqa: ANN401
        if (value.__class__ is str and len(value) <= longest and "\0" not in value) or (value is None and nullable):
            return value, False
        text = str(read_required_text(value).replace("\0", "\N{SYMBOL FOR NULL}")[:longest])
        return f"{text}\N{REPLACEMENT CHARACTER}{row_id}" if is_unique else text, True

    return form


def _minutes(value: Any, row_id: int) -> tuple[int, bool]:  # noqa: ANN401
    del row_id
    minutes = max(1, min(DAY_MINUTES, read_number(value)))
    return minutes, minutes != value


def _references(*, nullable: bool) -> _Form:
    """Returns what gives the id of a row as it is; a value that is none becomes one that no program gives."""

    def form(value: Any, row_id: int) -> tuple[int | None, bool]:  # noqa: ANN401
        if value.__class__ is int or (value is None and nullable):
            return value, False
        return (None if nullable else -abs(row_id)), True

    return form
