"""The threads that read the store, so that the screen never waits for it.

Jobs come in by kind; a new job of a kind takes the place of one that has not begun, and may cancel the one that is
being done. What is needed first goes first. One thread reads what is on the screen, and looks some times a second
whether anybody changed the store; a second one counts, which takes longer. Every job ends in a message, its answer or
its failure, unless it was cancelled or has nothing to say.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.message import Message

from secret_links import QueryCancelled, SecretLinksError, StoreGone, StoreUnreachable
from secret_links_tui.reading.bell import Bell
from secret_links_tui.reading.messages import JobKind, ReaderCrashed, StoreBack, StoreChanged, StoreFailed

if TYPE_CHECKING:  # their database libraries must not delay the first paint
    from secret_links import HostStore, Snapshot, Store, Watch

Answer = Message | None
Job = Callable[["Snapshot"], Answer]
"""Reads something, and returns it as a message; None where there is nothing to say."""


WATCH_AGAIN = 1.0
"""Seconds between two tries to begin to watch a store."""


class Reader:
    """Runs reading jobs on a thread of its own, and posts what they return."""

    def __init__(
        self,
        post: Callable[[Message], object],
        kinds: Sequence[JobKind],
        *,
        watching: bool,
    ) -> None:
        self._opened: tuple[Store, HostStore] | None = None
        self._post = post
        self._kinds = kinds
        self._watching = watching
        self._jobs: dict[JobKind, tuple[Job, datetime | None]] = {}
        self._doing: JobKind | None = None
        self._snapshot: Snapshot | None = None
        self._cancelled = False
        self._answers: dict[JobKind, Answer] = {}
        self._change = threading.Condition()
        self._bell: Bell | None = None
        self._closed = False
        self._lost = False
        self._ended: SecretLinksError | None = None
        self._thread = threading.Thread(target=self._run, name=f"reader of {kinds[0]}", daemon=True)

    def open(self, store: Store, host: HostStore) -> None:
        """Begins to read, as one host of a store."""
        self._opened = store, host
        self._bell = Bell() if self._watching else None
        self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether there is a store to read."""
        return self._opened is not None

    def ask(self, kind: JobKind, job: Job, as_of: datetime | None = None, *, cancel: bool = False) -> None:
        """Hands in a job, in place of any of its kind that has not begun; it fails where the store is gone.

        Before the store is open nothing is asked: its reader asks for all that is shown once it is.

        `as_of` is the instant that statuses refer to, if not now. `cancel` breaks off what is being read.
        ValueError if this reader does not serve the kind.
        """
        if kind not in self._kinds:
            raise ValueError(f"{self._thread.name} does not serve {kind!r}")
        with self._change:
            if self._opened is None:
                return
            if self._ended is not None:
                self._post(StoreFailed(self._ended, kind))
                return
            self._jobs[kind] = (job, as_of)
            self._answers.pop(kind, None)
            if cancel:
                self._cancel()
            self._wake()

    def cancel(self, *kinds: JobKind) -> None:
        """Breaks off what is being read, and forgets what has not begun, of some kinds."""
        with self._change:
            for kind in kinds:
                self._jobs.pop(kind, None)
            if self._doing in kinds:
                self._cancel()

    def wait_for(self, kind: JobKind, seconds: float) -> Answer:
        """Waits up to some seconds for the answer to the newest job of a kind; it is posted all the same."""
        with self._change:
            self._change.wait_for(lambda: kind not in self._jobs and self._doing != kind, seconds)
            return self._answers.pop(kind, None)

    def close(self, timeout: float = 2.0) -> None:
        """Ends the thread, waiting for it no longer than `timeout` seconds."""
        with self._change:
            self._closed = True
            self._cancel()
            self._wake()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _wake(self) -> None:
        """Ends the waiting of the thread."""
        self._change.notify_all()
        if self._bell is not None:
            self._bell.ring()

    def _cancel(self) -> None:
        """Breaks off what is being read, or is about to be."""
        self._cancelled = self._doing is not None
        if self._snapshot is not None:
            self._snapshot.cancel()

    def _run(self) -> None:
        assert self._opened is not None  # noqa: S101  # for the type checker
        try:
            self._read(*self._opened)
        except SecretLinksError as error:
            self._end(error)
        except Exception as error:  # noqa: BLE001  # a thread's bug would be lost; the app raises it again
            self._post(ReaderCrashed(error))
        finally:
            if self._bell is not None:
                self._bell.close()

    def _end(self, error: SecretLinksError) -> None:
        """Fails every job, also those that are asked for later: the store is gone."""
        with self._change:
            self._ended = error
            waiting = list(self._jobs)
            self._jobs.clear()
            self._change.notify_all()
        for kind in (None, *waiting):
            self._post(StoreFailed(error, kind))

    def _read(self, store: Store, host: HostStore) -> None:
        watch = self._look(store, None) if self._watching else None
        try:
            while not self._closed:
                if (found := self._next(watch)) is not None:
                    if self._watching and found[0] is JobKind.LIST:
                        watch = self._look(store, watch, listed=True)  # what it notices is read with this list
                    self._do(host, *found)
                if self._watching and not self._closed:
                    watch = self._look(store, watch)
        finally:
            if watch is not None:
                watch.close()

    def _look_every(self, watch: Watch | None) -> float | None:
        if watch is not None:
            return watch.every
        return WATCH_AGAIN if self._watching else None

    def _wait(self, watch: Watch | None) -> None:
        """Waits for a job, or until it is time to look."""
        with self._change:
            if self._jobs or self._closed:
                return
            descriptor = watch.descriptor() if watch is not None else None
            if watch is None or descriptor is None or self._bell is None:
                self._change.wait(self._look_every(watch))
                return
        self._bell.wait(descriptor, watch.every)

    def _next(self, watch: Watch | None) -> tuple[JobKind, Job, datetime | None] | None:
        """Waits for a job; None when it is time to look, or to end."""
        self._wait(watch)
        with self._change:
            kind = next((kind for kind in self._kinds if kind in self._jobs), None)
            if kind is None or self._closed:
                return None
            self._doing, self._cancelled = kind, False
            return kind, *self._jobs.pop(kind)

    def _look(self, store: Store, watch: Watch | None, *, listed: bool = False) -> Watch | None:
        """Posts what the watch notices; begins to watch where it is None, and returns None where that fails."""
        try:
            if watch is None:
                watch, changed = store.watch(), False
            else:
                changed = watch.changed()
        except StoreGone:
            raise  # it does not come back under the same name
        except SecretLinksError as error:
            self._lost = True
            self._post(StoreFailed(error, None))
            return watch
        if self._lost:
            self._lost = False
            self._post(StoreBack())
        elif changed:
            self._post(StoreChanged(listed=listed))
        return watch

    def _do(self, host: HostStore, kind: JobKind, job: Job, as_of: datetime | None) -> None:
        answer: Answer = None
        try:
            answer = self._answer(host, job, as_of)
        except QueryCancelled:
            pass
        except SecretLinksError as error:
            self._post(StoreFailed(error, kind))
        with self._change:
            self._doing = None
            if kind not in self._jobs:
                self._answers[kind] = answer
            self._change.notify_all()
        if answer is not None:
            self._post(answer)

    def _answer(self, host: HostStore, job: Job, as_of: datetime | None) -> Answer:
        """Runs a job in a new snapshot; retries once if the connection was lost."""
        try:
            return self._read_snapshot(host, job, as_of)
        except StoreUnreachable:
            return self._read_snapshot(host, job, as_of)

    def _read_snapshot(self, host: HostStore, job: Job, as_of: datetime | None) -> Answer:
        with host.snapshot(as_of) as snapshot:
            with self._change:
                self._snapshot = snapshot
                if self._cancelled:
                    snapshot.cancel()
            try:
                return job(snapshot)
            finally:
                with self._change:
                    self._snapshot = None  # its connection may be somebody else's from now on
