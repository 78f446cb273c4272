"""What has become of a commit whose answer was lost: the change is kept, or undone, or nobody can tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import psycopg
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from secret_links.errors import OutcomeUnknown, StoreError
from secret_links.postgres.faults import explained

_FATE = text("SELECT pg_xact_status(CAST(:transaction AS xid8))")

_ASK_EVERY = 0.1
"""Seconds between two questions to a server that does not answer yet, or has not ended the transaction yet."""


class CommitLost(OutcomeUnknown):
    """The line was cut during a commit; says of which transaction, None for one that wrote nothing."""

    def __init__(self, name: str, transaction: str | None) -> None:
        super().__init__(
            f"The connection to {name} was lost while the change was being kept; look whether it stands before you "
            "try again."
        )
        self.name = name
        self.transaction = transaction


def is_kept(lost: CommitLost, engine: Engine, proof: Callable[[Connection], bool] | None, patience: float) -> bool:
    """Finds out, as soon as the server answers again, whether a change is kept; raises `lost` where it cannot.

    A transaction that the server calls aborted, or has never heard of, is undone. One that it calls committed need not
    be the same: after a crash, the number of one that was lost is given to another. So `proof` must find what was done.
    """
    if lost.transaction is None:
        return True
    deadline = time.monotonic() + patience
    while True:
        with suppress(StoreError), explained(lost.name), engine.begin() as connection:
            fate = _fate(connection, lost.transaction)
            if fate == "aborted":
                return False
            if fate == "committed" and proof is not None:
                return proof(connection)
            if fate == "committed":
                break
        if time.monotonic() >= deadline:
            break
        time.sleep(_ASK_EVERY)
    raise lost


def _fate(connection: Connection, transaction: str) -> str | None:
    try:
        fate: str | None = connection.execute(_FATE, {"transaction": transaction}).scalar_one()
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.InvalidParameterValue):  # a number that is still to be given
            return "aborted"
        raise
    return fate
