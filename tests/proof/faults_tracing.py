"""Makes one system call of a running process fail, or kills the process before it, by strace's tampering."""

from __future__ import annotations

import json
import os
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from proof.faults_errors import ERRORS, KILLED, KILLED_AFTER, NOTHING, OF_SOCKETS, RESET
from proof.faults_operations import Request
from proof.faults_program import ask
from support import FINDS_TESTS

_LONGEST = 300
"""Characters that are logged of a text: a path has to be whole."""

_A_MOMENT = 0.05
"""Seconds between two looks whether a call has failed."""

_AT_ONCE = 0.002
"""Seconds between two looks whether a call is done, behind which the process is to be killed."""

_INJECTED = "(INJECTED)"
_DELAYED = "(DELAYED)"

_HELD = "60s"
"""How long a call is held back that is done: longer than any test waits."""

_SHORT = re.compile(r"^pwrite64\(.*, (\d+), \d+\) = (\d+)$")
"""What was to be written, and what was."""

BEGIN = b"begin\n"
"""The order to begin."""

_ATTACHED = "attached"
_ANSWER = '"{\\"'


@dataclass(frozen=True)
class Call:
    """The n-th system call of its name that a process makes, from 1 on."""

    name: str
    number: int
    logged: str = ""


@dataclass(frozen=True)
class Fault:
    """What is to happen to a call: an error, KILLED or NOTHING."""

    call: Call
    how: str
    for_good: bool = False
    """Whether all later calls of the name fail as well."""

    def __str__(self) -> str:
        return f"{self.call.name} {self.call.number}: {self.how}"

    @property
    def rule(self) -> str:
        """The rule in strace's words."""
        others = {KILLED: "signal=SIGKILL", KILLED_AFTER: f"delay_exit={_HELD}", NOTHING: "retval=0"}
        how = others.get(self.how, f"error={self.how}")
        return f"inject={self.call.name}:{how}:when={self.call.number}{'+' if self.for_good else ''}"


@dataclass(frozen=True)
class Run:
    """One run of an operation."""

    answer: dict[str, Any] | None
    """What the caller was told; None where the process was killed before it said anything."""
    log: Sequence[str]
    fault: Fault | None

    @property
    def was_injected(self) -> bool:
        """Whether the fault has happened; no call may have got that far."""
        if self.fault is None:
            return False
        if self.fault.how in {KILLED, KILLED_AFTER}:
            calls = [line for line in self.log if not line.startswith("+++ killed by SIGKILL")]
            last = calls[-1] if calls else ""
            is_at_an_end = _DELAYED in last if self.fault.how == KILLED_AFTER else len(calls) < len(self.log)
            return self.answer is None and last.startswith(self.fault.call.name) and is_at_an_end
        times = sum(_INJECTED in line for line in self.log)
        return times > 1 if self.fault.for_good else times == 1

    @property
    def was_not_made(self) -> bool:
        """Whether the call was never made: the log of all calls ends before it, and none was tampered with."""
        assert self.fault is not None
        tampered = any(mark in line for line in self.log for mark in (_INJECTED, _DELAYED))
        made = sum(call.name == self.fault.call.name for call in self._all_calls())
        return not tampered and made < self.fault.call.number and self.answer is not None

    @property
    def short_writes(self) -> int:
        """How many writes wrote less than they were to."""
        found = (_SHORT.match(line) for line in self.log)
        return sum(int(each[2]) < int(each[1]) for each in found if each)

    def is_on(self, folders: Sequence[Path], *, sockets: bool) -> bool:
        """Whether the call that was tampered with is on files below some folders, or on sockets."""
        assert self.fault is not None
        calls = self.calls(folders, sockets=sockets)
        return any((call.name, call.number) == (self.fault.call.name, self.fault.call.number) for call in calls)

    def calls(self, folders: Sequence[Path], *, sockets: bool) -> list[Call]:
        """The calls on files below some folders, or on sockets, in their order."""
        return [
            call
            for call in self._all_calls()
            if call.name in ERRORS
            and (any(str(folder) in call.logged for folder in folders) or (sockets and call.name in OF_SOCKETS))
        ]

    @property
    def numbers(self) -> dict[str, int]:
        """How often each call is made, whatever it is on."""
        return {call.name: call.number for call in self._all_calls()}

    @property
    def over(self) -> Call:
        """The call that gives the answer."""
        return next(call for call in self._all_calls() if call.name == "write" and _ANSWER in call.logged)

    def _all_calls(self) -> Iterator[Call]:
        numbers = Counter[str]()
        for line in self.log:
            name, bracket, _ = line.partition("(")
            if bracket and name.isidentifier():
                numbers[name] += 1
                yield Call(name, numbers[name], line)


