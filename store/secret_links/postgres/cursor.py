"""The store's connections and cursors, which raise no errors but psycopg.Error.

Some functions of the driver raise ValueError or OverflowError for values out of their range. Here these become errors
of the driver, which differ from mistakes of the program that uses the store.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self, TypeVar

import psycopg
from psycopg.abc import Params, PQGen
from psycopg.rows import TupleRow
from sqlalchemy import Connection

from secret_links.postgres.faults import Unreadable, Unwritable

T = TypeVar("T")


@contextmanager
def _translated(error_class: type[psycopg.DataError]) -> Iterator[None]:
    try:
        yield
    except psycopg.DataError as error:
        if error.sqlstate is not None:
            raise
        raise error_class(str(error)) from error
    except psycopg.Error:
        raise
    except (ValueError, TypeError, ArithmeticError, LookupError, NotImplementedError) as error:
        raise error_class(f"{type(error).__name__}: {error}") from error


class StoreCursor(psycopg.Cursor[TupleRow]):
    """A cursor that raises no errors but the driver's."""

    def execute(
        self,
        query: Any,  # noqa: ANN401  # the driver has several forms of it
        params: Params | None = None,
        *,
        prepare: bool | None = None,
        binary: bool | None = None,
    ) -> Self:
        """Executes a statement; raises Unwritable if a parameter cannot be sent."""
        with _translated(Unwritable):
            return super().execute(query, params, prepare=prepare, binary=binary)

    def fetchone(self) -> TupleRow | None:
        """Reads a row; raises Unreadable if a value cannot be read."""
        with _translated(Unreadable):
            return super().fetchone()

    def fetchmany(self, size: int = 0) -> list[TupleRow]:
        """Reads up to `size` rows; raises Unreadable if a value cannot be read."""
        with _translated(Unreadable):
            return super().fetchmany(size)

    def fetchall(self) -> list[TupleRow]:
        """Reads all rows; raises Unreadable if a value cannot be read."""
        with _translated(Unreadable):
            return super().fetchall()


class StoreConnection(psycopg.Connection[TupleRow]):
    """A connection of the store's own."""

    pooled = False
    """Whether a pooler may hand the server's session to others after each transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # the driver's own arguments
        super().__init__(*args, **kwargs)
        self.cursor_factory = StoreCursor

    def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:  # noqa: ANN401  # the driver's own arguments
        """Waits for the server; OperationalError where this machine cannot wait, for which the driver has OSError.

        The connection is given up: its next answer would be that to the question whose answer nobody could wait for.
        """
        try:
            return super().wait(gen, *args, **kwargs)
        except OSError as error:
            self.pgconn.finish()
            raise psycopg.OperationalError(f"waiting for the server failed: {error.strerror}") from error


def driver_of(connection: Connection) -> StoreConnection:
    """Gives the driver's own connection."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, StoreConnection)  # noqa: S101  # for the type checker
    return driver
