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
    """Spends a link in the transaction that a session, SQLModel's or SQLAlchemy's, or a connection is in.

    The claim stands when that is committed, together with the booking, and is undone together with it; others who want
    the same link wait until then. LinkNotAvailable says that the link cannot be spent, InvalidInput that `by` or
    `reference` cannot be kept. StoreBusy says that others were in the way: roll back, and begin the transaction again.
    In a file they wrote for as long as the connection waits; on a server they changed the same link after a REPEATABLE
    READ or SERIALIZABLE transaction began, or each waited for the other. In SERIALIZABLE, the page's own commit may
    fail so too. On SQLite, StoreReadOnly says that the connection cannot write. TypeError and ValueError refuse what
    could let the claim stand without the booking: no session or connection of SQLAlchemy's, one that commits each
    statement, on SQLite a savepoint, also one that is released later. Whatever else goes wrong comes as SQLAlchemy's
    own error. The link stays as it is whenever anything is raised.
    """
    claim = redeeming.Claim.of(token_or_url, by, reference)
    connection = _connection_of(session)
    if not connection.in_transaction():
        connection.begin()  # as the first statement would: it runs what the page has hooked to it
    if connection.dialect.name == "sqlite":
        with _own_turn(connection):
            return redeeming.redeem_through(connection, claim, utc_now())
    if getattr(connection.connection.driver_connection, "autocommit", False) is True:
        raise ValueError(IN_A_TRANSACTION)
    from secret_links.postgres.watch import count_change  # noqa: PLC0415  # only where there is a server

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
    """Gives the SQLSTATE of a driver's error, whichever driver the page uses."""
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
    """Has the claim be in a transaction that writes, that ends by its commit alone, and that ends where it fails.

    ValueError refuses a savepoint: Python's driver begins no transaction before it, so its end would be the commit.
    SQLite does not say whether a transaction was begun by a savepoint, so where the page has begun it by itself, the
    savepoints that end in it are watched.
    """
    if connection.in_nested_transaction():
        raise ValueError(BEFORE_A_SAVEPOINT)
    driver: Any = connection.connection.driver_connection
    if _commits_by_itself(connection, driver):
        raise ValueError(IN_A_TRANSACTION)
    with _explained(connection):
        if driver.in_transaction:
            yield
            _watch_savepoints(connection)
            return
        _begin(connection, driver)
        try:
            yield
        except BaseException:
            connection.connection.rollback()  # nothing but the claim is in it, and others are waiting
            raise


def _commits_by_itself(connection: Connection, driver: object) -> bool:
    """Whether a rollback would do nothing: as Python 3.12's driver has it, or SQLAlchemy's `skip_autocommit_rollback`.

    In the autocommit that SQLAlchemy calls so, the driver still ends a transaction that was begun by hand.
    """
    dialect = connection.dialect
    skipped = getattr(dialect, "skip_autocommit_rollback", False)
    dbapi_connection: Any = connection.connection.dbapi_connection
    return getattr(driver, "autocommit", None) is True or (
        skipped and dialect.detect_autocommit_setting(dbapi_connection)
    )


@contextmanager
def _explained(connection: Connection) -> Iterator[None]:
    """Turns what SQLite fails with into the store's errors."""
    path = Path(connection.engine.url.database or "the database")
    try:
        yield
    except sqlite3.Error as error:
        raise explain(path, error) from error
    except DBAPIError as error:
        if not isinstance(error.orig, sqlite3.Error):
            raise
        raise explain(path, error.orig) from error


def _begin(connection: Connection, driver: object) -> None:
    """Begins a transaction that writes, and waits for others as fairly as a store does.

    SQLite's own waiting lets some starve: of fifty visitors at once, one gave up after ten seconds.
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
    """A transaction that the page has begun by itself, in which a link was claimed."""

    transaction: Transaction | None
    later: list[str]
    """The names of the savepoints that were begun since, the newest last."""


def _watch_savepoints(connection: Connection) -> None:
    """Refuses from now on, until the transaction ends, to release a savepoint that was begun before the claim."""
    known: _Claimed | None = connection.info.get(_CLAIMED)
    if known is None or known.transaction is not connection.get_transaction():
        connection.info[_CLAIMED] = _Claimed(connection.get_transaction(), [])
    if not event.contains(connection, "before_cursor_execute", _check_savepoint):
        event.listen(connection, "before_cursor_execute", _check_savepoint)


def _check_savepoint(connection: Connection, _: object, statement: str, *__: object) -> None:
    claimed: _Claimed | None = connection.info.get(_CLAIMED)
    found = _SAVEPOINT.match(statement)
    if claimed is None or found is None or claimed.transaction is not connection.get_transaction():
        return
    verb, name = found[1].split()[0].upper(), found[2].strip("\"'`[]").casefold()
    since = next((place for place, known in reversed([*enumerate(claimed.later)]) if known == name), None)
    if verb == "SAVEPOINT":
        claimed.later.append(name)
    elif verb == "RELEASE" and since is None:
        raise ValueError(BEFORE_A_SAVEPOINT)
    elif since is None:
        del connection.info[_CLAIMED]  # rolled back to before the claim, which is undone
    else:
        del claimed.later[since + (verb == "ROLLBACK") :]
