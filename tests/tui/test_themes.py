"""Themes, and what becomes of them in terminals of few colours."""

from __future__ import annotations

import pytest
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as ScreenColor
from textual.theme import Theme

from drawn import VGA
from driver import Drive
from secret_links import EventType, HostStore
from secret_links_tui import themes
from secret_links_tui.terminal.colours import ColorDepth
from secret_links_tui.terminal.palette_colours import PaletteColours

KITTY = b"\x1bP>|kitty(0.26.5)\x1b\\\x1b[>1;4000;26c\x1b[?62;c"

PALETTE = [Color.from_ansi(number).get_truecolor().hex for number in range(16, 256)]
"""The colours of the 256 that are the same in all terminals."""

KNOWN = {ColorDepth.PALETTE: PALETTE, ColorDepth.SIXTEEN: [f"#{colour}" for colour in VGA]}
"""The colours that the versions for few colours are made of; terminals show their own sixteen for those of VGA."""


@pytest.mark.parametrize("own", [themes.INK, themes.PAPER], ids=lambda theme: theme.name)
@pytest.mark.parametrize("depth", ColorDepth)
def test_each_terminal_gets_a_version_that_is_kept_under_one_name(own: Theme, depth: ColorDepth) -> None:
    shown = themes.fitting(own.name, depth)
    assert shown in [theme.name for theme in themes.OWN]
    assert themes.kept_as(shown) == own.name
    assert {themes.fitting(shown, other) for other in ColorDepth} == {
        theme.name for theme in themes.OWN if theme.dark is own.dark
    }


def test_a_theme_of_textuals_own_is_shown_as_it_is() -> None:
    for name in ("nord", "ansi-16", "theirs-256"):
        assert {themes.fitting(name, depth) for depth in ColorDepth} == {name}
        assert themes.kept_as(name) == name


@pytest.mark.parametrize("own", [themes.INK, themes.PAPER], ids=lambda theme: theme.name)
@pytest.mark.parametrize("depth", KNOWN)
def test_no_colour_of_a_version_is_rounded(own: Theme, depth: ColorDepth) -> None:
    theme = next(theme for theme in themes.OWN if theme.name == themes.fitting(own.name, depth))
    named = (theme.primary, theme.secondary, theme.accent, theme.success, theme.warning, theme.error)
    written = {*named, theme.foreground, theme.background, theme.surface, theme.panel, *theme.variables.values()}
    assert {str(colour) for colour in written} - {*KNOWN[depth]} == set()


def test_a_colour_of_the_palette_is_drawn_as_that_one() -> None:
    for colour in PALETTE:
        style = Style(color=colour, bgcolor="#123456", bold=True)
        (segment,) = PaletteColours().apply([Segment("Ana", style)], ScreenColor(0, 0, 0))
        assert segment.style is not None
        assert segment.style.color is not None
        assert segment.style.color.downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex == colour
        assert (segment.text, segment.style.bgcolor, segment.style.bold) == ("Ana", style.bgcolor, True)


@pytest.mark.parametrize("own", themes.OWN, ids=lambda theme: theme.name)
def test_no_two_grounds_are_one(own: Theme) -> None:
    rows = [own.variables[f"{name}-muted"] for name in ("primary", "accent", "success")]
    grounds = [own.background, *rows]
    if not own.name.endswith("-16"):
        grounds += [own.surface, own.panel, own.variables["error-muted"]]
    assert len(set(grounds)) == len(grounds)


@pytest.mark.parametrize("depth", ColorDepth)
async def test_whatever_theme_is_picked_the_version_that_fits_is_shown(
    drive: Drive, ana: HostStore, interview: EventType, depth: ColorDepth
) -> None:
    ana.generate(interview.id, 3)
    async with drive(depth=depth) as app:
        assert app.app.theme == themes.fitting("ink", depth)
        for picked in ("paper", "ink-16", "paper-256", "nord", "paper-16", "ink"):
            app.app.theme = picked
            await app.until(lambda: app.app.theme == themes.fitting(app.app.theme, depth))
            assert themes.kept_as(app.app.theme) == themes.kept_as(picked)
            await app.until(lambda: app.links.choices.kept.get("theme") == themes.kept_as(app.app.theme))


async def test_a_terminal_that_answers_late_gets_its_colours_late(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 3)
    async with drive(depth=lambda terminal: ColorDepth.TRUE if terminal.title else ColorDepth.PALETTE) as app:
        assert (app.app.theme, app.app.console.color_system) == ("ink-256", "256")
        app.burst(KITTY)
        await app.until(lambda: app.app.theme == "ink")
        assert app.app.console.color_system == "truecolor"
        await app.press("j")
        assert app.table.cursor == 1
