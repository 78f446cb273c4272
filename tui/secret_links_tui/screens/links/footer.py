"""Which keys the footer names: the most important ones for what the host is doing, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from secret_links_tui.screens.links.board import LinkBoard
from secret_links_tui.screens.links.filters import Filters

ALWAYS = ("generate", "details", "copy", "delete", "search", "select", "help", "undo", "quit", "reissue", "change")
"""Actions of the list, the most important first."""

WHERE_THERE_IS_ROOM = (
    *("event_type", "status", "order", "select_all", "copy_labelled", "deleted_links", "event_types"),
    *("messages", "preferences", "check_clipboard", "show_url", "go_to", "reverse"),
)
"""Actions that are named on a wide screen."""


class Footer:
    """Ranks the actions of the screen of links."""

    def __init__(self, board: LinkBoard, filters: Filters) -> None:
        self._board = board
        self._filters = filters

    def ranked(self) -> Sequence[str]:
        """Returns the actions to be named, the most important first."""
        selection = self._board.selection
        if selection:
            first: tuple[str, ...] = ("copy", "delete", "select", "back", "select_all", "change", "reissue", "help")
        elif selection.fresh:
            first = ("copy_new", "generate", "copy", "details", "help")
        elif self._filters.hide_links:
            first = ("generate", "details", "copy", "back", "help")
        else:
            first = ()
        return list(dict.fromkeys((*first, *ALWAYS, *WHERE_THERE_IS_ROOM)))
