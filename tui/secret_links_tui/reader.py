"""The one thread that reads the store, so that the screen never waits for it.

Jobs come in by kind; a new job of a kind takes the place of one that has not begun, and the newest job goes first.
While there is nothing to do, it looks ten times a second whether anybody changed the store.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from secret_links import SecretLinksError, StoreGone

if TYPE_CHECKING:  # their database libraries must not stand before the first paint
    from secret_links import HostStore, Moment, Store
    from secret_links.engine import Watch

LOOK_EVERY = 0.1
"""Seconds between two looks for changes: half of them are noticed within 50 ms, all within 100."""

Job = Callable[["Moment"], Message]


@dataclass
class StoreChanged(Message):
    """Somebody, perhaps this program, changed the store."""


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

    def __init__(self, store: Store, host: HostStore, post: Callable[[Message], object]) -> None:
        self._store = store
        self._host = host
        self._post = post
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._wake = threading.Condition()
        self._closed = False
        self._failure = ""
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)

    def start(self) -> None:
        """Begins to read."""
        self._thread.start()

    def ask(self, kind: str, job: Job) -> None:
        """Hands in a job, in place of any of its kind that has not begun."""
        with self._wake:
            self._jobs.pop(kind, None)
            self._jobs[kind] = job
            self._wake.notify()

    def close(self, timeout: float = 2.0) -> None:
        """Ends the thread after the job at hand, waiting for it no longer than `timeout` seconds."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        try:
            self._read()
        except SecretLinksError as error:
            self._post(StoreFailed(error))
        except Exception as error:  # noqa: BLE001  # a thread's bug would be lost; the app raises it again
            self._post(ReaderCrashed(error))

    def _read(self) -> None:
        watch = self._store.watch()
        try:
            while True:
                with self._wake:
                    if not self._jobs and not self._closed:
                        self._wake.wait(LOOK_EVERY)
                    if self._closed:
                        return
                    job = self._jobs.popitem(last=True)[1] if self._jobs else None
                self._do(job)
                self._look(watch)
        finally:
            watch.close()

    def _look(self, watch: Watch) -> None:
        try:
            if watch.changed():
                self._post(StoreChanged())
        except StoreGone:
            raise  # it does not come back under the same name
        except SecretLinksError as error:
            self._fail(error)

    def _fail(self, error: SecretLinksError) -> None:
        """Tells a failure once, however often it is met."""
        if str(error) != self._failure:
            self._failure = str(error)
            self._post(StoreFailed(error))

    def _do(self, job: Job | None) -> None:
        if job is None:
            return
        try:
            with self._host.moment() as moment:
                answer = job(moment)
        except SecretLinksError as error:
            self._fail(error)
        else:
            self._failure = ""
            self._post(answer)
