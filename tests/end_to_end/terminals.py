"""Terminals in front of the program: one that is the test itself, on a pty, and one that is a tmux of its own."""

from __future__ import annotations

import base64
import fcntl
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from secret_links_tui.terminal.identify import QUESTIONS

PATIENCE = 60.0
"""Seconds after which a test gives up waiting."""

AT_ONCE = 5.0
"""Seconds within which the program is gone after it was told to: half a second, and what a busy machine adds."""

KITTY = b"\x1bP>|kitty(0.26.5)\x1b\\\x1b[>1;4000;26c\x1b[?62c"
"""What a terminal answers that is known, and takes copies."""

MAIN = "import sys; from secret_links_tui.__main__ import main; sys.exit(main())"

TOLD = ["sh", "-c", '"$@"; echo "exit code $?"', "sh"]
"""A shell that tells how the program left: tmux itself may never learn it."""

FOREIGN = (
    *("TMUX", "TMUX_PANE", "STY", "SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT", "DISPLAY", "WAYLAND_DISPLAY"),
    *("COLORTERM", "NO_COLOR", "TERM_PROGRAM", "COLUMNS", "LINES"),
)
"""Variables that say where the tests were started, which is none of the program's business."""

_SEQUENCE = re.compile(r"\x1b\[[0-9;?<>=]*[a-zA-Z]")
_CLIPBOARD = re.compile(rb"\x1b\]52;[a-z0-9]*;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)")


def program(*arguments: str, code: str = MAIN) -> list[str]:
    """The command that starts the program."""
    return [sys.executable, "-c", code, *arguments]


