"""Reading and writing rows of whole tables through the driver, in each database's own storage format.

The rows are of all hosts, and nothing is rounded: an instant of a server is read to its last digit. Only between a file
and a server do instants change their form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, Column, Connection, Table

from secret_links.odd_values import OddText, is_unreadable, read_instant, read_number, read_required_text
from secret_links.sqlite.connections import driver_of
from secret_links.tables.column_types import Instant, Number, Words
from secret_links.tables.core import (
    deleted_links,
    deletions,
    event_types,
    hosts,
    link_events,
    links,
)
from secret_links.times import FIRST, to_milliseconds
from secret_links.values import DAY_MINUTES

TABLES = (hosts, event_types, links, deletions, deleted_links, link_events)
"""All tables of a store, each after those that its rows refer to."""

NUMBERED = {
    hosts: (hosts,),
    event_types: (event_types,),
    links: (links, deleted_links),
    deletions: (deletions,),
    link_events: (link_events,),
}
"""Tables that number their rows, each with the tables that can hold rows with such a number."""

Row = tuple[Any, ...]

Place = tuple[str, int, str]
"""A value's table, the id of its row, and its column."""

BEFORE_ALL = -(2**63) + 1
"""Not more than any id, whichever program gave it."""


def is_server(connection: Connection) -> bool:
    """Whether a connection is to PostgreSQL."""
    return connection.dialect.name == "postgresql"


def place_of(connection: Connection) -> object:
    """Gives a value that is equal for two connections to the same store, whatever names it was opened by."""
    return _asked(connection, _SERVER_PLACE if is_server(connection) else _FILE_PLACE)


def rows_after(connection: Connection, table: Table, last: int, many: int) -> list[Row]:
    """Reads up to `many` rows with ids above `last`, in the order of their ids, the first column."""
    query = f"SELECT {_columns(table)} FROM {table.name} WHERE id > {last:d} ORDER BY id LIMIT {many:d}"  # noqa: S608
    return _asked(connection, query)


def count(connection: Connection, table: Table) -> int:
    """Counts the rows of a table."""
    return int(_asked(connection, f"SELECT count(*) FROM {table.name}")[0][0])  # noqa: S608


def newest(connection: Connection, table: Table) -> int:
    """Gives the highest id that a table has a row of; BEFORE_ALL where it has none."""
    return int(_asked(connection, f"SELECT coalesce(max(id), {BEFORE_ALL}) FROM {table.name}")[0][0])  # noqa: S608


def add_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Writes rows with their ids."""
    if not is_server(connection):
        places = ", ".join("?" * len(table.columns))
        statement = f"INSERT INTO {table.name} ({_columns(table)}) VALUES ({places})"  # noqa: S608
        driver = driver_of(connection)
        driver.execute(f"PRAGMA cache_size = -{_COPY_CACHE}")
        odd = [row for row in rows if any(value.__class__ is OddText for value in row)]
        driver.executemany(statement, [row for row in rows if row not in odd] if odd else rows)
        for row in odd:  # a text that is not UTF-8 is written as bytes
            places = ", ".join("CAST(? AS TEXT)" if isinstance(value, OddText) else "?" for value in row)
            values = [value.written if isinstance(value, OddText) else value for value in row]
            driver.execute(f"INSERT INTO {table.name} ({_columns(table)}) VALUES ({places})", values)  # noqa: S608
        return
    with (
        cast("Any", connection.connection.cursor()) as cursor,
        cursor.copy(f"COPY {table.name} ({_columns(table)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def last_number(connection: Connection, table: Table) -> int:
    """Gives the highest id that a table has ever given to a row, including rows that are deleted."""
    rows = _asked(connection, (_LAST_OF_SERVER if is_server(connection) else _LAST_OF_FILE).format(table=table.name))
    given = rows[0][0] if rows else None
    return max(given or 0, *(newest(connection, place) for place in NUMBERED[table]))


def number_from(connection: Connection, table: Table, last: int) -> None:
    """Makes a table number its next rows above `last`."""
    if is_server(connection):
        _asked(connection, f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last:d})")
        return
    driver = driver_of(connection)
    values = (last, table.name)
    if not driver.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", values).rowcount:
        driver.execute("INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)", values)


def row_converter(
    target: Connection, source: Connection, table: Table, changed: set[Place]
) -> Callable[[list[Row]], list[Row]]:
    """Returns a function that converts rows from `source`'s storage format to `target`'s.

    A file takes any value. A value that a server cannot hold becomes the nearest that it can, and its place is added to
    `changed`: an instant that cannot be read becomes the first one, so that the link opens no booking there either.
    """
    if is_server(target) == is_server(source):
        return lambda rows: rows
    form = _on_server if is_server(target) else _in_file
    places = [(place, column) for place, column in enumerate(table.columns) if not isinstance(column.type, BigInteger)]

    def convert(rows: list[Row]) -> list[Row]:
        given = []
        for row in rows:
            new = list(row)
            for place, column in places:
                new[place], is_changed = form(column, row[place])
                if is_changed:
                    changed.add((table.name, row[0], column.name))
            given.append(tuple(new))
        return given

    return convert


def _in_file(column: Column[Any], value: Any) -> tuple[Any, bool]:  # noqa: ANN401
    """Converts a value of a server to that of a file; says that it was not changed."""
    is_instant = isinstance(column.type, Instant) and isinstance(value, datetime)
    return to_milliseconds(value) if is_instant else value, False


def _on_server(column: Column[Any], value: Any) -> tuple[Any, bool]:  # noqa: ANN401
    """Converts a value of a file to that of a server, or to the nearest; says whether it was changed."""
    if value is None and column.nullable:
        return None, False
    match column.type:
        case Instant():
            instant = read_instant(value)
            return (FIRST, True) if instant is None or is_unreadable(instant) else (instant, value.__class__ is not int)
        case Words():
            if value.__class__ is str and "\0" not in value:
                return value, False
            return read_required_text(value).replace("\0", "\N{SYMBOL FOR NULL}"), True
        case Number():
            minutes = max(1, min(DAY_MINUTES, read_number(value)))
            return minutes, minutes != value
    return value, False


_COPY_CACHE = 65_536
"""KiB of page cache while rows are added: each one changes the indexes of tokens and labels at random places."""

_FILE_PLACE = "SELECT file FROM pragma_database_list WHERE name = 'main'"
_SERVER_PLACE = "SELECT pg_postmaster_start_time(), current_database(), current_schema()"
_LAST_OF_FILE = "SELECT seq FROM sqlite_sequence WHERE name = '{table}'"
_LAST_OF_SERVER = """
    SELECT last_value FROM pg_sequences
    WHERE format('%I.%I', schemaname, sequencename) = pg_get_serial_sequence('{table}', 'id')
"""


def _columns(table: Table) -> str:
    return ", ".join(column.name for column in table.columns)


def _asked(connection: Connection, query: str) -> list[Row]:
    cursor = connection.connection.cursor()
    try:
        cursor.execute(query)
        return cast("list[Row]", cursor.fetchall())
    finally:
        cursor.close()
