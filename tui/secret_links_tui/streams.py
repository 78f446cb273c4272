"""Standard output and standard error, wherever they go: to a terminal, a pipe that was closed, a full disk, nowhere."""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress
from io import StringIO, TextIOWrapper
from typing import NoReturn, TextIO


class OutputLost(Exception):
    """Standard output takes nothing more; the message says why, and is empty where its reader has read enough."""


class Output(StringIO):
    """What the program gives, for programs: in UTF-8 whatever the locale, written as it comes."""

    def __init__(self, stream: TextIO | None) -> None:
        """Takes the stream over; OutputLost where it cannot be written."""
        super().__init__()
        self._stream = stream
        if isinstance(stream, TextIOWrapper):
            try:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
            except OSError as error:  # it writes what was held back before
                self._lose(error)

    def write(self, text: str) -> int:
        """Writes some text; OutputLost where that cannot be done."""
        if self._stream is None:  # closed by what started the program
            raise OutputLost("there is no output to write to")
        try:
            return self._stream.write(text)
        except OSError as error:
            self._lose(error)

    def flush(self) -> None:
        """Has everything written that was given so far; OutputLost where that cannot be done."""
        if self._stream is not None:
            try:
                self._stream.flush()
            except OSError as error:
                self._lose(error)

    def fileno(self) -> int:
        """Returns the number of its file; OSError where it has none."""
        if self._stream is None:
            raise OSError("there is no output")
        return self._stream.fileno()

    def _lose(self, error: OSError) -> NoReturn:
        assert self._stream is not None  # noqa: S101  # for the type checker
        _divert(self._stream)
        is_enough = isinstance(error, BrokenPipeError)
        raise OutputLost("" if is_enough else f"the output cannot be written: {error.strerror}") from error


class Messages(StringIO):
    """What the program says to people, to nobody where it cannot be said: what is done is done all the same."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str) -> int:
        """Says something."""
        if self._stream is not None:
            try:
                self._stream.write(text)
                self._stream.flush()
            except OSError:
                _divert(self._stream)
        return len(text)

    def isatty(self) -> bool:
        """Whether it goes to a terminal."""
        return self._stream is not None and self._stream.isatty()


def is_left(stream: TextIO, seconds: float, until: int | None = None) -> bool:
    """Waits, and returns whether a stream is a pipe, or the like, whose reader has gone meanwhile.

    The waiting ends sooner once the descriptor `until` can be read, if there is one.
    """
    waiting = select.poll()
    number: int | None = None
    with suppress(OSError, ValueError):  # it is no file
        number = stream.fileno()
        waiting.register(number, 0)  # that nobody reads a pipe any more is told without being asked for
    if until is not None:
        waiting.register(until, select.POLLIN)
    return number in dict(waiting.poll(seconds * 1000))


def output() -> Output:
    """Returns standard output."""
    return Output(sys.stdout)


def messages() -> Messages:
    """Returns standard error."""
    return Messages(sys.stderr)


def _divert(stream: TextIO) -> None:
    """Has what Python still holds go nowhere when the program ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
