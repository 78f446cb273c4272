"""Drives the app as a person at a keyboard would, and waits for what they would wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from secret_links import Link, Status
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.drawing.link_rows import LinkRows
from secret_links_tui.drawing.table.lines import HEAD
from secret_links_tui.drawing.tabs import Tab
from secret_links_tui.reading.messages import CountsRead
from secret_links_tui.screens.links.screen import LinksScreen
from secret_links_tui.terminal.input_messages import InputMessages
from secret_links_tui.terminal.input_tokens import InputTokenizer
from secret_links_tui.widgets.link_table import LinkTable
from secret_links_tui.widgets.status_tabs import StatusTabs

W = TypeVar("W", bound=Widget)

PATIENCE = 20.0
"""Seconds after which a test gives up waiting."""


class Driver:
    """The app, its pilot, and short names for what tests look at."""

    def __init__(self, app: SecretLinksApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def links(self) -> LinksScreen:
        return self.app.links

    @property
    def table(self) -> LinkTable:
        return self.app.links.board.table

    @property
    def rows(self) -> LinkRows:
        return self.app.links.board.rows

    @property
    def counts(self) -> CountsRead | None:
        return self.app.links.board.counts

    @property
    def cursor(self) -> Link:
        link = self.table.cursor_link
        assert link is not None
        return link

    @property
    def said(self) -> str:
        """The line above the footer."""
        line = self.links.message_line
        return line.note or (line.news.sentence if line.news else "")

    @property
    def selection_text(self) -> str:
        return str(self.links.query_one("#selection-text", Static).content)

    @property
    def selected_ids(self) -> frozenset[int]:
        """The links that were selected one by one, where none were selected as all."""
        assert self.rows.selected.every is None
        return self.rows.selected.ids

    @property
    def shown_labels(self) -> list[str | None]:
        rows = (self.rows.window.row(index) for index in range(self.table.row_count))
        return [row.label if row else "?" for row in rows]

    def one(self, selector: str, kind: type[W]) -> W:
        """A widget of the screen on top."""
        return self.app.screen.query_one(selector, kind)

    def line(self, y: int) -> str:
        """The text of a line of the table as it is drawn."""
        return self.table.render_line(y).text

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def write(self, text: str) -> None:
        names = {" ": "space", "\n": "enter", "-": "minus", ":": "colon", "/": "slash", ".": "full_stop"}
        await self.pilot.press(*(names.get(character, character) for character in text))

    def burst(self, text: str | bytes) -> None:
        """Types in one piece, as a line that stalls delivers it: what comes of it is to be waited for."""
        messages, driver = InputMessages(), self.app._driver
        assert driver is not None
        for token in InputTokenizer().feed(text.encode() if isinstance(text, str) else text):
            for message in messages.of(token):
                driver.process_message(message)

    async def settled(self) -> None:
        """Waits until every key that was typed has been handled."""
        posted = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), asyncio.get_running_loop())
        await asyncio.wrap_future(posted)  # the driver posts what is typed in the same way, and before
        taken = asyncio.Event()
        self.app.call_later(taken.set)
        async with asyncio.timeout(PATIENCE):
            await taken.wait()  # behind all that was posted
        await self.until(lambda: self.app.keys.is_open)

    async def click_tab(self, status: Status | None) -> None:
        """Clicks the tab of a status."""
        tabs = self.links.filter_bar.tabs
        number = tabs.offered.index(Tab(status.value) if status else Tab.ALL)
        x = next(x for x in range(tabs.size.width) if tabs.tab_at(x) == number)
        await self.pilot.click(StatusTabs, offset=(x + 1, 0))

    async def click_row(self, index: int, column: str, *, times: int = 1, shift: bool = False) -> None:
        """Clicks a cell of the table."""
        x = next(x for known, x, _ in self.table.line_layout.places if known.key == column)
        offset = (x, index - self.table.top + HEAD)
        await self.pilot.click(LinkTable, offset=offset, times=times, shift=shift)

    async def until(self, true: Callable[[], object]) -> None:
        """Waits until something has come true."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                await self.pilot.pause(0.01)
        await self.pilot.pause()

    async def press_until(self, key: str, true: Callable[[], object]) -> None:
        """Presses a key until something has come true."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                await self.press(key)
                await self.pilot.pause()

    async def dialog(self, kind: type[Widget]) -> None:
        """Waits until a dialog is open."""
        await self.until(lambda: isinstance(self.app.screen, kind))
        self.app.keys.look_at(self.app.screen)
        await self.settled()

    async def closed(self) -> None:
        """Waits until no dialog is open."""
        await self.until(lambda: self.app.screen is self.links)


Drive = Callable[..., AbstractAsyncContextManager[Driver]]
"""Opens the app at a size."""
