"""Runs tests on mutants: each in a forked process, which imports the changed file in the place of the real one.

The parent loads what the tests use of other packages, and nothing of the project. So a child is at its tests after a
third of a second, and nothing that was made at import, such as a query, is left of the unchanged file.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from proof.mutation_mutants import Mutant
from proof.mutation_plugins import Chooser, Finder, Recorder
from proof.mutation_processes import ROOT, Place, Server, fork, load, loaded_of_others

ENDLESS_AFTER = 20
"""Seconds of a processor that a mutant may use, over what its tests use by themselves."""

LONG = 300
"""Seconds of a processor that a mutant may use where it is not known what its tests use."""

WAITING = 120
"""Seconds after which a test that waits has failed: quick ones are waited for less, and none as long."""

ARGUMENTS = (
    *("--quiet", "--exitfirst", "--no-header", "--numprocesses=0", "--hypothesis-seed=0", "--tb=short"),
    *(f"--timeout={WAITING}", "--timeout-method=signal", f"--rootdir={ROOT}"),
    *("-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
)

USED_BY_ALL = ("alembic.command", "hypothesis", "psycopg", "pytest_asyncio", "sqlmodel", "textual.css.stylesheet")
"""What tests import of other packages, and takes long."""


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    ENDLESS = "endless"
    """Killed, because its tests did not end."""
    SURVIVED = "survived"


@dataclass(frozen=True)
class File:
    """A file whose mutants are tried, and the tests for it."""

    name: str
    """The module in `secret_links`."""
    tests: Sequence[str]
    """Files of tests, or single ones."""
    on_server: bool = False
    """Whether of these, those that need a server are run, or the others."""

    @property
    def path(self) -> Path:
        """Where it is."""
        return ROOT / "store" / "secret_links" / f"{self.name.replace('.', '/')}.py"


@dataclass(frozen=True)
class Baseline:
    """What the tests do with the unchanged file."""

    seconds: Mapping[str, float]
    """How long each test takes."""
    functions: Mapping[str, Sequence[str]]
    """The functions of the file that each test runs; of no test, those that are run at import."""

    def tests_of(self, function: str, killers: Sequence[str] = ()) -> list[str]:
        """Returns all tests: killers first, then those that are known to run a function, the quickest first.

        Others may run it in a process that they fork.
        """
        by_all = not function or function in self.functions.get("", ())
        reached = {test for test in self.seconds if by_all or function in self.functions.get(test, ())}
        others = sorted(self.seconds.keys() - set(killers), key=lambda test: (test not in reached, self.seconds[test]))
        return [*killers, *others]


UNKNOWN = Baseline({}, {})
"""Of tests that were not run on the unchanged file: all of them are run, in their own order."""


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant, and by which test."""

    mutant: Mutant
    fate: Fate
    by: str = ""


class Runner:
    """Tries mutants, some at the same time, in processes that share what other packages take to load."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        in_memory = Path("/dev/shm")
        self._folder = Path(tempfile.mkdtemp(prefix="mutants-", dir=in_memory if in_memory.is_dir() else None))
        self._server: Server | None = None
        os.environ["CI"] = "true"  # hypothesis tries the same examples each time, and keeps none
        os.chdir(ROOT)
        load(USED_BY_ALL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def baseline(self, file: File) -> Baseline:
        """Runs the tests of a file once as it is; AssertionError if they do not pass."""
        place = self._place(file)
        said, output = self._folder / "baseline", self._folder / "baseline.out"
        recorder = Recorder(file.path)

        def work() -> int:
            recorder.begin()
            if place is not None:
                place.take()
            where = f"--basetemp={self._folder / 'baseline.tmp'}"
            code = int(
                pytest.main(
                    [*ARGUMENTS, "--timeout=0", where, *file.tests], [Chooser(on_server=file.on_server), recorder]
                )
            )
            said.write_text(json.dumps([recorder.seconds, recorder.functions(), loaded_of_others()]))
            return code

        _, status = os.waitpid(fork(work, output), 0)
        assert status == 0, f"the tests of {file.name} fail as it is:\n{output.read_text()[-5000:]}"
        seconds, functions, modules = json.loads(said.read_text())
        assert seconds, f"all tests of {file.name} are skipped"
        load(modules)
        return Baseline(seconds, functions)

    def run(self, file: File, baseline: Baseline, mutants: Iterable[Mutant]) -> Iterator[Outcome]:
        """Tries mutants of a file; yields what became of each.

        What has killed mutants of a function, and not long ago, mostly kills the next one of it too.
        """
        running: dict[int, tuple[Mutant, Path]] = {}
        killers: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for number, mutant in enumerate(mutants):
            while len(running) >= self._jobs:
                outcome = self._ended(running)
                if outcome.by in baseline.seconds:
                    killed = killers[outcome.mutant.function]
                    killed.pop(outcome.by, None)
                    killed[outcome.by] = None
                yield outcome
            tests = baseline.tests_of(mutant.function, list(reversed(killers[mutant.function])))
            said = self._folder / f"{number}"
            limit = ENDLESS_AFTER + int(2 * sum(baseline.seconds[test] for test in tests)) if tests else LONG
            child = fork(_Trial(file, mutant.source, tests, said, limit, self._place(file)), said.with_suffix(".out"))
            running[child] = mutant, said
        while running:
            yield self._ended(running)

    def _ended(self, running: dict[int, tuple[Mutant, Path]]) -> Outcome:
        child = 0
        while child not in running:
            child, status = os.wait()
        mutant, said = running.pop(child)
        code = os.waitstatus_to_exitcode(status)
        assert code != pytest.ExitCode.NO_TESTS_COLLECTED, f"no test was run on {mutant.name}"
        by = said.read_text() if said.exists() else ""
        for left in (said, said.with_suffix(".out")):
            left.unlink(missing_ok=True)
        shutil.rmtree(said.with_suffix(".tmp"), ignore_errors=True)
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return Outcome(mutant, Fate.ENDLESS, by)
        return Outcome(mutant, Fate.KILLED if code else Fate.SURVIVED, by)

    def _place(self, file: File) -> Place | None:
        if not file.on_server:
            return None
        if self._server is None:
            self._server = Server(self._folder)
        return self._server.place


@dataclass(frozen=True)
class _Trial:
    """What a process does with one mutant."""

    file: File
    source: str
    tests: Sequence[str]
    """In their order; none for all of the file's, in their own."""
    said: Path
    limit: int
    place: Place | None

    def __call__(self) -> int:
        resource.setrlimit(resource.RLIMIT_CPU, (self.limit, self.limit + 5))
        sys.meta_path.insert(0, Finder(f"secret_links.{self.file.name}", self.file.path, self.source))
        if self.place is not None:
            self.place.take()
        files = dict.fromkeys(test.partition("::")[0] for test in self.tests) or self.file.tests
        chooser = Chooser(self.tests, on_server=self.file.on_server)
        where = f"--basetemp={self.said.with_suffix('.tmp')}"
        code = int(pytest.main([*ARGUMENTS, where, *files], [chooser]))
        self.said.write_text(chooser.failed or ("" if code == 0 else "import"))
        return code
