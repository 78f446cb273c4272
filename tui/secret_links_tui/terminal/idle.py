"""Leaving by oneself, where nobody has touched a key for a while: a screen of private links stands open."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

Wait = Callable[[float, Callable[[], None]], object]
"""Has something called after some seconds."""


class IdleWatch:
    """Calls `leave` once nothing was touched for a time; wakes up once in that time, not with every key."""

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
        """Begins to count again."""
        self._touched_at = self._clock()

    def _look(self) -> None:
        if self._busy():  # a long deed of the host's goes on: they may wait for it
            self.touch()
        left = self._touched_at + self._seconds - self._clock()
        if left > 0:
            self._wait(left, self._look)
        else:
            self._leave()
