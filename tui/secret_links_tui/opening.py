"""The composition root: settings, store and app are put together here, for the command line and for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from secret_links.gate import peek_preferences
from secret_links_tui.settings import Settings

if TYPE_CHECKING:
    from secret_links import Store


def open_store(settings: Settings) -> Store:
    """Opens the store that the settings name."""
    from secret_links import Store  # noqa: PLC0415  # only now: the screen is drawn meanwhile

    return Store.open(settings.store)


def run_screen(settings: Settings, environ: Mapping[str, str]) -> int:
    """Runs the screen until the host leaves; gives the exit code."""
    theme = peek_preferences(settings.store, settings.host).get("theme", "")
    return _run(settings, environ, lambda: open_store(settings), theme=theme)


def run_demo(settings: Settings, environ: Mapping[str, str]) -> int:
    """Runs the screen on a store that is thrown away afterwards."""
    from secret_links_tui.demo import Demo  # noqa: PLC0415

    with Demo(settings.host) as demo:
        return _run(settings, environ, demo.open, badge="demo: nothing is kept")


def _run(
    settings: Settings, environ: Mapping[str, str], open_it: Callable[[], Store], *, theme: str = "", badge: str = ""
) -> int:
    from secret_links_tui.app import SecretLinksApp  # noqa: PLC0415  # verbs never load Textual
    from secret_links_tui.clipboard import is_local  # noqa: PLC0415

    app = SecretLinksApp(settings, open_it, theme=theme, local_clipboard=is_local(environ), badge=badge)
    app.run()
    return app.return_code or 0
