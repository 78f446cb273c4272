"""Processes that redeem links at the same time: through the store, or by its statements alone."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import cache
from multiprocessing.synchronize import Barrier
from types import TracebackType
from typing import Literal, Self

import psycopg

from secret_links import Store, redeeming
from secret_links.postgres import database

Way = Literal["store", "sqlite3", "psycopg"]

CLIENTS = {1: "one process", 8: "eight processes"}
VISITOR = "A visitor"

WARMING = 10
"""Links that each process redeems before the clock starts: to connect, and to have its statements prepared."""

PATIENCE = 60.0
"""Seconds after which a process that waits for another one gives up."""

_barriers: dict[int, Barrier] = {}
"""In each process: where it waits until so many of them are ready."""


class Redeemers:
    """As many processes as are ever needed, which stay for all measurements."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("forkserver")
        # Imported once for all of them.
        context.set_forkserver_preload(["secret_links.store", "secret_links.postgres.database"])
        barriers = {clients: context.Barrier(clients) for clients in CLIENTS}
        self._pool = context.Pool(max(CLIENTS), _meet_at, (barriers,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.terminate()
        self._pool.join()

    def rate(self, way: Way, place: str, tokens: Sequence[str], clients: int) -> float:
        """Shares links out among some processes; gives how many they redeemed in a second."""
        # Nobody takes two shares: whoever has one waits until all are taken.
        shares = [(way, place, tokens[client::clients], clients) for client in range(clients)]
        times = self._pool.starmap(_redeem, shares, chunksize=1)
        seconds = max(ended for _, ended in times) - min(begun for begun, _ in times)
        return (len(tokens) - clients * WARMING) / seconds


def _meet_at(barriers: dict[int, Barrier]) -> None:
    _barriers.update(barriers)


def _redeem(way: Way, place: str, tokens: Sequence[str], clients: int) -> tuple[float, float]:
    """Redeems a share; gives when it began and ended, on the clock that all processes have in common."""
    redeem = _way(way, place)
    for token in tokens[:WARMING]:
        redeem(token)
    _barriers[clients].wait(PATIENCE)
    begun = time.monotonic()
    for token in tokens[WARMING:]:
        redeem(token)
    return begun, time.monotonic()


@cache
def _way(way: Way, place: str) -> Callable[[str], object]:
    """Connects to a store; gives what redeems there."""
    if way == "store":
        store = Store.open(place)
        return lambda token: store.redeem(token, VISITOR)
    return _in_file(place) if way == "sqlite3" else _on_server(place)


def _in_file(path: str) -> Callable[[str], object]:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    claim = redeeming._claim_for("sqlite", "pysqlite", as_page=False)

    def redeem(token: str) -> None:
        now = time.time_ns() // 1_000_000
        connection.execute("BEGIN IMMEDIATE")
        assert connection.execute(claim, _parameters(token, now)).fetchall(), "a link that nobody else has is won"
        connection.execute("COMMIT")

    return redeem


def _on_server(url: str) -> Callable[[str], object]:
    connection = psycopg.connect(url)
    claim = redeeming._claim_for("postgresql", "psycopg", as_page=False).encode()
    tell = str(database._BEFORE_COMMIT).encode()

    def redeem(token: str) -> None:
        assert connection.execute(claim, _parameters(token, None)).fetchall(), "a link that nobody else has is won"
        connection.execute(tell)
        connection.commit()

    return redeem


def _parameters(token: str, now: int | None) -> dict[str, object]:
    return {"sought_token": token, "claimed_by": VISITOR, "claimed_reference": None, "now": now}
