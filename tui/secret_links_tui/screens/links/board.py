"""The list of links, kept up to date while others change the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import getters, on
from textual.message import Message
from textual.widget import Widget

from secret_links_tui.drawing.link_rows import LinkRows
from secret_links_tui.drawing.picture import OPENING
from secret_links_tui.drawing.table.moves import Position
from secret_links_tui.reading.feed import LinkFeed
from secret_links_tui.reading.messages import (
    AllChosen,
    AnchorsRead,
    CountsRead,
    FromReader,
    IdsRead,
    JobKind,
    ListRead,
    NewsRead,
    ReaderCrashed,
    RowsRead,
    StoreBack,
    StoreChanged,
    StoreFailed,
)
from secret_links_tui.reading.retrying import Retrying
from secret_links_tui.screens.links.explanations import Explanations
from secret_links_tui.screens.links.news import LatestNews
from secret_links_tui.screens.links.passing import Flips, NextExpiry, Unseen
from secret_links_tui.screens.links.row_supply import RowSupply
from secret_links_tui.screens.links.selection import Selection
from secret_links_tui.screens.links.shown_list import ShownList
from secret_links_tui.terminal.key_queue import KeyQueueApp
from secret_links_tui.widgets.link_table import LinkTable
from secret_links_tui.widgets.message_line import MessageLine
from secret_links_tui.widgets.selection_bar import SelectionBar

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from secret_links import FirstLook, HostStore, Link, LinkEvent, Order, ReadingLimits, Store, View
    from secret_links_tui.beginning import Beginning
    from secret_links_tui.settings import Settings

LONG_WAIT = 0.4
"""Seconds after which it is said that something is on its way."""

MINUTE = 60.0
"""Seconds between two looks at the ages in the table."""


class LinkBoard(Widget):
    """The table of links, the bar below it, what is selected, and the feed that all comes from.

    It takes the readers' messages, and is not seen: the screen lays out its table and its bar. As a container around
    them it would be one more queue that each key passes through, three times.
    """

    app = getters.app(KeyQueueApp)

    @dataclass
    class ListShown(Message):
        """A list was read, and is shown."""

    @dataclass
    class Counted(Message):
        """What the filters show was counted; None while it has not been."""

        counts: CountsRead | None

    @dataclass
    class Told(Message):
        """What has happened was read."""

        cursor: str
        """Where the next reading goes on."""
        with_events: bool

    def __init__(
        self,
        settings: Settings,
        beginning: Beginning,
        line: MessageLine,
        *,
        now: datetime,
        limits: ReadingLimits,
        notify: Callable[[Sequence[LinkEvent]], None],
    ) -> None:
        super().__init__()
        self.counts: CountsRead | None = None
        """What was counted last."""
        self.rows = LinkRows(settings.base_url, settings.time_zone, limits, now)
        """The rows of the list, as far as they were read."""
        self.feed = LinkFeed(self.post_message, self.set_timer, self._read_after_rest, limits)
        self._supply = RowSupply(self.rows, self.feed, lambda: self.view, self._rows_came)
        self.table = LinkTable(self.rows, self._supply, self._select_rows, id="links")
        self.selection_bar = SelectionBar()
        self.shown = ShownList(self.rows, self.table, self.feed)
        """Which list is shown, and where in it the host is."""
        self.selection = Selection(
            self.rows, self.feed, line, lambda: self.app.keys.hold(self.screen), self._show_selection_changed
        )
        self.retrying = Retrying(self.set_timer, self._read_failed_again)
        """What could not be read, and when it is tried again."""
        self._beginning = beginning
        self._line = line
        self._flips = Flips(self.rows, self.set_timer, self.table.refresh)
        self.news = LatestNews(self.rows, self.feed, line, notify, beginning.first.cursor)
        """What has happened since the host was last here."""
        self._unseen = Unseen(self.rows, self.set_timer, self._looked_at)
        self._next_expiry = NextExpiry(self.set_timer, self._time_passed)
        self._explanations = Explanations(self.rows, self.table, line, self.shown, self.retrying)
        self._offered: object = None
        self._take_back: Callable[[], None] = lambda: None

    def on_mount(self) -> None:
        """Shows the links that were seen before the store is open, and keeps ages right."""
        self._explanations.say((OPENING,))
        self.selection_bar.display = False
        self.shown.show_first(self._beginning.first, self._beginning.place)
        self.set_interval(MINUTE, self._time_passed)

    def show_first(self, first: FirstLook) -> None:
        """Shows links that were seen before the store is open; what happens from then on is said."""
        self.news.begin_at(first.cursor)
        with self.table.drawing_changes():
            self.shown.show_first(first, Position())
        self._offer_keys()

    def show_as_preferred(self, zone: tzinfo, hidden: frozenset[str]) -> None:
        """Shows times in a zone, and leaves some columns away."""
        if (zone, hidden) != (self.rows.zone, self.table.hidden):
            self.rows.zone, self.table.hidden = zone, hidden
            self.table.lay_out_again()

    def open(self, store: Store, host: HostStore, kept: Mapping[str, str]) -> None:
        """Shows a store that has been opened, and watches it from now on; `kept` are the host's preferences."""
        self.feed.open(store, host)
        self.news.open(host, kept)
        self.show_view(self.view)
        self.shown.read_again()  # with what is shown already, so that what has become of it since is said

    def on_unmount(self) -> None:
        """Ends the reading."""
        self.feed.close()

    async def _dispatch_message(self, message: Message) -> None:
        """Takes no answers any more while the program is left: the table that shows them may be gone already."""
        if not isinstance(message, FromReader) or self.is_attached:
            await super()._dispatch_message(message)

    # Asking

    @property
    def view(self) -> View:
        """What is listed."""
        return self.shown.view

    def show_view(self, view: View) -> None:
        """Lists other links, or in another order; the cursor stays on its link where that is listed too."""
        self.selection.release()
        self._answered(JobKind.LIST)  # nobody waits for the list before any more
        self.shown.show(view)
        self.count_again()
        self.set_timer(LONG_WAIT, self._say_that_it_takes)

    def order_by(self, order: Order) -> None:
        """Lists the same links in another order."""
        self.show_view(self.view._replace(order=order))

    def _answered(self, kind: JobKind | None) -> None:
        """Takes back what was said of a failure, once nothing fails any more."""
        self.retrying.answered(kind)
        if not self.retrying.is_failing:
            self._take_back()

    def _read_failed_again(self, kinds: frozenset[JobKind]) -> None:
        if kinds - {JobKind.COUNTS}:
            self.shown.read_again()  # rows and anchors come with the list
        self.count_again()

    def count_again(self) -> None:
        """Asks for the counts that are shown around the list."""
        self.feed.count(self.view, self.selection.links, self.selection.fresh)

    def read_and_count_at_once(self) -> None:
        """Reads and counts everything again without a pause: the host has just changed much of it."""
        self.feed.rest_no_longer()
        self.shown.read_again()

    def _read_after_rest(self, kind: JobKind) -> None:
        """Reads what was asked for during a pause: that alone, as all else would rest, and be asked for again."""
        if kind is JobKind.COUNTS:
            self.count_again()
        elif kind is JobKind.NEWS:
            self.news.request()
        elif not self.rows.window.exact:
            self.feed.request_anchors(self.rows.window)

    @property
    def is_unreadable(self) -> bool:
        """Whether what is asked for cannot be read for now, so that no key should wait for it."""
        return any(self.retrying.reason(kind) for kind in (JobKind.LIST, JobKind.ROWS, JobKind.COUNTS))

    # Lists and rows that were read

    @on(ListRead)
    def _show_list(self, message: ListRead) -> None:
        """Shows a list that has been read, unless another one is wanted by now."""
        message.stop()
        if message.window.view != self.view:
            return
        with self.table.drawing_changes():
            shown = (*message.asked.visible, *self.rows.window.links())
            self._flips.notice(shown, message.seen, message.as_of)
            self.shown.take(message)
        if not message.partial:
            self._answered(JobKind.LIST)
            self._explanations.list_came()
            self._explanations.explain(self.counts)
            if not message.window.exact:
                self.feed.request_anchors(message.window)
        self.count_again()
        self._offer_keys()
        self.post_message(self.ListShown())

    @on(NewsRead)
    def _take_news(self, message: NewsRead) -> None:
        """Says what has happened to the host's links, shown or not."""
        message.stop()
        was_over = self.news.visit.is_over
        self.news.take(message)
        if self.news.visit.is_over and not was_over:
            with self.table.drawing_changes():
                self._unseen.mark(self.news.visit.ids)
        self.post_message(self.Told(message.cursor, with_events=bool(message.events)))

    def _looked_at(self) -> Iterable[Link]:
        """Returns the links on the screen; none where a dialog is above them."""
        if self.app.screen is not self.screen:
            return ()
        rows = range(self.table.top, min(self.table.top + self.table.page_height, self.table.row_count))
        return [link for row in rows if (link := self.rows.window.row(row)) is not None]

    @on(RowsRead)
    def _fill_in(self, message: RowsRead) -> None:
        """Fills in rows that were missing."""
        message.stop()
        self._supply.take(message)

    def _rows_came(self, rows: range, begins: int) -> None:
        """Draws rows that have come in, and takes in what they say of the list's ends and of the cursor's link."""
        is_at_cursor = self.table.cursor in rows
        self.table.refresh_rows(*rows)
        self.shown.take_ends(begins)
        if is_at_cursor or begins:
            self.rows.window.hold(self.table.cursor)
            self._offer_keys()

    @on(AnchorsRead)
    def _take_anchors(self, message: AnchorsRead) -> None:
        """Puts the exact numbers in place of estimates; what is on the screen stays where it is."""
        message.stop()
        if message.view == self.view:
            self._answered(JobKind.ANCHORS)
            self.feed.take_anchors(message)
            self.shown.read_again()

    # Numbers and selections

    @on(CountsRead)
    def _show_counts(self, message: CountsRead) -> None:
        """Shows the numbers, and waits for the next expiry."""
        message.stop()
        if message.view != self.view:
            return
        self.counts = message
        self._answered(JobKind.COUNTS)
        self.feed.counted(message)
        self.selection.drop_gone(message)
        self.post_message(self.Counted(message))
        self.show_selection()
        self._explanations.explain(self.counts)
        self._explanations.say_what_became(message)
        self._next_expiry.wait_for(message.next_expiry, message.as_of)
        self._offer_keys()

    @on(AllChosen)
    def _take_all(self, message: AllChosen) -> None:
        message.stop()
        self.selection.take_all(message, self.view)

    @on(IdsRead)
    def _take_ids(self, message: IdsRead) -> None:
        message.stop()
        self.selection.take_ids(message, self.view)

    def _select_rows(self, first: int, last: int) -> None:
        """Selects the links from one row to another, both included."""
        if self.feed.is_open:
            self.selection.select_rows(first, last)

    def _show_selection_changed(self) -> None:
        """Shows another selection, and counts what of it the filter hides."""
        self.table.refresh()
        self.show_selection()
        self.count_again()

    def show_selection(self) -> None:
        """Says how many links are selected."""
        number, hidden = self.selection.numbers(self.counts)
        self.selection_bar.show_selected(number, hidden, len(self.selection.fresh))

    # The store

    @on(StoreChanged)
    def _take_change(self, message: StoreChanged) -> None:
        """Reads again what somebody may have changed."""
        message.stop()
        self.feed.changed(self.rows.window)
        self.news.request()
        if not message.listed:
            self.shown.read_again()

    @on(StoreFailed)
    def _say_what_failed(self, message: StoreFailed) -> None:
        """Says that reading failed, once for each cause; what is shown stays, unless it is another list."""
        message.stop()
        if self.retrying.failed(message.kind, message.error):
            if self.retrying.is_failing:
                self._take_back = self._line.say_for_now(str(message.error), wrong=True, logged=True)
            else:  # only what the host waits for: it is not tried again
                self._line.say(str(message.error), wrong=True)
        self.selection.release(drop=True)
        if not self.shown.is_settled or self.counts is None:
            self.app.keys.drop()  # they were typed for a list that has not come
        if message.kind is None:
            return
        self.feed.failed(message.kind)
        if message.kind is JobKind.LIST and not self.shown.is_shown:
            self.shown.set_aside()
        if message.kind is JobKind.COUNTS:
            self._show_late_counts()
        self._explanations.explain(self.counts)

    @on(StoreBack)
    def _read_everything(self, message: StoreBack) -> None:
        """Says that the store answers again, and reads everything."""
        message.stop()
        self._answered(None)
        self._line.say("The store answers again.")
        self.feed.changed(self.rows.window)
        self.news.request()
        self.read_and_count_at_once()

    @on(ReaderCrashed)
    def _crash(self, message: ReaderCrashed) -> None:
        """Raises a bug of a reader in the app."""
        raise message.error

    def _time_passed(self) -> None:
        """Reads again: ages are no longer what they were, and links may have expired."""
        self.feed.time_passed(self.rows.window)
        self.news.request()
        self.shown.read_again()

    # Saying

    def _say_that_it_takes(self) -> None:
        """Shows that numbers, or rows, are on their way, where they are not there at once."""
        if not self.feed.is_open:
            return
        self._show_late_counts()
        self._explanations.say_that_it_takes()

    def _show_late_counts(self) -> None:
        """Shows that the numbers are those of another list."""
        if self.counts is not None and self.counts.view != self.view:
            self.post_message(self.Counted(None))

    def _offer_keys(self) -> None:
        """Shows which keys do something now, where that has changed, and hands on those that waited."""
        undoable = self.counts is not None and self.counts.can_undo
        chosen = (bool(self.selection), bool(self.selection.fresh), self.view.wanted)
        offered = (self.table.cursor_link is not None, undoable, chosen)
        if offered != self._offered:
            self._offered = offered
            self.screen.refresh_bindings()
        self.app.keys.look_again()
