"""What a forked process has pytest do: note what tests run, run those that were chosen, import a changed file."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FrameType

import pytest


class Recorder:
    """Notes, as a plugin of pytest, what is run of a file at import, and what each test runs of it."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._seen: set[CodeType] = set()
        self.seconds: dict[str, float] = {}
        self.functions: dict[str, list[str]] = {}
        self.at_import: list[str] = []

    def begin(self) -> None:
        """Notes from now on what is run."""
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            self._seen.add(frame.f_code)

    def _noted(self) -> list[str]:
        seen, self._seen = self._seen, set()
        codes = [code for code in seen if code.co_filename == self._path]
        return sorted({name for code in codes for name in code.co_qualname.split(".")})

    def pytest_collection_finish(self) -> None:
        self.at_import = self._noted()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        begun = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.process_time() - begun
            self.functions[item.nodeid] = self._noted()


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
