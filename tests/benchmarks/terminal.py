"""A program in a real terminal of 120x50: what it sends is kept with the instant at which it arrived."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.screen_model import ScreenModel

COLUMNS, LINES = 120, 50

SILENCE = 0.06
"""Seconds without a byte after which a burst is over."""

KEYS = {
    "down": "\x1b[B",
    "up": "\x1b[A",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "ctrl+home": "\x1b[1;5H",
    "ctrl+end": "\x1b[1;5F",
    "escape": "\x1b",
}

FOREIGN = ("TMUX", "TMUX_PANE", "NO_COLOR", "TERM_PROGRAM", "COLUMNS", "LINES", "PYTHONDONTWRITEBYTECODE")
"""What must not reach the program: other terminals' variables, and the one that has every start compile its Python."""

PATIENCE = 120.0
"""Seconds after which a measurement gives up waiting for the screen."""

NO_ANSWER = 3.0
"""Seconds after which an event that has painted nothing is taken for one that had nothing to do."""

_FRAMES_QUERY, _FRAMES_ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;1$y"
"""Whoever is told that frames are understood marks where each of them ends."""

_FEATURES_QUERY, _FEATURES_ANSWER = b"\x1b[c", b"\x1b[?62c"
"""Terminals say at once what they can do; a mute one would be waited for."""

_FRAME_END = b"\x1b[?2026l"


@dataclass(frozen=True, slots=True)
class Frame:
    """What was sent up to the end of a frame, or to a pause where the program does not mark them."""

    at: float
    """When its last byte came."""
    sent: bytes


@dataclass(slots=True)
class Painted:
    """What followed an event."""

    seconds: float = 0.0
    """From the event to the end of the last frame that changed what was looked at."""
    sent: int = 0
    """Bytes."""
    at: list[float] = field(default_factory=list)
    """When the frames ended that changed it."""
    waited: float = 0.0
    """Seconds for which it was ready to go on, until the silence, but had no processor."""
    complete_at: list[float] = field(default_factory=list)
    """Those of them in which nothing was missing."""


class NothingCame(Exception):
    """The screen never came to show what was waited for."""


class Terminal:
    """One program in a terminal of its own, from the start until it is closed."""

    def __init__(self, command: Sequence[str], silence: float = SILENCE) -> None:
        self._silence = silence
        self.screen = ScreenModel(COLUMNS, LINES)
        """What stands on the screen after all frames that were taken."""
        self._chunks: list[tuple[float, bytes]] = []
        self._taken = 0
        self._rest = b""
        self._answered = False
        self.started_at = time.monotonic()
        """When the program was started."""
        self.pid, self._terminal = self._fork(command, os.environ)
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()

    @staticmethod
    def _fork(command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, int]:
        wanted = {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        for foreign in FOREIGN:
            wanted.pop(foreign, None)
        pid, terminal = pty.fork()
        if pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
                os.execvpe(command[0], list(command), wanted)
            finally:
                os._exit(127)
        return pid, terminal

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the program."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self._reader.join()
        os.close(self._terminal)

    def _read(self) -> None:
        while True:
            try:
                some = os.read(self._terminal, 65536)
            except OSError:
                return
            if not some:
                return
            self._chunks.append((time.monotonic(), some))
            if not self._answered and _FRAMES_QUERY in some:
                self._answered = True
                os.write(self._terminal, _FRAMES_ANSWER)
            if _FEATURES_QUERY in some:
                os.write(self._terminal, _FEATURES_ANSWER)

    def waited(self) -> float:
        """Returns for how many seconds so far the program's main thread was ready but had no processor.

        It is 0 where the system does not say.
        """
        with suppress(OSError, IndexError):
            return int(Path(f"/proc/{self.pid}/schedstat").read_bytes().split()[1]) / 1e9
        return 0.0

    # What is typed

    def type(self, text: str) -> float:
        """Types text, or sends a key's code; gives the instant before."""
        before = time.monotonic()
        os.write(self._terminal, text.encode())
        return before

    def press(self, key: str) -> float:
        """Presses a key; gives the instant before."""
        return self.type(KEYS.get(key, key))

    def paste(self, text: str) -> float:
        """Pastes text; gives the instant before."""
        return self.type(f"\x1b[200~{text}\x1b[201~")

    def mouse(self, button: int, column: int, line: int, *, released: bool = False) -> float:
        """Presses, drags (32 more) or lets go of a button, from 0 on; 64 and 65 turn the wheel up and down."""
        return self.type(f"\x1b[<{button};{column + 1};{line + 1}{'m' if released else 'M'}")

    # What came

    def frames(self) -> list[Frame]:
        """Takes the frames that came since the last time; what follows the last end is kept for the next time."""
        chunks = self._chunks[self._taken :]
        self._taken += len(chunks)
        frames: list[Frame] = []
        for at, some in chunks:
            *ended, self._rest = (self._rest + some).split(_FRAME_END)
            frames += [Frame(at, sent + _FRAME_END) for sent in ended]
            if self._rest and not self._answered:  # this program never marks frames
                frames.append(Frame(at, self._rest))
                self._rest = b""
        return frames

    def until(self, true: Callable[[ScreenModel], object], patience: float = PATIENCE) -> float:
        """Waits for the first frame after which something is true of the screen; gives its instant, or now."""
        deadline = time.monotonic() + patience
        if true(self.screen):
            return time.monotonic()
        while time.monotonic() < deadline:
            for frame in self.frames():
                self.screen.feed(frame.sent)
                if true(self.screen):
                    return frame.at
            time.sleep(0.002)
        raise NothingCame(f"Waited {patience:g} s in vain; the screen shows:\n{self.screen.text}")

    def quiet(self, silence: float = 0.0) -> None:
        """Waits until nothing has come for some seconds, or for as long as tells that a burst is over."""
        silence = silence or self._silence
        begun = time.monotonic()
        while time.monotonic() - max([begun, *(at for at, _ in self._chunks[-1:])]) < silence:
            time.sleep(silence / 10)

    def settled(
        self, since: float, look: Callable[[ScreenModel], object], complete: Callable[[ScreenModel], object]
    ) -> Painted | None:
        """Waits for silence on a complete screen; tells when what is looked at was painted, None where it never was.

        Frames are read only in the silence: reading them takes longer than the program takes to make the next.
        """
        painted = Painted()
        before = look(self.screen)
        while not (painted.at and complete(self.screen)):
            waited = time.monotonic() - since
            if waited > PATIENCE:
                raise NothingCame(f"Waited {PATIENCE:g} s in vain; the screen shows:\n{self.screen.text}")
            if waited > NO_ANSWER and not painted.at:
                return None
            self.quiet()
            for frame in self.frames():
                self.screen.feed(frame.sent)
                painted.sent += len(frame.sent)
                if (after := look(self.screen)) != before:
                    before = after
                    painted.seconds = frame.at - since
                    painted.at.append(frame.at)
                    painted.complete_at += [frame.at] if complete(self.screen) else []
        return painted
