"""The keys that the config file and the host chose: used from the start, and said to be wrong where they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.screen import Screen

from secret_links_tui.keys import LINK_KEYS
from secret_links_tui.screens.links.choices import HostChoices
from secret_links_tui.terminal.key_queue import KeyQueueApp
from secret_links_tui.widgets.filter_bar import SearchInput
from secret_links_tui.widgets.link_table import LinkTable
from secret_links_tui.widgets.table.row_table import RowTable

if TYPE_CHECKING:
    from secret_links_tui.key_map import KeyPlace


class OwnKeys:
    """Gives the app the keys that were chosen. What is wrong with them is said once the list has been drawn."""

    def __init__(self, screen: Screen[None], choices: HostChoices, refuse: Callable[[str], None]) -> None:
        self._screen = screen
        self._choices = choices
        self._refuse = refuse
        self._looks_at_all = False
        self._said: Sequence[str] = ()

    def use(self) -> None:
        """Uses the keys that are chosen now."""
        app = self._screen.app
        assert isinstance(app, KeyQueueApp)  # noqa: S101  # for the type checker
        wanted = self._choices.keys
        if not wanted:
            if app.chosen_keys:
                self._give(app, {})
            return
        from secret_links_tui.key_map import key_map  # noqa: PLC0415  # few choose any

        found = key_map(wanted, self._places())
        if found.keys != app.chosen_keys:
            self._give(app, found.keys)
        if self._looks_at_all and found.refusals != self._said:
            self._said = found.refusals
            if found.refusals:
                self._refuse(" ".join(found.refusals))

    def _give(self, app: KeyQueueApp, keys: Mapping[str, str]) -> None:
        app.set_keymap(keys)
        for search in self._screen.query(SearchInput):
            search.refresh()

    def check_all(self) -> None:
        """Looks at the keys of dialogs too; where any are chosen, this loads the dialogs."""
        self._looks_at_all = True
        self.use()

    def _places(self) -> list[KeyPlace]:
        everywhere = self._screen.app.BINDINGS
        if self._looks_at_all:
            from secret_links_tui.screens.dialogs.key_sections import key_places  # noqa: PLC0415  # loads the dialogs

            return key_places(everywhere)
        from secret_links_tui.key_map import KeyPlace  # noqa: PLC0415  # few choose any

        bindings = [*LINK_KEYS, *LinkTable.BINDINGS, *RowTable.BINDINGS, *everywhere]
        return [KeyPlace([each for each in bindings if isinstance(each, Binding)])]
