"""Leaving the program when no key was touched for a while, so that no screen of private links stays open."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

Wait = Callable[[float, Callable[[], None]], object]
"""Calls a function after some seconds."""


class IdleWatch:
    """Calls `leave` once nothing was touched for a time; sets one timer in that time, not one with every key."""

    def __init__(
        self,
        after: timedelta,
        wait: Wait,
        leave: Callable[[], None],
        *,
        busy: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = after.total_seconds()
        self._wait = wait
        self._leave = leave
        self._busy = busy
        self._clock = clock
        self._touched_at = clock()
        wait(self._seconds, self._look)

    def touch(self) -> None:
        """Starts the time again."""
        self._touched_at = self._clock()

    def _look(self) -> None:
        if self._busy():  # a long operation is running, and the host may wait for it
            self.touch()
        left = self._touched_at + self._seconds - self._clock()
        if left > 0:
            self._wait(left, self._look)
        else:
            self._leave()
