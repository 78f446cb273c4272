"""The terminal while Textual is being loaded: taken at once, so that nothing that is typed is lost or shown.

It is asked what it is, and its answers are told from keys. Keys that move in the list are answered at once, in the
picture that is painted first; from the first other key on, all of them wait for Textual.
"""

from __future__ import annotations

import os
import re
import select
import signal
import termios
import threading
import time
import tty
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self

from secret_links_tui.terminal.identify import (
    ANSWERS,
    FEATURES,
    LONGEST_ANSWER,
    QUESTIONS,
    UNKNOWN,
    Terminal,
    parse_answers,
)

SHOWING = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h"
"""Begins a screen of the program's own: no cursor, no wrapped lines, and pastes told from keys."""

NO_LONGER = "\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l"
"""Ends it."""

_UNFINISHED = re.compile(rb"\x1b(?:\[[>?]?[0-9;]*|O|\]1?1?;?[^\x1b\x07]*\x1b?|P(?:>\|?)?[^\x1b\x07]*\x1b?)?\Z")
"""The beginning of a key or of an answer, whose rest has not come."""

_LEAVING = (signal.SIGTERM, signal.SIGHUP)

Moves = Mapping[bytes, Callable[[], bool]]
"""What each key does, by what terminals send for it; it returns False where it cannot do it, and so has to wait."""


class TakenTerminal:
    """Takes a terminal until somebody else does; restores it at the end of the block, if nobody did."""

    def __init__(self, reading: int, writing: int, *, ask: bool, patience: float) -> None:
        """`patience` is in seconds, from now on: after that, no answer is expected."""
        self._reading = reading
        self._writing = writing
        self._deadline = time.monotonic() + (patience if ask else 0)
        self.before: list[Any] | None = None
        """The terminal's settings as they were; None for none that could be read."""
        self.is_showing = False
        """Whether something has been painted."""
        self._moves: Moves = {}
        self._typed = b""
        self._answers = b""
        self._answered = threading.Event()
        self._waking = os.pipe()
        self._is_stopped = False
        self._is_taken = True
        self._take_settings()
        if ask:
            self._write(QUESTIONS)
        self._thread = threading.Thread(target=self._read, name="first-keys", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        for number in _LEAVING:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, self._leave)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()

    def show(self, sequence: str, moves: Moves) -> None:
        """Paints the first picture; from then on, keys that move are answered."""
        self.is_showing = True
        self._write((SHOWING + sequence).encode())
        self.answer_keys(moves)

    def answer_keys(self, moves: Moves) -> None:
        """Answers keys that move, in their order, also those that were pressed before."""
        self._moves = moves
        self._wake()

    def repaint(self, sequence: str) -> None:
        """Paints what has changed."""
        self._write(sequence.encode())

    def answer(self, *, wait: bool) -> Terminal:
        """Returns what the terminal has said of itself; waits for it as long as it is expected, if it is to."""
        self._answered.wait(max(0.0, self._deadline - time.monotonic()) if wait else 0)
        return parse_answers(self._answers) if self._answers else UNKNOWN

    def hand_over(self) -> bytes:
        """Returns what was typed and has not been answered; the terminal is somebody else's from now on."""
        self._stop()
        self._is_taken = False
        typed, self._typed = self._typed, b""
        return typed

    def give_back(self) -> None:
        """Restores the terminal, unless it was handed over."""
        if not self._is_taken:
            return
        self._stop()
        self._is_taken = False
        if self.is_showing:
            self._write(NO_LONGER.encode())
        if self.before is not None:
            with suppress(OSError, termios.error):
                termios.tcsetattr(self._reading, termios.TCSANOW, self.before)

    # Keys

    def _read(self) -> None:
        """Reads until it is stopped, or the terminal is gone."""
        while True:
            ready, _, _ = select.select([self._reading, self._waking[0]], [], [])
            if self._waking[0] in ready:
                os.read(self._waking[0], 1)
            if self._is_stopped:
                return
            if self._reading in ready:
                try:
                    some = os.read(self._reading, LONGEST_ANSWER)
                except OSError:
                    return
                if not some:
                    return
                self._typed += some
                self._take_answers()
            self._answer_keys()

    def _take_answers(self) -> None:
        for answer in ANSWERS.findall(self._typed):
            self._answers += answer
            if FEATURES.search(answer) or len(self._answers) > LONGEST_ANSWER:
                self._answered.set()
        self._typed = ANSWERS.sub(b"", self._typed)

    def _answer_keys(self) -> None:
        """Does what keys at the beginning of what was typed ask for."""
        while self._moves and self._typed:
            key = next((key for key in self._moves if self._typed.startswith(key)), None)
            if key is None or not self._moves[key]():
                if not _UNFINISHED.match(self._typed):
                    self._moves = {}  # this key waits for Textual, and so do all after it
                return
            self._typed = self._typed[len(key) :]

    # The terminal

    def _take_settings(self) -> None:
        """Has keys come one by one, and nothing that is typed be shown: as Textual has it."""
        with suppress(OSError, termios.error):
            self.before = termios.tcgetattr(self._reading)
            taken = termios.tcgetattr(self._reading)
            taken[tty.LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
            taken[tty.IFLAG] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
            taken[tty.CC][termios.VMIN] = 1
            termios.tcsetattr(self._reading, termios.TCSANOW, taken)

    def _write(self, sequence: bytes) -> None:
        with suppress(OSError):  # the line dropped: whoever takes the terminal over will notice
            while sequence:
                sequence = sequence[os.write(self._writing, sequence) :]

    def _stop(self) -> None:
        self._is_stopped = True
        self._wake()
        self._thread.join()
        for end in self._waking:
            os.close(end)

    def _wake(self) -> None:
        os.write(self._waking[1], b"\x00")

    def _leave(self, number: int, frame: FrameType | None) -> None:
        """Ends the process at a signal, with the terminal as it was."""
        del frame
        self.give_back()
        os._exit(128 + number)
