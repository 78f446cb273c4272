"""The theme that the host chose: shown in the version that fits the terminal, and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from textual.app import App
from textual.theme import Theme

from secret_links import SecretLinksError
from secret_links_tui import theme_names, themes
from secret_links_tui.screens.links.screen import LinksScreen


class ThemeChoice:
    """Shows and keeps the host's theme; `fitting` returns the version of a theme that the terminal can show."""

    def __init__(self, app: App[None], links: LinksScreen, fitting: Callable[[str], str]) -> None:
        self._app = app
        self._links = links
        self._fitting = fitting
        for own in (*themes.OWN, *themes.OF_TERMINAL):
            app.register_theme(own)

    def show_kept(self) -> None:
        """Shows the theme that is kept for the host."""
        theme = self._links.choices.kept.get("theme", theme_names.DEFAULT)
        self.show(theme if theme in self._app.available_themes else theme_names.DEFAULT)

    def show(self, name: str) -> None:
        """Shows a theme."""
        self._app.theme = self._fitting(name)

    def show_again(self) -> None:
        """Shows the theme in the version that fits by now."""
        self.show(self._app.theme)

    def toggle_dark(self) -> None:
        """Switches between the dark and the light theme."""
        self.show(theme_names.PAPER if self._app.current_theme.dark else theme_names.INK)

    def changed(self, theme: Theme) -> None:
        """Keeps a theme that was chosen: it is told of all that are shown, and of those that have to fit first."""
        self.show(theme.name)
        name = theme_names.kept_as(theme.name)
        if self._links.store.is_open and name != self._links.choices.kept.get("theme", theme_names.DEFAULT):
            self._app.run_worker(self._keep(name))

    async def _keep(self, name: str) -> None:
        try:
            await self._links.choices.keep({"theme": name})
        except SecretLinksError as error:
            self._links.message_line.say(f"The theme will not be remembered. {error}", wrong=True)

    def offered(self) -> Mapping[str, Callable[[], object]]:
        """Returns what shows each theme, by its title."""
        versions = [theme.name for theme in (*themes.OWN, *themes.OF_TERMINAL)]
        own = [theme_names.INK, theme_names.PAPER, theme_names.AS_TERMINAL]
        names = [*own, *(name for name in self._app.available_themes if name not in versions)]
        return {theme_names.title_of(name): partial(self.show, name) for name in names}
