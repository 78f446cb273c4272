"""Suspending the program, if a shell waits behind it."""

from __future__ import annotations

import os
import signal

NO_SHELL = "No shell waits behind this screen, so it cannot be suspended. q leaves it."


def is_shell_waiting() -> bool:
    """Says whether a shell with job control would notice that the program has stopped, and could continue it.

    That is a process outside of the program's process group and inside its session (POSIX, "orphaned process group").
    A command that sshd or a tmux started directly has none: once stopped, it would never continue.
    """
    import psutil  # noqa: PLC0415  # when it is first asked for

    group, session = os.getpgrp(), os.getsid(0)
    try:
        for parent in psutil.Process().parents():
            if os.getpgid(parent.pid) != group:
                return os.getsid(parent.pid) == session
    except (psutil.Error, OSError):
        pass
    return False


def stop() -> None:
    """Stops the program, and what started it (`uv run`), until the shell continues them."""
    before = signal.signal(signal.SIGCONT, signal.SIG_IGN)  # the caller takes the terminal again
    os.killpg(os.getpgrp(), signal.SIGSTOP)
    signal.signal(signal.SIGCONT, before)
