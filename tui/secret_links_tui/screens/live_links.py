"""The screen's ground floor: what it shows is what the store holds, and stays so while others change it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult
from textual.content import Content
from textual.getters import query_one
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from secret_links import EventType, Link, StoreGone
from secret_links_tui import sentences
from secret_links_tui.link_reading import (
    CountsRead,
    IdsRead,
    ListRead,
    PagesRead,
    Place,
    View,
    read_counts,
    read_ids,
    read_list,
    read_pages,
)
from secret_links_tui.pages import PAGE, Pages
from secret_links_tui.plain_text import visible
from secret_links_tui.reader import Reader, ReaderCrashed, StoreChanged, StoreFailed
from secret_links_tui.screens.dialog import BREAKPOINTS
from secret_links_tui.settings import Settings
from secret_links_tui.widgets.filter_bar import FilterBar
from secret_links_tui.widgets.key_bar import KeyBar
from secret_links_tui.widgets.link_table import LinkTable
from secret_links_tui.widgets.selection_bar import SelectionBar
from secret_links_tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from secret_links import HostStore, Moment, Store

T = TypeVar("T")

FLIP_SHOWN = 4.0
"""Seconds for which a row that flipped is marked."""

MINUTE = 60.0
"""Seconds between two looks at the ages in the table."""

AT_MOST_AHEAD = timedelta(days=1)
"""How far ahead an expiry is waited for in one go."""


class LiveLinks(Screen[None]):
    """The links of a host, as they are now."""

    AUTO_FOCUS = "LinkTable"
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS

    table = query_one(LinkTable)
    filter_bar = query_one(FilterBar)
    selection_bar = query_one(SelectionBar)
    message_line = query_one("#message", Static)

    def __init__(self, settings: Settings, badge: str = "") -> None:
        super().__init__()
        self.settings = settings
        self.host: HostStore | None = None
        """The store, as this host sees it; None until it is open."""
        self.view = View()
        """What is listed."""
        self.counts: CountsRead | None = None
        """What was counted last."""
        self._badge = badge
        self._reader: Reader | None = None
        self._expiry_timer: Timer | None = None
        self._flip_timer: Timer | None = None
        self._filtered_event_type: EventType | None = None
        self.fresh_links: Sequence[Link] = ()
        """The links that were generated last, as the host asked for them."""

    def compose(self) -> ComposeResult:
        """Lays out the screen."""
        yield TitleBar(self.settings, self._badge)
        yield FilterBar()
        yield LinkTable(self.settings.base_url, self.settings.time_zone, self.want_rows, id="links")
        yield SelectionBar()
        yield Static("", id="message")
        yield KeyBar()

    def on_mount(self) -> None:
        """Shows what nothing has been read for yet."""
        self.table.empty_lines = ("Opening the store…",)
        self.table.show_order(self.view.order)
        self.filter_bar.show_status(None)
        self.selection_bar.display = False
        self.set_interval(MINUTE, self.read_again)

    def show_badge(self, badge: str) -> None:
        """Says in the title what is special about the store."""
        self.query_one(TitleBar).show_badge(badge)

    def begin(self, store: Store, host: HostStore) -> None:
        """Shows a store that has been opened, and watches it from now on."""
        self.host = host
        self._reader = Reader(store, host, self.post_message)
        self._reader.start()
        self.show_view(self.view)

    def on_unmount(self) -> None:
        """Ends the reading."""
        if self._reader is not None:
            self._reader.close()

    @property
    def opened(self) -> HostStore:
        """The store, where it is known to be open."""
        assert self.host is not None, "nothing that needs the store is offered before it is open"  # noqa: S101
        return self.host

    async def read(self, question: Callable[[Moment], T]) -> T:
        """Asks the store something beside the list."""

        def ask() -> T:
            with self.opened.moment() as moment:
                return question(moment)

        return await asyncio.to_thread(ask)

    # Asking

    def show_view(self, view: View) -> None:
        """Lists other links, or in another order; the cursor stays on its link where that is listed too."""
        self.view = view
        self.filter_bar.show_status(view.wanted.status)
        self.filter_bar.show_event_type(self._filtered_event_type)
        self.table.show_order(view.order)
        link = self.table.cursor_link
        self._ask_list(Place(self.table.cursor, link, self.table.top, height=self.table.page_height))

    def read_again(self) -> None:
        """Reads what is shown again; the list stands still where it can."""
        table = self.table
        links = [table.pages.row(index) for index in range(table.top, table.top + table.page_height)]
        shown = tuple(link for link in links if link is not None)
        top_link = links[0] if links else None
        here = Place(
            table.cursor, table.cursor_link, table.top, top_link, still=True, height=table.page_height, visible=shown
        )
        self._ask_list(here)

    def go_to(self, link: Link) -> None:
        """Reads again, and puts the cursor on a link."""
        self._ask_list(Place(self.table.cursor, link, self.table.top, height=self.table.page_height))

    def _ask_list(self, place: Place) -> None:
        if self._reader is not None:
            self._reader.ask("list", read_list(self.view, place))

    def want_rows(self, first: int, last: int) -> None:
        """Has the rows around those on the screen read, as far as they are missing."""
        missing = self.table.pages.missing(first - PAGE // 2, last + PAGE // 2)
        if missing and self._reader is not None:
            self._reader.ask("pages", read_pages(self.view, missing))

    def select_rows(self, start: int, count: int | None) -> None:
        """Selects the links in some rows, or in all from `start` on, whether or not they were read before."""
        if self._reader is not None:
            self._reader.ask("ids", read_ids(self.view, start, count))

    def count_again(self) -> None:
        """Counts what stands around the list."""
        if self._reader is not None:
            self._reader.ask(
                "counts", read_counts(self.view, frozenset(self.table.selected), frozenset(self.table.fresh))
            )

    # Answers

    def on_list_read(self, message: ListRead) -> None:
        """Shows a list that has been read, unless another one is wanted by now."""
        if message.view != self.view:
            return
        table, asked = self.table, message.asked
        # Where the list was asked to stand still, what the host has moved meanwhile is added to where it would stand.
        moved, scrolled = (table.cursor - asked.cursor, table.top - asked.top) if asked.still else (0, 0)
        with table.drawing_changes():
            self._notice_flips(message)
            table.pages = Pages(message.count)
            for number, rows in message.pages.items():
                table.pages.put(number, rows)
            table.as_of = message.as_of
            table.show_rows(message.count, cursor=message.cursor + moved, top=message.top + scrolled)
        self.count_again()
        self.refresh_bindings()

    def on_pages_read(self, message: PagesRead) -> None:
        """Fills in rows that were missing."""
        if message.view == self.view:
            for number, rows in message.pages.items():
                self.table.pages.put(number, rows)
            self.table.refresh()

    def on_counts_read(self, message: CountsRead) -> None:
        """Shows the numbers, and waits for the next expiry."""
        if message.view != self.view:
            return
        self.counts = message
        self.table.selected -= message.gone
        self.table.fresh -= message.gone
        self.filter_bar.show_counts(message.counts)
        self.show_selection()
        self._explain_emptiness(message)
        self._wait_for_expiry(message)
        self.refresh_bindings()

    def on_ids_read(self, message: IdsRead) -> None:
        """Selects what was found, unless another list is shown by now."""
        if message.view != self.view:
            return
        self.table.selected |= set(message.ids)
        self.selection_changed()

    def on_store_changed(self, message: StoreChanged) -> None:
        """Reads again."""
        message.stop()
        self.read_again()

    def on_store_failed(self, message: StoreFailed) -> None:
        """Says that reading failed; what is shown stays."""
        self.say(str(message.error), wrong=True)
        if isinstance(message.error, StoreGone):
            self.table.empty_lines = (str(message.error),)

    def on_reader_crashed(self, message: ReaderCrashed) -> None:
        """Crashes loudly."""
        raise message.error

    def _notice_flips(self, message: ListRead) -> None:
        before = {link.id: link.status_at(self.table.as_of) for _, link in self.table.pages.known()}
        flipped = [link for link in message.seen if link.status_at(message.as_of) != before.get(link.id)]
        if not flipped:
            return
        self.table.flipped = {link.id for link in flipped}
        self.say(sentences.flipped(flipped, message.as_of, self.settings.time_zone))
        if self._flip_timer is not None:
            self._flip_timer.stop()
        self._flip_timer = self.set_timer(FLIP_SHOWN, self._forget_flips)

    def _forget_flips(self) -> None:
        self.table.flipped = set()
        self.table.refresh()

    def _wait_for_expiry(self, counted: CountsRead) -> None:
        if self._expiry_timer is not None:
            self._expiry_timer.stop()
            self._expiry_timer = None
        if counted.next_expiry is not None:
            wait = min(counted.next_expiry - counted.as_of, AT_MOST_AHEAD)
            self._expiry_timer = self.set_timer(max(wait.total_seconds(), 0) + 0.02, self.read_again)

    def _explain_emptiness(self, counted: CountsRead) -> None:
        lines = sentences.why_empty(counted, self.table.as_of, self.settings.time_zone)
        if lines != self.table.empty_lines:
            self.table.empty_lines = lines
            self.table.refresh()

    # Selection

    def selection_changed(self) -> None:
        """Shows another selection, and counts what of it the filter hides."""
        self.table.refresh()
        self.show_selection()
        self.count_again()

    def show_selection(self) -> None:
        """Says how many links are selected."""
        selected = len(self.table.selected)
        counted = self.counts.tally if self.counts else None
        hidden = counted.counts.total - counted.shown if counted and counted.counts.total == selected else 0
        self.selection_bar.show_selected(selected, hidden, len(self.table.fresh))

    # Saying

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """Says something on the line above the footer, where it stays until there is something else to say."""
        self.message_line.update(Content(visible(sentence)))
        self.message_line.set_class(wrong, "-wrong")
