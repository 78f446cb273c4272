"""The threads that read, and what becomes of what they cannot read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import cast

import pytest
from textual.message import Message
from textual.timer import Timer

from secret_links import (
    EventType,
    Follower,
    HostStore,
    ReadingLimits,
    Snapshot,
    Store,
    StoreBusy,
    StoreError,
    StoreGone,
)
from secret_links_tui.reading import reader as reading
from secret_links_tui.reading.messages import JobKind, NewsRead, StoreBack, StoreChanged, StoreFailed
from secret_links_tui.reading.pace import COUNTING_JOBS, Pace
from secret_links_tui.reading.reader import Reader
from secret_links_tui.reading.retrying import FIRST_PAUSE, LONGEST_PAUSE, Retrying
from support import ON_BOTH, START

PATIENCE = 20.0


@pytest.fixture
def posted() -> Queue[Message]:
    return Queue()


@contextmanager
def started(store: Store, host: HostStore, posted: Queue[Message], *, watching: bool) -> Iterator[Reader]:
    reader = Reader(posted.put, (JobKind.LIST, JobKind.ROWS), watching=watching)
    reader.open(store, host)
    try:
        yield reader
    finally:
        reader.close()


@pytest.mark.parametrize("kind", [JobKind.COUNTS, "lists"])
def test_a_job_that_a_reader_does_not_serve_is_refused_when_it_is_asked_for(
    store: Store, ana: HostStore, posted: Queue[Message], kind: JobKind
) -> None:
    with (
        started(store, ana, posted, watching=False) as reader,
        pytest.raises(ValueError, match="does not serve"),
    ):
        reader.ask(kind, lambda _: None)


@ON_BOTH
def test_every_failure_is_posted_however_often_it_has_the_same_words(
    store: Store, ana: HostStore, posted: Queue[Message]
) -> None:
    def fail(_: Snapshot) -> None:
        raise StoreBusy("Another program keeps the store locked.")

    with started(store, ana, posted, watching=False) as reader:
        for kind in (JobKind.LIST, JobKind.ROWS, JobKind.LIST):
            reader.ask(kind, fail)
            failed = posted.get(timeout=PATIENCE)
            assert isinstance(failed, StoreFailed)
            assert failed.kind is kind


@ON_BOTH
def test_a_store_that_cannot_be_watched_at_first_is_watched_later(
    store: Store, ana: HostStore, interview: EventType, posted: Queue[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, tries = store.watch, []

    def watch_the_third_time() -> object:
        tries.append(1)
        if len(tries) < 3:
            raise StoreBusy("Another program keeps the store locked.")
        return watch()

    monkeypatch.setattr(store, "watch", watch_the_third_time)
    monkeypatch.setattr(reading, "WATCH_AGAIN", 0.01)
    with started(store, ana, posted, watching=True):
        assert [type(posted.get(timeout=PATIENCE)) for _ in range(3)] == [StoreFailed, StoreFailed, StoreBack]
        ana.generate(interview.id)
        assert isinstance(posted.get(timeout=PATIENCE), StoreChanged)


def test_what_is_asked_of_a_store_that_is_gone_fails_and_is_not_waited_for(
    store: Store, ana: HostStore, posted: Queue[Message], path: Path
) -> None:
    with started(store, ana, posted, watching=True) as reader:
        reader.ask(JobKind.LIST, lambda _: StoreChanged())
        posted.get(timeout=PATIENCE)  # by now it watches
        path.rename(path.with_suffix(".old"))
        gone = posted.get(timeout=PATIENCE)
        assert isinstance(gone, StoreFailed)
        assert isinstance(gone.error, StoreGone)
        reader.ask(JobKind.LIST, lambda _: None)
        failed = posted.get(timeout=PATIENCE)
        assert isinstance(failed, StoreFailed)
        assert (failed.kind, str(failed.error)) == (JobKind.LIST, str(gone.error))


class Timers:
    """Timers that fire when a test says so."""

    def __init__(self) -> None:
        self.running: list[tuple[float, Callable[[], None]]] = []

    def set(self, seconds: float, wake: Callable[[], None]) -> Timer:
        self.running.append((seconds, wake))
        return cast("Timer", self)

    def stop(self) -> None:
        self.running.clear()

    def fire(self) -> float:
        ((seconds, wake),) = self.running
        self.running.clear()
        wake()
        return seconds


def test_a_failure_is_said_once_and_once_more_after_an_answer() -> None:
    retrying = Retrying(Timers().set, lambda _: None)
    fault = StoreError("The disk fails.")
    assert retrying.failed(JobKind.LIST, fault)
    assert not retrying.failed(JobKind.LIST, StoreError("The disk fails."))
    assert not retrying.failed(JobKind.COUNTS, fault)
    assert retrying.failed(JobKind.COUNTS, StoreError("It is damaged."))
    assert retrying.reason(JobKind.LIST) == "The disk fails."
    retrying.answered(JobKind.LIST)
    assert retrying.reason(JobKind.LIST) == ""
    assert retrying.failed(JobKind.LIST, fault)
    assert retrying.failed(JobKind.IDS, fault), "the host waits for it"


def test_what_fails_is_repeated_at_growing_intervals_until_it_is_answered() -> None:
    repeated: list[frozenset[JobKind]] = []
    timers = Timers()
    retrying = Retrying(timers.set, repeated.append)
    pauses = []
    for _ in range(8):
        for kind in (JobKind.LIST, JobKind.ROWS_AHEAD, None):
            retrying.failed(kind, StoreError("The disk fails."))
        pauses.append(timers.fire())
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    assert repeated == [{JobKind.LIST}] * 8
    retrying.failed(JobKind.LIST, StoreError("The disk fails."))
    retrying.answered(JobKind.LIST)
    assert not timers.running
    retrying.failed(JobKind.COUNTS, StoreError("The disk fails."))
    assert timers.fire() == FIRST_PAUSE


def test_a_store_that_is_gone_is_not_asked_again() -> None:
    repeated: list[frozenset[JobKind]] = []
    timers = Timers()
    retrying = Retrying(timers.set, repeated.append)
    retrying.failed(JobKind.LIST, StoreGone("It was removed."))
    retrying.now()
    assert (timers.running, repeated) == ([], [])


def test_what_was_asked_for_during_a_pause_is_read_after_it_and_nothing_else() -> None:
    timers, rested = Timers(), list[JobKind]()
    reader = Reader(lambda _: None, COUNTING_JOBS, watching=False)
    pace = Pace(reader, timers.set, rested.append, ReadingLimits(quick=0.0))
    pace.take_news(NewsRead([], "", more=False, as_of=START, took=1.0))
    pace.request_news(cast("Follower", None))
    timers.fire()
    assert rested == [JobKind.NEWS]
