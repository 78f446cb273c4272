"""What each process keeps of its claims: an append-only file of records, which a kill cannot take anything from.

A record is written before a call and another one after it. Each is one write of 32 bytes, so none is ever torn. Times
are of the monotonic clock, which all processes of a Linux machine share.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from pathlib import Path
from struct import Struct
from typing import NamedTuple

_RECORD = Struct("<BBHIQQQ")
"""Which record, its detail, the process, the operation's number there, the link, a value, the time in nanoseconds."""

_START, _BEGIN, _UNKNOWN, _END = range(4)

NEVER = 1 << 62
"""The end of an operation that was never answered, and the expiry of a link that has none."""


class What(IntEnum):
    """An operation: a claim in one of its forms, or a host's."""

    REDEEM = 1
    SESSION = 2
    STATEMENT = 3
    COMMAND = 4
    DELETE = 5
    RESTORE = 6
    CHANGE = 7


BOOKING = frozenset({What.SESSION, What.STATEMENT})
"""Claims that are committed together with a row of a booking."""

OF_LIBRARY = frozenset({What.REDEEM, What.SESSION})
"""Claims by the library in the page's own process."""

OF_HOSTS = frozenset({What.DELETE, What.RESTORE, What.CHANGE})


class Answer(IntEnum):
    """What a process was answered."""

    NONE = 0
    """It was killed, or nobody could say."""
    WON = 1
    GAVE_BACK = 2
    """It had the link, and rolled back."""
    USED = 3
    EXPIRED = 4
    DELETED = 5
    NOT_AVAILABLE = 6
    """It was refused without a reason."""
    DONE = 7
    IN_VAIN = 8
    """A host found nothing to delete or to restore, or a link that is not Active any more."""
    REFUSED = 9
    """A host's new expiry had passed already."""


class Operation(NamedTuple):
    """An operation on a link."""

    link: int
    what: int
    visitor: int
    """Whose it is: no two have the same."""
    begin: int
    end: int
    answer: int
    value: int
    """For a refusal, the visitor who is said to have won, 0 for nobody; for a change, the expiry in milliseconds."""


def visitor_id(process: int, number: int) -> int:
    return process << 32 | number


def name_of(visitor: int) -> str:
    """What the store is told of who claims."""
    return f"{visitor >> 32}-{visitor & 0xFFFFFFFF}"


def visitor_of(name: str | None) -> int:
    """Returns 0 for nobody, and -1 for a name that no process has given."""
    if name is None:
        return 0
    process, _, number = name.partition("-")
    return visitor_id(int(process), int(number)) if process.isdigit() and number.isdigit() else -1


class Log:
    """The file of one process."""

    def __init__(self, folder: Path, process: int) -> None:
        self.process = process
        self._file = os.open(folder / f"{process}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._write(_START, 0, 0, 0, time.time_ns() - time.monotonic_ns())

    def begin(self, number: int, what: What, link: int, value: int = 0) -> None:
        self._write(_BEGIN, what, number, link, value)

    def unknown(self, number: int, link: int) -> None:
        """Keeps that an attempt ended without anybody knowing what came of it."""
        self._write(_UNKNOWN, 0, number, link, 0)

    def end(self, number: int, answer: Answer, link: int, value: int = 0) -> None:
        self._write(_END, answer, number, link, value)

    def close(self) -> None:
        os.close(self._file)

    def _write(self, record: int, detail: int, number: int, link: int, value: int) -> None:
        packed = _RECORD.pack(record, detail, self.process, number, link, value, time.monotonic_ns())
        assert os.write(self._file, packed) == _RECORD.size


@dataclass(frozen=True, slots=True)
class Histories:
    """All that was kept by the processes of a run."""

    of_links: dict[int, list[Operation]]
    """The operations on each link, in no order."""
    unknown: int
    """Attempts of which nobody knew what came of them."""
    ahead: tuple[int, int]
    """By how many nanoseconds the wall clock was ahead of the monotonic one: at the least and at the most."""

    def operations(self) -> Iterator[Operation]:
        return chain.from_iterable(self.of_links.values())


def read(folder: Path) -> Histories:
    """Reads the files of all processes."""
    of_links: dict[int, list[Operation]] = {}
    aheads: list[int] = []
    unknown = 0
    for path in folder.glob("*.log"):
        under_way: dict[int, tuple[int, int, int, int]] = {}
        process = int(path.stem)
        for record, detail, _, number, link, value, at in _RECORD.iter_unpack(path.read_bytes()):
            if record == _BEGIN:
                under_way[number] = (link, detail, at, value)
            elif record == _END:
                _, what, begin, wanted = under_way.pop(number)
                done = Operation(link, what, process << 32 | number, begin, at, detail, wanted or value)
                of_links.setdefault(link, []).append(done)
            elif record == _UNKNOWN:
                unknown += 1
            else:
                aheads.append(value)
        for number, (link, what, begin, value) in under_way.items():
            cut_off = Operation(link, what, process << 32 | number, begin, NEVER, Answer.NONE, value)
            of_links.setdefault(link, []).append(cut_off)
    return Histories(of_links, unknown, (min(aheads), max(aheads)))
