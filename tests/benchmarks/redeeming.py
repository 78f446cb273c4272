"""Redeeming: through the store, by turns with the same statements on their own, by one client and by eight."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from benchmarks.bench import Bench
from benchmarks.pgbench import Pgbench
from benchmarks.redeemers import CLIENTS, WARMING, Redeemers, Way
from benchmarks.stores import HOST
from benchmarks.table import SKIPPED, Row, ratio
from postgres_server import Databases, EmbeddedServer
from secret_links import Store

DURABLE = "fsync = on\nsynchronous_commit = on\n"
"""Settings of the server: PostgreSQL's own, of which these two matter."""

Rate = Callable[[int], float]
"""Redeems as so many clients; gives how many links in a second."""


def redeems(bench: Bench) -> Iterator[Row]:
    """Measures redeeming in files and on a server, the clients being processes that are there already."""
    with Redeemers() as redeemers:
        yield from _in_file(bench, redeemers)
        yield from _on_server(bench, redeemers)


def _in_file(bench: Bench, redeemers: Redeemers) -> Iterator[Row]:
    path = bench.folder / "redeemed.db"
    with Store.open(path) as store:
        rate = partial(_rate, bench, redeemers, store, str(path))
        yield from _by_turns(bench, "SQLite", partial(rate, "store"), partial(rate, "sqlite3"), "sqlite3", "0.5 x")


def _on_server(bench: Bench, redeemers: Redeemers) -> Iterator[Row]:
    try:
        server = EmbeddedServer(DURABLE)
    except (ImportError, OSError, subprocess.CalledProcessError) as error:
        yield Row("redeem on PostgreSQL", SKIPPED, f"PostgreSQL cannot run here: {error}")
        return
    with server:
        url = Databases(server).new()
        program = server.programs / "pgbench"
        with Store.open(url) as store:
            rate = partial(_rate, bench, redeemers, store, url)
            if program.exists():
                alone, name = partial(Pgbench(program, url, bench.folder).rate, bench.effort.redeems), "pgbench"
            else:
                alone, name = partial(rate, "psycopg"), "psycopg, for want of pgbench"
            yield from _by_turns(bench, "PostgreSQL", partial(rate, "store"), alone, name)


def _by_turns(bench: Bench, where: str, ours: Rate, theirs: Rate, name: str, asked: str = "") -> Iterator[Row]:
    """Measures both for each number of clients; `asked` is for one."""
    for clients, words in CLIENTS.items():
        measured, compared = [], []
        for _ in range(bench.effort.runs):
            measured.append(ours(clients))
            compared.append(theirs(clients))
        many, others = median(measured), median(compared)
        what = f"redeem on {where}, {words}"
        yield Row(what, f"{many:,.0f}/s", f"{others:,.0f}/s {name}", ratio(many, others), asked if clients == 1 else "")


def _rate(bench: Bench, redeemers: Redeemers, store: Store, place: str, way: Way, clients: int) -> float:
    host = store.as_host(HOST)
    kinds = host.event_types() or [host.add_event_type("Call")]
    fresh = host.generate(kinds[0].id, clients * (bench.effort.redeems + WARMING))
    return redeemers.rate(way, place, [link.token for link in fresh], clients)
