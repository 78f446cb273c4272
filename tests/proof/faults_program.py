"""A program that does one operation on a store for each connection to its socket, in a process of its own.

    python faults_program.py SOCKET

It loads everything once and forks, so that a process that is to be tampered with costs milliseconds. Its client sends a
Request, reads the process's id, has a tracer attached to the process, sends an order to begin, and reads the answer.
Where the process is killed, there is none. It reads and writes by `read` and `write`, which the drivers of databases do
not use for their sockets.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, text

from secret_links import Change, LinkSet, NewExpiry, OutcomeUnknown, SecretLinksError, Store, redeem_in
from secret_links.postgres import database as on_server
from secret_links.whole import copying

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""What every clock says, so that two runs of the same operation leave the same rows."""

LINKS, USED, DELETED, CHANGED = 5, 0, 1, 2
"""How many links a prepared store had, and which of them, by their order, are no longer what they were."""

GUESTS = ["Cid", "Dora", "Eva"]
"""The labels of the links that are generated."""


@dataclass(frozen=True)
class Request:
    """An operation, and the store that it is done on."""

    operation: str
    url: str
    token: str = ""
    """The secret of the link that is redeemed."""
    ids: tuple[int, ...] = ()
    """The links that are deleted or changed."""
    deletion: int = 0
    change: int = 0
    event_type: int = 0
    target: str = ""
    """Where a copy is made."""


Operation = Callable[[], Any]


def opened(url: str, *, upgrade: bool = False) -> Store:
    return Store.open(url, clock=lambda: NOW, wait=5, upgrade=upgrade)


def redeem(wanted: Request) -> Operation:
    store = opened(wanted.url)
    return lambda: store.redeem(wanted.token, by="Bo Chen", reference="B-1").token


def book(wanted: Request) -> Operation:
    """A booking page that spends the link in its own transaction."""
    engine = page_engine(wanted.url)

    def operation() -> str:
        with engine.begin() as connection:
            won = redeem_in(connection, wanted.token, by="Bo Chen")
            connection.execute(text("INSERT INTO booking (token) VALUES (:token)"), {"token": wanted.token})
        return won.token

    return operation


def book_after_commit(wanted: Request) -> Operation:
    """A control: the page commits the claim before the booking."""
    engine = page_engine(wanted.url)

    def operation() -> str:
        with engine.begin() as connection:
            won = redeem_in(connection, wanted.token, by="Bo Chen")
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO booking (token) VALUES (:token)"), {"token": wanted.token})
        return won.token

    return operation


def page_engine(url: str) -> Any:
    on_a_server = url.startswith("postgresql:")
    return create_engine(url.replace("postgresql:", "postgresql+psycopg:") if on_a_server else f"sqlite:///{url}")


def generate(wanted: Request) -> Operation:
    ana = opened(wanted.url).as_host("ana")
    return lambda: [link.token for link in ana.generate(wanted.event_type, 3, labels=GUESTS, unless_active=True)]


def delete(wanted: Request) -> Operation:
    ana = opened(wanted.url).as_host("ana")
    return lambda: ana.delete(wanted.ids).links


def undo(wanted: Request) -> Operation:
    ana = opened(wanted.url).as_host("ana")
    return lambda: ana.restore(wanted.deletion)


def change(wanted: Request) -> Operation:
    ana = opened(wanted.url).as_host("ana")
    to = Change(label="For the board", expiry=NewExpiry(at=NOW + timedelta(days=9)))
    return lambda: ana.change(LinkSet(frozenset(wanted.ids)), to).links


def take_back(wanted: Request) -> Operation:
    ana = opened(wanted.url).as_host("ana")
    return lambda: ana.take_back(wanted.change).links


def upgrade(wanted: Request) -> Operation:
    """Opening a store of an older schema; a new one is made where none is."""

    return lambda: list(opened(wanted.url, upgrade=True).notes)


def backup(wanted: Request) -> Operation:
    store = opened(wanted.url)
    return lambda: store.copy_to(Path(wanted.target))


