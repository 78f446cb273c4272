"""The terminal's driver: Textual's, with its own way of reading what the terminal sends.

Textual's reader ends the program at a byte that is not UTF-8, takes a terminal's late answers for keys, and gives up on
reports longer than 32 characters. This one hands on what a person did, and nothing else.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterable
from types import FrameType
from typing import Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from secret_links_tui.terminal.input_messages import InputMessages
from secret_links_tui.terminal.input_tokens import InputTokenizer, Token

LOOK_EVERY = 0.05
"""Seconds between two looks at whether a key that may be the beginning of a sequence is one."""

AT_ONCE = 4096
"""Bytes that are read at once."""

_ONLY_AMBIGUOUS_KEYS = "\x1b[=1u"
"""Has a terminal that speaks kitty's protocol report only keys that cannot be told apart otherwise.

Textual asks for all keys as reports. Text that an input method commits then comes as one report of any length, and
each letter takes seven bytes in place of one.
"""


class TerminalDriver(LinuxDriver):
    """Reads a terminal whatever it sends, and takes it back after the shell had it."""

    def __init__(self, app: App[Any], *, typed: bytes = b"", **options: Any) -> None:  # noqa: ANN401  # Textual's own
        super().__init__(app, **options)
        self._typed = typed
        """What was typed before the terminal was taken; handed on first."""
        signal.signal(signal.SIGCONT, self._continued)

    def start_application_mode(self) -> None:
        """Takes the terminal."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        self.write(_ONLY_AMBIGUOUS_KEYS)

    def run_input_thread(self) -> None:
        """Reads until the screen is left or the terminal is gone; a fault is raised in the app, where it is logged."""
        try:
            self._read()
        except OSError:
            return  # the line dropped: whoever watches the terminal has noticed
        except Exception as error:  # noqa: BLE001  # a thread's bug would be lost
            self._app.call_later(_raise, error)

    def _read(self) -> None:
        tokenizer, messages = InputTokenizer(), InputMessages()

        def hand_on(tokens: Iterable[Token]) -> None:
            for token in tokens:
                for message in messages.of(token):
                    self.process_message(message)

        typed, self._typed = self._typed, b""
        hand_on(tokenizer.feed(typed))
        while not self.exit_event.is_set():
            if not select.select([self.fileno], [], [], LOOK_EVERY)[0]:
                hand_on(tokenizer.tick())
            elif data := os.read(self.fileno, AT_ONCE):
                hand_on(tokenizer.feed(data))
            else:
                return

    def _continued(self, number: int, frame: FrameType | None) -> None:
        """Takes the terminal again after a stop; a SIGSTOP gave no occasion to give it back before."""
        del number, frame
        if not self._auto_restart:
            return  # the screen has been left for something else, which goes on
        if self._writer_thread is not None and self._writer_thread.is_alive():
            self.suspend_application_mode()
            self._must_signal_resume = True
        self.resume_application_mode()


def _raise(error: Exception) -> None:
    raise error
