"""Spending a link in a booking page's own transaction, where page and links share a database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, Transaction, event
from sqlalchemy.exc import DBAPIError, UnboundExecutionError
from sqlalchemy.orm import Session, scoped_session

from secret_links import redeeming
from secret_links.errors import StoreBusy
from secret_links.sqlite.connections import begin_immediate
from secret_links.sqlite.faults import explain
from secret_links.sqlite.page_file import check_in_place
from secret_links.times import utc_now

if TYPE_CHECKING:
    from secret_links.values import Link

BEFORE_A_SAVEPOINT = "on SQLite, redeem before a savepoint begins: with its end, the claim would stand"
IN_A_TRANSACTION = "redeem in a transaction: in autocommit, the claim would stand without the booking"

_CLAIMED = "secret_links.claimed"
_SAVEPOINT = re.compile(
    r"""(?:\s|;|--[^\n]*\n|/\*.*?\*/)*
    (SAVEPOINT|RELEASE(?:\s+SAVEPOINT)?|ROLLBACK(?:\s+TRANSACTION)?\s+TO(?:\s+SAVEPOINT)?)
    \s*("[^"]*"|'[^']*'|`[^`]*`|\[[^]]*\]|[^\s;]+)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


def redeem_in(
    session: Session | scoped_session[Any] | Connection,
    token_or_url: str,
    *,
    by: str | None = None,
    reference: str | int | UUID | None = None,
) -> Link:
    """Spends a link in the transaction of a session, SQLModel's or SQLAlchemy's, or of a connection.

    The claim is committed together with the booking, or undone together with it; others who want the same link wait
    until then. After any exception, the link is as it was:

    - LinkNotAvailable: the link cannot be spent. InvalidInput: `by` or `reference` cannot be kept.
    - StoreBusy: roll back, and begin the transaction again. In a file, others wrote for as long as the connection
      waits; on a server, others changed the same link after a REPEATABLE READ or SERIALIZABLE transaction began, or
      there was a deadlock. In SERIALIZABLE, the page's own commit may fail for the same reason.
    - StoreReadOnly, on SQLite: the connection cannot write.
    - StoreGone, on SQLite: the file was moved, deleted or replaced. Open the store and the page's engine again.
    - TypeError and ValueError: the claim could be committed without the booking. It is no session or connection of
      SQLAlchemy's, it commits each statement, or on SQLite it is in a savepoint, also one that is released later.
    - Any other failure is SQLAlchemy's own error.
    """
    claim = redeeming.Claim.of(token_or_url, by, reference)
    connection = _connection_of(session)
    if not connection.in_transaction():
        connection.begin()  # as the first statement would: it runs the page's event handlers
    if connection.dialect.name == "sqlite":
        with _own_turn(connection):
            return redeeming.redeem_through(connection, claim, utc_now())
    if getattr(connection.connection.driver_connection, "autocommit", False) is True:
        raise ValueError(IN_A_TRANSACTION)
    from secret_links.postgres.watch import count_change  # noqa: PLC0415  # only on a server

    try:
        link = redeeming.redeem_through(connection, claim, None)  # the clock is the server's
        count_change(connection)
    except DBAPIError as error:
        if _sqlstate(error.orig) not in _IN_THE_WAY:
            raise
        raise StoreBusy(
            "Others were changing the same link; nothing was changed. Roll back, and begin the transaction again."
        ) from error
    return link


_IN_THE_WAY = ("40001", "40P01", "55P03")
"""The SQLSTATEs of a transaction that another one has made impossible, of a deadlock, and of a lock timeout."""


def _sqlstate(error: BaseException | None) -> str | None:
    """Returns the SQLSTATE of a driver's error, for any driver."""
    return getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)


def _connection_of(session: object) -> Connection:
    if isinstance(session, Connection):
        return session
    if not isinstance(session, Session | scoped_session):
        raise TypeError(
            f"redeem_in takes a Session or a Connection of SQLAlchemy, not {type(session).__name__}; "
            "with another driver, run the statement that the README gives"
        )
    try:
        return session.connection()
    except UnboundExecutionError as error:
        raise ValueError(
            "this session is of several databases: give redeem_in the connection that the booking is made on, "
            "session.connection(bind_arguments={'mapper': Booking})"
        ) from error


