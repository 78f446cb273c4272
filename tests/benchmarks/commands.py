"""Whole processes of the command line, beside what a process of Python and the import of SQLModel take."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.bench import FEW, Bench
from benchmarks.stores import HOST, copied_store
from benchmarks.table import Row, ratio
from secret_links import Store

Times = list[tuple[float, float]]
"""Seconds that processes took, and seconds of a processor."""

_OPENING = "import sys; from secret_links import Store; Store.open(sys.argv[1])"


def commands(bench: Bench) -> Iterator[Row]:
    """Measures `--version`, `--help`, the commonest verbs on a store of few links, and what they stand on, by turns."""
    store = copied_store(FEW, bench.folder)
    with Store.open(store) as opened:
        host = opened.as_host(HOST)
        event_type = host.event_types()[0]
        tokens = [link.token for link in host.generate(event_type.id, bench.effort.runs + 2)]
    bare: Times = []
    sqlmodel: Times = []
    opening: Times = []
    verbs: dict[str, Times] = {name: [] for name in ("--version", "--help", "list", "show", "generate", "redeem")}
    arguments = {"show": [tokens.pop()], "generate": [event_type.slug]}
    for _ in range(bench.effort.runs + 1):
        bare.append(_run([sys.executable, "-c", "pass"]))
        sqlmodel.append(_run([sys.executable, "-c", "import sqlmodel"]))
        opening.append(_run([sys.executable, "-c", _OPENING, str(store)]))
        for name, times in verbs.items():
            more = [tokens.pop()] if name == "redeem" else arguments.get(name, [])
            times.append(_run(_program(store, name, *more)))
    for name, times in (verbs | {"a store that is opened": opening}).items():
        is_verb = name not in ("--version", "--help")
        against, said = (sqlmodel, "import sqlmodel") if is_verb else (bare, "python -c pass")
        for place, what in enumerate(("", ", processor")):
            measured, compared = (median(each[place] for each in all_[1:]) for all_ in (times, against))
            yield Row(
                f"{name}{what}",
                f"{measured * 1000:.0f} ms",
                f"{compared * 1000:.0f} ms {said}",
                ratio(measured, compared),
                "1.15 x" if is_verb else "",
            )


def _program(store: Path, *arguments: str) -> Sequence[str]:
    installed = Path(sys.executable).with_name("secret-links")
    return [str(installed), "--store", str(store), "--host", HOST, *arguments]


def _run(command: Sequence[str]) -> tuple[float, float]:
    """Runs a command, which keeps what it has compiled; returns its seconds, and those of a processor."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return took, used.ru_utime + used.ru_stime
