"""The thread that reads the terminal: when it wakes up, and how it ends."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import signal
import threading
import tty
from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from types import SimpleNamespace

import pytest
from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from secret_links_tui.terminal.driver import TerminalDriver
from secret_links_tui.terminal.input_tokens import ESCAPE_PATIENCE, SEQUENCE_PATIENCE
from secret_links_tui.terminal.key_queue import KeyQueueApp

DEADLINE = 20.0
"""Seconds after which a test gives up waiting."""


class Reading:
    """A driver that reads a terminal on a thread of its own."""

    def __init__(self, driver: TerminalDriver, keyboard: int) -> None:
        self.waits: SimpleQueue[float | None] = SimpleQueue()
        """The seconds after which the thread asked to be woken, one for each time that it began to wait."""
        self.messages: SimpleQueue[Message] = SimpleQueue()
        self.driver = driver
        self._keyboard = keyboard
        driver.process_message = self._take  # type: ignore[method-assign]
        self.thread = threading.Thread(target=driver.run_input_thread, daemon=True)

    def _take(self, message: Message) -> None:
        self.messages.put(message)

    def select(
        self, reading: Sequence[int], writing: Sequence[int], exceptional: Sequence[int], seconds: float | None
    ) -> object:
        self.waits.put(seconds)
        return select.select(reading, writing, exceptional, seconds)

    def next_wait(self) -> float | None:
        return self.waits.get(timeout=DEADLINE)

    def type(self, data: bytes) -> None:
        os.write(self._keyboard, data)

    def next_key(self) -> str:
        message = self.messages.get(timeout=DEADLINE)
        assert isinstance(message, events.Key)
        return message.key


async def new_driver() -> TerminalDriver:
    """Makes a driver in a running loop, which Textual asks for."""
    return TerminalDriver(KeyQueueApp())


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reading]:
    keyboard, terminal = pty.openpty()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGCONT, signal.SIGTSTP)}
    driver = asyncio.run(new_driver())
    driver.fileno = terminal
    opened = Reading(driver, keyboard)
    monkeypatch.setattr("secret_links_tui.terminal.driver.select", SimpleNamespace(select=opened.select))
    tty.setraw(terminal)
    opened.thread.start()
    yield opened
    driver.exit_event.set()
    opened.thread.join(DEADLINE)
    for number, handler in handlers.items():
        signal.signal(number, handler)
    os.close(keyboard)
    os.close(terminal)


def test_the_driver_waits_without_waking_up_while_nothing_is_typed(reading: Reading) -> None:
    assert reading.next_wait() is None
    reading.type(b"a")
    assert reading.next_key() == "a"
    assert reading.next_wait() is None


def test_the_driver_wakes_up_for_a_key_that_may_begin_a_sequence(reading: Reading) -> None:
    assert reading.next_wait() is None
    reading.type(b"\x1b")
    seconds = reading.next_wait()
    assert seconds is not None
    assert seconds <= ESCAPE_PATIENCE
    assert reading.next_key() == "escape"


def test_the_driver_wakes_up_for_a_sequence_that_does_not_end(reading: Reading) -> None:
    assert reading.next_wait() is None
    reading.type(b"\x1b[1;")
    seconds = reading.next_wait()
    assert seconds is not None
    assert ESCAPE_PATIENCE < seconds <= SEQUENCE_PATIENCE
    reading.type(b"5A")
    assert reading.next_key() == "ctrl+up"
    assert reading.next_wait() is None


def test_the_driver_ends_while_nothing_is_typed(reading: Reading) -> None:
    assert reading.next_wait() is None
    reading.driver.exit_event.set()
    reading.thread.join(DEADLINE)
    assert not reading.thread.is_alive()
    reading.driver.exit_event.clear()
    assert reading.waits.empty()


async def test_what_the_driver_has_the_terminal_report_ends_when_it_is_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGCONT, signal.SIGTSTP)}
    driver, sent = TerminalDriver(KeyQueueApp()), list[str]()
    for number, handler in handlers.items():
        signal.signal(number, handler)
    monkeypatch.setattr(driver, "write", sent.append)
    for name in ("start_application_mode", "stop_application_mode"):
        monkeypatch.setattr(LinuxDriver, name, lambda self: sent.append(type(self).__name__))
    driver.start_application_mode()
    driver.stop_application_mode()
    driver._stop.set()
    name = TerminalDriver.__name__
    assert sent == [name, "\x1b[=29u", "\x1b[?2031h\x1b[?1004$p", "\x1b[?2031l", name]
