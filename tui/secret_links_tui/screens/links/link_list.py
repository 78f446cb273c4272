"""The screen's ground floor: the list of links as it is laid out, and what is asked of the store for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.content import Content
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import Static

from secret_links import EventType, Link
from secret_links.lists.window import LinkWindow, Place, View
from secret_links.sqlite.first_look import FirstLook
from secret_links_tui.preferences import Preferences
from secret_links_tui.reading.reader import JobKind
from secret_links_tui.reading.retrying import Retrying
from secret_links_tui.screens.sizes import WIDTHS
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.key_queue import Hold, KeyQueueApp
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.filter_bar import FilterBar
from secret_links_tui.widgets.key_bar import KeyBar
from secret_links_tui.widgets.link_table import LinkTable
from secret_links_tui.widgets.selection_bar import SelectionBar
from secret_links_tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from secret_links import HostStore, Snapshot
    from secret_links_tui.reading.feed import LinkFeed
    from secret_links_tui.reading.jobs import CountsRead, RowsRead

T = TypeVar("T")

LONG_WAIT = 0.4
"""Seconds after which it is said that something is on its way."""

SEARCHING = "Searching…"


class LinkList(Screen[None]):
    """The links of a host, as they are asked for."""

    app = getters.app(KeyQueueApp)

    AUTO_FOCUS = "LinkTable"
    HORIZONTAL_BREAKPOINTS = WIDTHS

    table = query_one(LinkTable)
    filter_bar = query_one(FilterBar)
    selection_bar = query_one(SelectionBar)
    message_line = query_one("#message", Static)

    def __init__(self, settings: Settings, now: Callable[[], datetime], first: FirstLook, badge: str = "") -> None:
        super().__init__()
        self._started_with = settings
        self.preferences = Preferences.read(first.preferences)
        """What the host chose."""
        self.settings = self.preferences.applied_to(settings)
        """What holds for this host."""
        self._now = now
        self._first = first
        self.host: HostStore | None = None
        """The store, as this host sees it; None until it is open."""
        self.view = View()
        """What is listed."""
        self.counts: CountsRead | None = None
        """What was counted last."""
        self._badge = badge
        self.source: LinkFeed | None = None
        """Where it comes from; None until the store is open."""
        self._answered = False
        self._selection_hold: Hold | None = None
        self._searching = False
        self.retrying = Retrying(self.set_timer, self._read_failed_again)
        """What could not be read, and when it is tried again."""
        self._offered: object = None
        self._filtered_event_type: EventType | None = None
        self.fresh_links: Sequence[Link] = ()
        """The links that were generated last, as the host asked for them."""

    def compose(self) -> ComposeResult:
        """Lays out the screen."""
        yield TitleBar(self.settings, self._badge)
        yield FilterBar()
        yield LinkTable(self.settings.base_url, self.settings.time_zone, self, id="links")
        yield SelectionBar()
        yield Static("", id="message")
        yield KeyBar()

    def on_mount(self) -> None:
        """Shows what nothing has been read for yet."""
        self.table.empty_lines = ("Opening the store…",)
        self.apply(self.preferences)
        self._show_first()
        self.table.show_order(self.view.order)
        self.selection_bar.display = False

    def _show_first(self) -> None:
        """Shows the links that were seen before the store is open."""
        newest = self._first.newest
        window = self.table.window = LinkWindow(self.view, self._first.count, exact=self._first.count == len(newest))
        window.put_rows(range(len(newest)), newest)
        self.table.as_of = self._now()
        self.table.show_rows(window.count, cursor=0, top=0)

    def apply(self, preferences: Preferences) -> None:
        """Shows everything as the host prefers."""
        self.preferences = preferences
        self.settings = preferences.applied_to(self._started_with)
        self.table.show_as_preferred(self.settings.time_zone, preferences.hidden)

    def show_badge(self, badge: str) -> None:
        """Says in the title what is special about the store."""
        self.query_one(TitleBar).show_badge(badge)

    def begin(self, host: HostStore, source: LinkFeed, ahead: timedelta) -> None:
        """Shows a store that has been opened, and watches it from now on; its clock is `ahead` of this machine's."""
        own_now = self._now
        self._now = lambda: own_now() + ahead
        self.host = host
        self.source = source
        self.app.keys.look_again()
        source.start()
        self.show_view(self.view)
        self.read_again()  # with what is shown already: what has become of it since is to be told

    def on_screen_resume(self) -> None:
        """Takes keys as soon as it can be seen."""
        self.app.keys.look_at(self)

    def on_unmount(self) -> None:
        """Ends the reading."""
        if self.source is not None:
            self.source.close()

    @property
    def opened(self) -> HostStore:
        """The store, where it is known to be open."""
        assert self.host is not None, "nothing that needs the store is offered before it is open"  # noqa: S101
        return self.host

    async def read(self, question: Callable[[Snapshot], T]) -> T:
        """Asks the store something beside the list."""

        def ask() -> T:
            with self.opened.snapshot() as snapshot:
                return question(snapshot)

        return await asyncio.to_thread(ask)

    # Asking

    def show_view(self, view: View) -> None:
        """Lists other links, or in another order; the cursor stays on its link where that is listed too."""
        self.view = view
        self.selection_found()
        self.filter_bar.tabs.show_status(view.wanted.status)
        self.filter_bar.show_event_type(self._filtered_event_type)
        self.table.show_order(view.order)
        self._answered = False
        self.retrying.answered(JobKind.LIST)  # nobody waits for the list before any more
        if self.source is not None:
            self.source.show(view, self._here())
            self.count_again()
            self.set_timer(LONG_WAIT, self._say_that_it_takes)

    def _say_that_it_takes(self) -> None:
        """Shows that numbers, or rows, are on their way, where they are not there at once."""
        if self.counts is not None and self.counts.view != self.view:
            self.filter_bar.tabs.show_counting()
        if not self._answered and self.view.wanted.search and not self.retrying.reason(JobKind.LIST):
            self.say(SEARCHING)
            self._searching = True

    def read_again(self) -> None:
        """Reads what is shown again; the list stands still where it can."""
        if self.source is None:
            return
        table, here = self.table, self._here()
        if table.window.view == self.view:  # otherwise another list is on its way: that one is to be read
            links = [table.window.row(index) for index in range(table.top, table.top + table.page_height)]
            shown = tuple(link for link in links if link is not None)
            here = replace(here, top_link=links[0] if links else None, still=True, visible=shown)
        self.source.read(self.view, here)

    def _read_failed_again(self, kinds: frozenset[JobKind]) -> None:
        if kinds - {JobKind.COUNTS}:
            self.read_again()  # rows and anchors come with the list
        self.count_again()

    def go_to(self, link: Link) -> None:
        """Reads again, and puts the cursor on a link."""
        if self.source is not None:
            self.source.read(self.view, replace(self._here(), cursor_link=link))

    def _here(self) -> Place:
        """Where the host is."""
        table = self.table
        return Place(table.cursor, table.cursor_link, table.top, height=table.page_height)

    def request_rows(self, first: int, last: int) -> None:
        """Has rows read that are on the screen."""
        if self.source is not None and self.table.window.view == self.view:
            self.source.request_rows(self.table.window, first, last, self.table.as_of)

    def rows_drawn(self) -> None:
        """Has rows read that come next: not before those on the screen were drawn, for it would be slower."""
        window = self.table.window
        # Not below a dialog: what a screen there is told has everything drawn once more, and so on for ever.
        if self.source is None or window.view != self.view or not self.is_active:
            return
        if self.source.missing_ahead(window):
            self.call_later(self._prefetch_rows)

    def _prefetch_rows(self) -> None:
        if self.source is not None and self.table.window.view == self.view:
            self.source.prefetch_rows(self.table.window, self.table.as_of)

    def await_rows(self) -> None:
        """Waits a moment for rows that are about to be drawn and are on their way."""
        if self.source is not None and (answer := self.source.wait_for_rows()) is not None:
            self._take_rows(answer)

    def select_rows(self, first: int, last: int) -> None:
        """Selects the links in some rows, whether or not those between were read before."""
        if self.source is not None:
            self._hold_for_selection()
            self.source.want_ids(self.table.window, first, last)

    def select_all(self) -> None:
        """Selects all links that pass the filters."""
        if self.source is not None:
            self._hold_for_selection()
            self.source.want_all(self.view)

    def _hold_for_selection(self) -> None:
        """Keeps keys until the selection is there: they may act on it."""
        self.selection_found()
        self._selection_hold = self.app.keys.hold(self)

    def selection_found(self, *, found: bool = True) -> None:
        """Lets keys through again; where nothing was found, without those that were meant for the selection."""
        if self._selection_hold is not None:
            self._selection_hold.release(drop=not found)
            self._selection_hold = None

    def count_again(self) -> None:
        """Counts what stands around the list."""
        if self.source is not None:
            self.source.count(self.view, self.table.selected, frozenset(self.table.fresh))

    def rest_no_longer(self) -> None:
        """Has everything counted again at once: the host has just changed much of it."""
        if self.source is not None:
            self.source.rest_no_longer()
        self.read_again()

    def counting_rested(self) -> None:
        """Counts what has changed meanwhile."""
        self.count_again()
        if self.source is not None and not self.table.window.exact:
            self.source.walk(self.table.window)

    @property
    def is_settled(self) -> bool:
        """Whether what is under the cursor is what the host asked for last, so that keys may act on it."""
        table = self.table
        shown = table.window.view == self.view and (self._answered if not table.row_count else bool(table.cursor_link))
        return self.host is not None and shown

    @property
    def is_unreadable(self) -> bool:
        """Whether what is asked for cannot be read for now, so that no key should wait for it."""
        return any(self.retrying.reason(kind) for kind in (JobKind.LIST, JobKind.ROWS, JobKind.COUNTS))

    def on_rows_read(self, message: RowsRead) -> None:
        """Fills in rows that were missing."""
        if self._take_rows(message):
            self.table.refresh_rows(*message.rows)

    def _take_rows(self, message: RowsRead) -> bool:
        window = self.table.window
        if message.window is not window or not window.missing(message.rows.start, message.rows.stop - 1):
            return False
        window.put_rows(message.rows, message.links, guessed=message.guessed)
        if self.table.cursor in message.rows:
            window.hold(self.table.cursor)
            self.offer_keys()
            self.app.keys.look_again()
        if window.count != self.table.row_count:
            self.table.show_rows(window.count, cursor=self.table.cursor, top=self.table.top)
            self.table.refresh()
        if self.source is not None:
            self.source.request_remaining_rows(window, self.table.as_of)
        return True

    def offer_keys(self) -> None:
        """Shows which keys do something now, where that has changed."""
        deleted = self.counts is not None and self.counts.last_deletion is not None
        offered = (self.table.cursor_link is not None, bool(self.table.selected), deleted)
        if offered != self._offered:
            self._offered = offered
            self.refresh_bindings()

    # Saying

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """Says something on the line above the footer, where it stays until there is something else to say."""
        self._searching = False
        self.message_line.update(Content(visible(sentence)))
        self.message_line.set_class(wrong, "-wrong")
