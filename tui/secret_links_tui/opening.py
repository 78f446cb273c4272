"""The composition root: settings, store and app are put together here, for the command line and for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from secret_links_tui.settings import Settings

if TYPE_CHECKING:
    from secret_links import Store


def open_store(settings: Settings) -> Store:
    """Opens the store that the settings name."""
    from secret_links import Store  # noqa: PLC0415  # only now: the screen is drawn meanwhile

    return Store.open(settings.store)


def run_screen(settings: Settings, environ: Mapping[str, str]) -> int:
    """Runs the screen until the host leaves; gives the exit code."""
    from secret_links_tui.app import SecretLinksApp  # noqa: PLC0415  # verbs never load Textual
    from secret_links_tui.clipboard import is_local  # noqa: PLC0415

    app = SecretLinksApp(settings, lambda: open_store(settings), local_clipboard=is_local(environ))
    app.run()
    return app.return_code or 0
