"""What every measurement needs: the stores, how often to measure, and the programs to measure in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from benchmarks.screen_model import Cell, ScreenModel
from benchmarks.stores import HOST, cached_store
from benchmarks.table import Row
from benchmarks.terminal import LINES, SILENCE, Painted, Terminal

PLACEHOLDER = "···"
FEW = 10
"""Links in the store that the large one is compared with."""

APPS = Path(__file__).with_name("apps.py")


@dataclass(frozen=True, slots=True)
class Effort:
    """How often things are measured."""

    runs: int
    """Starts, and other things that take a while."""

    @property
    def presses(self) -> int:
        """Events of one kind."""
        return min(40, 6 * self.runs) if self.runs > 1 else 1

    @property
    def orders(self) -> int:
        """Orders of the list in which moves are measured, at most."""
        return 12 if self.runs > 1 else 2

    @property
    def frames(self) -> int:
        """Moves of one kind whose late frames are counted."""
        return 2_500 if self.runs > 1 else 2

    @property
    def held(self) -> float:
        """Seconds for which a key is held."""
        return 2.0 if self.runs > 1 else 0.3

    @property
    def idle(self) -> float:
        """Seconds in which nothing changes."""
        return 10.0 if self.runs > 1 else 0.5

    @property
    def changes(self) -> int:
        """Changes by another process."""
        return 6 * self.runs if self.runs > 1 else 3

    @property
    def silence(self) -> float:
        """Seconds without a byte after which a burst is over."""
        return SILENCE if self.runs > 1 else SILENCE / 2

    @property
    def redeems(self) -> int:
        """Links that each client redeems at a stretch."""
        return 500 if self.runs > 1 else 30


@dataclass
class Bench:
    """One run of the benchmark."""

    links: int
    effort: Effort
    folder: Path
    """For what is thrown away afterwards."""
    store: str | None = None
    """The path or URL of a store to measure instead of the one of `links` links."""

    @cached_property
    def large(self) -> str | Path:
        """The store with many links."""
        return self.store or cached_store(self.links)

    @cached_property
    def small(self) -> Path:
        """The store with few."""
        return cached_store(FEW)

    @cached_property
    def thousand(self) -> dict[str, list[Painted]]:
        """What each move costs in a DataTable of 1,000 rows."""
        from benchmarks.moving import MOVES, data_table

        with data_table(self.effort.silence) as table:
            return {name: move(table, self.effort.presses) for name, move in MOVES.items()}

    @staticmethod
    def warm(store: str | Path) -> None:
        """Reads a store in a file once: a server in use has it in memory, and no disk is to be measured.

        Some machines take back memory that nobody has looked at for a minute.
        """
        if isinstance(store, Path):
            with store.open("rb", buffering=0) as file:
                while file.read(1 << 24):
                    pass

    def program(self, store: str | Path, silence: float = 0.0) -> Shown:
        """Starts the program on a store, and waits for its rows; `silence` ends a burst, if not the usual one."""
        self.warm(store)
        shown = Shown(Terminal(program_command(store), silence or self.effort.silence), top=5, bottom=LINES - 2)
        shown.terminal.until(lambda screen: rows_are_there(screen) and "Status" in screen.line(4))
        shown.terminal.quiet(1.0 if self.effort.runs > 1 else 0.3)
        shown.take()
        return shown


Measurement = Callable[[Bench], Sequence[Row]]


def program_command(store: str | Path, *arguments: str) -> list[str]:
    """Gives the command that runs the program on a store."""
    installed = Path(sys.executable).with_name("secret-links")
    return [str(installed), "--store", str(store), "--host", HOST, *arguments]


def app_command(name: str) -> list[str]:
    """Gives the command that runs what the program is compared with: `bare` or `thousand`."""
    return [sys.executable, str(APPS), name]


def rows_are_there(screen: ScreenModel) -> bool:
    """Says whether links are shown, and none of their rows is missing."""
    text = screen.text
    return PLACEHOLDER not in text and "/s/" in text  # the beginning of each row's token


class Shown:
    """A table in a terminal, and where its rows are."""

    def __init__(self, terminal: Terminal, top: int, bottom: int, names: Mapping[str, str] | None = None) -> None:
        self.terminal = terminal
        self.top, self.bottom = top, bottom
        """The line of the first row, and the one after the last."""
        self._names = names or {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.terminal.close()

    def look(self, screen: ScreenModel) -> list[list[Cell]]:
        """Gives the rows as they look, without the scrollbar."""
        return [line[:-2] for line in screen.cells[self.top : self.bottom]]

    def texts(self, screen: ScreenModel) -> list[str]:
        """Gives the rows' texts, without the scrollbar."""
        return [screen.line(y)[:-2] for y in range(self.top, self.bottom)]

    def take(self) -> None:
        """Takes in what has come so far."""
        for frame in self.terminal.frames():
            self.terminal.screen.feed(frame.sent)

    def painted(self, event: Callable[[], float]) -> Painted | None:
        """Does something and waits until its rows are painted; None where nothing is."""
        self.take()
        before = self.terminal.waited()
        painted = self.terminal.settled(event(), self.look, rows_are_there)
        if painted is not None:
            painted.waited = self.terminal.waited() - before
        return painted

    def press(self, key: str) -> float:
        """Presses a key, or what does its work here; gives the instant before."""
        return self.terminal.press(self._names.get(key, key))

    def do(self, *keys: str) -> None:
        """Presses keys that are not measured."""
        for key in keys:
            self.press(key)
        self.terminal.quiet()
        self.take()
