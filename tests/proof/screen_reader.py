"""The reader of the screen without its thread: what it reads, and when its answers arrive, is a schedule's to say."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual.message import Message

from secret_links import QueryCancelled, SecretLinksError
from secret_links_tui.reading.messages import JobKind
from secret_links_tui.reading.reader import Answer, Job, Reader

if TYPE_CHECKING:
    from datetime import datetime

    from secret_links import HostStore, Store, Watch


class SteppedReader(Reader):
    """Does all that the reader does, on nobody's thread: a read has a beginning, an end, and an answer that travels."""

    def __init__(
        self, post: Callable[[Message], object], kinds: Sequence[JobKind], *, watching: bool, schedule: Schedule
    ) -> None:
        self.mailbox: deque[Message] = deque()
        """What it has posted, and has not arrived yet."""
        self._deliver = post
        self._schedule = schedule
        self._watch: Watch | None = None
        self._begun: tuple[JobKind, Job, datetime | None] | None = None
        self._read_answer: Answer | Exception = None
        super().__init__(self.mailbox.append, kinds, watching=watching)
        schedule.readers.append(self)

    def open(self, store: Store, host: HostStore) -> None:
        """Begins to read, when it is told to."""
        self._opened = store, host
        if self._watching:
            self._watch = self._look(store, None)

    def close(self, timeout: float = 2.0) -> None:
        """Ends the reading."""
        del timeout
        self._closed = True
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    # What a schedule has it do

    @property
    def is_reading(self) -> bool:
        """Whether it has begun to read something."""
        return self._begun is not None

    @property
    def has_jobs(self) -> bool:
        """Whether there is anything to do for it."""
        return bool(self._begun or self._jobs)

    def look(self) -> None:
        """Looks whether anybody has changed the store, where it watches."""
        if self.is_open and self._watching and self._begun is None and not self._closed:
            self._watch = self._look(self._store, self._watch)

    def begin(self, fault: SecretLinksError | None = None) -> None:
        """Reads what is most urgent; the answer is not known yet. `fault` is what becomes of it otherwise."""
        if self._begun is not None or not self._jobs or self._closed:
            return
        found = self._next(self._watch)
        assert found is not None
        if self._watching and found[0] is JobKind.LIST:
            self._watch = self._look(self._store, self._watch, listed=True)
        kind, job, as_of = self._begun = found
        self._schedule.note(f"reads {kind}")
        try:
            self._read_answer = fault or Reader._answer(self, self._host, job, as_of)
        except (SecretLinksError, QueryCancelled) as error:
            self._read_answer = error

    def end(self, *, breaks_off: bool = True) -> None:
        """Ends what it reads, and posts the answer; `breaks_off` has a cancelled one end without any."""
        if self._begun is None:
            return
        if self._cancelled and breaks_off:
            self._read_answer = QueryCancelled()
        begun, self._begun = self._begun, None
        self._do(self._host, *begun)

    def arrive(self) -> Message | None:
        """Has the next of what it has posted arrive."""
        if not self.mailbox:
            return None
        message = self.mailbox.popleft()
        self._schedule.note(f"answers {type(message).__name__}")
        self._deliver(message)
        return message

    # What the reader would do in its thread

    def _answer(self, host: HostStore, job: Job, as_of: datetime | None) -> Answer:
        del host, job, as_of
        if isinstance(self._read_answer, Exception):
            raise self._read_answer
        return self._read_answer

    def wait_for(self, kind: JobKind, seconds: float) -> Answer:
        """Gives rows that come in time, where the schedule has them come in time."""
        del seconds
        while self._schedule.rows_come_in_time and (kind in self._jobs or self._doing == kind):
            self.begin()
            self.end()
        if kind in self._jobs or self._doing == kind:
            return None
        return self._answers.pop(kind, None)

    @property
    def _store(self) -> Store:
        assert self._opened is not None
        return self._opened[0]

    @property
    def _host(self) -> HostStore:
        assert self._opened is not None
        return self._opened[1]


class Schedule:
    """The readers of a screen, and what a schedule has decided for them."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self.readers: list[SteppedReader] = []
        self.rows_come_in_time = True
        """Whether rows come within the milliseconds for which the screen waits for them."""
        self.note = note

    def reader(self, *args: Any, **kwargs: Any) -> SteppedReader:
        """In the place of `Reader`."""
        return SteppedReader(*args, **kwargs, schedule=self)
