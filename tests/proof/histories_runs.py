"""What a run of claims is to be: its links, its processes, and the tickets that say which link is next."""

from __future__ import annotations

import json
import random
from array import array
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Self

_TASK_BITS = 28
"""Below the task, a ticket has the number of a link."""

LATER = 40
"""How many links' claims may come between a change of a link's expiry and the claims of that link."""


SOON = range(20, 120)
"""Milliseconds after which a link expires that a host changes."""


class Task(IntEnum):
    """What a ticket asks for."""

    CLAIM = 0
    DELETE = 1
    RESTORE = 2
    CHANGE = 3


WAYS: tuple[tuple[Task, ...], ...] = (
    (Task.DELETE, Task.RESTORE),
    (Task.CHANGE,),
    (Task.DELETE, Task.RESTORE, Task.CHANGE),
    (Task.CHANGE,),
    (Task.DELETE, Task.RESTORE, Task.DELETE, Task.RESTORE),
)
"""What hosts do to a link that they touch, in turn."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run is to be."""

    url: str
    folder: str
    """Where the links are named, and the histories are kept."""
    pages: list[str]
    """What each process is: a name of PAGES, or `command`."""
    of_each: int = 8
    """Claims of each link by pages."""
    touched_every: int = 20
    """Of as many links, hosts touch one; 0 for none."""
    fails_every: int = 5
    """Of as many claims of a process, the booking of one fails."""
    library_rests: float = 0
    """Seconds after which a page takes another ticket whose claims are the library's.

    They take several times the processor's time of a statement: so there are more claims, and still some of each form.
    """
    commands: int = 0
    """Pairs of commands of each process that runs them."""
    undo: str = ""
    """An undo of `planted`, in the place of the store's."""
    events: dict[str, int] = field(default_factory=dict)
    """How often which of `kill`, `pause`, `drop`, `restart` happens, evenly over the run."""
    seed: int = 1

    def as_line(self) -> str:
        """Writes it as `of_line` reads it."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def of_line(cls, line: str) -> Self:
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a run, by their numbers."""

    tokens: list[str]
    ids: list[int]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Reads what `write` has written."""
        return cls(**json.loads((folder / "links.json").read_text()))

    def write(self, folder: Path) -> None:
        (folder / "links.json").write_text(json.dumps(asdict(self)))


def tickets(run: Run, links: int) -> array[int]:
    """Deals the tickets of a run link by link, those of hosts among the claims."""
    chance = random.Random(run.seed)
    placed: list[tuple[float, int]] = []
    for link in range(links):
        first = float(link * run.of_each)
        tasks = _tasks(run, link)
        claimed = first + (Task.CHANGE in tasks) * chance.random() * run.of_each * LATER  # before it expires, or after
        at = sorted(claimed + chance.random() * run.of_each for _ in tasks)  # a host restores what is deleted
        placed += (
            (first if task is Task.CHANGE else when, ticket(task, link)) for when, task in zip(at, tasks, strict=True)
        )
        placed += ((claimed + chance.random() * run.of_each, ticket(Task.CLAIM, link)) for _ in range(run.of_each))
    placed.sort()
    return array("I", (dealt for _, dealt in placed))


def _tasks(run: Run, link: int) -> tuple[Task, ...]:
    if not run.touched_every or link % run.touched_every:
        return ()
    return WAYS[link // run.touched_every % len(WAYS)]


def ticket(task: Task, link: int) -> int:
    return task << _TASK_BITS | link


def read_ticket(dealt: int) -> tuple[Task, int]:
    return Task(dealt >> _TASK_BITS), dealt & (1 << _TASK_BITS) - 1
