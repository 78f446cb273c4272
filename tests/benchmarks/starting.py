"""Starting: to the first links on the screen, and to the answers to keys that were pressed at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.bench import FEW, Bench, app_command, program_command, rows_are_there
from benchmarks.screen_model import ScreenModel
from benchmarks.table import Row, timed
from benchmarks.terminal import LINES, Terminal

WHOLE = ("Secret Links", "All", "Created", "Generate")
"""What title, filters, table head and footer say."""

NUMBERS = re.compile(r"All \d")
"""What the tabs say once the store is open."""

FIRST_ROW = 5
"""The line of the first row, below title, filters and head."""

KEYS_AT_ONCE: tuple[tuple[str, str, Callable[[ScreenModel], bool]], ...] = (
    ("down", "1.1 x", lambda screen: _ground(screen, FIRST_ROW + 1) != _ground(screen, FIRST_ROW + 2)),
    ("c", "1.5 x", lambda screen: re.search("Sent to|Copied", screen.line(LINES - 2)) is not None),
    ("g", "1.5 x", lambda screen: screen.text.count("Generate links") > 1),
)
"""Keys that are pressed when the program is started, what is asked of them, and how their answer is told."""


def starts(bench: Bench) -> Iterator[Row]:
    """Measures starts on both stores and of a bare app, by turns."""
    bare: list[float] = []
    few: list[tuple[float, float]] = []
    many: list[tuple[float, float]] = []
    answers: dict[str, list[float]] = {key: [] for key, _, _ in KEYS_AT_ONCE}
    for store in (bench.small, bench.large):
        _start(store)  # the first start compiles, fills the caches of the system, and remembers how it was drawn
    for _ in range(bench.effort.runs):
        bare.append(_start_bare())
        few.append(_start(bench.small))
        many.append(_start(bench.large))
        for key, _, is_answered in KEYS_AT_ONCE:
            answers[key].append(_answer(bench.large, key, is_answered))
    for links, times in ((FEW, few), (bench.links, many)):
        shown = [paint + behind for paint, behind in times]
        yield timed(f"start to first links, {links:,} links", shown, bare, "bare app", asked="0.35 x")
    behind = [seconds for _, seconds in many]
    yield timed(f"first paint to first links, {bench.links:,} links", behind, bare, "bare app", asked="0.3 s")
    for key, asked, _ in KEYS_AT_ONCE:
        yield timed(f"start to the answer to {key}, pressed at once", answers[key], bare, "bare app", asked=asked)


def _start(store: str | Path) -> tuple[float, float]:
    """Gives the seconds to the first paint, and from there to the first links: none with a file."""
    with Terminal(program_command(store)) as terminal:
        paint = terminal.until(_is_whole)
        shown = paint if rows_are_there(terminal.screen) else terminal.until(rows_are_there)
        terminal.until(lambda screen: NUMBERS.search(screen.text))  # by then it has remembered how it was drawn
        return paint - terminal.started_at, shown - paint


def _answer(store: str | Path, key: str, is_answered: Callable[[ScreenModel], bool]) -> float:
    with Terminal(program_command(store)) as terminal:
        terminal.press(key)
        return terminal.until(lambda screen: _is_whole(screen) and is_answered(screen)) - terminal.started_at


def _ground(screen: ScreenModel, line: int) -> str:
    return screen.cells[line][1][1]


def _is_whole(screen: ScreenModel) -> bool:
    return all(word in screen.text for word in WHOLE)


def _start_bare() -> float:
    with Terminal(app_command("bare")) as terminal:
        return terminal.until(lambda screen: "Created" in screen.text) - terminal.started_at
