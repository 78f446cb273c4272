"""Kills upgrades and copies before each of their steps, and looks at what is left, and at what comes of another try."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from proof.upgrades_checking import came_back, lost_in_copy
from proof.upgrades_program import Ended, Errand, Program
from proof.upgrades_reading import Rows, files_of, rows_of, state_of_server, verdicts
from proof.upgrades_stores import FilePlace, ServerPlace


@dataclass
class Report:
    """What came of all kills."""

    steps: int = 0
    kills: int = 0
    states: int = 0
    """How many different things were left."""
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.steps} steps, {self.kills} kills, {self.states} states, {len(self.findings)} findings"

    def add(self, step: int, said: Iterator[str]) -> None:
        self.findings += [f"killed before step {step}: {one}" for one in said]


def chosen(steps: int, at_most: int) -> Sequence[int]:
    """Some steps, as evenly as there may be, with the last ones among them; all if they are not more than that."""
    return range(steps, 0, -max(1, -(-steps // at_most)))


def is_killed(ended: Ended) -> bool:
    return ended.signal == signal.SIGKILL


def kill_upgrades_of_file(program: Program, place: FilePlace, at_most: int, planted: str = "") -> Report:
    """Kills the upgrade of a file before its steps; it is as it was, or upgraded, and is upgraded when asked again.

    What was left is looked at once for each different state, byte by byte: the same bytes give the same.
    """
    url = place.fresh()
    before = rows_of(url)
    untouched = program.run(Errand("upgrade", url, planted=planted))
    after = rows_of(url)
    report = Report(untouched.steps)
    seen: set[tuple[tuple[str, str], ...]] = set()
    for step in chosen(untouched.steps, at_most):
        url = place.fresh()
        report.kills += is_killed(program.run(Errand("upgrade", url, step=step, planted=planted)))
        left = tuple(files_of(Path(url).parent).items())
        if left not in seen:
            seen.add(left)
            report.add(step, _left_of_file(program, Path(url), (before, after)))
    report.states = len(seen)
    return report


def _left_of_file(program: Program, path: Path, either: tuple[object, object]) -> Iterator[str]:
    before, after = either
    yield from verdicts(str(path))
    state = rows_of(str(path))
    if state not in either:
        yield "it is neither as it was nor upgraded"
    for copy in path.parent.glob("links.db.schema-*"):
        if copy.is_file() and rows_of(str(copy)) != before:
            yield f"{copy.name} is not a copy of it as it was"
    again = program.run(Errand("upgrade", str(path)))
    if again.answer is None or "done" not in again.answer:
        yield f"asked again, it says {again}"
    if rows_of(str(path)) != after:
        yield "asked again, it is not what an upgrade makes of it"
    yield from verdicts(str(path))
    rest = [name for name in files_of(path.parent) if ".part" in name]
    if rest and state == before:
        yield f"there is still {rest}"


def kill_upgrades_of_server(program: Program, place: ServerPlace, at_most: int) -> Report:
    """Kills the upgrade of a server's store before its steps; the same database is taken until it is upgraded."""
    url = place.fresh()
    before = state_of_server(url)
    untouched = program.run(Errand("upgrade", url))
    after = state_of_server(url)
    report = Report(untouched.steps)
    url, states = place.fresh(), set()
    for step in chosen(untouched.steps, at_most):
        report.kills += is_killed(program.run(Errand("upgrade", url, step=step)))
        _wait_until_alone(url)
        left = state_of_server(url)
        states.add(left == after)
        if left not in (before, after):
            report.findings.append(f"killed before step {step}: it is neither as it was nor upgraded")
        if left != before:
            again = program.run(Errand("upgrade", url))
            if again.answer is None or "done" not in again.answer or state_of_server(url) != after:
                report.findings.append(f"killed before step {step}: asked again, it says {again}")
            url = place.fresh()
    report.states = len(states)
    place.drop()
    return report


def _wait_until_alone(url: str) -> None:
    """Waits until the server has noticed that the process is gone."""
    with closing(psycopg.connect(url, autocommit=True)) as server:
        while server.execute(_OTHERS).fetchone() is not None:
            pass


_OTHERS = """
    SELECT pg_sleep(0.001) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' LIMIT 1
"""


def kill_copies(
    program: Program, source: str, place: FilePlace | ServerPlace, at_most: int, planted: str = ""
) -> Report:
    """Kills a copy before its steps; it has the first rows of the source then, and is continued when asked again."""
    rows = rows_of(source)
    url = place.fresh()
    untouched = program.run(Errand("copy", source, url, planted=planted))
    report = Report(untouched.steps)
    report.add(0, _wrong_copy(untouched, rows, url))
    states = set()
    for step in chosen(untouched.steps, at_most):
        url = place.fresh()
        report.kills += is_killed(program.run(Errand("copy", source, url, step=step, planted=planted)))
        left = rows_of(url)
        states.add(tuple(len(left.get(table, ())) for table in rows))
        report.add(step, _not_a_beginning(rows, left))
        report.add(step, _wrong_copy(program.run(Errand("copy", source, url, planted=planted)), rows, url))
    report.states = len(states)
    if rows_of(source) != rows:
        report.findings.append("the source was changed")
    if isinstance(place, ServerPlace):
        place.drop()
    return report


def _not_a_beginning(source: Rows, left: Rows) -> Iterator[str]:
    for table, rows in left.items():
        ids = sorted(source[table])[: len(rows)]
        if sorted(rows) != ids:
            yield f"{table} has not the first rows: {sorted(rows)[:5]}"
    yield from came_back(source, left)


def _wrong_copy(ended: Ended, rows: Rows, url: str) -> Iterator[str]:
    if ended.answer is None or "done" not in ended.answer:
        yield f"it says {ended}"
        return
    said = ended.answer["done"]
    yield from lost_in_copy(rows, rows_of(url), said["nearest"], said["rows"])
    if not url.startswith("postgresql:"):
        yield from verdicts(url)
