"""What a forked process has pytest do: note what tests run, run those that were chosen, import a changed file."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

import pytest
from coverage import Coverage


class Recorder:
    """Notes, as a plugin of pytest, what is run of a file at import, and what each test runs of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._skipped: set[str] = set()
        self._coverage = Coverage(data_file=None, config_file=False, include=[str(path)])
        self.seconds: dict[str, float] = {}
        """How long each test takes that is not skipped."""

    def begin(self) -> None:
        """Notes from now on what is run."""
        self._coverage.start()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self._skipped.add(report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        begun = time.process_time()
        self._coverage.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self._coverage.switch_context("")
            if item.nodeid not in self._skipped:
                self.seconds[item.nodeid] = time.process_time() - begun

    def functions(self) -> dict[str, list[str]]:
        """Returns the names of the outermost functions that each test ran; those that were run at import as of ``."""
        self._coverage.stop()
        found: dict[str, set[str]] = {test: set() for test in ("", *self.seconds)}
        contexts = self._coverage.get_data().contexts_by_lineno(str(self._path))
        for function in _outermost(ast.parse(self._path.read_text("utf-8"))):
            for line in range(function.body[0].lineno, (function.end_lineno or 0) + 1):
                for test in contexts.get(line, ()):
                    found.setdefault(test, set()).add(function.name)
        return {test: sorted(names) for test, names in found.items()}


def _outermost(node: ast.AST) -> Iterator[ast.FunctionDef]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield child
        else:
            yield from _outermost(child)


class Chooser:
    """Runs, as a plugin of pytest, the tests that are named, in their order; or those of one kind of database."""

    def __init__(self, named: Sequence[str] = (), *, on_server: bool) -> None:
        self._on_server = on_server
        self._places = {name: place for place, name in enumerate(named)}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._places:
            chosen = [item for item in items if item.nodeid in self._places]
            items[:] = sorted(chosen, key=lambda item: self._places[item.nodeid])
        else:
            items[:] = [item for item in items if self._needs_server(item) is self._on_server]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid

    @staticmethod
    def _needs_server(item: pytest.Item) -> bool:
        return "postgresql" in item.name or "databases" in getattr(item, "fixturenames", ())


class _Loader(SourceFileLoader):
    """Loads a text in the place of a file's."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  # as the base has it
        return compile(self._source, self.path, "exec", dont_inherit=True)


class Finder(MetaPathFinder):
    """Finds a module in a text instead of its file."""

    def __init__(self, module: str, path: Path, source: str) -> None:
        self._module, self._path, self._source = module, str(path), source

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        if fullname != self._module:
            return None
        return spec_from_file_location(fullname, self._path, loader=_Loader(fullname, self._path, self._source))
