"""Themes, and what becomes of them in terminals of few colours."""

from __future__ import annotations

import pytest
from rich.color import Color, ColorSystem
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from textual.theme import Theme

from secret_links_tui import themes

OF_SIXTEEN = (themes.INK_OF_SIXTEEN, themes.PAPER_OF_SIXTEEN)


@pytest.mark.parametrize("own", [themes.INK, themes.PAPER], ids=lambda theme: theme.name)
def test_a_terminal_of_sixteen_colours_gets_a_theme_made_of_them(own: Theme) -> None:
    shown = themes.fitting(own.name, "standard")
    assert shown in [theme.name for theme in OF_SIXTEEN]
    assert themes.kept_as(shown) == own.name
    assert themes.fitting(shown, "truecolor") == own.name
    assert themes.fitting(own.name, "256") == own.name


def test_a_theme_of_textuals_own_is_shown_as_it_is() -> None:
    assert themes.fitting("nord", "standard") == "nord"


@pytest.mark.parametrize("theme", OF_SIXTEEN, ids=lambda theme: theme.name)
def test_no_two_colours_of_such_a_theme_become_one(theme: Theme) -> None:
    written = {theme.foreground, theme.background, theme.panel, theme.accent, theme.success, theme.error}
    shown = {
        Color.parse(str(colour)).downgrade(ColorSystem.STANDARD).get_truecolor(DEFAULT_TERMINAL_THEME)
        for colour in written
    }
    assert len(shown) == len(written)
