"""A program that upgrades or copies stores in processes of its own, each killed or stopped before its n-th step.

    python upgrades_program.py

A step is a statement, a commit, or a change of the file system. It loads everything once and forks, so that a process
costs milliseconds. Its client writes an Errand a line and reads an Ended a line; a process that was stopped goes on
when the client writes an empty line.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import psycopg

from proof import upgrades_planted
from proof.faults_operations import opened
from proof.faults_program import answered, load
from secret_links.whole import copying
from support import FINDS_TESTS

SLICE = 7
"""Rows that are copied at once: small, so that a copy of few rows has steps between slices."""

OF_FILES = {"os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.truncate"}
"""The changes of the file system that Python announces, beside opening."""


@dataclass(frozen=True)
class Errand:
    """What a process is to do."""

    operation: str
    """`upgrade` or `copy`."""
    url: str
    target: str = ""
    step: int = 0
    """Before which step it is interrupted, counted from 1; 0 lets it run."""
    how: int = signal.SIGKILL
    planted: str = ""
    """The name of a fault that is planted."""


@dataclass(frozen=True)
class Ended:
    """What came of it."""

    signal: int
    """By which signal it was killed or stopped; 0 if it ended by itself."""
    answer: dict[str, Any] | None = None
    """What its caller was told."""
    steps: int = 0


class Steps:
    """Counts the steps of this process, and interrupts it before one."""

    def __init__(self, last: int, how: int) -> None:
        self.count = 0
        self._last, self._how = last, how

    def step(self, *_: object) -> None:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), self._how)

    def begin(self) -> None:
        """Counts from now on."""
        sys.addaudithook(self._announced)
        connect = sqlite3.connect

        def counted(*arguments: Any, **options: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*arguments, **options)
            connection.set_trace_callback(self.step)
            return connection

        sqlite3.connect = counted  # type: ignore[assignment]
        for owner, name in ((psycopg.Cursor, "execute"), (psycopg.Cursor, "copy"), (psycopg.Connection, "commit")):
            self._count_calls(owner, name)

    def _count_calls(self, owner: Any, name: str) -> None:
        call = getattr(owner, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            self.step()
            return call(*arguments, **options)

        setattr(owner, name, counted)

    def _announced(self, event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if event in OF_FILES or writes:
            self.step()


def upgrade(errand: Errand) -> list[str]:
    with opened(errand.url, upgrade=True) as store:
        return list(store.notes)


def copy(errand: Errand) -> dict[str, Any]:
    with opened(errand.url) as source, opened(errand.target) as target:
        return asdict(copying.copy(source, target))


OPERATIONS: dict[str, Callable[[Errand], Any]] = {"upgrade": upgrade, "copy": copy}


def do(errand: Errand, answer_to: int) -> None:
    """Does an errand in this process, and ends it."""
    copying.COPY_SLICE = SLICE
    if errand.planted:
        upgrades_planted.PLANTED[errand.planted]()
    steps = Steps(errand.step, errand.how)
    steps.begin()
    answer = answered(lambda: OPERATIONS[errand.operation](errand))
    steps.step()  # it has ended, and nobody was told
    os.write(answer_to, json.dumps({"answer": answer, "steps": steps.count}).encode())
    os._exit(0)


def run(errand: Errand) -> None:
    """Has a process do an errand, and says what came of it, also when it is stopped."""
    reads, writes = os.pipe()
    if (child := os.fork()) == 0:
        try:
            do(errand, writes)
        finally:
            os._exit(1)
    os.close(writes)
    _, status = os.waitpid(child, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        say(Ended(os.WSTOPSIG(status)))
        sys.stdin.readline()
        os.kill(child, signal.SIGCONT)
        _, status = os.waitpid(child, 0)
    with os.fdopen(reads) as answers:
        said = answers.read()
    say(Ended(os.WTERMSIG(status), **(json.loads(said) if said else {})))


def say(ended: Ended) -> None:
    print(json.dumps(asdict(ended)), flush=True)


def main() -> None:
    from tempfile import TemporaryDirectory

    import alembic.command  # noqa: F401  # is loaded before processes fork

    with TemporaryDirectory() as folder:
        load(Path(folder))
    say(Ended(0))
    for line in sys.stdin:
        run(Errand(**json.loads(line)))


class Program:
    """The program, while it runs, for its client."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **FINDS_TESTS},
        )
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def run(self, errand: Errand) -> Ended:
        """Has an errand done; comes back when the process has ended, or is stopped."""
        self._write(json.dumps(asdict(errand)))
        return self._read()

    def go_on(self) -> Ended:
        """Has the process that is stopped go on to its end."""
        self._write("")
        return self._read()

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _read(self) -> Ended:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the program has ended"
        return Ended(**json.loads(line))


if __name__ == "__main__":
    main()