class Line:
    """A command at one end of a pty, the test at the other; the terminal answers as it is told to."""

    def __init__(
        self, command: Sequence[str], *, answer: bytes = KITTY, size: tuple[int, int] = (100, 30), **environment: str
    ) -> None:
        self.said = b""
        """All that has been written."""
        self._answer = answer
        self._from = 0
        known = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.pid, self._terminal = _fork(command, {**known, "TERM": "xterm-256color", **environment}, size)
        self.exit_code: int | None = None

    def read(self, seconds: float = 0.05) -> bool:
        """Takes what has been written, and answers the program's question; gives whether there was anything."""
        if not select.select([self._terminal], [], [], seconds)[0]:
            return False
        try:
            some = os.read(self._terminal, 65536)
        except OSError:  # the other end is closed
            some = b""
        if QUESTIONS in self.said + some and QUESTIONS not in self.said:
            os.write(self._terminal, self._answer)
        self.said += some
        return bool(some)

    def until(self, true: Callable[[], object], patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not true():
            assert time.monotonic() < deadline, self.said[-3000:]
            self.read()

    def quiet(self, seconds: float = 0.3) -> None:
        """Waits until nothing has been written for some time."""
        deadline = time.monotonic() + PATIENCE
        while self.read(seconds):
            assert time.monotonic() < deadline, self.said[-3000:]

    @property
    def text(self) -> str:
        """What was written since it was forgotten last, without what steers the terminal."""
        return _SEQUENCE.sub("", self.said[self._from :].decode("utf-8", "replace"))

    def shows(self, text: str, patience: float = PATIENCE) -> None:
        self.until(lambda: text in self.text, patience)

    def forget(self) -> None:
        """Takes what was written up to now for seen."""
        self._from = len(self.said)

    @property
    def copied(self) -> list[str]:
        """What was sent to the terminal's clipboard, each as often as it came."""
        return [base64.b64decode(text).decode() for text in _CLIPBOARD.findall(self.said)]

    def keys(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def bytes(self, sent: bytes) -> None:
        """Sends any bytes, whatever they are."""
        os.write(self._terminal, sent)

    def clog(self) -> None:
        """Fills all that lies between the command and the terminal: whatever else is written waits."""
        between = os.open(f"/proc/{self.pid}/fd/1", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        with suppress(BlockingIOError):
            while True:
                os.write(between, b" " * 1024)
        os.close(between)

    def hang_up(self) -> None:
        """The line drops."""
        os.close(self._terminal)
        self._terminal = -1

    @property
    def gone(self) -> bool:
        if self.exit_code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.exit_code = os.waitstatus_to_exitcode(status) if pid else None
        return self.exit_code is not None

    def is_gone_at_once(self, patience: float = AT_ONCE, *, unread: bool = False) -> None:
        """Waits for the end; `unread` leaves what is written meanwhile where it is."""
        if self._terminal >= 0 and not unread:
            self.until(lambda: self.gone, patience)
            return
        deadline = time.monotonic() + patience
        while not self.gone:
            assert time.monotonic() < deadline, "the program is still there"
            time.sleep(0.01)

    def close(self) -> None:
        if not self.gone:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self._terminal >= 0:
            os.close(self._terminal)


Start = Callable[..., Line]
"""Starts something on a pty."""


def _fork(command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int]) -> tuple[int, int]:
    pid, terminal = pty.fork()
    if pid == 0:
        columns, lines = size
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            os.execvpe(command[0], list(command), dict(environment))
        finally:
            os._exit(127)
    return pid, terminal


class Tmux:
    """A tmux of its own, with a clipboard that programs may set, or with other settings."""

    def __init__(self, folder: Path, settings: str = "set -g set-clipboard on", size: str = "100x30") -> None:
        folder.mkdir()
        self.folder = folder
        columns, rows = size.split("x")
        config = folder / "tmux.conf"
        config.write_text(f"{settings}\nset -g remain-on-exit on\nset -s escape-time 10\n")
        self.command = ["tmux", "-u", "-S", str(folder / "tmux"), "-f", str(config)]
        """What every command to it begins with."""
        self._new = ["new-session", "-d", "-s", "t", "-x", columns, "-y", rows, "--"]

    def tmux(self, *arguments: str, check: bool = True) -> str:
        environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        environment |= {"LANG": "C.UTF-8", "TERM": "xterm-256color"}
        command = [*self.command, *arguments]
        return subprocess.run(command, env=environment, check=check, capture_output=True, text=True).stdout

    def run(self, *command: str) -> None:
        """Starts a command in it."""
        self.tmux(*self._new, *command)

    def start(self, *arguments: str) -> None:
        """Starts the program in it."""
        self.run(*TOLD, *program(*arguments))

    def start_recorded(self, record: Path, *arguments: str) -> None:
        """Starts the program in it, and keeps every byte that it writes."""
        waiting = ["sh", "-c", f'{shlex.join(self.command)} wait-for recording; "$@"; echo "exit code $?"', "sh"]
        self.run(*waiting, *program(*arguments))
        self.tmux("pipe-pane", "-t", "t", shlex.join(["dd", "bs=64k", f"of={record}"]))
        self.tmux("wait-for", "-S", "recording")

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", "-t", "t", *keys)

    @property
    def screen(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", "t", "-S", "-10", check=False)

    @property
    def visible(self) -> str:
        """What is on the screen now."""
        return self.tmux("capture-pane", "-p", "-t", "t", check=False)

    @property
    def copied(self) -> str:
        """What its clipboard holds; empty where nothing was ever copied."""
        return self.tmux("show-buffer", check=False)

    def look(self, *keys: str) -> None:
        """Types one key after the other, each when the one before has shown."""
        for key in keys:
            before = self.tmux("capture-pane", "-e", "-p", "-t", "t")
            self.keys(key)
            self.until(partial(self._looks_other_than, before), f"{key} to show")

    def _looks_other_than(self, before: str) -> bool:
        return self.tmux("capture-pane", "-e", "-p", "-t", "t") != before

    def until(self, true: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, f"waited in vain for {what}:\n{self.screen}"
            time.sleep(0.05)

    def shows(self, *texts: str) -> None:
        self.until(lambda: all(text in self.screen for text in texts), str(texts))

    def ends(self) -> None:
        """Waits for the end of the program; its exit code is left alone, as tmux 3.3 now and then never learns it."""
        self.until(lambda: self.tmux("display", "-p", "-t", "t", "#{pane_dead}").strip() == "1", "the program to leave")

    def close(self) -> None:
        self.tmux("kill-server", check=False)


OpenTmux = Callable[..., Tmux]
"""Makes a tmux with a name and settings."""
