"""An event loop whose time is a number: nothing is waited for, and what takes long is answered when a schedule says so.

Where nothing is left to do but to wait, the time of the next timer has come. So a minute passes in no time, and the
same steps have the same consequences on any machine.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

BURST = 200_000
"""Rounds of the loop within one step, which no step of a sound screen comes near."""


CLOCKS = (
    *("textual._time.get_time", "textual._time.time", "textual.widget.monotonic"),
    *("secret_links_tui.terminal.key_queue.monotonic", "secret_links_tui.app.monotonic"),
)
"""What measures time."""


class Broken(AssertionError):
    """A step after which a rule does not hold."""


class Blocked(Broken):
    """Something goes on for ever, or waits for what never comes."""


@dataclass
class Operation:
    """Something that the screen does in a thread of its own."""

    run: Callable[[], Any]
    answer: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    is_done: bool = False
    """Whether it has been run; its answer may be on its way."""

    def do(self, error: BaseException | None = None) -> None:
        """Runs it, or has it fail before it has begun."""
        self.is_done = True
        self.error = error
        if error is not None:
            return
        try:
            self.result = self.run()
        except Exception as raised:  # noqa: BLE001  # whoever asked gets it
            self.error = raised

    def tell(self) -> None:
        """Answers whoever waits for it."""
        if self.answer.cancelled():
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)


class _Waiting(selectors.DefaultSelector):
    """Puts the loop's clock forward instead of waiting."""

    loop: SetLoop

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout is None:
            raise Blocked("nothing is left that could ever happen")
        if not ready and timeout:
            self.loop.put_forward(timeout)
        return ready


@dataclass
class _Held:
    """What threads would be doing."""

    operations: list[Operation] = field(default_factory=list)
    is_holding: bool = False


class SetLoop(asyncio.SelectorEventLoop):
    """A loop in which time passes only while everybody waits, and threads only when they are told to."""

    def __init__(self) -> None:
        waiting = _Waiting()
        self._moment = 0.0
        self._rounds = 0
        super().__init__(waiting)
        waiting.loop = self
        self.held = _Held()
        """What is being done in threads, once they are held."""

    def time(self) -> float:
        """Seconds since it began."""
        return self._moment

    def put_forward(self, seconds: float) -> None:
        """Has some time passed."""
        self._moment += seconds
        self._rounds = 0

    def _run_once(self) -> None:
        self._rounds += 1
        if self._rounds > BURST:
            raise Blocked(f"it has gone on for {BURST:,} rounds without a pause")
        super()._run_once()  # type: ignore[misc]  # of asyncio's own

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        """Does something in a thread: at once, or, while they are held, when it is told to."""
        del executor
        operation = Operation(lambda: func(*args), self.create_future())
        if self.held.is_holding:
            self.held.operations.append(operation)
        else:
            operation.do()
            operation.tell()
        return operation.answer


def run_in_no_time(main: Callable[[SetLoop], Coroutine[Any, Any, T]]) -> T:
    """Runs something in such a loop, with all that measures time going by it."""
    with pytest.MonkeyPatch.context() as patched, asyncio.Runner(loop_factory=SetLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, SetLoop)
        for name in CLOCKS:
            patched.setattr(name, loop.time)
        patched.setattr("secret_links_tui.reading.jobs.time", SimpleNamespace(monotonic=loop.time))
        return runner.run(main(loop))
