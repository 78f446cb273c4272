"""The real app on a real store, driven by keys and mouse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

import pytest

from command_line import Answer, Run
from driver import Drive, Driver
from secret_links import ReadingLimits, Store
from secret_links_tui.__main__ import main
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.clipboard import Clipboards
from secret_links_tui.terminal.colours import ColorDepth
from secret_links_tui.terminal.identify import UNKNOWN, Terminal
from support import SetClock


@pytest.fixture
def limits() -> ReadingLimits:
    """The limits by which the app reads lists; modules about long lists have smaller ones.

    Counting needs no pause: on a busy machine what is quick takes long enough for one that outlasts a test's patience.
    """
    return ReadingLimits(quick=60.0)


@pytest.fixture
def drive(url: str, store: Store, clock: SetClock, limits: ReadingLimits) -> Drive:
    """Opens the app at a size, with its store open and read."""

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = (120, 34),
        *,
        host: str = "ana",
        limits: ReadingLimits = limits,
        depth: ColorDepth | Callable[[Terminal], ColorDepth] = ColorDepth.TRUE,
        keys: Mapping[str, str] | None = None,
        terminal: Terminal = UNKNOWN,
        most_links: int | None = None,
    ) -> AsyncIterator[Driver]:
        settings = Settings(url, host, "https://42min.us/s", ZoneInfo("Europe/Lisbon"), keys=keys or {})
        depth_of = depth if callable(depth) else lambda _: depth
        app = SecretLinksApp(
            settings,
            lambda: Store.open(url, clock=clock, most_links=most_links),
            now=clock,
            clipboards=Clipboards(terminal=terminal),
            limits=limits,
            depth_of=depth_of,
        )
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot)
            await driver.until(lambda: app.links.board.counts is not None)
            yield driver

    return opened


@pytest.fixture
def run(url: str, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(*arguments: str, host: str = "ana", time_zone: str | None = "Europe/Lisbon") -> Answer:
        zone = ["--time-zone", time_zone] if time_zone else []
        try:
            code = main(["--store", url, "--host", host, *zone, *arguments])
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return run_it
