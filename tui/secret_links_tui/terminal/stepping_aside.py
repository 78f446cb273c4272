"""Stepping aside: the screen makes room for a text on the plain terminal, where any mouse can select it."""

from __future__ import annotations

import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from textual.app import App


def print_aside(app: App[None], text: str, idle: timedelta | None) -> None:
    """Prints a text as it is, each line wrapped by the terminal alone, and waits for Enter, or for `idle` at the most.

    SuspendNotSupported where the terminal cannot be handed over.
    """
    with app.suspend(), _ignoring_interrupts():
        sys.stdout.write(f"\n{text}\n\nPress Enter to go back to Secret Links. ")
        sys.stdout.flush()
        if select.select([sys.stdin], [], [], idle.total_seconds() if idle is not None else None)[0]:
            sys.stdin.readline()


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Lets Ctrl-C pass: in most terminals it is what people press to copy."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
