"""Opening the store that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from secret_links.places import check_there
from secret_links_tui.settings import LazySettings, Settings

if TYPE_CHECKING:
    from secret_links import Store


def open_store(
    settings: Settings | LazySettings, *, upgrade: bool = False, make: bool = True, limited: bool = True
) -> Store:
    """Opens the store that the settings name; upgrades one on a server if that is asked for.

    Unless it may `make` a store, StoreUnusable says that there is none. Links are generated only where it is `limited`
    by what the settings say of their number; nothing else needs that setting.
    """
    from secret_links import Store  # noqa: PLC0415  # only now: it must not stand before the first paint

    if not make:
        check_there(settings.store)
    return Store.open(settings.store, upgrade=upgrade, most_links=settings.most_links if limited else None)
