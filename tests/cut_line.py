"""A line to a PostgreSQL server that can be cut at the worst moment: while a commit is on its way."""

from __future__ import annotations

import select
import socket
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

SOCKET = ".s.PGSQL.5432"


class Cut(Enum):
    """When the next commit's line is cut."""

    BEFORE = "before the server hears of it"
    AFTER = "after the server has done it, before it says so"


class CutLine:
    """Hands on what a client and the server say to each other, until the next commit."""

    def __init__(self, url: str) -> None:
        self._server = f"{parse_qs(urlsplit(url).query)['host'][0]}/{SOCKET}"
        self._folder = tempfile.TemporaryDirectory(prefix="line-")
        self.url = f"{url.partition('?')[0]}?host={self._folder.name}"
        self.cut: Cut | None = None
        """How the next commit is cut; None lets it pass."""
        self.times = 0
        """How often it was cut."""
        self.then: Callable[[], object] = lambda: None
        """What is done once it is cut, before the client can know of it."""
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(Path(self._folder.name) / SOCKET))
        self._listening.listen()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()
        self._folder.cleanup()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(self._server)
                except OSError:
                    client.close()
                    server.close()
                    continue
                threading.Thread(target=self._hand_on, args=(client, server), daemon=True).start()

    def _hand_on(self, client: socket.socket, server: socket.socket) -> None:
        silent = False
        with client, server, suppress(OSError):
            while True:
                ready, _, _ = select.select([client, server], [], [])
                if client in ready:
                    said = client.recv(65_536)
                    if self.cut is not None and b"COMMIT" in said:
                        silent = True
                        self._cut(server, said)
                    elif said:
                        server.sendall(said)
                    else:
                        return
                if server in ready:
                    said = server.recv(65_536)
                    if not said or silent:
                        return
                    client.sendall(said)
                elif silent:
                    return

    def _cut(self, server: socket.socket, commit: bytes) -> None:
        """Has the server commit, where it is to hear of it, and waits until it has."""
        if self.cut is Cut.AFTER:
            server.sendall(commit)
            select.select([server], [], [])
        server.shutdown(socket.SHUT_RDWR)
        self.cut = None
        self.times += 1
        self.then()
