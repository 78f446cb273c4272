"""Memory: how much a session takes beside a bare Textual app, and how much more many links take than few."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import FEW, Bench, app_command
from benchmarks.table import Row, ratio
from benchmarks.terminal import Terminal

OPENING = 3.0
"""Seconds after which the store is open, which the rows come before."""


def memory(bench: Bench) -> Iterator[Row]:
    """Measures the program's memory after it was moved about in, and that of a session that was not."""
    few, many = (_moved_about(bench, store) for store in (bench.small, bench.large))
    yield Row(f"memory, {bench.links:,} links", f"{many:.1f} MB", f"{few:.1f} MB {FEW} links", ratio(many, few))
    yield Row(f"memory, {bench.links:,} links more than {FEW}", f"{many - few:.1f} MB", asked="10 MB")
    bare, session = _bare(bench), _session(bench)
    name = f"memory of a session's own, {FEW} links"
    yield Row(name, f"{session:.1f} MB", f"{bare:.1f} MB bare app", ratio(session, bare), "1.25 x")


def _moved_about(bench: Bench, store: str | Path) -> float:
    with bench.program(store) as shown:
        for key in (*["pagedown"] * 20, "end", "home"):
            shown.do(key)
        return _megabytes(shown.terminal, "status", "VmRSS")


def _session(bench: Bench) -> float:
    with bench.program(bench.small) as shown:
        shown.terminal.quiet(OPENING)
        return _megabytes(shown.terminal, "smaps_rollup", "Private_Clean", "Private_Dirty")


def _bare(bench: Bench) -> float:
    with Terminal(app_command("bare"), bench.effort.silence) as terminal:
        terminal.until(lambda screen: "Created" in screen.text)
        terminal.quiet(OPENING)
        return _megabytes(terminal, "smaps_rollup", "Private_Clean", "Private_Dirty")


def _megabytes(terminal: Terminal, file: str, *names: str) -> float:
    text = Path(f"/proc/{terminal.pid}/{file}").read_text(encoding="ascii")
    found = [re.search(rf"{name}:\s+(\d+) kB", text) for name in names]
    assert all(found), "the system tells how much memory a process has"
    return sum(int(match[1]) for match in found if match) / 1024
