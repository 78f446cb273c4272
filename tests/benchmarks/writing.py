"""Writing: generating from the command line, against raw `sqlite3`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, redirect_stdout
from io import StringIO
from pathlib import Path
from statistics import median

from benchmarks.bench import Bench
from benchmarks.stores import HOST, empty_copy, insert_raw
from benchmarks.table import Row, ratio
from secret_links import Store
from secret_links.tokens import new_tokens
from secret_links_tui.__main__ import main


def generates(bench: Bench) -> Iterator[Row]:
    """Measures generating many links beyond what generating one takes, by turns with inserting as many."""
    path = bench.folder / "generated.db"
    with Store.open(path) as store:
        store.as_host(HOST).add_event_type("Call")
    _generate(path, 1)  # the first one imports
    with closing(empty_copy(bench.folder, "inserted.db")) as raw:
        for count in (1_000, 10_000):
            ours, theirs = [], []
            for _ in range(2 * bench.effort.runs - 1):
                one = _generate(path, 1)
                ours.append(_generate(path, count) - one)
                theirs.append(insert_raw(raw, new_tokens(count)))
            measured, compared = median(ours), median(theirs)
            yield Row(
                f"generate {count:,} from the command line",
                f"{measured * 1000:.1f} ms more than one",
                f"{compared * 1000:.1f} ms executemany",
                ratio(measured, compared),
                "1.6 x",
            )


def _generate(path: Path, count: int) -> float:
    """Runs the command in this process: the start of one of its own varies by more than what is measured."""
    begun = time.perf_counter()
    with redirect_stdout(StringIO()):
        code = main(["--store", str(path), "--host", HOST, "generate", "call", "-n", str(count)])
    assert code == 0, "the command did what it was asked"
    return time.perf_counter() - begun
