"""Memory: how much more many links take than few."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import FEW, Bench
from benchmarks.table import Row, ratio


def memory(bench: Bench) -> Iterator[Row]:
    """Measures the program's memory after it was moved about in."""
    few, many = (_megabytes(bench, store) for store in (bench.small, bench.large))
    yield Row(f"memory, {bench.links:,} links", f"{many:.1f} MB", f"{few:.1f} MB {FEW} links", ratio(many, few))
    yield Row(f"memory, {bench.links:,} links more than {FEW}", f"{many - few:.1f} MB", asked="10 MB")


def _megabytes(bench: Bench, store: str | Path) -> float:
    with bench.program(store) as shown:
        for key in (*["pagedown"] * 20, "end", "home"):
            shown.do(key)
        status = Path(f"/proc/{shown.terminal.pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found, "the system tells how much memory a process has"
    return int(found[1]) / 1024
