"""Long lists on the command line: how long they take beside a loop over rows, and in how much memory."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

from benchmarks.bench import Bench, program_command
from benchmarks.table import Row, ratio

LINKS = 1_000_000
"""Links that are listed."""

FORMS: Sequence[Sequence[str]] = (("--json",), (), ("--csv",), ("--format", "{url}"))

_LOOP = """
import json, sqlite3, sys
names = ("token", "url", "event_type", "label", "created_at", "expires_at", "used_at", "used_by", "notes")
query = '''
    SELECT token, 'https://42min.us/s/' || token, slug, label, link.created_at, expires_at, used_at, used_by, notes
    FROM link JOIN event_type ON event_type.id = event_type_id ORDER BY link.id DESC
'''
for row in sqlite3.connect(sys.argv[1]).execute(query):
    sys.stdout.write(json.dumps(dict(zip(names, row)), ensure_ascii=False) + ",\\n")
"""
"""Writes the same rows with nothing but the standard library: no statuses, and instants as numbers."""


_LISTING = """
import sys
from secret_links_tui.__main__ import main
main()
sys.stdout.flush()
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
"""
"""Lists links, and says the most memory that it took, in kB."""


def lists(bench: Bench) -> Iterator[Row]:
    """Measures `list` in all its forms, by processor time, and the loop, by turns."""
    store = _store(bench)
    loop: list[float] = []
    took: dict[str, list[float]] = {" ".join(form): [] for form in FORMS}
    memory: dict[str, int] = {}
    for _ in range(max(bench.effort.runs // 2, 1)):
        loop.append(_run(_LOOP, str(store))[0])
        for form in FORMS:
            seconds, memory[" ".join(form)] = _run(_LISTING, *program_command(store, "list", *form)[1:])
            took[" ".join(form)].append(seconds)
    least = _run(_LISTING, *program_command(store, "list", "--limit", "1")[1:])[1]
    reference = f"{median(loop):.1f} s loop over rows"
    for form, times in took.items():
        asked = "2 x" if form == "--json" else ""
        name = f"list {form}".strip()
        yield Row(f"{name}, processor", f"{median(times):.1f} s", reference, ratio(median(times), median(loop)), asked)
        more = (memory[form] - least) / 1024
        yield Row(f"{name}, memory more than for one link", f"{more:.1f} MB", asked="10 MB")


def _store(bench: Bench) -> Path:
    from benchmarks.stores import cached_store

    with closing(sqlite3.connect(path := cached_store(min(bench.links, LINKS)))) as connection:
        connection.execute("SELECT count(*) FROM link").fetchone()  # so that it is in memory
    return path


def _run(code: str, *arguments: str) -> tuple[float, int]:
    """Runs some code; returns the seconds of processor time that it took, and the number that it says."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", code, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr
    with process.stderr:
        said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    return used.ru_utime + used.ru_stime, int(said or 0)
