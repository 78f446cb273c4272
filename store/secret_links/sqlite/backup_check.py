"""Whether a file is a backup that can be put in the place of a store's content, and what is in it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from secret_links.atomic_files import scratch_file
from secret_links.errors import StoreFull, StoreUnusable
from secret_links.reports import Contents
from secret_links.sqlite import connections
from secret_links.sqlite.copies import copy_pages
from secret_links.sqlite.faults import explained
from secret_links.sqlite.file_check import StoreFile, check_file
from secret_links.sqlite.header import HEADER_WAIT
from secret_links.sqlite.schema import first_fault
from secret_links.tables.core import deleted_links, deletions, event_types, hosts, link_events, links

_COUNTED = (hosts, event_types, links, deleted_links)
_TABLES = (*_COUNTED, deletions, link_events)


@dataclass(frozen=True, slots=True)
class SoundCopy:
    """A copy of a backup that was checked and upgraded, and what is in it."""

    path: Path
    contents: Contents
    notes: Sequence[str]
    """Sentences on values that upgrading it has repaired, or left as they were."""


def check_backup(backup: Path, store: Path) -> StoreFile:
    """Describes the file of a backup; StoreUnusable says why it is none that can be put in the place of a store."""
    with explained(backup):
        backup = backup.absolute()
        if not backup.exists():
            raise StoreUnusable(f"There is no backup at {backup}.")
        if backup.samefile(store):
            raise StoreUnusable(f"{backup} is the store itself; name a backup of it.")
    return check_file(backup, to_copy=True)


@contextmanager
def sound_copy(backup: StoreFile, store: Path) -> Iterator[Path]:
    """Gives a copy of a backup beside a store, checked by SQLite, and removes it in the end.

    So nobody can change it after it was checked, and the backup itself stays as it is. StoreUnusable says that it is
    damaged, or that nothing can be written there; StoreFull, that there is no room.
    """
    with ExitStack() as stack:
        try:
            copy = stack.enter_context(scratch_file(store.resolve()))
            copy.touch(0o600)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise full(store) from error
            raise StoreUnusable(f"Nothing can be written beside {store}: {error.strerror or error}.") from error
        try:
            with explained(backup.path):
                copy_pages(lambda: connections.connect(backup.uri, backup.identity, HEADER_WAIT), copy)
                with closing(sqlite3.connect(copy)) as connection:
                    fault = first_fault(row[0] for row in connection.execute("PRAGMA integrity_check"))
        except StoreFull as error:
            raise full(store) from error
        if fault is not None:
            raise _damaged(backup.path, fault)
        yield copy


def contents_of(copy: Path, backup: Path) -> Contents:
    """Counts what is in the copy of a backup, of today's schema; StoreUnusable says that it lacks tables."""
    with explained(backup), closing(sqlite3.connect(copy)) as connection:
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        for table in _TABLES:
            if table.name not in there:
                raise _damaged(backup, f"it has no table {table.name}")
        counted = (connection.execute(f"SELECT count(*) FROM {table.name}").fetchone() for table in _COUNTED)  # noqa: S608
        return Contents(*(number for (number,) in counted))


def _damaged(backup: Path, fault: str) -> StoreUnusable:
    return StoreUnusable(f"{backup} is damaged, and nothing was restored: {fault}.")


def full(store: Path) -> StoreFull:
    """Gives the refusal where there is no room for a backup beside what it takes the place of."""
    return StoreFull(
        f"The disk with {store} is full; nothing was changed. Restoring a backup takes room for it twice, and once for "
        "the store."
    )
