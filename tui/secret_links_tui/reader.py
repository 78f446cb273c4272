"""The threads that read the store, so that the screen never waits for it.

Jobs come in by kind; a new job of a kind takes the place of one that has not begun, and may withdraw the one that is
being done. What is needed first goes first. One thread reads what is on the screen, and looks some times a second
whether anybody changed the store; a second one counts, which takes longer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from textual.message import Message

from secret_links import SecretLinksError, StoreGone, StoreUnreachable, Withdrawn

if TYPE_CHECKING:  # their database libraries must not stand before the first paint
    from secret_links import HostStore, Moment, Store
    from secret_links.database import Watch

Answer = Message | None
Job = Callable[["Moment"], Answer]
"""What is read, and the message that tells it; None where there is nothing to tell."""


@dataclass
class StoreChanged(Message):
    """Somebody, perhaps this program, changed the store."""


@dataclass
class StoreBack(Message):
    """The store answers again; what happened meanwhile is unknown."""


@dataclass
class StoreFailed(Message):
    """Reading went wrong."""

    error: SecretLinksError


@dataclass
class ReaderCrashed(Message):
    """Reading met a bug; whoever gets this raises it where it is seen."""

    error: Exception


class Reader:
    """Runs reading jobs on a thread of its own, and posts what they give."""

    def __init__(
        self, store: Store, host: HostStore, post: Callable[[Message], object], kinds: Sequence[str], *, watching: bool
    ) -> None:
        self._store = store
        self._host = host
        self._post = post
        self._kinds = kinds
        self._watching = watching
        self._jobs: dict[str, tuple[Job, datetime | None]] = {}
        self._doing: str | None = None
        self._moment: Moment | None = None
        self._withdrawn = False
        self._answers: dict[str, Answer] = {}
        self._change = threading.Condition()
        self._closed = False
        self._failure = ""
        self._lost = False
        self._thread = threading.Thread(target=self._run, name=f"reader of {kinds[0]}", daemon=True)

    def start(self) -> None:
        """Begins to read."""
        self._thread.start()

    def ask(self, kind: str, job: Job, as_of: datetime | None = None, *, withdraw: bool = False) -> None:
        """Hands in a job, in place of any of its kind that has not begun.

        `as_of` is the instant by which it tells statuses, if not now. `withdraw` breaks off what is being read.
        """
        with self._change:
            self._jobs[kind] = (job, as_of)
            self._answers.pop(kind, None)
            if withdraw:
                self._withdraw()
            self._change.notify_all()

    def withdraw(self) -> None:
        """Breaks off what is being read, and forgets what has not begun."""
        with self._change:
            self._jobs.clear()
            self._withdraw()

    def wait_for(self, kind: str, seconds: float) -> Answer:
        """Waits a moment for the answer to the newest job of a kind; it is posted all the same."""
        with self._change:
            self._change.wait_for(lambda: kind not in self._jobs and self._doing != kind, seconds)
            return self._answers.pop(kind, None)

    def close(self, timeout: float = 2.0) -> None:
        """Ends the thread, waiting for it no longer than `timeout` seconds."""
        with self._change:
            self._closed = True
            self._withdraw()
            self._change.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _withdraw(self) -> None:
        """Breaks off what is being read, be it only about to begin."""
        self._withdrawn = self._doing is not None
        if self._moment is not None:
            self._moment.withdraw()

    def _run(self) -> None:
        try:
            self._read()
        except SecretLinksError as error:
            self._post(StoreFailed(error))
        except Exception as error:  # noqa: BLE001  # a thread's bug would be lost; the app raises it again
            self._post(ReaderCrashed(error))

    def _read(self) -> None:
        watch = self._store.watch() if self._watching else None
        try:
            while (found := self._next(watch.every if watch is not None else None)) is not None:
                kind, job, as_of = found
                if job is not None:
                    self._do(kind, job, as_of)
                if watch is not None:
                    self._look(watch)
        finally:
            if watch is not None:
                watch.close()

    def _next(self, look_every: float | None) -> tuple[str, Job | None, datetime | None] | None:
        """Waits for a job, or until it is time to look; None when it is time to end."""
        with self._change:
            if not self._jobs and not self._closed:
                self._change.wait(look_every)
            if self._closed:
                return None
            kind = next((kind for kind in self._kinds if kind in self._jobs), None)
            if kind is None:
                return "", None, None
            self._doing, self._withdrawn = kind, False
            return kind, *self._jobs.pop(kind)

    def _look(self, watch: Watch) -> None:
        try:
            changed = watch.changed()
        except StoreGone:
            raise  # it does not come back under the same name
        except SecretLinksError as error:
            self._lost = True
            self._fail(error)
            return
        if self._lost:
            self._lost, self._failure = False, ""
            self._post(StoreBack())
        elif changed:
            self._post(StoreChanged())

    def _fail(self, error: SecretLinksError) -> None:
        """Tells a failure once, however often it is met."""
        if str(error) != self._failure:
            self._failure = str(error)
            self._post(StoreFailed(error))

    def _do(self, kind: str, job: Job, as_of: datetime | None) -> None:
        answer: Answer = None
        try:
            answer = self._answer(job, as_of)
        except Withdrawn:
            pass
        except SecretLinksError as error:
            self._fail(error)
        else:
            self._failure = ""
        with self._change:
            self._doing = None
            if kind not in self._jobs:
                self._answers[kind] = answer
            self._change.notify_all()
        if answer is not None:
            self._post(answer)

    def _answer(self, job: Job, as_of: datetime | None) -> Answer:
        """Does a job in a moment of its own; once more where its connection was lost: a new one may be had at once."""
        try:
            return self._read_moment(job, as_of)
        except StoreUnreachable:
            return self._read_moment(job, as_of)

    def _read_moment(self, job: Job, as_of: datetime | None) -> Answer:
        with self._host.moment(as_of) as moment:
            with self._change:
                self._moment = moment
                if self._withdrawn:
                    moment.withdraw()
            try:
                return job(moment)
            finally:
                with self._change:
                    self._moment = None  # its connection may be somebody else's from now on
