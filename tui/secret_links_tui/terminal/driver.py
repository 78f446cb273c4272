"""Textual's driver, with a reader of its own for what the terminal sends.

Textual's reader ends the program at a byte that is not UTF-8, takes a terminal's late answers for keys, and gives up on
reports longer than 32 characters. This one passes on what a person did, and nothing else.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
from collections.abc import Iterable
from threading import Event
from typing import Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from secret_links_tui.terminal.input_messages import InputMessages
from secret_links_tui.terminal.input_tokens import InputTokenizer, Token
from secret_links_tui.terminal.taken import TakenTerminal

_IS_FOCUS_TOLD = "\x1b[?1004$p"
"""Asks whether the terminal says when it is left; one that does, and has not yet, has not been left."""

READ_SIZE = 4096
"""Bytes that are read at once."""

_KEYS_WITH_THEIR_PLACES = "\x1b[=29u"
"""Has a terminal that speaks kitty's protocol report all keys, with their text (1 + 8 + 16, as Textual has them) and
with their places on the keyboard (4): on a layout that is not Latin, a letter says nothing of its place.

Text that an input method commits comes as one report of any length.
"""

_REPORT_LIGHT, _NO_LIGHT = "\x1b[?2031h", "\x1b[?2031l"
"""Has a terminal report when its colours become light or dark."""


_OWN_SCREEN = "\x1b[?1049h"


class StopEvent(Event):
    """An event that `select` can wait for, like a file: it can be read while it is set."""

    def __init__(self) -> None:
        super().__init__()
        self._reading, self._writing = os.pipe()

    def fileno(self) -> int:
        """Returns the descriptor that `select` looks at."""
        return self._reading

    def set(self) -> None:
        """Sets the event, and wakes who waits for it."""
        if not self.is_set():
            super().set()
            os.write(self._writing, b"\x00")

    def clear(self) -> None:
        """Makes the event as if it had never been set."""
        if self.is_set():
            super().clear()
            os.read(self._reading, 1)


class TerminalDriver(LinuxDriver):
    """Reads a terminal whatever it sends, and takes it back after a suspension."""

    def __init__(
        self,
        app: App[Any],
        *,
        taken: TakenTerminal | None = None,
        **options: Any,  # noqa: ANN401  # Textual's own
    ) -> None:
        super().__init__(app, **options)
        self.exit_event = self._stop = StopEvent()
        self._taken = taken
        """What has the terminal until it is taken."""
        self._typed = b""
        """What was typed before that; passed on first."""

    def start_application_mode(self) -> None:
        """Takes the terminal."""
        if self._taken is not None:
            self._typed = self._taken.hand_over()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        if self._taken is not None:
            self.attrs_before, self._taken = self._taken.before, None
        self.write(_KEYS_WITH_THEIR_PLACES)
        self.write(_REPORT_LIGHT + _IS_FOCUS_TOLD)
        loop = asyncio.get_running_loop()  # Textual's handlers come in the middle of whatever holds the writer's lock
        loop.add_signal_handler(signal.SIGTSTP, self._sigtstp_application)
        loop.add_signal_handler(signal.SIGCONT, self._continued)

    def write(self, data: str) -> None:
        """Sends a text; what begins a screen of its own not twice, which would make it blank."""
        if not (data == _OWN_SCREEN and self._taken is not None and self._taken.is_showing):
            super().write(data)

    def stop_application_mode(self) -> None:
        """Gives the terminal back."""
        self.write(_NO_LIGHT)
        super().stop_application_mode()

    def run_input_thread(self) -> None:
        """Reads until the screen is left or the terminal is gone; a fault is raised in the app, where it is logged."""
        try:
            self._read()
        except OSError:
            return  # the line dropped: see exits.py, which watches for that
        except Exception as error:  # noqa: BLE001  # a thread's bug would be lost
            self._app.call_later(_raise, error)

    def _read(self) -> None:
        tokenizer, messages = InputTokenizer(), InputMessages()

        def pass_on(tokens: Iterable[Token]) -> None:
            for token in tokens:
                for message in messages.of(token):
                    self.process_message(message)

        typed, self._typed = self._typed, b""
        pass_on(tokenizer.feed(typed))
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno, self._stop.fileno()], [], [], tokenizer.due_in)
            if not ready:
                pass_on(tokenizer.tick())
            elif self.fileno in ready:
                data = os.read(self.fileno, READ_SIZE)
                if not data:
                    return  # the terminal is gone
                pass_on(tokenizer.feed(data))

    def _continued(self) -> None:
        """Takes the terminal again after a stop; a SIGSTOP gave no occasion to give it back before."""
        if not self._auto_restart:
            return  # the screen has been left for something else, which goes on
        if self._writer_thread is not None and self._writer_thread.is_alive():
            self.suspend_application_mode()
            self._must_signal_resume = True
        self.resume_application_mode()


def _raise(error: Exception) -> None:
    raise error
