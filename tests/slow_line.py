"""A line between a laptop and a server on which everything takes a while, and that can be cut."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from queue import SimpleQueue
from types import TracebackType
from typing import Self


class SlowLine:
    """Hands on what both say, each byte half a round trip (in seconds) later; several connections at a time."""

    def __init__(self, server: int, round_trip: float) -> None:
        self._server = server
        self._one_way = round_trip / 2
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        """Where the laptop finds the server."""
        self.connections = 0
        """How many were opened."""
        self.round_trips = 0
        """How often the laptop spoke after it had been spoken to."""
        self.received = 0
        """Bytes that have come to the laptop."""
        self._open: list[socket.socket] = []
        self._is_cut = False
        self._laptop_heard = False
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self) -> None:
        """Hands nothing on any more, and tells neither end."""
        self._is_cut = True

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                laptop, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                self.connections += 1
                self._open += [laptop, server]
                for here, there in ((laptop, server), (server, laptop)):
                    here.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    on_the_way: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
                    come = (here, on_the_way, here is laptop)
                    go = (there, on_the_way, there is laptop)
                    threading.Thread(target=self._take, args=come, daemon=True).start()
                    threading.Thread(target=self._deliver, args=go, daemon=True).start()

    def _take(self, here: socket.socket, on_the_way: SimpleQueue[tuple[float, bytes]], is_laptop: bool) -> None:
        with suppress(OSError):
            while said := here.recv(65_536):
                if is_laptop and self._laptop_heard:
                    self._laptop_heard = False
                    self.round_trips += 1
                on_the_way.put((time.monotonic() + self._one_way, said))
        on_the_way.put((time.monotonic() + self._one_way, b""))

    def _deliver(self, there: socket.socket, on_the_way: SimpleQueue[tuple[float, bytes]], is_laptop: bool) -> None:
        with suppress(OSError):
            while True:
                due, said = on_the_way.get()
                time.sleep(max(due - time.monotonic(), 0))
                if self._is_cut:
                    continue
                if not said:
                    there.shutdown(socket.SHUT_WR)
                    return
                there.sendall(said)
                if is_laptop:
                    self._laptop_heard = True
                    self.received += len(said)
