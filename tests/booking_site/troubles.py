"""What goes wrong on a booking site, of all moments between the claim of a link and the commit."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable


class NoRoom(Exception):
    """The booking cannot be made after all."""


def _fails() -> None:
    raise NoRoom


def _dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _takes_too_long() -> None:
    time.sleep(3600)


TROUBLES: dict[str, Callable[[], None]] = {"fails": _fails, "dies": _dies, "takes-too-long": _takes_too_long}
"""By name."""
