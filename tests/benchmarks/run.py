"""Measures the program as its user feels it, and prints a table: `uv run python tests/benchmarks/run.py`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures what is asked for; gives 1 where something got no figure."""
    from benchmarks.bench import Bench, Effort
    from benchmarks.everything import MEASUREMENTS
    from benchmarks.table import NOTHING, Row, table
    from benchmarks.terminal import NothingCame

    parser = argparse.ArgumentParser(description="Measures the program in a terminal of 120x50.")
    parser.add_argument("--links", type=int, default=10_000_000, help="how many links the large store has")
    parser.add_argument("--runs", type=int, default=7, help="how often to measure; 1 only tries whether it works")
    parser.add_argument("--only", nargs="+", choices=list(MEASUREMENTS), default=list(MEASUREMENTS), metavar="NAME")
    parser.add_argument(
        "--store", help="path or URL of a store of the host “ana” to measure instead of one made for it"
    )
    wanted = parser.parse_args(arguments)
    sys.setswitchinterval(0.0005)  # so that the reading thread notes the time when something comes, not 5 ms later
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="secret-links-benchmark-") as folder:
        bench = Bench(wanted.links, Effort(wanted.runs), Path(folder), wanted.store)
        for name in wanted.only:
            print(f"measuring: {name}", file=sys.stderr)
            try:
                rows += MEASUREMENTS[name](bench)
            except NothingCame as error:
                print(error, file=sys.stderr)
                rows.append(Row(name, NOTHING))
    print(f"{wanted.links:,} links, medians of {wanted.runs} runs\n\n{table(rows)}")
    return int(any(NOTHING in (row.measured, row.compared) for row in rows))


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parent.parent)
    sys.exit(main())
