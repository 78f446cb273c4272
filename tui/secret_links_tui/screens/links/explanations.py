"""What the board says where there are no rows: why the list is empty, or that it is on its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from secret_links import Link
from secret_links_tui import sentences
from secret_links_tui.drawing.link_rows import LinkRows
from secret_links_tui.reading.messages import JobKind
from secret_links_tui.reading.retrying import Retrying
from secret_links_tui.screens.links.shown_list import ShownList
from secret_links_tui.widgets.link_table import LinkTable
from secret_links_tui.widgets.message_line import MessageLine

if TYPE_CHECKING:
    from secret_links_tui.reading.messages import CountsRead


class Explanations:
    """Explains an empty table, and a search that takes long."""

    def __init__(
        self, rows: LinkRows, table: LinkTable, line: MessageLine, shown: ShownList, retrying: Retrying
    ) -> None:
        self._rows = rows
        self._table = table
        self._line = line
        self._shown = shown
        self._retrying = retrying
        self._take_back: Callable[[], None] = lambda: None
        self._said_of_named = ""
        self._take_back_fate: Callable[[], None] = lambda: None

    def say(self, lines: tuple[str, ...]) -> None:
        """Says something in the middle of the table while it has no rows."""
        if lines != self._table.empty_lines:
            self._table.empty_lines = lines
            if not self._table.row_count:
                self._table.refresh()

    def explain(self, counts: CountsRead | None) -> None:
        """Says why the table is empty: a list that was not read is not an empty one."""
        width, unread = self._table.size.width, self._retrying.reason(JobKind.LIST)
        if self._retrying.gone is not None:
            self.say(sentences.broken(str(self._retrying.gone), width))
        elif unread:
            self.say(sentences.why_unread(unread, width, self._line.key_of))
        elif not self._shown.is_answered:
            pass  # the text for the list before stays as long as that list does
        elif counts is not None and counts.view == self._shown.view:
            self.say(sentences.why_empty(counts, self._rows.as_of, self._rows.zone, self._line.key_of))
        else:
            self.say(sentences.why_uncounted(self._shown.view))

    def say_that_it_takes(self) -> None:
        """Says that a list is on its way, unless it has come or failed."""
        if not self._shown.is_answered and not self._retrying.reason(JobKind.LIST):
            if self._shown.view.wanted.search:
                self._take_back = self._line.say_for_now(sentences.SEARCHING)
            self.say((sentences.READING,))

    def say_what_became(self, counts: CountsRead) -> None:
        """Says what became of the link that the search names, for as long as it does."""
        named, said = counts.named, ""
        if isinstance(named, Link):
            said = sentences.fate_of(named, counts.as_of, self._rows.zone)
        if said != self._said_of_named:
            self._take_back_fate()
            self._said_of_named = said
            if said:
                self._take_back_fate = self._line.say_for_now(said)

    def list_came(self) -> None:
        """Takes back what was said of a search that went on."""
        self._take_back()
