"""Forked processes of the runner of mutants: their output, what they share, and a database server for all of them."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]

_OURS = tuple(str(ROOT / room) for room in ("store", "tui", "tests"))
_NAMES = ("secret_links", "secret_links_tui", "conftest", "tests", "proof", "__main__")


def fork(work: Callable[[], int], output: Path) -> int:
    """Does something in a child, which writes what it prints into a file; returns the child."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(written, 1)
        os.dup2(written, 2)
        code = work()
    except BaseException as error:  # noqa: BLE001  # a child must not go on as a second parent
        print(repr(error))
    finally:
        sys.stdout.flush()
        os._exit(code)


def load(modules: Iterable[str]) -> None:
    """Loads modules of other packages, as far as they can be, for all children to come."""
    for name in modules:
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def loaded_of_others() -> list[str]:
    """Returns the names of the modules that are loaded and not of this project."""
    return [name for name, module in list(sys.modules.items()) if _is_of_others(name, module)]


def _is_of_others(name: str, module: ModuleType) -> bool:
    place = str(getattr(module, "__file__", None) or getattr(module, "__path__", None) or "")
    return name.partition(".")[0] not in _NAMES and not any(ours in place for ours in _OURS)


@dataclass(frozen=True)
class Place:
    """Where a server runs that all children use."""

    folder: str
    programs: str

    def take(self) -> None:
        """Has the tests take it for one that they started themselves, which leaves it running at their end."""
        import postgres_server

        class Running(postgres_server.EmbeddedServer):
            def __init__(self, place: Place) -> None:
                self.folder, self.programs = Path(place.folder), Path(place.programs)
                self.superuser_url = self.url("postgres")

            def start(self) -> None:
                """It runs."""

            def __exit__(self, *_: object) -> None:
                """It goes on running."""

        postgres_server.a_server = lambda: Running(self)


class Server:
    """A database server in a process of its own, since to start it loads the project."""

    def __init__(self, folder: Path) -> None:
        (places, place), (ends, self._end) = os.pipe(), os.pipe()

        def work() -> int:
            os.close(self._end)
            from postgres_server import EmbeddedServer

            with EmbeddedServer() as server:
                os.write(place, json.dumps([str(server.folder), str(server.programs)]).encode())
                os.close(place)
                os.read(ends, 1)
            return 0

        self._child = fork(work, folder / "server.out")
        os.close(place)
        os.close(ends)
        with os.fdopen(places) as said:
            self.place = Place(*json.loads(said.read()))

    def end(self) -> None:
        """Stops it."""
        os.close(self._end)
        os.waitpid(self._child, 0)
