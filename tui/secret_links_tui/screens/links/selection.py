"""Which links are selected, and which were generated last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from secret_links import Link, LinkSet, View
from secret_links_tui.drawing.link_rows import LinkRows
from secret_links_tui.terminal.key_queue import Hold
from secret_links_tui.widgets.message_line import MessageLine

if TYPE_CHECKING:
    from secret_links_tui.reading.feed import LinkFeed
    from secret_links_tui.reading.messages import AllChosen, CountsRead, IdsRead


class Selection:
    """Selects links one by one, by rows, or all that pass the filters; `changed` is called after each change.

    Rows that were not read yet are selected when the feed answers; keys wait for that, as they may act on them: `hold`
    keeps them back.
    """

    def __init__(
        self,
        rows: LinkRows,
        feed: LinkFeed,
        line: MessageLine,
        hold: Callable[[], Hold],
        changed: Callable[[], None],
    ) -> None:
        self._rows = rows
        self._feed = feed
        self._line = line
        self._hold_keys = hold
        self._changed = changed
        self._hold: Hold | None = None
        self.fresh_links: Sequence[Link] = ()
        """The links that were generated last, as the host asked for them."""

    def __bool__(self) -> bool:
        return bool(self._rows.selected)

    @property
    def links(self) -> LinkSet:
        """The selected links, shown or not."""
        return self._rows.selected

    @property
    def fresh(self) -> frozenset[int]:
        """The ids of the links that were generated last, as far as they are still there."""
        return self._rows.fresh

    def or_link(self, link: Link | None) -> LinkSet:
        """Returns the selected links; where there are none, the one that is given."""
        return self._rows.selected or LinkSet(frozenset([link.id] if link else []))

    # Selecting

    def toggle(self, link: Link) -> None:
        """Selects a link, or no longer."""
        self._select(self._rows.selected.toggled(link))

    def select_rows(self, first: int, last: int) -> None:
        """Selects the links from one row to another, whether or not all between were read."""
        most, page = self._rows.limits.selected_at_once, self._rows.limits.page
        if last - first >= most:
            key = self._line.key_of("select_all")
            sentence = f"Select up to {most:,} rows in one go; {key} selects all that match the filters."
            self._line.say(sentence, wrong=True)
            return
        links = [self._rows.window.row(index) for index in range(first, min(last + 1, first + page))]
        if last - first >= page or None in links:
            self._hold_back()
            self._feed.want_ids(self._rows.window, first, last)
        self._select(self._rows.selected.with_ids([link.id for link in links if link is not None]))

    def select_all(self, view: View) -> None:
        """Selects all links that pass a view's filters."""
        self._hold_back()
        self._feed.want_all(view)

    def clear(self) -> None:
        """Selects nothing, and marks no links as new; they are still those that were generated last."""
        self._rows.fresh = frozenset()
        self._select(LinkSet())

    def restore(self, links: LinkSet) -> None:
        """Selects links that were selected before."""
        self._select(links)

    def remove(self, links: LinkSet) -> None:
        """Selects some links no longer: they were deleted."""
        self._rows.selected = self._rows.selected.without(links)

    def mark_fresh(self, links: Sequence[Link]) -> None:
        """Marks the links that were generated last."""
        self.fresh_links, self._rows.fresh = links, frozenset(link.id for link in links)

    # What the feed answers

    def take_ids(self, message: IdsRead, view: View) -> None:
        """Selects links that were found in rows, unless another list is shown by now."""
        self.release()
        if message.view == view:
            self._select(self._rows.selected.with_ids(message.ids))

    def take_all(self, message: AllChosen, view: View) -> None:
        """Selects all links that pass, besides those that were selected one by one."""
        self.release()
        if message.view != view:
            return
        selected, wanted = self._rows.selected, message.view.wanted
        if selected.every not in (None, wanted):
            self._line.say("The filter changed: the selection is now all links that match it.")
        self._select(replace(selected, every=wanted, up_to=message.newest_id, as_of=message.as_of, but=frozenset()))

    def drop_gone(self, counted: CountsRead) -> None:
        """Selects no longer what is gone, or no longer what it was chosen for."""
        if counted.selected == self._rows.selected and not counted.tally.counts.total:
            self._rows.selected = LinkSet()
        self._rows.selected = self._rows.selected.without_ids(counted.tally.gone)
        self._rows.fresh -= counted.gone

    def release(self, *, drop: bool = False) -> None:
        """Lets keys through again; `drop` forgets those that were meant for a selection that did not come."""
        if self._hold is not None:
            self._hold.release(drop=drop)
            self._hold = None

    # Numbers

    def numbers(self, counted: CountsRead | None) -> tuple[int | None, int]:
        """Returns how many links are selected, None while nobody has counted, and how many the filter hides."""
        selected = self._rows.selected
        if not selected:
            return 0, 0
        if counted is not None and counted.selected.without_ids(counted.tally.gone) == selected:
            total = counted.tally.counts.total
            return total, total - counted.tally.shown
        return (None if selected.every else len(selected.ids)), 0

    def _select(self, links: LinkSet) -> None:
        self._rows.selected = links
        self._changed()

    def _hold_back(self) -> None:
        self.release()
        self._hold = self._hold_keys()
