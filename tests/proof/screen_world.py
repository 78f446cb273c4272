"""The screen on a real store, without threads and without waiting: what happens next, a schedule says."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from textual import events
from textual.geometry import Size

from driver import Driver
from proof.screen_loop import Blocked, SetLoop
from proof.screen_reader import Schedule
from secret_links import HostStore, Link, ReadingLimits, Store
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.clipboard import Clipboards
from secret_links_tui.terminal.identify import UNKNOWN
from support import START

BASE_URL = "https://42min.us/s"

A_WHILE = 0.1
"""Seconds in which all that a step sets going has been handled, and drawn."""

SIZES = ((120, 34), (80, 24), (100, 14), (40, 12))

LABELS = ("Ana", "bo", "Zoë", "ana", "carla")

LIMITS = (
    ReadingLimits(page=4, kept_pages=12, short=12, near=10, sample=5, anchors=4, anchor_step=5, found_at_once=3),
    ReadingLimits(page=8, kept_pages=192, short=30, near=20, sample=9, anchors=8, anchor_step=8, quick=-0.01),
    ReadingLimits(quick=60.0),
)
"""Lists that are long, that are long and seldom counted, and that are short."""


class LoopClock:
    """The time of day in a loop whose time is a number."""

    def __init__(self, loop: SetLoop) -> None:
        self._loop = loop

    def __call__(self) -> datetime:
        return START + timedelta(milliseconds=round(self._loop.time() * 1000))


@dataclass
class ScreenWorld:
    """A host's screen, their store from elsewhere, and what has been decided for the readers."""

    loop: SetLoop
    clock: LoopClock
    schedule: Schedule
    elsewhere: HostStore
    """The same host's links, from another program."""
    store: Store
    driver: Driver
    notes: list[str] = field(default_factory=list)
    """What has happened, one line each."""
    faulted: Counter[str] = field(default_factory=Counter)
    settled: Callable[[], None] = lambda: None
    """Is called whenever that is so."""

    @property
    def app(self) -> SecretLinksApp:
        return self.driver.app

    def links(self) -> list[Link]:
        """All links, as they are now."""
        return self.elsewhere.window(count=None)

    async def settle(self, seconds: float = A_WHILE) -> None:
        """Has all handled that is under way on the screen itself, not what threads do."""
        await asyncio.sleep(seconds)
        self.settled()

    def type(self, text: str) -> None:
        """Types in one piece."""
        self.notes.append(f"types {text!r}")
        self.driver.burst(text)

    def resize(self, width: int, height: int) -> None:
        """Gives the terminal another size."""
        size = Size(width, height)
        assert self.app._driver is not None
        self.app._driver._size = (width, height)
        self.app.post_message(events.Resize(size, size))

    def look(self) -> str:
        """Says what is on the screen, in a line."""
        board, table = self.app.links.board, self.driver.table
        wanted, order, link = board.view.wanted, board.view.order, table.cursor_link
        places = f"row {table.cursor} of {table.row_count}{'' if board.rows.window.exact else '?'} from {table.top}"
        filters = f"{wanted.status} {wanted.event_type_id} {wanted.search!r} {order.column} {order.descending}"
        under = f"link {link.id}" if link else "no link"
        waiting = len(self.app.keys._waiting)
        on = f"{type(self.app.screen).__name__} {type(self.app.focused).__name__}"
        return f"{under} in {places}; {filters}; {waiting} keys wait; {on}, {table.size.height} high"

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being read, answered or done."""
        return not self.loop.held.operations and not any(
            reader.has_jobs or reader.mailbox for reader in self.schedule.readers
        )

    async def rest(self) -> None:
        """Has everything answered, until nothing more comes of it."""
        quiet = 0
        for _ in range(300):
            for reader in self.schedule.readers:
                reader.begin()
                reader.end()
                reader.look()
                while reader.arrive():
                    await self.settle()
            for operation in self.loop.held.operations[:]:
                self.loop.held.operations.remove(operation)
                if not operation.is_done:
                    operation.do()
                operation.tell()
            await self.settle()
            if not self.is_idle:
                quiet = 0
            elif self.app.links.board.retrying.is_failing:
                await self.settle(31.0)
            else:
                quiet += 1
                await self.settle(0.5)
            if quiet > 2 and self.is_idle:
                return
        raise Blocked("the screen asks for more and more")


@asynccontextmanager
async def world_on(loop: SetLoop, url: str, seed: int, patched: pytest.MonkeyPatch) -> AsyncIterator[ScreenWorld]:
    """Opens the screen on a store of made-up links, all read and shown."""
    random = Random(seed)
    notes: list[str] = []
    schedule = Schedule(notes.append)
    clock = LoopClock(loop)
    patched.setattr("secret_links_tui.reading.feed.Reader", schedule.reader)
    patched.setattr("textual.pilot.wait_for_idle", lambda *_: asyncio.sleep(A_WHILE))
    patched.setattr("secret_links.tokens.os.urandom", random.randbytes)
    limits = LIMITS[random.randrange(len(LIMITS))]
    with Store.open(url, clock=clock) as store:
        elsewhere = store.as_host("ana")
        await furnish(elsewhere, store, clock, random)
        app = SecretLinksApp(
            Settings(url, "ana", BASE_URL, ZoneInfo("Europe/Lisbon")),
            lambda: Store.open(url, clock=clock),
            now=clock,
            clipboards=Clipboards(terminal=UNKNOWN),
            limits=limits,
        )
        async with app.run_test(size=SIZES[random.randrange(len(SIZES))]) as pilot:
            world = ScreenWorld(loop, clock, schedule, elsewhere, store, Driver(app, pilot), notes)
            await world.rest()
            assert app.links.board.counts is not None
            loop.held.is_holding = True
            try:
                yield world
            finally:
                loop.held.is_holding = False
                for operation in loop.held.operations:
                    operation.answer.cancel()


async def furnish(host: HostStore, store: Store, clock: Callable[[], datetime], random: Random) -> None:
    """Makes event types and links, some of them used, some of them about to expire."""
    types = [host.add_event_type(name) for name in ("beta", "Alpha", "gamma")]
    for _ in range(random.choice((0, 1, 3, 6))):
        number = random.choice((1, 5, 20))
        expires = random.choice((None, timedelta(seconds=30), timedelta(minutes=9), timedelta(hours=30)))
        made = host.generate(
            random.choice(types).id,
            number,
            labels=[random.choice(LABELS) for _ in range(number)],
            expires_at=clock() + expires if expires else None,
        )
        for link in random.sample(made, len(made) // 4):
            store.redeem(link.token)
        await asyncio.sleep(1.0)
