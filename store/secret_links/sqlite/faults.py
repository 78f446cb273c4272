"""What SQLite's faults mean for a store, in sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from secret_links.errors import QueryCancelled, StoreBusy, StoreError, StoreFull, StoreReadOnly, StoreUnusable


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Raises errors of the driver and of the system as StoreErrors, or as QueryCancelled."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(path, error) from error
    except OSError as error:
        raise StoreUnusable(f"The store {path} cannot be opened: {error.strerror or error}.") from error


def explain(path: Path, error: sqlite3.Error) -> StoreError | QueryCancelled:
    """Gives the StoreError for an error of SQLite; QueryCancelled for an interrupted query."""
    name = getattr(error, "sqlite_errorname", None) or ""
    if name == "SQLITE_INTERRUPT":
        return QueryCancelled()
    sentences: dict[str, tuple[type[StoreError], str]] = {
        "SQLITE_BUSY": (StoreBusy, f"Another program keeps {path} locked; nothing was changed, try again in a moment."),
        "SQLITE_LOCKED": (
            StoreBusy,
            f"Another program keeps {path} locked; nothing was changed, try again in a moment.",
        ),
        "SQLITE_READONLY": (StoreReadOnly, f"{path} can be read, but not written; nothing was changed."),
        "SQLITE_PERM": (StoreReadOnly, f"{path} can be read, but not written; nothing was changed."),
        "SQLITE_CONSTRAINT": (StoreError, f"The tables of {path} do not take this: {error}. Nothing was changed."),
        "SQLITE_FULL": (StoreFull, f"The disk with {path} is full; nothing was changed. Make room and try again."),
        "SQLITE_NOTADB": (StoreUnusable, f"{path} is not a store of Secret Links; it was left as it is."),
        "SQLITE_CORRUPT": (  # also where the disk did not let a page be read
            StoreUnusable,
            f"{path} is damaged, or its disk is failing; if it stays so, restore it from a backup.",
        ),
        "SQLITE_PROTOCOL": (StoreBusy, f"{path} could not be locked; nothing was changed, try again in a moment."),
        "SQLITE_IOERR": (StoreError, f"{path} cannot be read or written; look whether its disk is full or failing."),
        "SQLITE_CANTOPEN": (StoreUnusable, f"{path} cannot be opened; look at its permissions and its folder's."),
    }
    for code, (error_class, sentence) in sentences.items():
        if name.startswith(code):
            return error_class(sentence)
    return StoreError(f"The store {path} failed: {error}.")
