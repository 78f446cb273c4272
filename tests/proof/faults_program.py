"""A program that does one operation on a store for each connection to its socket, in a process of its own.

    python -m proof.faults_program SOCKET

It loads everything once and forks, so that a process that is to be tampered with costs milliseconds. Its client sends a
Request, reads the process's id, has a tracer attached to the process, sends an order to begin, and reads the answer.
Where the process is killed, there is none. It reads and writes by `read` and `write`, which the drivers of databases do
not use for their sockets.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from proof.faults_operations import NOW, OPERATIONS, PLANTED, Operation, Request, opened
from secret_links import Change, LinkSet, NewExpiry, OutcomeUnknown, SecretLinksError
from secret_links.whole import copying


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
    wanted = Request(**json.loads(line(client)))
    operation = {**OPERATIONS, **PLANTED}[wanted.operation](wanted)
    os.write(client, f"{os.getpid()}\n".encode())
    line(client)
    answer = json.dumps(in_halves(operation) if wanted.short else answered(operation)).encode()
    os.write(client, answer)
    os._exit(0)


def in_halves(operation: Operation) -> dict[str, Any]:
    """Does an operation whose calls each do half of what they are asked for; tells how many were made to."""
    calls = ctypes.CDLL(None)
    calls.short_calls_begin()
    answer = answered(operation)
    calls.short_calls_end()
    return {**answer, "short_calls": calls.short_calls()}


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
