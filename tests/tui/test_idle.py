"""Leaving the program when nobody is there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from driver import Driver
from secret_links import Store
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.idle import IdleWatch
from support import ON_BOTH


class Bench:
    """A watch with hands that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[float, Callable[[], None]]] = []
        self.left_at: list[float] = []
        self.busy = False
        self.watch = IdleWatch(
            timedelta(seconds=60), self._wait, self._leave, busy=lambda: self.busy, clock=lambda: self.now
        )

    def _wait(self, seconds: float, call: Callable[[], None]) -> None:
        self.due.append((self.now + seconds, call))

    def _leave(self) -> None:
        self.left_at.append(self.now)

    def until(self, instant: float) -> None:
        while self.due and self.due[0][0] <= instant:
            self.now, call = self.due.pop(0)
            call()
        self.now = instant


def test_the_screen_is_left_after_a_minute_without_a_key() -> None:
    bench = Bench()
    bench.until(59)
    assert not bench.left_at
    bench.until(61)
    assert bench.left_at == [60]
    assert not bench.due


def test_a_key_starts_the_minute_again_without_a_timer_of_its_own() -> None:
    bench = Bench()
    for second in range(0, 50, 5):
        bench.until(second)
        bench.watch.touch()
    assert len(bench.due) == 1
    bench.until(200)
    assert bench.left_at == [45 + 60]


def test_a_long_operation_is_not_cut_short() -> None:
    bench = Bench()
    bench.busy = True
    bench.until(300)
    assert not bench.left_at
    bench.busy = False
    bench.until(400)
    assert bench.left_at == [360]


@ON_BOTH
async def test_the_program_is_left(url: str, store: Store) -> None:
    settings = Settings(
        url, "ana", "https://42min.us/s", ZoneInfo("Europe/Lisbon"), idle_logout=timedelta(milliseconds=1)
    )
    app = SecretLinksApp(settings, lambda: Store.open(url))
    async with app.run_test() as pilot:
        await Driver(app, pilot).until(lambda: not app.is_running)
    assert app.return_code == 0


@ON_BOTH
async def test_it_is_said_once_when_all_is_loaded_that_a_session_needs(url: str, store: Store) -> None:
    said: list[bool] = []
    settings = Settings(url, "ana", "https://42min.us/s", ZoneInfo("Europe/Lisbon"))
    dialogs = "secret_links_tui.screens.links.overlays"
    app = SecretLinksApp(settings, lambda: Store.open(url), loaded=lambda: said.append(dialogs in sys.modules))
    async with app.run_test() as pilot:
        await Driver(app, pilot).until(lambda: said)
    assert said == [True]
