"""A program that has many processes claim the same links at the same time, while it kills, pauses and cuts them off.

    python -m proof.histories_program

It reads a Run from each line, and writes what happens, a line each: `restart` where the server is to be, and at last
`done`, or `failed`. It loads everything once and forks, so that a process costs milliseconds.

Which link is claimed next is a ticket of four bytes, in a pipe that all processes read. The tickets of a link come one
after the other, so that several processes have it at once, however quick or slow each of them is.
"""

from __future__ import annotations

import fcntl
import importlib
import logging
import os
import random
import select
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from proof.histories_claiming import Wanted
from proof.histories_ends import furnish
from proof.histories_process import PAGES, Claimer, Host
from proof.histories_records import Log
from proof.histories_runs import Links, Run, Task, tickets

F_SETPIPE_SZ = 1031
"""Linux' own, which Python's `fcntl` does not name everywhere."""

AHEAD = 4096
"""Bytes of tickets that wait in the pipe: the least that Linux keeps."""

AT_ONCE = 64
"""Tickets between two of which something may happen."""

STALLED = 0.05
"""Seconds without a ticket taken after which a paused process goes on: others may wait for what it holds."""

_DROP = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class Director:
    """Deals the tickets of a run, and does to the processes what befalls them."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._links = Links.read(Path(run.folder))
        self._chance = random.Random(run.seed)
        self._reads, self._writes = os.pipe()
        fcntl.fcntl(self._writes, F_SETPIPE_SZ, AHEAD)
        os.set_blocking(self._writes, False)
        self._running: dict[int, str] = {}
        """What each process is, by its id."""
        self._paused: int | None = None
        self._started = 0

    def play(self) -> bool:
        """Plays the run; says whether every process ended in good order that was not killed."""
        for page in self._run.pages:
            self._start(page)
        dealt = tickets(self._run, len(self._links.tokens))
        events = self._events(len(dealt))
        for start in range(0, len(dealt), AT_ONCE):
            self._deal(dealt[start : start + AT_ONCE].tobytes())
            while events and events[0][0] <= start:
                self._resume()
                events.popleft()[1]()
        self._resume()
        os.close(self._writes)
        os.close(self._reads)
        ends = [os.waitpid(process, 0)[1] for process in self._running]  # all of them, whatever the first was
        return not any(ends)

    def _events(self, length: int) -> deque[tuple[float, Callable[[], None]]]:
        known = {"kill": self._kill, "pause": self._pause, "drop": self._drop, "restart": self._restart}
        planned = [
            (length * (number + 1) / (times + 1), known[name])
            for name, times in self._run.events.items()
            for number in range(times)
        ]
        return deque(sorted(planned, key=lambda event: event[0]))

    def _deal(self, packed: bytes) -> None:
        while not self._is_dealt(packed):
            self._resume()
            ended, status = os.waitpid(-1, os.WNOHANG)
            if ended:
                page = self._running.pop(ended)
                assert (page, status) == ("command", 0), f"a process has ended early: {page}, {status}"

    def _is_dealt(self, packed: bytes) -> bool:
        _, room, _ = select.select([], [self._writes], [], STALLED)
        try:
            return bool(room) and os.write(self._writes, packed) > 0  # as a whole, or not at all
        except BlockingIOError:
            return False

    def _start(self, page: str) -> None:
        self._started += 1
        process = os.fork()
        if process:
            self._running[process] = page
            return
        code = 1
        try:
            self._work(page)
            code = 0
        except BaseException:  # noqa: BLE001  # whatever it is, the process ends here
            traceback.print_exc()
        finally:
            os._exit(code)

    def _work(self, page: str) -> None:
        claimer = Claimer(self._run, self._links, self._started, self._reads)
        if page == "command":
            claimer.run_commands(self._writes)
        else:
            os.close(self._writes)
            claimer.work(page)

    def _any(self) -> int:
        """Chooses a process, but none of commands: those are killed by the page that runs them."""
        return self._chance.choice([process for process, page in self._running.items() if page != "command"])

    def _kill(self) -> None:
        process = self._any()
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        self._start(self._running.pop(process))

    def _pause(self) -> None:
        self._paused = self._any()
        os.kill(self._paused, signal.SIGSTOP)

    def _resume(self) -> None:
        if self._paused is not None:
            os.kill(self._paused, signal.SIGCONT)
            self._paused = None

    def _drop(self) -> None:
        """Cuts all connections to the database."""
        with psycopg.connect(self._run.url, autocommit=True) as connection:
            connection.execute(_DROP)

    def _restart(self) -> None:
        print("restart", flush=True)


def load(folder: Path) -> None:
    """Does everything once, so that what it loads is loaded before the processes fork."""
    importlib.import_module("sqlalchemy.dialects.postgresql.psycopg")
    importlib.import_module("secret_links.postgres.database")
    url, log = str(folder / "links.db"), Log(folder, 1)
    links = furnish(url, folder, 3)
    for token, name in zip(links.tokens, ("redeem", "session", "statement"), strict=True):
        _, made = PAGES[name]
        page = made(url)
        for _ in range(2):
            page.claim(Wanted(token, "1-1"), lambda: None)
        page.close()
    host = Host(url, log)
    for task in (Task.DELETE, Task.RESTORE, Task.CHANGE):
        host.do(1, task, 0, links.ids[0])
    host.close()
    log.close()


def main() -> None:
    logging.disable()  # SQLAlchemy writes down what fails again when a connection is given back
    with TemporaryDirectory() as folder:
        load(Path(folder))
    for line in sys.stdin:
        print("done" if Director(Run.of_line(line)).play() else "failed", flush=True)


if __name__ == "__main__":
    main()
