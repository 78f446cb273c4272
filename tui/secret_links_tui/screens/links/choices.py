"""What a host chose: time zone, clipboard and columns, kept with their links."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from secret_links_tui.preferences import Preferences, chosen_keys
from secret_links_tui.reading.host_access import HostAccess
from secret_links_tui.settings import Settings


class HostChoices:
    """The preferences of a host, and the settings that come of them; `changed` is called when they are others."""

    def __init__(
        self, settings: Settings, kept: Mapping[str, str], store: HostAccess, changed: Callable[[], None]
    ) -> None:
        self.started_with = settings
        """What the program was started with."""
        self.kept = kept
        """Everything that is kept for the host, the proofs of their clipboards too."""
        self.preferences = Preferences.read(kept)
        self._store = store
        self._changed = changed
        self._writing = asyncio.Lock()

    @property
    def settings(self) -> Settings:
        """What holds for this host."""
        return self.preferences.applied_to(self.started_with)

    @property
    def keys(self) -> Mapping[str, str]:
        """The keys that are chosen: the host's go before those of the config file."""
        return chosen_keys(self.preferences, self.started_with)

    def take(self, kept: Mapping[str, str]) -> None:
        """Takes in what is kept, perhaps chosen on another screen."""
        self.kept = kept
        self.apply(Preferences.read(kept))

    def apply(self, preferences: Preferences) -> None:
        """Goes on with other preferences, until the program is left."""
        self.preferences = preferences
        self._changed()

    async def keep(self, choices: Mapping[str, str]) -> None:
        """Keeps some choices with the host's links, one after the other.

        StoreError where they cannot be kept; they hold all the same, until the program is left.
        """
        self.kept = {**self.kept, **choices}
        async with self._writing:
            await self._store.run(lambda host: host.prefer(choices))
