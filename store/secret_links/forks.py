"""Forks: no connection of a store is used on both sides of one.

A process that forks hands its children copies of all that it has open. Two processes that speak over one connection to
a server get each other's answers, and SQLite forbids to use, or even to close, a connection that was opened before. So
whatever holds connections is called around each fork. `subprocess` makes no fork in this sense.
"""

from __future__ import annotations

import os
import threading
from typing import Protocol
from weakref import WeakSet


class Forkable(Protocol):
    """Holds what must not cross a fork."""

    def before_fork(self) -> None:
        """Lets go, in the process that forks, of what can be had again."""

    def after_fork_in_child(self) -> None:
        """Forgets, in the child, all that is the parent's; nothing of it may be used or closed."""


class _Forks:
    """Calls whoever is to be called; a thread that joins waits until a fork is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._members: WeakSet[Forkable] = WeakSet()
        self._registered = False

    def add(self, member: Forkable) -> None:
        with self._lock:
            self._members.add(member)
            if not self._registered:
                os.register_at_fork(before=self._before, after_in_parent=self._lock.release, after_in_child=self._after)
                self._registered = True

    def _before(self) -> None:
        self._lock.acquire()
        for member in tuple(self._members):
            member.before_fork()

    def _after(self) -> None:
        for member in tuple(self._members):
            member.after_fork_in_child()
        self._lock.release()


_FORKS = _Forks()

left_behind: list[object] = []
"""In a child, what is the parent's: kept, for whatever is thrown away is closed."""


def watch_over(member: Forkable) -> None:
    """Has something called around each fork, for as long as it is there."""
    _FORKS.add(member)
