"""A program that opens a store, uses it, forks, and redeems links in every process at once.

    python forking.py URL WHAT_IS_DONE_BEFORE

writes down what each process won and what failed in it, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack

from secret_links import HostStore, LinkNotAvailable, Store, StoreError
from secret_links.database import Watch

CHILDREN = 3
EACH = 10


class Work:
    """What one process wins, and what fails in it."""

    def __init__(self) -> None:
        self.won: list[str] = []
        self.failed: list[str] = []

    def attempt(self, deed: Callable[[], object]) -> None:
        try:
            deed()
        except LinkNotAvailable:
            return
        except Exception as error:
            self.failed.append(f"{type(error).__name__}: {error}")

    def redeem(self, store: Store, token: str) -> None:
        self.attempt(lambda: self.won.append(store.redeem(token, by=str(os.getpid())).token))


def in_child(work: Callable[[], Work]) -> Callable[[], dict[str, list[str]]]:
    """Forks; gives what waits for the child and reads what it has written down."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            done = work()
            os.write(writing, json.dumps({"won": done.won, "failed": done.failed}).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)

    def ended() -> dict[str, list[str]]:
        with open(reading, "rb") as written:
            said = written.read()
        _, status = os.waitpid(child, 0)
        return json.loads(said) if not status else {"won": [], "failed": [f"ended with {status}"]}

    return ended


def main(url: str, before: str) -> None:
    with Store.open(url) as opened:
        ana = opened.as_host("ana")
        kind = ana.add_event_type("Call")
        first, second = (link.token for link in ana.generate(kind.id, 2))
        shared = [link.token for link in ana.generate(kind.id, EACH)]
        shares = [[link.token for link in ana.generate(kind.id, EACH)] for _ in range(CHILDREN + 1)]
    results: list[dict[str, list[str]]] = []
    with ExitStack() as stack:
        store = Store.open(url)
        ana = store.as_host("ana")
        watch: Watch | None = None
        if before in ("look_up", "everything"):
            store.look_up(first)
        if before in ("redeem", "everything"):
            store.redeem(first)
        if before in ("generate", "everything"):
            ana.generate(kind.id, 2)
        if before in ("watch", "everything"):
            watch = store.watch()
            watch.changed()
        if before == "redeeming":
            stack.enter_context(store.redeeming(first))
        if before == "busy":
            stack.enter_context(busy(store))

        def work(share: list[str]) -> Work:
            done = Work()
            done.attempt(lambda: store.look_up(share[0]))
            for token in (*share, *shared):
                done.redeem(store, token)
            done.attempt(lambda: use(ana, kind.id))
            if watch is not None:
                done.attempt(lambda: look(watch))
            return done

        def child_work(share: list[str]) -> Callable[[], Work]:
            def do() -> Work:
                done = Work()
                if before == "redeeming":
                    try:
                        stack.close()
                    except StoreError as error:
                        print(f"refused: {error}", file=sys.stderr)
                    else:
                        done.failed.append("the parent's claim was committed")
                done.won += (other := work(share)).won
                done.failed += other.failed
                return done

            return do

        children = [in_child(child_work(share)) for share in shares[:CHILDREN]]
        if before == "redeeming":
            waited = [child() for child in children] if not url.startswith("postgresql:") else []
            stack.close()
            children = [lambda said=said: said for said in waited] or children
        mine = work(shares[-1])
        results += [{"won": mine.won, "failed": mine.failed}, *(child() for child in children)]
    with Store.open(url) as opened:
        used = [link.token for link in opened.as_host("ana").window(count=None) if link.used_at is not None]
    json.dump({"results": results, "used": used, "first": first, "shared": shared, "shares": shares}, sys.stdout)


def use(ana: HostStore, event_type: int) -> None:
    assert len(ana.generate(event_type, 5)) == 5
    assert ana.counts().total >= 5
    with ana.moment() as moment:
        assert moment.event_types()


def look(watch: Watch) -> None:
    assert watch.changed()
    watch.close()


class busy(ExitStack):
    """Another thread that is reading all the while."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        begun, over = threading.Event(), threading.Event()

        def read() -> None:
            with store.database.reading() as connection:
                connection.exec_driver_sql("SELECT count(*) FROM link").all()
                begun.set()
                over.wait()

        reader = threading.Thread(target=read)
        reader.start()
        begun.wait()
        self.callback(reader.join)
        self.callback(over.set)


if __name__ == "__main__":
    main(*sys.argv[1:])
