"""Has the program play a run, and checks what came of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import psycopg
import pytest

from postgres_server import EmbeddedServer
from proof.histories_checking import Report, check
from proof.histories_ends import ask_again, finals, furnish
from proof.histories_records import read
from proof.histories_runs import Run
from support import FINDS_TESTS


class Program:
    """The program whose processes claim."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def play(self, run: Run, restart: Callable[[], None] = lambda: None) -> None:
        """Plays a run; restarts the server where it is to be."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(run.as_line())
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line != "restart\n":
                assert line == "done\n"
                return
            restart()
        pytest.fail("the program has ended")


@contextmanager
def program() -> Iterator[Program]:
    command = [sys.executable, "-m", "proof.histories_program"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **FINDS_TESTS}
    ) as process:
        try:
            yield Program(process)
        finally:
            process.kill()


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a run."""

    report: Report
    unknown: int
    """Attempts of which nobody knew what came of them."""
    asked_again: int
    """Claims that were cut off, and were made again at the end."""


def played(running: Program, run: Run, links: int, restart: Callable[[], None] = lambda: None) -> Played:
    """Plays a run on new links, and checks what came of it; then has whoever was cut off ask again."""
    folder = Path(run.folder)
    folder.mkdir()
    named = furnish(run.url, folder, links)
    running.play(run, restart)
    histories, final = read(folder), finals(run.url, named)
    report = check(histories, final)
    asked = ask_again(run.url, folder, named, histories)
    settled = check(read(folder), finals(run.url, named), asked)
    report.findings += settled.findings
    report.examples.update(settled.examples)
    return Played(report, histories.unknown, len(asked))


class Restarts:
    """Restarts a server in one way after the other."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self._ways = cycle([self._at_once, self._in_good_order, self._by_itself])
        self.number = 0

    def __call__(self) -> None:
        self.number += 1
        next(self._ways)()

    def _at_once(self) -> None:
        self._server.stop(signal.SIGQUIT)
        self._server.start()

    def _in_good_order(self) -> None:
        self._server.stop(signal.SIGINT)
        self._server.start()

    def _by_itself(self) -> None:
        """Kills a process of the server, which then ends all others, recovers, and goes on."""
        with psycopg.connect(self._server.superuser_url) as connection:
            os.kill(connection.info.backend_pid, signal.SIGKILL)
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
