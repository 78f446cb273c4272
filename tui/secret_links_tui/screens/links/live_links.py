"""The screen's first floor: what it shows is what the store holds, and stays so while others change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from textual.timer import Timer

from secret_links import LinkSet
from secret_links.lists.window import LinkWindow, View
from secret_links_tui import sentences
from secret_links_tui.reading.reader import JobKind
from secret_links_tui.screens.links.link_list import LinkList

if TYPE_CHECKING:
    from secret_links_tui.reading.jobs import AllChosen, AnchorsRead, CountsRead, IdsRead, ListRead
    from secret_links_tui.reading.reader import ReaderCrashed, StoreBack, StoreChanged, StoreFailed

FLIP_SHOWN = 4.0
"""Seconds for which a row that flipped is marked."""

MINUTE = 60.0
"""Seconds between two looks at the ages in the table."""

AT_MOST_AHEAD = timedelta(days=1)
"""How far ahead an expiry is waited for in one go."""


class LiveLinks(LinkList):
    """The links of a host, as they are now."""

    _expiry_timer: Timer | None = None
    _flip_timer: Timer | None = None
    _aside: tuple[LinkWindow, int, int] | None = None
    """The rows that were shown last, with the cursor and the top row, while no list can be read."""

    def on_mount(self) -> None:
        """Keeps the ages right."""
        self.set_interval(MINUTE, self._time_passed)

    def on_list_read(self, message: ListRead) -> None:
        """Shows a list that has been read, unless another one is wanted by now."""
        if message.window.view != self.view or self.source is None:
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
            table.as_of = message.as_of
            table.show_rows(message.window.count, cursor=cursor, top=top)
        self.source.learn(message)
        if not message.partial:
            self._list_answered()
            if not message.window.exact:
                self.source.walk(message.window)
        self.count_again()
        self.offer_keys()
        self.app.keys.look_again()

    def _list_answered(self) -> None:
        self._answered, self._aside = True, None
        self.retrying.answered(JobKind.LIST)
        if self._searching:
            self.say("")
        self._explain_emptiness()

    def on_anchors_read(self, message: AnchorsRead) -> None:
        """Puts the exact numbers in place of estimates; what is on the screen stays where it is."""
        if message.view == self.view and self.source is not None:
            self.retrying.answered(JobKind.ANCHORS)
            self.source.walked(message)
            self.read_again()

    def on_counts_read(self, message: CountsRead) -> None:
        """Shows the numbers, and waits for the next expiry."""
        if message.view != self.view or self.source is None:
            return
        self.counts = message
        self.retrying.answered(JobKind.COUNTS)
        self.source.counted(message)
        if message.selected == self.table.selected and not message.tally.counts.total:
            self.table.selected = LinkSet()  # all of it is gone, or no longer what it was chosen for
        self.table.selected = self.table.selected.without_ids(message.tally.gone)
        self.table.fresh -= message.gone
        self.filter_bar.tabs.show_counts(message.counts, message.total)
        self.show_selection()
        self._explain_emptiness()
        self._wait_for_expiry(message)
        self.offer_keys()
        self.app.keys.look_again()

    def on_all_chosen(self, message: AllChosen) -> None:
        """Selects all links that pass, besides those that were selected one by one."""
        self.selection_found()
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
        self.selection_found()
        if message.view != self.view:
            return
        self.table.selected = self.table.selected.with_ids(message.ids)
        self.selection_changed()

    def on_store_changed(self, message: StoreChanged) -> None:
        """Reads again."""
        message.stop()
        if self.source is not None:
            self.source.changed(self.table.window)
        self.read_again()

    def on_store_failed(self, message: StoreFailed) -> None:
        """Says that reading failed, once for each cause; what is shown stays, unless it is another list."""
        message.stop()
        if self.retrying.failed(message.kind, message.error):
            self.say(str(message.error), wrong=True)
        self.selection_found(found=False)
        if not self.is_settled or self.counts is None:
            self.app.keys.drop()  # they were typed for a list that has not come
        if message.kind is None or self.source is None:
            return
        self.source.failed(message.kind)
        if message.kind is JobKind.LIST and self.table.window.view != self.view:
            self._set_rows_aside()
        if message.kind is JobKind.COUNTS and self.counts is not None and self.counts.view != self.view:
            self.filter_bar.tabs.show_counting()
        self._explain_emptiness()

    def _set_rows_aside(self) -> None:
        """Shows no rows in place of those of another list, which are there again when the host goes back to it."""
        table = self.table
        self._aside = self._aside or (table.window, table.cursor, table.top)
        table.window = LinkWindow(self.view)
        table.show_rows(0, cursor=0, top=0)

    def show_view(self, view: View) -> None:
        """Lists other links, or in another order; what was set aside of this list is shown until it is read."""
        if self._aside is not None and self._aside[0].view == view:
            (self.table.window, cursor, top), self._aside = self._aside, None
            self.table.show_rows(self.table.window.count, cursor=cursor, top=top)
        super().show_view(view)

    def on_store_back(self, message: StoreBack) -> None:
        """Says that the store answers again, and reads everything anew."""
        message.stop()
        self.retrying.answered(None)
        self.say("The store answers again.")
        if self.source is not None:
            self.source.changed(self.table.window)
        self.rest_no_longer()

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
        """Reads again: ages are no longer what they were, and links may have expired."""
        if self.source is not None:
            self.source.time_passed(self.table.window)
        self.read_again()

    def _say_that_it_takes(self) -> None:
        super()._say_that_it_takes()
        if not self._answered and not self.retrying.reason(JobKind.LIST):
            self._show_empty_lines((sentences.READING,))

    def _explain_emptiness(self) -> None:
        """Says in an empty table why it is empty: a list that was not read is not an empty one."""
        width, unread = self.table.size.width, self.retrying.reason(JobKind.LIST)
        if self.retrying.gone is not None:
            self._show_empty_lines(sentences.broken(str(self.retrying.gone), width))
        elif unread:
            self._show_empty_lines(sentences.why_unread(unread, width))
        elif not self._answered:
            pass  # what it says of the list before stands as long as that does
        elif self.counts is not None and self.counts.view == self.view:
            self._show_empty_lines(sentences.why_empty(self.counts, self.table.as_of, self.settings.time_zone))
        else:
            self._show_empty_lines(sentences.why_uncounted(self.view))

    def _show_empty_lines(self, lines: tuple[str, ...]) -> None:
        if lines != self.table.empty_lines:
            self.table.empty_lines = lines
            if not self.table.row_count:
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
