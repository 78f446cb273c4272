"""Starting: to the first paint, and to the first rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import FEW, Bench, app_command, program_command, rows_are_there
from benchmarks.screen_model import ScreenModel
from benchmarks.table import Row, timed
from benchmarks.terminal import Terminal

WHOLE = ("Secret Links", "All", "Created", "Generate")
"""What title, filters, table head and footer say."""


def starts(bench: Bench) -> Iterator[Row]:
    """Measures starts on both stores and of a bare app, by turns."""
    bare: list[float] = []
    few: list[tuple[float, float]] = []
    many: list[tuple[float, float]] = []
    for store in (bench.small, bench.large):
        _start(store)  # the first start compiles, and fills the caches of the system
    for _ in range(bench.effort.runs):
        bare.append(_start_bare())
        few.append(_start(bench.small))
        many.append(_start(bench.large))
    for links, times in ((FEW, few), (bench.links, many)):
        paints = [paint for paint, _ in times]
        yield timed(f"start to first paint, {links:,} links", paints, bare, "bare app", asked="1.3 x")
    rows_few, rows_many = ([rows for _, rows in times] for times in (few, many))
    yield timed(f"start to first rows, {FEW:,} links", rows_few, bare, "bare app", asked="3 x")
    yield timed(f"start to first rows, {bench.links:,} links", rows_many, bare, "bare app", asked="3 x")
    yield timed("start to first rows, many against few", rows_many, rows_few, f"{FEW} links", asked="1.1 x")


def _start(store: str | Path) -> tuple[float, float]:
    with Terminal(program_command(store)) as terminal:
        paint = terminal.until(_is_whole)
        rows = terminal.until(rows_are_there) if not rows_are_there(terminal.screen) else paint
        return paint - terminal.started_at, rows - terminal.started_at


def _is_whole(screen: ScreenModel) -> bool:
    return all(word in screen.text for word in WHOLE)


def _start_bare() -> float:
    with Terminal(app_command("bare")) as terminal:
        return terminal.until(lambda screen: "Created" in screen.text) - terminal.started_at
