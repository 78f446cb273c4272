"""The ways out of the program besides `q`: a line that drops, a server that goes down, a fault of the program.

sshd hangs up (SIGHUP) when a client is gone; without a handler the program would die at once, leaving the files of a
demo and, on SIGTERM, a terminal in disarray. Where SIGHUP is ignored, as under nohup, the program would read a terminal
that is gone, at full speed and for ever; so the terminal is watched too.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

from secret_links_tui.folders import log_folder
from secret_links_tui.terminal.restored import RESTORED

GRACE = 0.4
"""Seconds for leaving in good order after a signal; then the process ends. Transactions are whole either way."""

Leave = Callable[[int], None]
"""Ends the screen, with an exit code."""


def leave_on_signal(leave: Leave, terminal: int) -> None:
    """Calls `leave` in the running loop when SIGHUP or SIGTERM comes, or the terminal is gone.

    The loop may be blocked, by a terminal that takes nothing more, or by a suspension. So a thread waits for the
    signal, and ends the process after `GRACE`.
    """
    loop = asyncio.get_running_loop()
    signals: SimpleQueue[int] = SimpleQueue()  # the only queue whose `put` is safe in a signal handler

    def leave_in_time() -> None:
        code = 128 + signals.get()
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(leave, code)
        time.sleep(GRACE)
        _end(code)

    def watch_terminal() -> None:
        hung_up = select.poll()
        hung_up.register(terminal, 0)  # no events but a hang-up
        hung_up.poll()
        signals.put(signal.SIGHUP)

    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, lambda number, _: signals.put(number))
    for task in (leave_in_time, watch_terminal):
        threading.Thread(target=task, name=task.__name__, daemon=True).start()


def _end(code: int) -> None:
    with suppress(OSError):
        os.set_blocking(2, False)
        try:
            os.write(2, f"{RESTORED}\r\n".encode())
        finally:
            os.set_blocking(2, True)  # as the shell expects it
    os._exit(code)


def log_crash(error: BaseException, folder: Path | None = None) -> Path | None:
    """Logs where an error was raised, without any values; returns the log's path, None if it cannot be written.

    The messages of exceptions are left out too: they may quote a label, or a token.
    """
    from secret_links.atomic_files import whole_file  # noqa: PLC0415  # it would slow down every start

    folder = folder or log_folder()
    if folder is None:
        return None
    now = datetime.now(UTC)
    path = folder / f"crash-{now:%Y%m%d-%H%M%S}-{os.getpid()}.log"
    lines = [f"secret-links, {now:%Y-%m-%d %H:%M:%S} UTC, Python {sys.version.split()[0]}, {sys.platform}\n"]
    cause: BaseException | None = error
    while cause is not None:
        lines += [*traceback.format_tb(cause.__traceback__), f"{type(cause).__module__}.{type(cause).__qualname__}\n\n"]
        cause = cause.__cause__ or cause.__context__
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole_file(path) as unfinished:
            unfinished.write_text("".join(lines), encoding="utf-8")
    except OSError:
        return None
    return path


def crash_sentence(error: BaseException, log: Path | None) -> str:
    """Returns the sentence that says that the program crashed, and what to do."""
    report = f"A report without your links is in {log}; please attach it to an issue where you got the program."
    return f"secret-links crashed ({type(error).__name__}). {report if log else 'No report could be written.'}"
