"""Large demo stores: made once, with a progress bar in the terminal, and kept in the platform's cache folder."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from secret_links import StoreError, StoreFull
from secret_links.atomic_files import whole_file
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links_tui.folders import cache_folder
from secret_links_tui.setting_values import BadSetting

KEPT_FROM = 10_001
"""From how many links on a demo's store is kept; fewer are made in the time that it takes to look for them."""


class Cancelled(Exception):
    """The host no longer wants it."""


def kept_path(host_name: str, links: int) -> Path:
    """Returns the path of a host's demo store with so many links, whether it is there or not."""
    folder = cache_folder()
    if folder is None:
        raise BadSetting("There is no folder for caches, as HOME is not set; set it, or ask for a smaller demo.")
    return folder / f"demo-{links}-{quote(host_name, safe='')[:100]}-schema-{SCHEMA_VERSION}.db"


def make(path: Path, host_name: str, links: int) -> None:
    """Makes a demo store at a path, showing how far it is; leaves it whole, or nothing behind.

    Raises Cancelled where the host pressed ctrl+c. A program that makes the same one at the same time makes another
    file; the first that is complete takes the place.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError), whole_file(path) as unfinished, _progress(links) as progress:
            _fill(unfinished, host_name, links, progress)
    except StoreFull as error:
        raise StoreFull(f"The disk with {path.parent} has no room for {links:,} links; nothing was kept.") from error
    except OSError as error:
        raise StoreError(f"No demo can be kept in {path.parent}: {error.strerror or error}.") from error


def _fill(path: Path, host_name: str, links: int, progress: Callable[[int], None]) -> None:
    from secret_links import Store  # noqa: PLC0415  # only now: the bar is on the screen
    from secret_links.whole.filling import fill  # noqa: PLC0415

    with Store.open(path) as store:
        fill(store, host_name, links, progress=progress)
    progress(links)


@contextmanager
def _progress(links: int) -> Iterator[Callable[[int], None]]:
    """Draws a bar on standard error, and gives what moves it; that raises Cancelled after ctrl+c."""
    from rich.console import Console  # noqa: PLC0415  # only now: a kept store is opened without
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(None),
        TextColumn("{task.completed:,} of {task.fields[links]:,}"),
        TimeRemainingColumn(),
        TextColumn("ctrl+c cancels"),
    )
    with _cancelling() as cancelled, Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Making links", total=links, links=links)

        def progress(done: int) -> None:
            if cancelled.is_set():
                raise Cancelled("The demo was not made; nothing was kept.")
            if done == links:
                bar.update(task, description="Sorting them", total=None, completed=done)
            else:
                bar.update(task, completed=done)

        yield progress


@contextmanager
def _cancelling() -> Iterator[threading.Event]:
    """Returns what ctrl+c sets, or a terminal that is closed.

    A KeyboardInterrupt that rises while SQLite calls back would be lost in SQLite.
    """
    asked = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, lambda *_: asked.set()) for number in signals]
    try:
        yield asked
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
