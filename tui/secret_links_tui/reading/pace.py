"""When to count: at once where it is quick, seldom where it is not.

Two things take long with millions of links: counting them, and scanning a list for its anchors. They are done on a
thread of their own, one at a time, and what took long rests for a hundred times as long before it is done again: a
store of ten million links in which somebody books every second costs a hundredth of a core. A new filter, a new
selection, or an operation of the host's own ends the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from secret_links import LinkSet, ReadingLimits, View
from secret_links_tui.reading.jobs import read_anchors, read_counts, read_news
from secret_links_tui.reading.messages import AnchorsRead, CountsRead, JobKind, NewsRead
from secret_links_tui.reading.reader import Reader

if TYPE_CHECKING:
    from secret_links import Follower

OF_A_LIST = (JobKind.COUNTS, JobKind.ANCHORS)
"""The jobs that are about the list that is shown."""

COUNTING_JOBS = (JobKind.NEWS, *OF_A_LIST)
"""The jobs of the reader, the more urgent first."""

SetTimer = Callable[[float, Callable[[], None]], Timer]


class Pace:
    """Asks a reader for counts and anchors, with a pause after those that took long."""

    def __init__(
        self, reader: Reader, set_timer: SetTimer, rested: Callable[[JobKind], None], limits: ReadingLimits
    ) -> None:
        self._reader = reader
        self._set_timer = set_timer
        self._rested = rested
        self._limits = limits
        self._asked: tuple[View, LinkSet, frozenset[int], int] | None = None
        self._counted: tuple[View, LinkSet] | None = None
        self._anchors_requested = False
        self._resting: dict[JobKind, Timer] = {}
        self._missed: set[JobKind] = set()

    def count(self, view: View, selected: LinkSet, fresh: frozenset[int], changes: int) -> None:
        """Has everything counted, unless that is being done; `changes` is how often the store was seen to change."""
        asked = (view, selected, fresh, changes)
        if asked == self._asked:
            return
        if JobKind.COUNTS in self._resting and self._counted == asked[:2]:
            self._missed.add(JobKind.COUNTS)
            return
        self._end_rest(JobKind.COUNTS)
        self._asked = asked
        self._reader.ask(JobKind.COUNTS, read_counts(view, selected, fresh))

    def counted(self, message: CountsRead) -> None:
        """Records that counts arrived, and starts the pause."""
        self._asked, self._counted = None, (message.view, message.selected)
        self._rest(JobKind.COUNTS, message.took)

    def request_news(self, follower: Follower) -> None:
        """Has what happened since a follower's last reading read."""
        if JobKind.NEWS in self._resting:
            self._missed.add(JobKind.NEWS)
        else:
            self._reader.ask(JobKind.NEWS, read_news(follower))

    def take_news(self, message: NewsRead) -> None:
        """Records that news arrived, and starts the pause."""
        self._rest(JobKind.NEWS, message.took)

    def request_anchors(self, view: View, count: int, changes: int, *, at_once: bool = False) -> None:
        """Has a list of about `count` rows scanned for anchors, unless that is being done."""
        if at_once:
            self._end_rest(JobKind.ANCHORS)
        if JobKind.ANCHORS in self._resting:
            self._missed.add(JobKind.ANCHORS)
        elif not self._anchors_requested:
            self._anchors_requested = True
            self._reader.ask(JobKind.ANCHORS, read_anchors(view, count, changes, self._limits))

    def take_anchors(self, message: AnchorsRead) -> None:
        """Records that anchors arrived, and starts the pause."""
        self._anchors_requested = False
        self._rest(JobKind.ANCHORS, message.took)

    def begin_anew(self) -> None:
        """Cancels what is being counted, since it is of another list."""
        self._reader.cancel(*OF_A_LIST)
        for kind in OF_A_LIST:
            self.failed(kind)
        self.end_rests()

    def failed(self, kind: JobKind) -> None:
        """Records that no answer will come, so that it is read when it is asked for again."""
        if kind is JobKind.COUNTS:
            self._asked = None
        elif kind is JobKind.ANCHORS:
            self._anchors_requested = False

    def end_rests(self) -> None:
        """Counts at once when it is asked the next time."""
        for kind in OF_A_LIST:
            self._end_rest(kind)

    def _rest(self, kind: JobKind, took: float) -> None:
        self._end_rest(kind)
        if took > self._limits.quick:
            self._resting[kind] = self._set_timer(
                (took - self._limits.quick) * self._limits.rest, lambda: self._wake(kind)
            )

    def _wake(self, kind: JobKind) -> None:
        del self._resting[kind]
        if kind in self._missed:
            self._missed.discard(kind)
            self._rested(kind)

    def _end_rest(self, kind: JobKind) -> None:
        if (timer := self._resting.pop(kind, None)) is not None:
            timer.stop()
