"""Changes by others: how soon they are painted, how little is done while there are none, and who waits for whom."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.bench import Bench, Shown
from benchmarks.stores import HOST, copied_store
from benchmarks.table import NOTHING, Row, ratio, timed
from benchmarks.terminal import NothingCame
from secret_links import Change, HostStore, LinkFilter, LinkSet, Store

VISITOR = Path(__file__).with_name("visitor.py")
OTHER_HOST = "bo"

MOST_CHANGED = 1_000_000

PAUSE = 0.5
"""Seconds between two changes; the program has painted one before the next."""


def changes(bench: Bench) -> Iterator[Row]:
    """Measures the way from another process's commit to the rows, in the list of Active links."""
    report = bench.folder / "changes.txt"
    with bench.program(bench.large) as shown:
        shown.painted(lambda: shown.press("2"))
        shown.do("home")
        shown.terminal.quiet(0.5)
        shown.take()
        with _visitor(bench.large, HOST, bench.effort.changes, PAUSE, report) as visitor:
            visitor.wait()
        shown.terminal.quiet(1.0)
        painted = _repaints(shown)
    commits = [at for at, _ in _read(report)]
    seconds = [_delay(commit, painted) for commit in commits]
    yield timed("a change elsewhere to rows", seconds, asked="p95 200 ms")


def idle(bench: Bench) -> Iterator[Row]:
    """Measures how busy the program is while nothing changes."""
    with bench.program(bench.large) as shown:
        shown.terminal.quiet(5.0 if bench.effort.runs > 1 else 0.5)
        before = cpu_seconds(shown.terminal.pid)
        time.sleep(bench.effort.idle)
        used = cpu_seconds(shown.terminal.pid) - before
    yield Row("of a core while nothing changes", f"{used / bench.effort.idle:.2%}", asked="1 %")


def waits(bench: Bench) -> Iterator[Row]:
    """Measures how long redeems of another process wait while all links of a host are deleted, or changed."""
    yield from _waits(bench, "deleted", lambda host: host.delete_matching(LinkFilter()).links)
    yield from _waits(bench, "changed", lambda host: host.change(_all(host), Change("Somebody else")).links)


def asks(bench: Bench) -> Iterator[Row]:
    """Measures what is read before a change is asked about, next to counting the same links."""
    path = copied_store(min(bench.links, MOST_CHANGED), bench.folder)
    with Store.open(path) as store:
        host = store.as_host(HOST)
        chosen = _all(host)
        with host.snapshot() as snapshot:
            number = snapshot.selections.tally(chosen).counts.total
            ends, counts = [], []
            for _ in range(2 * bench.effort.runs - 1):
                ends.append(_processor(lambda: snapshot.selections.ends(chosen)))
                counts.append(_processor(lambda: snapshot.selections.tally(chosen)))
    measured, compared = median(ends), median(counts)
    what = f"when {number:,} selected links end"
    yield Row(what, f"{measured * 1000:.1f} ms", f"{compared * 1000:.1f} ms counting them", ratio(measured, compared))


def _processor(operation: Callable[[], object]) -> float:
    """Gives the seconds of the processor that something takes."""
    begun = time.process_time()
    operation()
    return time.process_time() - begun


def _all(host: HostStore) -> LinkSet:
    with host.snapshot() as snapshot:
        return snapshot.selections.every(LinkFilter())


def _waits(bench: Bench, done: str, operation: Callable[[HostStore], int]) -> Iterator[Row]:
    links = min(bench.links, MOST_CHANGED)
    report = bench.folder / f"waits-{done}.txt"
    path = copied_store(links, bench.folder)
    with Store.open(path) as store:
        other = store.as_host(OTHER_HOST)
        other.generate(other.add_event_type("Call").id, 10_000)
        with _visitor(path, OTHER_HOST, 10_000, 0.002, report) as visitor:
            while not _read(report):
                time.sleep(0.01)
            begun = time.monotonic()
            number = operation(store.as_host(HOST))
            ended = time.monotonic()
            visitor.terminate()
    waited = [seconds for at, seconds in _read(report) if begun <= at <= ended]
    what = f"longest wait of a redeem while {number:,} links are {done}"
    yield Row(what, f"{max(waited) * 1000:.1f} ms of {len(waited)}" if waited else NOTHING, asked="250 ms")
    yield Row(f"{number:,} links are {done} in", f"{ended - begun:.2f} s")


def _visitor(path: str | Path, host: str, count: int, pause: float, report: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(VISITOR), str(path), host, str(count), str(pause), str(report)])


def _read(report: Path) -> list[tuple[float, float]]:
    if not report.exists():
        return []
    lines = [line.split() for line in report.read_text(encoding="ascii").splitlines(keepends=True) if "\n" in line]
    return [(float(at), float(seconds)) for at, seconds in lines]


def _repaints(shown: Shown) -> list[float]:
    """Gives when the frames ended that changed a row's text."""
    repaints: list[float] = []
    before = shown.texts(shown.terminal.screen)
    for frame in shown.terminal.frames():
        shown.terminal.screen.feed(frame.sent)
        if (after := shown.texts(shown.terminal.screen)) != before:
            before = after
            repaints.append(frame.at)
    return repaints


def _delay(commit: float, repaints: Sequence[float]) -> float:
    """Gives the seconds to the next repaint; the longer they are, the likelier it was for a later change."""
    for at in repaints:
        if at >= commit:
            return at - commit
    raise NothingCame("A change by another process was never painted.")


def cpu_seconds(pid: int) -> float:
    """Gives the seconds that a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
