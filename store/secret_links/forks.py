"""Keeping connections of a store from being used on both sides of a fork.

A forked child has copies of all that its parent has open. Two processes that use one connection to a server get each
other's answers, and SQLite forbids a child to use, or even to close, a connection that its parent opened. So each owner
of connections is called around each fork. `subprocess` makes no fork in this sense.
"""

from __future__ import annotations

import os
import threading
from typing import Protocol
from weakref import WeakSet


class Forkable(Protocol):
    """An owner of connections, which must not cross a fork."""

    def before_fork(self) -> None:
        """Closes, in the process that forks, what can be opened again."""

    def after_fork_in_child(self) -> None:
        """Forgets, in the child, all connections of the parent, without using or closing them."""


class _Forks:
    """Calls its members around each fork; `add` waits while another thread forks."""

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
"""In a child, the parent's connections: kept, since freeing them would close them."""


def watch_over(member: Forkable) -> None:
    """Has a member called around each fork, for as long as it exists."""
    _FORKS.add(member)
