"""Spending a link in a booking page's own transaction, where page and links share a database."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from secret_links import redeeming
from secret_links.errors import StoreBusy
from secret_links.sqlite import begin_immediate
from secret_links.times import utc_now

if TYPE_CHECKING:
    from secret_links.values import Link


def redeem_in(
    session: Session | Connection, token_or_url: str, *, by: str | None = None, reference: str | None = None
) -> Link:
    """Spends a link in the transaction that a session, SQLModel's or SQLAlchemy's, or a connection is in.

    The claim stands when that is committed, together with the booking, and is undone together with it. LinkNotAvailable
    says that the link cannot be spent. StoreBusy says that others were in the way: roll back, and begin the transaction
    again. In a file they wrote for as long as the connection waits; on a server they changed the same link after a
    REPEATABLE READ or SERIALIZABLE transaction began, or each waited for the other. In SERIALIZABLE, the page's own
    commit may fail so too. Whatever else goes wrong comes as SQLAlchemy's error. Others who want the same link wait
    for the commit.
    """
    claim = redeeming.Claim.of(token_or_url, by, reference)
    connection = session.connection() if isinstance(session, Session) else session
    if connection.dialect.name == "sqlite":
        _take_turn(connection)
        return redeeming.redeem_through(connection, claim, utc_now())
    if getattr(connection.connection.driver_connection, "autocommit", False) is True:
        raise ValueError("redeem in a transaction: in autocommit, the claim would stand without the booking")
    from secret_links.postgres_watch import tell  # noqa: PLC0415  # only where there is a server

    try:
        link = redeeming.redeem_through(connection, claim, None)  # the clock is the server's
        tell(connection)
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


def _take_turn(connection: Connection) -> None:
    """Begins the transaction as one that writes, where none has begun, and waits for others as fairly as a store does.

    ValueError refuses a savepoint: Python's driver begins no transaction before it, so its end would be the commit.

    SQLite's own waiting lets some starve: of fifty visitors at once, one gave up after ten seconds.
    """
    if connection.in_nested_transaction():
        raise ValueError("on SQLite, redeem before a savepoint begins: with its end, the claim would stand")
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection) or driver.in_transaction:
        return
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()  # milliseconds
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        begin_immediate(driver, patience / 1000)
    except sqlite3.OperationalError as error:
        raise StoreBusy("Others kept the database locked; nothing was changed, try again in a moment.") from error
    finally:
        driver.execute(f"PRAGMA busy_timeout = {patience:d}")
