"""What is kept of a host from one visit to the next: what they have been told, and what was on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from secret_links import SecretLinksError, View
from secret_links_tui.ages import at_clock
from secret_links_tui.preferences import LAST_VISIT, LEFT_OPEN
from secret_links_tui.reading.host_access import HostAccess
from secret_links_tui.screens.links.board import LinkBoard
from secret_links_tui.screens.links.choices import HostChoices
from secret_links_tui.screens.links.filters import Filters
from secret_links_tui.widgets.message_line import MessageLine, Offer

if TYPE_CHECKING:
    from secret_links_tui.screens.links.actions import LinkActions

KEPT_AFTER = 5.0
"""Seconds after news at which it is kept that the host has been told."""


class BetweenVisits:
    """Says what happened while the host was away, brings back what was on the screen, and keeps both."""

    def __init__(
        self,
        store: HostAccess,
        choices: HostChoices,
        board: LinkBoard,
        filters: Filters,
        line: MessageLine,
        *,
        actions: Callable[[], LinkActions | None],
        load_actions: Callable[[], LinkActions],
        later: Callable[[float], None],
    ) -> None:
        """`actions` returns what a host does with links, None before that is loaded; `later` has `keep` called."""
        self._store = store
        self._choices = choices
        self._board = board
        self._filters = filters
        self._line = line
        self._actions = actions
        self._load_actions = load_actions
        self._later = later
        self._cursor: str | None = None
        self._is_kept = True
        self._has_said = False
        self.is_brought_back = False
        """Whether what was on the screen last time is on it again."""

    # What happened

    def take_told(self, message: LinkBoard.Told) -> None:
        """Takes in what the host has been told; it is kept a little later."""
        is_first, self._cursor = self._cursor is None, message.cursor
        if (is_first or message.with_events) and self._is_kept:
            self._is_kept = False
            self._later(KEPT_AFTER)
        self.say_since()

    def say_since(self) -> None:
        """Says once what happened while the host was away, when that and the counts have been read."""
        visit, counts = self._board.news.visit, self._board.counts
        if self._has_said or counts is None or not visit.is_over:
            return
        self._has_said = True
        if sentence := visit.sentence(counts.soon, counts.as_of, self._board.rows.zone):
            self._line.say(sentence, offer=Offer("w lists them", "list('news')"))

    async def keep(self, further: Mapping[str, str] | None = None) -> None:
        """Keeps what the host has been told, for the next time, and further choices.

        Not where the store cannot be written, nor for somebody without links: to look at a store adds nobody to it.
        """
        self._is_kept = True
        counts = self._board.counts
        if self._cursor is not None and counts is not None and counts.total and not self._store.read_only:
            with suppress(SecretLinksError):
                await self._choices.keep({LAST_VISIT: self._cursor, **(further or {})})

    # What was on the screen

    async def bring_back(self, kept: str) -> None:
        """Shows what was on the screen when it ended, and says so; once, whatever comes of it.

        Nothing where it was kept more than a day ago, or by a version that kept something else.
        """
        from secret_links_tui.left_open import LeftOpen  # noqa: PLC0415  # it would delay every start

        left = LeftOpen.parse(kept)
        if left is None or not left.is_fresh(self._store.now()):
            return
        ids = [left.cursor] if left.cursor is not None else []
        try:
            if left.why and not self._store.read_only:
                await self._choices.keep({LEFT_OPEN: ""})
            event_types, found = await self._store.read(
                lambda snapshot: (snapshot.event_types(), snapshot.lists.links(ids))
            )
        except SecretLinksError as error:
            self._line.say(str(error), wrong=True)
            return
        wanted = left.view.wanted.event_type_id
        self._filters.restore(left.view, next((each for each in event_types if each.id == wanted), None))
        if not left.why:
            return
        self.is_brought_back = True
        self._board.selection.restore(left.selected)
        if left.draft:
            self._load_actions().take_unfinished(left.draft, event_types)
        if found:
            self._board.shown.go_to(found[0])
        when = at_clock(left.at, self._store.now(), self._board.rows.zone)
        typed = " Generate has what you typed." if left.draft else ""
        self._line.say(f"As it was {when}, when {left.why}.{typed}", offer=Offer("z starts afresh", "start_afresh"))

    def start_afresh(self) -> None:
        """Drops what was brought back."""
        self.is_brought_back = False
        self._line.clear()
        self._filters.restore(View(), None)
        self._board.selection.clear()
        if (actions := self._actions()) is not None:
            actions.take_unfinished({}, ())

    def left_open(self, why: str) -> str | None:
        """Returns what is on the screen, to be kept; `why` says why it ends, empty where the host leaves it.

        None where nothing is to be kept.
        """
        from secret_links_tui.left_open import LeftOpen  # noqa: PLC0415  # as above

        now, board = self._store.now(), self._board
        view = board.view._replace(wanted=replace(board.view.wanted, among=None))
        if not why:
            return LeftOpen(now, "", view).as_text() if self._choices.preferences.as_left else None
        link, actions = board.table.cursor_link, self._actions()
        cursor = link.id if link is not None and board.table.cursor else None
        draft = actions.unfinished if actions is not None else {}
        left = LeftOpen(now, why, view, cursor, board.selection.links, draft)
        return left.as_text() if left != LeftOpen(now, why) else None

    async def keep_at_the_end(self, left: str | None) -> None:
        """Keeps what the host has been told, and what was on the screen."""
        is_kept = bool(self._choices.kept.get(LEFT_OPEN))
        await self.keep({LEFT_OPEN: left or ""} if left or is_kept else None)
