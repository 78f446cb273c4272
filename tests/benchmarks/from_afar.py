"""From a laptop over ssh, on lines of several lengths: to the first rows, alone and on a connection that is shared."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.bench import Bench, rows_are_there
from benchmarks.screen_model import ScreenModel
from benchmarks.table import SKIPPED, Row
from benchmarks.terminal import Terminal
from end_to_end.servers import SSHD, Server
from secret_links_tui.commands.laptop import NAME, stanza
from slow_line import SlowLine

ROUND_TRIPS = (0.05, 0.15, 0.3)
"""Seconds that a round trip takes: within a continent, between two, and by a telephone far from anywhere."""

SHOWN = 0.15
"""The one for which bytes and the program's own round trips are shown."""

ALONE = ("-o", "ControlPath=none")


class Start(NamedTuple):
    """What it took until something was on the screen."""

    seconds: float
    round_trips: int
    received: int
    """Bytes, as ssh sends them."""


def from_afar(bench: Bench) -> Iterator[Row]:
    """Measures starts by a host who is far away, on a store with few links."""
    if os.geteuid() != 0 or not Path(SSHD).exists():
        yield Row("from afar", SKIPPED, "an sshd cannot run here")
        return
    folder = bench.folder / "afar"
    folder.mkdir()
    with closing(Server(folder, bench.small)) as server:
        server.wait()
        for round_trip in ROUND_TRIPS if bench.effort.runs > 1 else ROUND_TRIPS[:1]:
            yield from _on_line(bench, server, round_trip, in_full=round_trip == SHOWN or bench.effort.runs == 1)


def _on_line(bench: Bench, server: Server, round_trip: float, *, in_full: bool) -> Iterator[Row]:
    runs = range(min(bench.effort.runs, 3))
    with _laptop(server, round_trip) as (ssh, line):
        alone = [_start([*ssh, *ALONE, "-t", NAME], line) for _ in runs]
        subprocess.run([*ssh, "-MNf", NAME], check=True)
        shared = [_start([*ssh, "-t", NAME], line) for _ in runs]
        nothing = [_start([*ssh, "-t", NAME, "--", "--version"], line, "secret-links ") for _ in runs]
        subprocess.run([*ssh, "-O", "exit", NAME], check=True, stderr=subprocess.DEVNULL)
    far = f"at {round_trip * 1000:.0f} ms"
    yield Row(f"ssh to first rows {far}, shared", _words(shared), _words(alone, "alone"))
    if in_full:
        own = median(start.round_trips for start in shared) - median(start.round_trips for start in nothing)
        yield Row(f"the program's own round trips before rows {far}", f"{own:g}", "of which it waits for 1")
        sent, one = (median(start.received for start in starts) for starts in (shared, nothing))
        yield Row(f"bytes to first rows {far}", f"{sent:,.0f}", f"{one:,.0f} --version")


@contextmanager
def _laptop(server: Server, round_trip: float) -> Iterator[tuple[list[str], SlowLine]]:
    """Sets up Ana's laptop; gives how ssh is called there, and the line."""
    with SlowLine(server.port, round_trip) as line, tempfile.TemporaryDirectory(prefix="ssh-") as folder:
        config = Path(folder) / "config"
        config.write_text(f"{server.laptop('ana', line.port, folder)}\n{stanza({})}")
        yield ["ssh", "-F", str(config)], line


def _start(command: list[str], line: SlowLine, text: str = "") -> Start:
    def there(screen: ScreenModel) -> bool:
        return text in screen.text if text else rows_are_there(screen)

    trips, received = line.round_trips, line.received
    with Terminal(command) as terminal:
        seconds = terminal.until(there) - terminal.started_at
        return Start(seconds, line.round_trips - trips, line.received - received)


def _words(starts: list[Start], name: str = "") -> str:
    seconds, trips = (median(values) for values in list(zip(*starts, strict=True))[:2])
    return f"{seconds:.2f} s, {trips:g} round trips {name}".rstrip()
