"""What wakes a thread that waits for the store and for jobs at the same time."""

from __future__ import annotations

import select
import socket
from contextlib import suppress


class Bell:
    """Is rung by any thread, and heard by the one that waits."""

    def __init__(self) -> None:
        self._hearing, self._ringing = socket.socketpair()
        self._hearing.setblocking(False)
        self._ringing.setblocking(False)

    def ring(self) -> None:
        """Ends the waiting, or the next one that begins; does nothing once it is closed."""
        with suppress(OSError):  # full: it has been rung often enough
            self._ringing.send(b"!")

    def wait(self, descriptor: int, seconds: float) -> None:
        """Waits until it is rung, until a descriptor can be read, or for some seconds."""
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        waiting.register(self._hearing, select.POLLIN)
        waiting.poll(seconds * 1000)
        with suppress(BlockingIOError):
            self._hearing.recv(4096)

    def close(self) -> None:
        """Closes it; whoever rings it from then on is not heard."""
        self._ringing.close()
        self._hearing.close()
