"""Copying a whole store, of all hosts, into an empty one: between files and servers in any direction.

The source is read in one snapshot. Rows are copied in the order of their ids, in slices, each a transaction of the
target's. So a copy that was cut short has left the first rows of the source: by comparing them, the next one continues
without a checkpoint, and refuses a target that holds anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest

from sqlalchemy import Connection, Table

from secret_links.errors import StoreError, StoreUnusable
from secret_links.places import check_there
from secret_links.store import Store
from secret_links.tables.core import deleted_links, event_types, hosts, links
from secret_links.whole import bulk
from secret_links.whole.bulk import TABLES, Row
from secret_links.whole.nearest import Place, row_converter

COPY_SLICE = 50_000
"""Rows that are read, held and written at once: with 10,000, a file of a million links takes twice as long."""


@dataclass(frozen=True, slots=True)
class Step:
    """The progress of a copy."""

    verb: str
    """What is done to rows: `copied`, or `compared`."""
    table: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Copied:
    """The result of a copy."""

    rows: int
    """How many rows both stores have."""
    found: int
    """How many of them an earlier copy had left, which was cut short."""
    changed: bool
    """Whether somebody changed the source during the copy; the target does not have those changes."""
    hosts: int
    event_types: int
    """Including those that were removed, and can be restored."""
    links: int
    deleted: int
    """How many links are deleted, and can be restored."""
    nearest: Sequence[Place] = ()
    """The values that the target cannot hold, and has the nearest of."""


Progress = Callable[[Step], None]
"""Is called with the progress after each slice."""


class _Differs(Exception):
    """Two tables differ; the message says where."""


def open_source(url: str) -> Store:
    """Opens a store to copy from; StoreUnusable refuses a file that is not there."""
    check_there(url)
    return Store.open(url)


def copy(source: Store, target: Store, progress: Progress = lambda _: None) -> Copied:
    """Copies a store into an empty one, or continues a copy that was cut short, and compares both, row by row.

    After an exception, the same copy can be continued. StoreUnusable says that the target holds something else;
    StoreError names the first row that differs at the end.
    """
    with closing(source.watch()) as watch, source.database.reading() as here:
        totals = {table: bulk.count(here, table) for table in TABLES}
        nearest: set[Place] = set()
        found = _found(here, source, target, nearest)
        _number(here, target)
        for table in TABLES:
            for done in _copied(here, target, table, found[table], nearest):
                progress(Step("copied", table.name, done, totals[table]))
        try:
            with target.database.reading() as there:
                for table in TABLES:
                    for done in _all_compared(here, there, table, nearest, totals[table]):
                        progress(Step("compared", table.name, done, totals[table]))
        except _Differs as error:
            raise StoreError(
                f"{target.name} is not the same as {source.name}: {error}. Copy once more, into an empty store."
            ) from error
        return Copied(
            sum(totals.values()),
            sum(found.values()),
            watch.changed(),
            hosts=totals[hosts],
            event_types=totals[event_types],
            links=totals[links],
            deleted=totals[deleted_links],
            nearest=tuple(sorted(nearest)),
        )


def _found(here: Connection, source: Store, target: Store, nearest: set[Place]) -> dict[Table, int]:
    """Counts the rows that an earlier copy left in each table; StoreUnusable refuses any other rows."""
    found = {}
    whole = True
    with target.database.reading() as there:
        if bulk.place_of(here) == bulk.place_of(there):
            raise StoreUnusable(f"{source.name} cannot be copied into itself.")
        for table in TABLES:
            try:
                found[table] = _beginning(here, there, table, nearest, may_be_there=whole)
            except _Differs as error:
                raise StoreUnusable(
                    f"{target.name} holds something else than the beginning of a copy of {source.name} as it is now: "
                    f"{error}. Name an empty store."
                ) from error
            whole = whole and found[table] == bulk.count(here, table)
    return found


def _beginning(here: Connection, there: Connection, table: Table, nearest: set[Place], *, may_be_there: bool) -> int:
    """Counts the rows of a target's table, which must be the source's first ones; raises _Differs for others."""
    if not may_be_there and bulk.count(there, table):
        raise _Differs(f"{table.name} is not empty")
    last = bulk.newest(there, table)
    return 0 if last is None else max(_compared(here, there, table, nearest, up_to=last), default=0)


def _number(here: Connection, target: Store) -> None:
    """Makes the target number new rows above all that the source has ever numbered."""
    given = {table: bulk.last_number(here, table) for table in bulk.NUMBERED}

    def operation(connection: Connection) -> None:
        for table, last in given.items():
            if last > bulk.last_number(connection, table):
                bulk.number_from(connection, table, last)

    target.database.write(operation)


def _copied(here: Connection, target: Store, table: Table, done: int, nearest: set[Place]) -> Iterator[int]:
    """Copies the missing rows of one table, in slices; yields how many rows the target has."""
    with target.database.reading() as there:
        last = bulk.newest(there, table)
        convert = row_converter(there, here, table, nearest)
    while rows := convert(bulk.rows_after(here, table, last, COPY_SLICE)):

        def operation(connection: Connection, rows: list[Row] = rows, last: int | None = last) -> None:
            if bulk.newest(connection, table) != last:
                raise StoreError(f"Somebody else writes to {target.name}; copy into a store that nobody uses yet.")
            bulk.add_rows(connection, table, rows)

        target.database.write(operation, bulk=True)
        last = rows[-1][0]
        done += len(rows)
        yield done


def _all_compared(here: Connection, there: Connection, table: Table, nearest: set[Place], total: int) -> Iterator[int]:
    """Compares two tables as `_compared`; raises _Differs also where the source's rows are not as many as counted."""
    done = 0
    for done in _compared(here, there, table, nearest):
        yield done
    if done != total:
        raise _Differs(f"it has {done:,} of {total:,} rows of {table.name}")


def _compared(
    here: Connection, there: Connection, table: Table, nearest: set[Place], up_to: int | None = None
) -> Iterator[int]:
    """Compares the rows of two tables in the order of their ids, up to an id; yields how many are the same."""
    convert = row_converter(there, here, table, nearest)
    last: int | None = None
    done = 0
    while up_to is None or last is None or last < up_to:
        expected = convert(bulk.rows_after(here, table, last, COPY_SLICE))
        kept = bulk.rows_after(there, table, last, COPY_SLICE)
        if up_to is not None:
            expected = [row for row in expected if row[0] <= up_to]
        if expected != kept:
            raise _Differs(_difference(table, expected, kept))
        if not kept:
            return
        last = kept[-1][0]
        done += len(kept)
        yield done


def _difference(table: Table, expected: list[Row], kept: list[Row]) -> str:
    """Describes the first difference between two slices, without any value of a row."""
    for row, other in zip_longest(expected, kept):
        if row == other:
            continue
        if row is None or (other is not None and other[0] < row[0]):
            return f"it has a row more in {table.name}, with the id {other[0]}"
        if other is None or row[0] < other[0]:
            return f"it has no row in {table.name} with the id {row[0]}"
        columns = (column.name for column, one, two in zip(table.columns, row, other, strict=True) if one != two)
        return f"in {table.name}, the row with the id {row[0]} has another {next(columns)}"
    raise AssertionError("the slices are the same")