def copy(wanted: Request) -> Operation:
    source, target = opened(wanted.url), opened(wanted.target)
    return lambda: copying.copy(source, target).links


def close(wanted: Request) -> Operation:
    """Closes a store through which a link has just been redeemed."""
    store = opened(wanted.url)
    store.redeem(wanted.token, by="Bo Chen", reference="B-1")
    return store.close


def retry_unknown(wanted: Request) -> Operation:
    """A control: a claim whose commit is in doubt is taken for undone, and is tried again."""
    on_server.is_kept = lambda *_: False  # type: ignore[attr-defined]
    return redeem(wanted)


def generate_again_if_unknown(wanted: Request) -> Operation:
    """A control: the same of links that are generated."""
    on_server.is_kept = lambda *_: False  # type: ignore[attr-defined]
    return generate(wanted)


OPERATIONS: dict[str, Callable[[Request], Operation]] = {
    made.__name__: made
    for made in (redeem, book, generate, delete, undo, change, take_back, upgrade, backup, copy, close)
}
PLANTED = {made.__name__: made for made in (book_after_commit, retry_unknown, generate_again_if_unknown)}


def answered(operation: Operation) -> dict[str, Any]:
    """What the caller of an operation is told; `unknown` where it is not told whether it was done."""
    try:
        return {"done": operation()}
    except SecretLinksError as error:
        said = {"error": type(error).__name__, "sentence": str(error)}
        return {"unknown": said} if isinstance(error, OutcomeUnknown) else {"refused": said}
    except Exception as error:  # noqa: BLE001  # of a page's own driver, or one that should be the store's
        return {"raised": {"error": type(error).__name__, "sentence": str(error)}}


def serve(client: int) -> None:
    """Does what one client wants; ends without closing the store, as if it were killed."""
    wanted = json.loads(line(client))
    operation = {**OPERATIONS, **PLANTED}[wanted["operation"]](Request(**wanted))
    os.write(client, f"{os.getpid()}\n".encode())
    line(client)
    answer = json.dumps(answered(operation)).encode()
    os.write(client, answer)
    os._exit(0)


def line(descriptor: int) -> bytes:
    said = b""
    while not said.endswith(b"\n"):
        some = os.read(descriptor, 65_536)
        if not some:
            os._exit(1)
        said += some
    return said


@contextmanager
def ask(program: Path, wanted: Request) -> Iterator[tuple[int, socket.socket]]:
    """Has an operation prepared; gives its process's id, and the connection over which it begins and answers."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(program))
        connection.sendall(json.dumps(asdict(wanted)).encode() + b"\n")
        said = connection.recv(100)
        assert said, f"{wanted} could not be prepared"
        yield int(said), connection


def load(folder: Path) -> None:
    """Does some operations once, so that what they load is loaded before the processes that are tampered with fork."""
    logging.disable()  # SQLAlchemy writes down what fails again when a connection is given back
    importlib.import_module("sqlalchemy.dialects.postgresql.psycopg")
    with opened(str(folder / "a.db")) as store, opened(str(folder / "b.db")) as target:
        ana = store.as_host("ana")
        event_type = ana.add_event_type("Call").id
        links = ana.generate(event_type, 2, expires_at=NOW + timedelta(days=1))
        store.redeem(links[0].token)
        ana.change(LinkSet(frozenset([links[1].id])), Change(label="x", expiry=NewExpiry(later=timedelta(days=1))))
        ana.restore(ana.delete([links[1].id]).id)
        copying.copy(store, target)


def reap() -> None:
    """Takes note of processes that have ended, so that what they took of a processor is known."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main(path: str) -> None:
    with TemporaryDirectory() as folder:
        load(Path(folder))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        print("ready", flush=True)
        while True:
            client, _ = listening.accept()
            reap()
            if os.fork():
                client.close()
                continue
            listening.close()
            try:
                serve(client.fileno())
            finally:
                os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
