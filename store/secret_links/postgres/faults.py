"""What PostgreSQL's faults mean for a store, in sentences.

A failed statement has an SQLSTATE. A failure to connect has words only: libpq gives no more. The server's own message
is shown if there is no sentence for it here. While connecting, it may repeat parts of the URL, so there only what
`Address.harmless` lets through is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError

from secret_links.errors import (
    QueryCancelled,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnreachable,
    StoreUnusable,
)


class InTheWay(StoreBusy):
    """Two transactions were in conflict: this one is undone, and can be tried again."""


class ConnectionLost(StoreUnreachable):
    """An open connection was lost; its transaction is undone."""


_POOLED_STATEMENTS, _POOLED_OPTIONS, _WRONG_VALUE, _STANDBY = "pool_mode", "startup parameter", "value", "standby"
"""Stand for messages of poolers and libpq that have no SQLSTATE of their own."""


class Unreadable(psycopg.DataError):
    """The driver cannot read a value that the server has sent."""


class Unwritable(psycopg.DataError):
    """The driver cannot send a value."""


_BY_STATE: dict[str, tuple[type[StoreError], str]] = {
    "23": (StoreError, "The tables of {name} do not take this: {said}. Nothing was changed."),
    "23505": (InTheWay, "Somebody else has just stored the same in {name}; nothing was changed, try again."),
    "25006": (StoreReadOnly, "{name} can be read, but not written; nothing was changed."),
    "28": (
        StoreUnusable,
        "{name} does not let this user in; look at the name and the password (PGPASSWORD, ~/.pgpass).",
    ),
    "3D000": (StoreUnusable, "The server of {name} has no such database; make it with: createdb, or correct the URL."),
    "40": (InTheWay, "Others keep changing the same links in {name}; nothing was changed, try again in a moment."),
    "42501": (
        StoreUnusable,
        "This user may not do that in {name}: {said}. An administrator of the server can grant it.",
    ),
    "42P07": (InTheWay, "Somebody else has just made the tables of {name}; nothing was changed, try again."),
    "53100": (StoreFull, "The disk of the server with {name} is full; nothing was changed. Make room and try again."),
    "53300": (StoreUnreachable, "The server of {name} has too many connections; try again in a moment."),
    "53": (StoreBusy, "The server of {name} has run out of a resource: {said}. Nothing was changed."),
    "54": (StoreError, "{name} has no room for a value that long: {said}. Nothing was changed."),
    "55P03": (StoreBusy, "Another program keeps {name} locked; nothing was changed, try again in a moment."),
    "57014": (StoreBusy, "The server of {name} broke this off, since it took too long; nothing was changed."),
    "57P03": (StoreUnreachable, "The server of {name} is starting or stopping; try again in a moment."),
    "57P": (ConnectionLost, "The connection to {name} was lost: the server ended it; try again in a moment."),
    "58030": (StoreFull, "The server of {name} cannot read or write its files: {said}. Nothing was changed."),
    "XX001": (StoreUnusable, "{name} is damaged; restore it from a backup."),
    _POOLED_STATEMENTS: (
        StoreUnusable,
        "A pooler stands before {name} and hands the connection on after each statement; have it keep connections for "
        "a session or a transaction (PgBouncer: pool_mode = session).",
    ),
    _POOLED_OPTIONS: (
        StoreUnusable,
        "A pooler stands before {name} and takes no “options” of a URL; leave them out, and name a schema by "
        "ALTER ROLE … SET search_path.",
    ),
    _STANDBY: (
        StoreUnreachable,
        "Only a standby of {name} answers, which takes no changes; start the server, or have the standby take over.",
    ),
    _WRONG_VALUE: (
        StoreUnusable,
        "{name} cannot be opened: {said}. Check the part of its URL after the question mark.",
    ),
}
"""By SQLSTATE, or its beginning; the longest match decides."""

_BY_WORDS: tuple[tuple[str, str], ...] = (
    (r"database system is|not yet accepting|terminating connection", "57P03"),
    (
        r"authentication failed|no password supplied|no pg_hba.conf entry|no such user"
        r"|role .+ (does not exist|is not permitted)",
        "28",
    ),
    (r"database .+ does not exist|no such database", "3D000"),
    (r"permission denied", "42501"),
    (r"too many|connection slots|no more connections allowed", "53300"),
    (r"^session is read-only|^server is in hot standby mode", _STANDBY),  # of several hosts, none can be written
    (r"statement pooling mode", _POOLED_STATEMENTS),
    (r"unsupported startup parameter.* options", _POOLED_OPTIONS),
    (r"^(connection is bad: )?(invalid|bad value|could not parse)", _WRONG_VALUE),
)
"""Patterns of messages when a connection is refused, by the server or by a pooler, and their key above."""


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Raises errors of the driver as StoreErrors."""
    try:
        yield
    except DBAPIError as error:
        if not isinstance(error.orig, psycopg.Error):
            raise
        raise explain(name, error.orig) from error
    except psycopg.Error as error:
        raise explain(name, error) from error


def explain(
    name: str,
    error: psycopg.Error,
    *,
    connecting: bool = False,
    cancelled: bool = False,
    harmless: Callable[[str], str] = str,
) -> StoreError | QueryCancelled:
    """Gives the StoreError for an error of PostgreSQL; QueryCancelled if the reader was `cancelled`.

    `connecting` says that it came from connecting; then `harmless` removes from the message what must not be shown.
    """
    message = _message_of(error)
    said = harmless(message)
    state = error.sqlstate or ""
    if connecting or state in _OF_POOLERS:
        state = _state_of(message) or state
    if state == "57014" and cancelled:
        return QueryCancelled()
    for length in (len(state), 5, 3, 2):
        if state[:length] in _BY_STATE:
            error_class, sentence = _BY_STATE[state[:length]]
            return error_class(sentence.format(name=name, said=said or _UNSAID))
    if connecting and "FATAL" in str(error):
        return StoreUnusable(f"{name} cannot be opened: {said or _UNSAID}.")
    if connecting:
        return StoreUnreachable(f"{name} does not answer{said and f' ({said})'}; is its server running?")
    return _unnamed(name, error, said)


def _unnamed(name: str, error: psycopg.Error, said: str) -> StoreError:
    """Gives the StoreError for an error without an SQLSTATE, or with one that has no sentence above."""
    if isinstance(error, Unreadable):
        return StoreError(
            f"{name} holds a value that cannot be read here ({said}); the administrator of the server can repair it."
        )
    if isinstance(error, Unwritable):
        return StoreError(f"{name} cannot keep such a value ({said}); nothing was changed.")
    if isinstance(error, psycopg.OperationalError):
        return ConnectionLost(f"The connection to {name} was lost; try again in a moment.")
    return StoreError(f"The store {name} failed: {said}.")


_UNSAID = "for a reason that may hold parts of a password, and is not shown"

_OF_POOLERS = ("08P01",)
"""The SQLSTATE of all that a pooler refuses."""


def _message_of(error: psycopg.Error) -> str:
    """Gives the message of the server or the driver as a part of a sentence."""
    said = error.diag.message_primary or str(error).strip().partition("\n")[0]
    for before in ("failed: ", "FATAL:", "ERROR:"):
        said = said.rpartition(before)[2]
    return said.strip().rstrip(".") or type(error).__name__


def _state_of(said: str) -> str:
    return next((state for words, state in _BY_WORDS if re.search(words, said)), "")
