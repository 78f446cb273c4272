"""What time changes in a list: links that flip are marked for a while, and links expire."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from secret_links import Link
from secret_links_tui.drawing.link_rows import LinkRows

if TYPE_CHECKING:
    from textual.timer import Timer

    from secret_links_tui.reading.pace import SetTimer

FLIP_SHOWN = 4.0
"""Seconds for which a row that flipped is marked."""

AT_MOST_AHEAD = timedelta(days=1)
"""How far ahead an expiry is waited for in one go."""

LOOK_EVERY = 1.0
"""Seconds between two looks at what is on the screen."""

LATE = 0.02
"""Seconds after an expiry at which the list is read again: by then it has passed by any clock."""


class Flips:
    """Marks the rows of links whose status changed; `forgotten` is called when they are marked no longer."""

    def __init__(self, rows: LinkRows, set_timer: SetTimer, forgotten: Callable[[], object]) -> None:
        self._rows = rows
        self._set_timer = set_timer
        self._forgotten = forgotten
        self._timer: Timer | None = None

    def notice(self, shown: Iterable[Link], now: Iterable[Link], as_of: datetime) -> None:
        """Marks those links that have another status `now`, at `as_of`, than when they were `shown`."""
        before = {link.id: link.status_at(self._rows.as_of) for link in shown}
        if flipped := [link for link in now if link.status_at(as_of) != before[link.id]]:
            self._rows.flipped = frozenset(link.id for link in flipped)
            if self._timer is not None:
                self._timer.stop()
            self._timer = self._set_timer(FLIP_SHOWN, self._forget)

    def _forget(self) -> None:
        self._rows.flipped = frozenset()
        self._forgotten()


class Unseen:
    """Marks links that changed while the host was away, each until it has been on the screen for a while."""

    def __init__(self, rows: LinkRows, set_timer: SetTimer, visible: Callable[[], Iterable[Link]]) -> None:
        """`visible` returns the links on the screen, while the host looks at it."""
        self._rows = rows
        self._set_timer = set_timer
        self._visible = visible
        self._looked: dict[int, int] = {}
        self._timer: Timer | None = None

    def mark(self, ids: frozenset[int]) -> None:
        """Marks links."""
        self._rows.unseen |= ids
        if self._rows.unseen and self._timer is None:
            self._timer = self._set_timer(LOOK_EVERY, self._look)

    def _look(self) -> None:
        self._timer = None
        for link in self._visible():
            if link.id in self._rows.unseen:
                self._looked[link.id] = self._looked.get(link.id, 0) + 1
        seen = {link_id for link_id, looks in self._looked.items() if looks * LOOK_EVERY >= FLIP_SHOWN}
        self._looked = {link_id: looks for link_id, looks in self._looked.items() if link_id not in seen}
        self._rows.unseen -= seen
        self.mark(frozenset())


class NextExpiry:
    """Calls `passed` when the next link expires."""

    def __init__(self, set_timer: SetTimer, passed: Callable[[], None]) -> None:
        self._set_timer = set_timer
        self._passed = passed
        self._timer: Timer | None = None

    def wait_for(self, expiry: datetime | None, now: datetime) -> None:
        """Waits for an instant, in place of the one before; None waits for nothing."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if expiry is not None:
            wait = min(expiry - now, AT_MOST_AHEAD)
            self._timer = self._set_timer(max(wait.total_seconds(), 0) + LATE, self._passed)
