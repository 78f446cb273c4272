"""Reading and writing rows of whole tables through the driver, in each database's own storage format.

The rows are of all hosts, and nothing is rounded: an instant of a server is read to its last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table

from secret_links.odd_values import OddText
from secret_links.sqlite.connections import driver_of
from secret_links.tables.core import (
    deleted_links,
    deletions,
    event_types,
    hosts,
    link_events,
    links,
)

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


def is_server(connection: Connection) -> bool:
    """Whether a connection is to PostgreSQL."""
    return connection.dialect.name == "postgresql"


def place_of(connection: Connection) -> object:
    """Gives a value that is equal for two connections to the same store, whatever names it was opened by."""
    return _asked(connection, _SERVER_PLACE if is_server(connection) else _FILE_PLACE)


def rows_after(connection: Connection, table: Table, last: int | None, many: int) -> list[Row]:
    """Reads up to `many` rows with ids above `last`, all where it is None, in the order of their ids, the first column.

    No number is below every id: another program may have given the lowest one there is.
    """
    where = "" if last is None else f"WHERE id > {last:d}"
    query = f"SELECT {_columns(table)} FROM {table.name} {where} ORDER BY id LIMIT {many:d}"  # noqa: S608
    return _asked(connection, query)


def count(connection: Connection, table: Table) -> int:
    """Counts the rows of a table."""
    return int(_asked(connection, f"SELECT count(*) FROM {table.name}")[0][0])  # noqa: S608


def newest(connection: Connection, table: Table) -> int | None:
    """Gives the highest id that a table has a row of; None where it has none."""
    newest: int | None = _asked(connection, f"SELECT max(id) FROM {table.name}")[0][0]  # noqa: S608
    return newest


def add_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Writes rows with their ids, and with references to rows that another program has deleted.

    A server's constraint on such references is kept for rows that come later.
    """
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
    put_back = []
    while (constraint := _refused_by(connection, table, rows)) is not None:
        put_back.append(_without(connection, table, constraint))
    for statement in put_back:
        connection.exec_driver_sql(statement)


def _refused_by(connection: Connection, table: Table, rows: Sequence[Row]) -> str | None:
    """Writes rows to a server; if it refuses a reference to a row that is missing, gives the constraint's name."""
    from psycopg.errors import ForeignKeyViolation  # noqa: PLC0415  # most stores are files

    driver = cast("Any", connection.connection.driver_connection)
    try:
        with (
            driver.transaction(),
            driver.cursor() as cursor,
            cursor.copy(f"COPY {table.name} ({_columns(table)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
    except ForeignKeyViolation as error:
        constraint = error.diag.constraint_name
        if constraint is None:
            raise
        return constraint
    return None


def _without(connection: Connection, table: Table, constraint: str) -> str:
    """Takes a constraint away; gives the statement that brings it back, for all rows but those that are there."""
    named = f"conrelid = '{table.name}'::regclass AND conname = '{constraint}'"
    query = f"SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint WHERE {named}"  # noqa: S608
    ((name, rule),) = _asked(connection, query)
    connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT {name}")
    return f"ALTER TABLE {table.name} ADD CONSTRAINT {name} {rule.removesuffix(_LATER_ROWS)}{_LATER_ROWS}"


def last_number(connection: Connection, table: Table) -> int:
    """Gives the highest id that a table has ever given to a row, including rows that are deleted."""
    rows = _asked(connection, (_LAST_OF_SERVER if is_server(connection) else _LAST_OF_FILE).format(table=table.name))
    given = rows[0][0] if rows else None
    return max(given or 0, *(newest(connection, place) or 0 for place in NUMBERED[table]))


def number_from(connection: Connection, table: Table, last: int) -> None:
    """Makes a table number its next rows above `last`."""
    if is_server(connection):
        _asked(connection, f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last:d})")
        return
    driver = driver_of(connection)
    values = (last, table.name)
    if not driver.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", values).rowcount:
        driver.execute("INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)", values)


_LATER_ROWS = " NOT VALID"
"""PostgreSQL's words for a constraint that is checked for new rows alone."""

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
