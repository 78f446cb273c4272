"""Writing: generating from the command line, against raw `sqlite3`, and for people against plain labels."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
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


def people(bench: Bench) -> Iterator[Row]:
    """Measures 10,000 people, each with an expiry of their own, by turns with as many plain labels, in CPU time."""
    names = [f"Person number {number}" for number in range(10_000)]
    begin = datetime.now(UTC) + timedelta(days=30)
    expiries = [f"{begin + timedelta(minutes=number):%Y-%m-%d %H:%M}" for number in range(10_000)]
    rows = list(zip(names, expiries, strict=True))
    texts = {
        "names alone": "\n".join(["name", *names]),
        "each with an expiry": "\n".join(["name,expires", *map(",".join, rows)]),
        "and four notes": "\n".join(
            ["name,expires,company,phone,city,notes"]
            + [f"{name},{expires},Firma Über {name[-2:]},+351 91 {name},Porto,met there" for name, expires in rows]
        ),
    }
    labels, spreadsheet = bench.folder / "labels.txt", bench.folder / "people.csv"
    labels.write_text("\n".join(names))
    for what, text in texts.items():
        spreadsheet.write_text(text)
        ours, theirs = [], []
        for run in range(2 * bench.effort.runs):
            measured, compared = _handed_out(bench, "--people", spreadsheet), _handed_out(bench, "--labels", labels)
            if run or bench.effort.runs == 1:  # the first one imports
                ours.append(measured)
                theirs.append(compared)
        yield Row(
            f"generate for 10,000 people: {what}",
            f"{median(ours) * 1000:.1f} ms of CPU",
            f"{median(theirs) * 1000:.1f} ms plain labels",
            ratio(median(ours), median(theirs)),
            "2 x",
        )


def _handed_out(bench: Bench, option: str, file: Path) -> float:
    """Generates in an empty store what a file asks for; returns the seconds of CPU time."""
    path = bench.folder / "people.db"
    for old in bench.folder.glob("people.db*"):
        old.unlink()
    with Store.open(path) as store:
        store.as_host(HOST).add_event_type("Call")
    gc.freeze()  # as a process of its own does once it has loaded what it needs
    begun = time.process_time()
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        code = main(["--store", str(path), "--host", HOST, "generate", "call", option, str(file)])
    seconds = time.process_time() - begun
    gc.unfreeze()
    assert code == 0, "the command did what it was asked"
    return seconds


def _generate(path: Path, count: int) -> float:
    """Runs the command in this process: the start of one of its own varies by more than what is measured."""
    begun = time.perf_counter()
    with redirect_stdout(StringIO()):
        code = main(["--store", str(path), "--host", HOST, "generate", "call", "-n", str(count)])
    assert code == 0, "the command did what it was asked"
    return time.perf_counter() - begun
