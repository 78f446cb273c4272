"""The screen's ground floor: what it shows is what the store holds, and stays so while others change it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult
from textual.content import Content
from textual.getters import query_one
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from secret_links import Column, EventType, Link, LinkSet, StoreGone
from secret_links.first_look import FirstLook
from secret_links_tui import sentences
from secret_links_tui.counting import KINDS, Counting
from secret_links_tui.link_reading import (
    AllChosen,
    AnchorsRead,
    CountsRead,
    IdsRead,
    ListRead,
    Place,
    RowsRead,
    read_at_once,
    read_ids,
    read_list,
    read_newest,
    read_rows,
)
from secret_links_tui.link_window import PAGE, LinkWindow, View
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

FENCE = 0.01
"""Seconds that drawing waits for rows that are missing: most are there by then, and no frame is late."""

NOTICED = 0.01
"""The share of a list by which its number must be off to be counted again at once."""

LONG_WAIT = 0.4
"""Seconds after which it is said that something is on its way."""

SEARCHING = "Searching…"

RANGE = 100_000
"""Rows that shift can run over at once; all that pass are chosen with one key."""


class LiveLinks(Screen[None]):
    """The links of a host, as they are now."""

    AUTO_FOCUS = "LinkTable"
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS

    table = query_one(LinkTable)
    filter_bar = query_one(FilterBar)
    selection_bar = query_one(SelectionBar)
    message_line = query_one("#message", Static)

    def __init__(self, settings: Settings, now: Callable[[], datetime], first: FirstLook, badge: str = "") -> None:
        super().__init__()
        self.settings = settings
        self._now = now
        self._first = first
        self.host: HostStore | None = None
        """The store, as this host sees it; None until it is open."""
        self.view = View()
        """What is listed."""
        self.counts: CountsRead | None = None
        """What was counted last."""
        self._badge = badge
        self._reader: Reader | None = None
        self._counter: Reader | None = None
        self._counting: Counting | None = None
        self._changes = 0
        self._offered: object = None
        self._known: LinkWindow | None = None
        self._wanted_rows = range(0)
        self._expiry_timer: Timer | None = None
        self._flip_timer: Timer | None = None
        self._filtered_event_type: EventType | None = None
        self.fresh_links: Sequence[Link] = ()
        """The links that were generated last, as the host asked for them."""

    def compose(self) -> ComposeResult:
        """Lays out the screen."""
        yield TitleBar(self.settings, self._badge)
        yield FilterBar()
        yield LinkTable(self.settings.base_url, self.settings.time_zone, self.want_rows, self.await_rows, id="links")
        yield SelectionBar()
        yield Static("", id="message")
        yield KeyBar()

    def on_mount(self) -> None:
        """Shows what nothing has been read for yet."""
        self.table.empty_lines = ("Opening the store…",)
        self._show_first()
        self.table.show_order(self.view.order)
        self.filter_bar.show_status(None)
        self.selection_bar.display = False
        self.set_interval(MINUTE, self._time_passed)

    def _show_first(self) -> None:
        """Shows the links that were seen before the store is open."""
        newest = self._first.newest
        window = self.table.window = LinkWindow(self.view, self._first.count, exact=self._first.count == len(newest))
        window.put_rows(range(len(newest)), newest)
        self.table.as_of = self._now()
        self.table.show_rows(window.count, cursor=0, top=0)

    def show_badge(self, badge: str) -> None:
        """Says in the title what is special about the store."""
        self.query_one(TitleBar).show_badge(badge)

    def begin(self, store: Store, host: HostStore) -> None:
        """Shows a store that has been opened, and watches it from now on."""
        self.host = host
        kinds = ("at once", "list", "rows", "rows ahead", "ids")
        self._reader = Reader(store, host, self.post_message, kinds, watching=True)
        self._counter = Reader(store, host, self.post_message, KINDS, watching=False)
        self._counting = Counting(self._counter, self.set_timer, self._rested)
        self._reader.start()
        self._counter.start()
        self.show_view(self.view)

    def on_unmount(self) -> None:
        """Ends the reading."""
        for reader in (self._reader, self._counter):
            if reader is not None:
                reader.close()

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
        here = Place(self.table.cursor, self.table.cursor_link, self.table.top, height=self.table.page_height)
        self._known = None
        if self._reader is not None and self._counting is not None:
            if view.wanted.search:
                self._reader.ask("at once", read_at_once(view, here), withdraw=True)
            self._reader.ask("list", read_list(view, here, None), withdraw=not view.wanted.search)
            self._counting.begin_anew()
            self.count_again()
            self.set_timer(LONG_WAIT, self._say_that_it_takes)

    def _say_that_it_takes(self) -> None:
        """Shows that numbers, or rows, are on their way, where they are not there at once."""
        if self.counts is not None and self.counts.view != self.view:
            self.filter_bar.show_counting()
        if self._known is None and self.view.wanted.search:
            self.say(SEARCHING)

    def read_again(self) -> None:
        """Reads what is shown again; the list stands still where it can."""
        table = self.table
        if table.window.view != self.view:  # another list is on its way: that one is to be read
            self._ask_list(Place(table.cursor, table.cursor_link, table.top, height=table.page_height))
            return
        links = [table.window.row(index) for index in range(table.top, table.top + table.page_height)]
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
            window = self._known if self._known is not None and self._known.view == self.view else None
            self._reader.ask("list", read_list(self.view, place, window))

    def want_rows(self, first: int, last: int) -> None:
        """Has rows read that are on the screen, as far as they are missing; else those that come next."""
        window, before, self._wanted_rows = self.table.window, self._wanted_rows, range(first, last + 1)
        if self._reader is None or window.view != self.view:
            return
        if missing := window.missing(first, last):
            self._reader.ask("rows", read_rows(window, missing), self.table.as_of)
            return
        ahead = range(max(0, first - PAGE), first) if first < before.start else range(last + 1, last + 1 + PAGE)
        if ahead and (missing := window.missing(ahead.start, ahead.stop - 1)):
            self._reader.ask("rows ahead", read_rows(window, missing), self.table.as_of)

    def await_rows(self) -> None:
        """Waits a moment for rows that are about to be drawn and are on their way."""
        if self._reader is not None and isinstance(answer := self._reader.wait_for("rows", FENCE), RowsRead):
            self._take_rows(answer)

    def select_rows(self, first: int, last: int) -> None:
        """Selects the links in some rows, whether or not those between were read before."""
        if self._reader is not None:
            self._reader.ask("ids", read_ids(self.table.window, first, last, RANGE))

    def select_all(self) -> None:
        """Selects all links that pass the filters."""
        if self._reader is not None:
            self._reader.ask("ids", read_newest(self.view))

    def count_again(self) -> None:
        """Counts what stands around the list."""
        if self._counting is not None:
            self._counting.count(self.view, self.table.selected, frozenset(self.table.fresh), self._changes)

    def rest_no_longer(self) -> None:
        """Has everything counted again at once: the host has just changed much of it."""
        if self._counting is not None:
            self._counting.end_rests()
        self.read_again()

    def _walk_again(self, *, at_once: bool = False) -> None:
        if self._counting is not None:
            self._counting.walk(self.view, self.table.window.count, self._changes, at_once=at_once)

    def _rested(self) -> None:
        """Counts what has changed meanwhile."""
        self.count_again()
        if not self.table.window.exact:
            self._walk_again()

    # Answers

    def on_list_read(self, message: ListRead) -> None:
        """Shows a list that has been read, unless another one is wanted by now."""
        if message.window.view != self.view:
            return
        table, asked = self.table, message.asked
        # Where the list was asked to stand still, what the host has moved meanwhile is added to where it would stand.
        moved, scrolled = (table.cursor - asked.cursor, table.top - asked.top) if asked.still else (0, 0)
        cursor, top = message.cursor + moved, message.top + scrolled
        if moved and table.cursor == 0:  # Home means the first row, whatever came before it meanwhile
            cursor, top = 0, 0
        with table.drawing_changes():
            self._notice_flips(message)
            table.window = message.window
            self._learn(message)
            table.as_of = message.as_of
            table.show_rows(message.window.count, cursor=cursor, top=top)
        if not message.window.exact and not message.partial:
            self._walk_again()
        if not message.partial and str(self.message_line.content) == SEARCHING:
            self.say("")
        self.count_again()
        self.offer_keys()

    def _learn(self, message: ListRead) -> None:
        """Keeps what is known of the list for its next reading, unless more is known by now."""
        known, window = self._known, message.window
        anchored = known is not None and known.anchors is not None and window.anchors is None
        if not message.partial and (window.exact or not anchored):
            self._known = window

    def on_rows_read(self, message: RowsRead) -> None:
        """Fills in rows that were missing."""
        if self._take_rows(message):
            self.table.refresh()

    def _take_rows(self, message: RowsRead) -> bool:
        window = self.table.window
        if message.window is not window or not window.missing(message.rows.start, message.rows.stop - 1):
            return False
        window.put_rows(message.rows, message.links)
        if self.table.cursor in message.rows:
            window.hold(self.table.cursor)
            self.offer_keys()
        if window.count != self.table.row_count:
            self.table.show_rows(window.count, cursor=self.table.cursor, top=self.table.top)
        self.want_rows(self._wanted_rows.start, self._wanted_rows.stop - 1)
        return True

    def on_anchors_read(self, message: AnchorsRead) -> None:
        """Puts the exact numbers in place of estimates; what is on the screen stays where it is."""
        if message.view != self.view or self._counting is None:
            return
        self._counting.walked(message)
        # What is shown keeps its estimated numbers until it has been read again: new ones would not fit its rows.
        self._known = LinkWindow(self.view, message.anchors.count, exact=message.changes == self._changes)
        self._known.anchors = message.anchors
        self.read_again()

    def on_counts_read(self, message: CountsRead) -> None:
        """Shows the numbers, and waits for the next expiry."""
        if message.view != self.view or self._counting is None:
            return
        self.counts = message
        self._counting.counted(message)
        self._compare(message)
        if message.selected == self.table.selected and not message.tally.counts.total:
            self.table.selected = LinkSet()  # all of it is gone, or no longer what it was chosen for
        self.table.selected = self.table.selected.without_ids(message.tally.gone)
        self.table.fresh -= message.gone
        self.filter_bar.show_counts(message.counts, message.total)
        self.show_selection()
        self._explain_emptiness(message)
        self._wait_for_expiry(message)
        self.offer_keys()

    def _compare(self, message: CountsRead) -> None:
        """Has a long list gone through at once when its number turns out to be far off."""
        number, known = message.counts.of(self.view.wanted.status), self._known
        if known is not None and known.exact and abs(known.count - number) > NOTICED * number + 1000:
            known.exact = False
            self._walk_again(at_once=True)

    def on_all_chosen(self, message: AllChosen) -> None:
        """Selects all links that pass, besides those that were selected one by one."""
        if message.view == self.view:
            if self.table.selected.every not in (None, message.view.wanted):
                self.say("All that pass these filters are selected, instead of all that passed the former ones.")
            self.table.selected = replace(
                self.table.selected,
                every=message.view.wanted,
                up_to=message.newest_id,
                as_of=message.as_of,
                but=frozenset(),
            )
            self.selection_changed()

    def on_ids_read(self, message: IdsRead) -> None:
        """Selects what was found, unless another list is shown by now."""
        if message.view != self.view:
            return
        self.table.selected = self.table.selected.with_ids(message.ids)
        self.selection_changed()

    def on_store_changed(self, message: StoreChanged) -> None:
        """Reads again."""
        message.stop()
        self._changes += 1
        self._doubt()
        self.read_again()

    def on_store_failed(self, message: StoreFailed) -> None:
        """Says that reading failed; what is shown stays."""
        self.say(str(message.error), wrong=True)
        if self._counting is not None:
            self._counting.failed()
        if isinstance(message.error, StoreGone):
            self.table.empty_lines = (str(message.error),)

    def on_reader_crashed(self, message: ReaderCrashed) -> None:
        """Crashes loudly."""
        raise message.error

    def _notice_flips(self, message: ListRead) -> None:
        shown = {link.id: link for link in (*message.asked.visible, *self.table.window.known())}
        before = {known: link.status_at(self.table.as_of) for known, link in shown.items()}
        flipped = [link for link in message.seen if link.status_at(message.as_of) != before[link.id]]
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
            self._expiry_timer = self.set_timer(max(wait.total_seconds(), 0) + 0.02, self._time_passed)

    def _time_passed(self) -> None:
        """Reads again when a link has expired: lists that look at the status are no longer what they were."""
        view = self.view
        if view.wanted.status is not None or view.order.column is Column.STATUS:
            self._doubt()
        self.read_again()

    def _doubt(self) -> None:
        """Takes the numbers of a long list for estimates again."""
        if self._known is not None and self._known.anchors is not None:
            self._known.exact = self.table.window.exact = False

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
        chosen, counted = self.table.selected, self.counts
        number: int | None
        if counted is not None and counted.selected.without_ids(counted.tally.gone) == chosen:
            number, hidden = counted.tally.counts.total, counted.tally.counts.total - counted.tally.shown
        else:
            number, hidden = None if chosen.every else len(chosen.ids), 0
        self.selection_bar.show_selected(number if chosen else 0, hidden, len(self.table.fresh))

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
        self.message_line.update(Content(visible(sentence)))
        self.message_line.set_class(wrong, "-wrong")
