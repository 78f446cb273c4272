"""Repeats jobs that failed until they are answered."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer

from secret_links import SecretLinksError, StoreGone
from secret_links_tui.reading.messages import JobKind

FIRST_PAUSE = 1.0
"""Seconds before what failed is read again for the first time; each further pause is twice as long."""

LONGEST_PAUSE = 30.0
"""Seconds between two tries, at the most."""

REPEATED = frozenset({JobKind.LIST, JobKind.ROWS, JobKind.COUNTS, JobKind.ANCHORS})
"""What is read again. The other jobs are what the host is waiting for, or what nobody has looked at yet."""

WITH_LIST = (JobKind.LIST, JobKind.ROWS, JobKind.ROWS_AHEAD)
"""What a list that was read answers: the rows on the screen are read with it."""

SetTimer = Callable[[float, Callable[[], None]], Timer]


class Retrying:
    """Remembers which jobs fail, and has them repeated at growing intervals.

    `repeat` is called with the kinds that still fail.
    """

    def __init__(self, set_timer: SetTimer, repeat: Callable[[frozenset[JobKind]], None]) -> None:
        self._set_timer = set_timer
        self._repeat = repeat
        self._failures: dict[JobKind | None, str] = {}
        self._pause = FIRST_PAUSE
        self._timer: Timer | None = None
        self.gone: StoreGone | None = None
        """Why nothing will be answered any more, if that is so."""

    def failed(self, kind: JobKind | None, error: SecretLinksError) -> bool:
        """Records that a job failed, or the watch (None); returns whether this has not been said to the host yet."""
        sentence = str(error)
        is_new = sentence not in self._failures.values()
        if isinstance(error, StoreGone):
            self.gone = error
        if kind is not None and kind not in REPEATED and kind not in WITH_LIST:
            return True  # the host waits for it
        self._failures[kind] = sentence
        if kind in REPEATED and self._timer is None and self.gone is None:
            self._timer = self._set_timer(self._pause, self._again)
        return is_new

    def answered(self, kind: JobKind | None) -> None:
        """Records that a job was answered, or that the watch goes on (None)."""
        for answered in WITH_LIST if kind is JobKind.LIST else (kind,):
            self._failures.pop(answered, None)
        if not self._failing:
            self._pause = FIRST_PAUSE
            if self._timer is not None:
                self._timer.stop()
                self._timer = None

    def reason(self, kind: JobKind) -> str:
        """Says why a job is not answered; empty where it was, or is on its way for the first time."""
        return self._failures.get(kind, "")

    @property
    def is_failing(self) -> bool:
        """Whether anything still fails."""
        return bool(self._failures)

    def now(self) -> None:
        """Repeats at once what fails."""
        if self._failing and self.gone is None:
            self._repeat(self._failing)

    @property
    def _failing(self) -> frozenset[JobKind]:
        return frozenset(kind for kind in self._failures if kind is not None) & REPEATED

    def _again(self) -> None:
        self._timer = None
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        self.now()