class Program:
    """The program that does operations, while it runs; a library may be preloaded."""

    def __init__(self, folder: Path, preloaded: Path | None = None) -> None:
        self._socket = folder / "socket"
        self._log = folder / "log"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "proof.faults_program", self._socket],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **FINDS_TESTS, **({"LD_PRELOAD": str(preloaded)} if preloaded else {})},
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def do(self, wanted: Request) -> dict[str, Any]:
        """Does an operation untouched; gives its answer."""
        with ask(self._socket, wanted) as (_, connection):
            connection.sendall(BEGIN)
            answer: dict[str, Any] = json.loads(_answer(connection))
        return answer

    def run(
        self,
        wanted: Request,
        fault: Fault | None = None,
        cut: Callable[[], None] = lambda: None,
        longest: int = resource.RLIM_INFINITY,
    ) -> Run:
        """Does an operation, tampering with one of its calls; nothing before the operation begins is counted.

        `cut` ends the server's side of a connection: after a failed send, libpq waits for what the server has to say,
        and where the connection is not really broken, that is nothing. No file can be written beyond its `longest`
        bytes: a write across that end is short, as on a disk that becomes full, and the next one fails.
        """
        with ask(self._socket, wanted) as (process, connection):
            then: dict[str, tuple[float, str, Callable[[], None]]] = {}
            if fault is not None and fault.call.name == "sendto":
                then[RESET] = (_A_MOMENT, _INJECTED, cut)
            resource.prlimit(process, resource.RLIMIT_FSIZE, (longest, longest))
            tracer = attach(process, self._log, fault)
            then[KILLED_AFTER] = (_AT_ONCE, _DELAYED, lambda: _kill(process, tracer))
            connection.sendall(BEGIN)
            if fault is not None and fault.how in then:
                moment, mark, act = then[fault.how]
                while not select.select([connection], [], [], moment)[0]:
                    if mark in self._log.read_text(errors="replace"):
                        act()
                        break
            said = _answer(connection)
            tracer.communicate()
        answer: dict[str, Any] | None = json.loads(said) if said else None
        return Run(answer, self._log.read_text(errors="replace").splitlines(), fault)


def _kill(process: int, tracer: subprocess.Popen[str]) -> None:
    """Kills a process that strace holds back, and strace, which would hold it back for as long in its end."""
    os.kill(process, signal.SIGKILL)
    tracer.kill()


def _answer(connection: socket.socket) -> bytes:
    """Gives all that is answered."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def attach(process: int, log: Path, fault: Fault | None) -> subprocess.Popen[str]:
    """Has strace follow a process; with a fault, it tampers with one call."""
    rules = ["-e", fault.rule] if fault is not None else []
    command = ["strace", "-y", "-s", str(_LONGEST), "-o", str(log), "-p", str(process), *rules]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    said = tracer.stderr.readline()
    if _ATTACHED not in said:
        tracer.communicate()
        raise PermissionError(said)
    return tracer


def skip_without_tracing() -> None:
    """Skips with the reason where strace is missing, or may not trace."""
    if shutil.which("strace") is None:
        pytest.skip("system calls are made to fail by strace, which is not installed")
    with TemporaryDirectory() as folder, subprocess.Popen(["cat"], stdin=subprocess.PIPE) as traced:
        try:
            tracer = attach(traced.pid, Path(folder) / "log", None)
        except PermissionError as refused:
            pytest.skip(f"strace may not trace here: {refused}")
        finally:
            traced.communicate()
        tracer.communicate()


@contextmanager
def program(preloaded: Path | None = None) -> Iterator[Program]:
    """Runs the program that does operations."""
    with TemporaryDirectory() as folder:
        running = Program(Path(folder), preloaded)
        try:
            yield running
        finally:
            running.end()
