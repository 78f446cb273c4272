"""Following: how long after a commit its line comes, and what waiting costs."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

from benchmarks.bench import Bench, program_command
from benchmarks.changing import cpu_seconds
from benchmarks.redeeming import DURABLE
from benchmarks.stores import HOST
from benchmarks.table import SKIPPED, Row, timed
from postgres_server import Databases, EmbeddedServer
from secret_links import Store

PAUSES = (0.013, 0.291)
"""The shortest and the longest pause before a booking, in seconds: they fall on every part of the time between two
looks."""


def watches(bench: Bench) -> Iterator[Row]:
    """Measures `watch` on a file and on a server, with one booking at a time."""
    yield from _measured(bench, "SQLite", str(bench.folder / "watched.db"))
    try:
        server = EmbeddedServer(DURABLE)
    except (ImportError, OSError, subprocess.CalledProcessError) as error:
        yield Row("watch on PostgreSQL", SKIPPED, f"PostgreSQL cannot run here: {error}")
        return
    with server:
        yield from _measured(bench, "PostgreSQL", Databases(server).new())


def _measured(bench: Bench, where: str, place: str) -> Iterator[Row]:
    with Store.open(place) as store:
        host = store.as_host(HOST)
        links = host.generate(host.add_event_type("Call").id, bench.effort.changes + 1)
        follower = host.follow()
        follower.read()
        command = program_command(place, "watch", "--since", str(follower.cursor))
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout is not None
            store.redeem(links[0].token)
            program.stdout.readline()
            delays = []
            for number, link in enumerate(links[1:]):
                shortest, longest = PAUSES
                time.sleep(shortest + (longest - shortest) * (number % 7) / 6)
                store.redeem(link.token)
                committed = time.perf_counter()
                program.stdout.readline()
                delays.append(time.perf_counter() - committed)
            before = cpu_seconds(program.pid)
            time.sleep(bench.effort.idle)
            share = (cpu_seconds(program.pid) - before) / bench.effort.idle
            program.kill()
    yield timed(f"watch on {where}, from the commit to the line", delays, asked="250 ms")
    yield Row(f"of a core while watch on {where} waits", f"{share:.2%}", asked="1 %")
