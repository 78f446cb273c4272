"""Recognizing who waits for a lock, without waiting: on a server, and in a file."""

from __future__ import annotations

import select
import sqlite3
from collections.abc import Callable, Generator, Sequence
from typing import Any

import psycopg
import pytest
from psycopg import waiting
from psycopg.pq import TransactionStatus

import secret_links.booking
import secret_links.sqlite.connections
import secret_links.sqlite.database
from proof.turns import Actor, acting

GLANCE = 0.001
"""Seconds for which an answer of the server is awaited before it is asked who waits for whom."""

WHILE_AT_WORK = 0.02
"""Seconds for which it is awaited once the server has said that it is working on it."""

_BLOCKERS = "SELECT pg_blocking_pids(process) FROM unnest(%s::integer[]) AS process"


class ServerLocks:
    """Locks on a server, which says on a connection of its own who waits for whom.

    Whoever is neither answered nor waits for anybody is at work. Only when nobody is, it is settled who stays blocked:
    so nothing depends on how quick the driver is. Of two who waited for a third, the server lets either go first.
    The server is asked again only when somebody whom others wait for has ended a transaction, or has failed.
    """

    def __init__(self, control: psycopg.Connection[Any], patched: pytest.MonkeyPatch) -> None:
        self._control = control
        self._in_the_way: set[int] = set()
        """The server's processes that those who are blocked wait for."""
        self._settled = True
        """Whether they wait until one of those ends its transaction."""
        patched.setattr(psycopg.Connection, "wait", self._waiting_in_turn(psycopg.Connection.wait))

    def freed(self, blocked: Sequence[Actor]) -> Actor | None:
        """Returns the first of the blocked whom the server has answered."""
        while not self._settled:
            self._in_the_way.clear()
            silent = [actor for actor in blocked if not _is_answered(actor.socket)]
            if not self._at_work([actor.process for actor in silent]):
                answered = next((actor for actor in blocked if actor not in silent), None)
                self._settled = answered is None or blocked == [answered]
                return answered
            select.select([actor.socket for actor in silent], (), (), WHILE_AT_WORK)
        return None

    def _at_work(self, processes: list[int]) -> bool:
        if not processes:
            return False
        rows = self._control.execute(_BLOCKERS, [processes]).fetchall()
        self._in_the_way.update(*(others for (others,) in rows))
        return not all(others for (others,) in rows)

    def _waiting_in_turn(self, wait: Callable[..., Any]) -> Callable[..., Any]:
        """Makes the driver's waiting for an answer come back to the other actors while a lock is in the way."""

        def wait_in_turn(
            connection: psycopg.Connection[Any], answer: Generator[Any, Any, Any], **options: Any
        ) -> object:
            actor = acting()
            if actor is None or connection is self._control:
                return wait(connection, answer, **options)
            has_ended = True
            try:
                done = self._drive(actor, connection, answer)
                has_ended = connection.pgconn.transaction_status == TransactionStatus.IDLE
            finally:
                if has_ended and connection.pgconn.backend_pid in self._in_the_way:
                    self._settled = False
            return done

        return wait_in_turn

    def _drive(self, actor: Actor, connection: psycopg.Connection[Any], answer: Generator[Any, Any, Any]) -> object:
        socket, process, patience = connection.pgconn.socket, connection.pgconn.backend_pid, GLANCE
        try:
            wanted = next(answer)
            while True:
                ready = _ready(socket, wanted, patience)
                patience = GLANCE
                if ready:
                    wanted = answer.send(ready)
                elif self._at_work([process]):
                    patience = WHILE_AT_WORK
                else:
                    actor.socket, actor.process = socket, process
                    actor.block()
        except StopIteration as done:
            return done.value


def _is_answered(socket: int) -> bool:
    return bool(_ready(socket, waiting.Wait.R, 0))


def _ready(socket: int, wanted: int, seconds: float) -> int:
    """Returns for what of the wanted the socket is ready."""
    reads = [socket] if wanted & waiting.Wait.R else []
    writes = [socket] if wanted & waiting.Wait.W else []
    readable, writable, _ = select.select(reads, writes, (), seconds)
    return (waiting.Ready.R if readable else 0) | (waiting.Ready.W if writable else 0)


class FileLocks:
    """The one lock of a file: its writer's. Whoever is refused it is blocked until somebody else could get it."""

    def __init__(self, control: sqlite3.Connection, patched: pytest.MonkeyPatch) -> None:
        self._control = control
        for module in (secret_links.booking, secret_links.sqlite.database):
            patched.setattr(module, "begin_immediate", begin_in_turn)

    def freed(self, blocked: Sequence[Actor]) -> Actor | None:
        """Returns the first of the blocked if the file has no writer now."""
        try:
            self._control.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY":
                raise
            return None
        self._control.execute("ROLLBACK")
        return blocked[0]


def begin_in_turn(connection: sqlite3.Connection, wait: float = 0) -> None:
    """Begins a transaction that writes, as the store does, with turns of the others instead of pauses."""
    actor = acting()
    if actor is None:
        secret_links.sqlite.connections.begin_immediate(connection, wait)
        return
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY":
                raise
            actor.block()
        else:
            return