@contextmanager
def _own_turn(connection: Connection) -> Iterator[None]:
    """Makes the block run in a write transaction; rolls it back after an exception if it began here.

    ValueError refuses a savepoint: Python's driver begins no transaction before it, so releasing it would commit.
    SQLite does not say whether a transaction was begun by a savepoint. So if the page has begun the transaction, the
    release of its savepoints is checked.
    """
    if connection.in_nested_transaction():
        raise ValueError(BEFORE_A_SAVEPOINT)
    driver: Any = connection.connection.driver_connection
    if _commits_by_itself(connection, driver):
        raise ValueError(IN_A_TRANSACTION)
    with _explained(connection):
        if driver.in_transaction:
            yield
            _check_in_place(connection, driver)  # only a claim has the write lock for certain
            _watch_savepoints(connection)
            return
        _begin(connection, driver)
        try:
            yield
            _check_in_place(connection, driver)
        except BaseException:
            connection.connection.rollback()  # it holds only the claim, and others are waiting
            raise


def _commits_by_itself(connection: Connection, driver: object) -> bool:
    """Whether a rollback would do nothing: in autocommit of Python 3.12's driver, or with `skip_autocommit_rollback`.

    In SQLAlchemy's own autocommit, the driver still rolls back a transaction that was begun by a statement.
    """
    dialect = connection.dialect
    dbapi_connection: Any = connection.connection.dbapi_connection
    return getattr(driver, "autocommit", None) is True or (
        dialect.skip_autocommit_rollback and dialect.detect_autocommit_setting(dbapi_connection)
    )


@contextmanager
def _explained(connection: Connection) -> Iterator[None]:
    """Raises SQLite's errors as the store's."""
    path = Path(connection.engine.url.database or "the database")
    try:
        yield
    except sqlite3.Error as error:
        raise explain(path, error) from error
    except DBAPIError as error:
        if not isinstance(error.orig, sqlite3.Error):
            raise
        raise explain(path, error.orig) from error


def _check_in_place(connection: Connection, driver: object) -> None:
    """Raises StoreGone where the connection has a file open that is not at its path any more."""
    if isinstance(driver, sqlite3.Connection):
        check_in_place(driver, connection.info)


def _begin(connection: Connection, driver: object) -> None:
    """Begins a write transaction, and waits for others as fairly as a store does.

    SQLite's own waiting starves some: of fifty visitors at once, one gave up after ten seconds.
    """
    if not isinstance(driver, sqlite3.Connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()  # milliseconds
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        begin_immediate(driver, patience / 1000)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {patience:d}")


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A page's transaction in which a link was claimed."""

    transaction: Transaction | None
    later: list[str]
    """The names of the savepoints that were begun after the claim, the newest last."""


def _watch_savepoints(connection: Connection) -> None:
    """Refuses, until the transaction ends, to release a savepoint that was begun before the claim."""
    claimed: _Claimed | None = connection.info.get(_CLAIMED)
    if claimed is None or claimed.transaction is not connection.get_transaction():
        connection.info[_CLAIMED] = _Claimed(connection.get_transaction(), [])
    if not event.contains(connection, "before_cursor_execute", _check_savepoint):
        event.listen(connection, "before_cursor_execute", _check_savepoint)


def _check_savepoint(connection: Connection, _: object, statement: str, *__: object) -> None:
    claimed: _Claimed | None = connection.info.get(_CLAIMED)
    found = _SAVEPOINT.match(statement)
    if claimed is None or found is None or claimed.transaction is not connection.get_transaction():
        return
    verb, name = found[1].split()[0].upper(), found[2].strip("\"'`[]").casefold()
    since = next((place for place, later in reversed([*enumerate(claimed.later)]) if later == name), None)
    if verb == "SAVEPOINT":
        claimed.later.append(name)
    elif verb == "RELEASE" and since is None:
        raise ValueError(BEFORE_A_SAVEPOINT)
    elif since is None:
        del connection.info[_CLAIMED]  # rolled back to before the claim, which is undone by that
    else:
        del claimed.later[since + (verb == "ROLLBACK") :]
