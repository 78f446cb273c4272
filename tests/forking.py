"""A program that opens a store, uses it, forks, and redeems links in every process at once.

    python forking.py URL WHAT_IS_DONE_BEFORE

writes down what each process won and what failed in it, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from secret_links import HostStore, LinkNotAvailable, Store, StoreError
from secret_links.database import Watch

CHILDREN = 3
EACH = 10

Result = dict[str, list[str]]


class Links:
    """The links that all of them redeem."""

    def __init__(self, url: str) -> None:
        with Store.open(url) as store:
            ana = store.as_host("ana")
            self.event_type = ana.add_event_type("Call").id
            self.first, *self.shared = (link.token for link in ana.generate(self.event_type, EACH + 1))
            self.shares = [[link.token for link in ana.generate(self.event_type, EACH)] for _ in range(CHILDREN + 1)]


class Process:
    """What one process does, wins and fails at."""

    def __init__(self, store: Store, links: Links, watch: Watch | None) -> None:
        self.result: Result = {"won": [], "failed": []}
        self._store = store
        self._links = links
        self._watch = watch

    def work(self, number: int) -> Result:
        share = self._links.shares[number]
        self._attempt(lambda: self._store.look_up(share[0]))
        for token in (*share, *self._links.shared):
            self._attempt(lambda token=token: self._redeem(token))  # type: ignore[misc]
        self._attempt(lambda: use(self._store.as_host("ana"), self._links.event_type))
        self._attempt(self._look)
        return self.result

    def _redeem(self, token: str) -> None:
        self.result["won"].append(self._store.redeem(token, by=str(os.getpid())).token)

    def _look(self) -> None:
        if self._watch is not None:
            assert self._watch.changed()
            self._watch.close()

    def _attempt(self, operation: Callable[[], object]) -> None:
        try:
            operation()
        except LinkNotAvailable:
            return
        except Exception as error:  # noqa: BLE001  # it is written down
            self.result["failed"].append(f"{type(error).__name__}: {error}")


def use(ana: HostStore, event_type: int) -> None:
    assert len(ana.generate(event_type, 5)) == 5
    assert ana.counts().total >= 5
    with ana.snapshot() as snapshot:
        assert snapshot.event_types()


@contextmanager
def busy(store: Store) -> Iterator[None]:
    """Has another thread read all the while."""
    begun, over = threading.Event(), threading.Event()

    def read() -> None:
        with store.database.reading() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM link").all()
            begun.set()
            over.wait()

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait()
    try:
        yield
    finally:
        over.set()
        reader.join()


def in_child(work: Callable[[], Result]) -> Callable[[], Result]:
    """Forks; gives what waits for the child and reads what it has written down."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.write(writing, json.dumps(work()).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)

    def ended() -> Result:
        with os.fdopen(reading, "rb") as written:
            said = written.read()
        _, status = os.waitpid(child, 0)
        result: Result = json.loads(said) if not status else {"won": [], "failed": [f"ended with {status}"]}
        return result

    return ended


def prepared(before: str, store: Store, links: Links, stack: ExitStack) -> Watch | None:
    """Does what is to be done before the fork; gives a watch, where there is to be one."""
    watch = None
    if before in ("look_up", "everything"):
        store.look_up(links.first)
    if before in ("redeem", "everything"):
        store.redeem(links.first)
    if before in ("generate", "everything"):
        store.as_host("ana").generate(links.event_type, 2)
    if before in ("watch", "everything"):
        watch = store.watch()
        watch.changed()
    if before == "redeeming":
        stack.enter_context(store.redeeming(links.first))
    if before == "busy":
        stack.enter_context(busy(store))
    return watch


def main(url: str, before: str) -> None:
    links = Links(url)
    store = Store.open(url)
    with ExitStack() as stack:
        watch = prepared(before, store, links, stack)

        def work(number: int) -> Result:
            process = Process(store, links, watch)
            if before == "redeeming" and number < CHILDREN:
                try:
                    stack.close()
                except StoreError as error:
                    print(f"refused: {error}", file=sys.stderr)
                else:
                    process.result["failed"].append("the parent's claim was committed by a child")
            return process.work(number)

        children = [in_child(lambda number=number: work(number)) for number in range(CHILDREN)]  # type: ignore[misc]
        if before == "redeeming":
            stack.close()
        results = [work(CHILDREN), *(ended() for ended in children)]
    with Store.open(url) as opened:
        used = [link.token for link in opened.as_host("ana").window(count=None) if link.used_at is not None]
    found: dict[str, Any] = {"results": results, "used": used, **vars(links)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
