"""Finding out about a commit whose answer was lost: whether the change is kept or undone."""

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
"""Seconds between two queries to a server that does not answer yet, or has not ended the transaction yet."""


class CommitLost(OutcomeUnknown):
    """The connection was lost during a commit; has the transaction's number, None if it wrote nothing."""

    def __init__(self, name: str, transaction: str | None) -> None:
        super().__init__(
            f"The connection to {name} was lost while the change was being kept; look whether it stands before you "
            "try again."
        )
        self.name = name
        self.transaction = transaction


def is_kept(lost: CommitLost, engine: Engine, proof: Callable[[Connection], bool] | None, patience: float) -> bool:
    """Says whether a change is kept, as soon as the server answers again; raises `lost` after `patience` seconds.

    A transaction that the server reports as aborted, or has no record of, is undone. One reported as committed need not
    be the same: after a crash, a lost transaction's number is given to another one. So `proof` must find the change.
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
        if isinstance(
            error.orig, psycopg.errors.InvalidParameterValue
        ):  # the number was not given to any transaction yet
            return "aborted"
        raise
    return fate
