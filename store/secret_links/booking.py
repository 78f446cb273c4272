"""Spending a link in a booking page's own transaction, where page and links share a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from secret_links import redeeming
from secret_links.times import utc_now

if TYPE_CHECKING:
    from secret_links.values import Link


def redeem_in(
    session: Session | Connection, token_or_url: str, *, by: str | None = None, reference: str | None = None
) -> Link:
    """Spends a link in the transaction that a session, SQLModel's or SQLAlchemy's, or a connection is in.

    The claim stands when that is committed, together with the booking, and is undone together with it. LinkNotAvailable
    says that the link cannot be spent; whatever else goes wrong comes as SQLAlchemy's own error. Whoever wants the same
    link meanwhile waits for the commit.
    """
    claim = redeeming.Claim.of(token_or_url, by, reference)
    connection = session.connection() if isinstance(session, Session) else session
    if connection.dialect.name == "sqlite":
        return redeeming.redeem_through(connection, claim, utc_now())
    link = redeeming.redeem_through(connection, claim, None)  # the clock is the server's
    from secret_links.postgres_watch import tell  # noqa: PLC0415  # only where there is a server

    tell(connection)
    return link
