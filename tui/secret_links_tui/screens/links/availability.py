"""Which keys can be used now, and which of them wait for the list that was asked for last."""

from __future__ import annotations

from collections.abc import Callable

from secret_links_tui.reading.host_access import HostAccess
from secret_links_tui.screens.links.board import LinkBoard

NEEDS_LINK = frozenset({"go_to", "select", "details", "show_url"})
"""Actions that need a link under the cursor."""

NEEDS_LINKS = frozenset({"copy", "copy_labelled", "copy_message", "delete", "reissue", "change"})
"""Actions that need a link under the cursor, or selected ones."""

NEEDS_STORE = frozenset(
    {
        *("generate", "select_all", "event_type", "event_types", "check_clipboard", "preferences", "deleted_links"),
        *("copy_new", "copy_new_labelled", "copy_new_message"),
    }
)
"""Actions that need the store to be open."""

MOVES = frozenset({"move", "move_page", "move_to", "press"})
"""Actions that work on any rows that are shown."""

EXTENDS = frozenset({"extend", "extend_page", "extend_to"})
"""Actions that do so once the store is open: it says which links are in rows that have not been read."""

WAITING = NEEDS_LINK | NEEDS_LINKS | NEEDS_STORE | MOVES | EXTENDS | {"undo"}
"""Actions that wait for the list that was asked for last."""

BEFORE_OPEN = frozenset({"generate", "details", "copy", "copy_labelled"})
"""Actions that need nothing but what is shown: what they ask the store waits until it is open."""

WRITES = frozenset({"generate", "delete", "undo", "reissue", "change", "event_types", "deleted_links"})
"""Actions that a store that can only be read does not allow."""


class Availability:
    """Says what can be done with the store and the list as they are now."""

    def __init__(self, store: HostAccess, board: LinkBoard, can_undo: Callable[[], bool]) -> None:
        """`can_undo` says whether something can certainly be undone, before that is read with the counts."""
        self._store = store
        self._board = board
        self._can_undo = can_undo

    def of(self, action: str) -> bool | None:
        """Returns True for an action that can be done, None for one that is dimmed: as `check_action` does.

        What needs the store can be done before it is open: its key waits for that.
        """
        board = self._board
        if action in WRITES and self._store.read_only:
            return None
        link = board.table.cursor_link
        if action in NEEDS_LINK:
            return True if link else None
        if action in NEEDS_LINKS:
            return True if link or board.selection else None
        if action == "undo":
            return True if self._can_undo() or (board.counts and board.counts.can_undo) else None
        return True

    @property
    def is_all_there(self) -> bool:
        """Whether no action has to wait: all has been read, or cannot be read for now."""
        return (self._board.shown.is_settled and self._board.counts is not None) or self._board.is_unreadable

    def must_wait(self, action: str) -> bool:
        """Says whether an action is for a list that has not come yet, where not all is there."""
        board = self._board
        if board.shown.is_settled:
            return action == "undo"  # whether there is something to undo comes with the counts
        if action in BEFORE_OPEN and not self._store.is_open:
            return not board.table.row_count
        on_rows = MOVES | EXTENDS if self._store.is_open else MOVES
        return action in WAITING and not (action in on_rows and board.shown.is_shown and board.table.row_count)
