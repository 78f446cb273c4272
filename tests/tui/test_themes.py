"""Themes, and what becomes of them in terminals of few colours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color as ScreenColor
from textual.theme import Theme

from drawn import VGA
from driver import Drive, Driver
from secret_links import EventType, HostStore
from secret_links_tui import theme_names, themes
from secret_links_tui.terminal.colours import ColorDepth
from secret_links_tui.terminal.identify import BACKGROUND_QUESTION, Terminal
from secret_links_tui.terminal.input_messages import InputMessages
from secret_links_tui.terminal.input_tokens import InputTokenizer
from secret_links_tui.terminal.palette_colours import PaletteColours

KITTY = b"\x1bP>|kitty(0.26.5)\x1b\\\x1b[>1;4000;26c\x1b[?62;c"

PALETTE = [Color.from_ansi(number).get_truecolor().hex for number in range(16, 256)]
"""The colours of the 256 that are the same in all terminals."""

KNOWN = {ColorDepth.PALETTE: PALETTE, ColorDepth.SIXTEEN: [f"#{colour}" for colour in VGA]}
"""The colours that the versions for few colours are made of; terminals show their own sixteen for those of VGA."""


@pytest.mark.parametrize("own", [themes.INK, themes.PAPER], ids=lambda theme: theme.name)
@pytest.mark.parametrize("depth", ColorDepth)
def test_each_terminal_gets_a_version_that_is_kept_under_one_name(own: Theme, depth: ColorDepth) -> None:
    shown = theme_names.fitting(own.name, depth)
    assert shown in [theme.name for theme in themes.OWN]
    assert theme_names.kept_as(shown) == own.name
    assert {theme_names.fitting(shown, other) for other in ColorDepth} == {
        theme.name for theme in themes.OWN if theme.dark is own.dark
    }


def test_a_theme_of_textuals_own_is_shown_as_it_is() -> None:
    for name in ("nord", "ansi-16", "theirs-256"):
        assert {theme_names.fitting(name, depth) for depth in ColorDepth} == {name}
        assert theme_names.kept_as(name) == name


@pytest.mark.parametrize("own", [themes.INK, themes.PAPER], ids=lambda theme: theme.name)
@pytest.mark.parametrize("depth", KNOWN)
def test_no_colour_of_a_version_is_rounded(own: Theme, depth: ColorDepth) -> None:
    theme = next(theme for theme in themes.OWN if theme.name == theme_names.fitting(own.name, depth))
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
        assert app.app.theme == theme_names.fitting("ink", depth)
        for picked in ("paper", "ink-16", "paper-256", "nord", "paper-16", "ink"):
            app.app.theme = picked
            await app.until(lambda: app.app.theme == theme_names.fitting(app.app.theme, depth))
            assert theme_names.kept_as(app.app.theme) == theme_names.kept_as(picked)
            await app.until(lambda: app.links.choices.kept.get("theme") == theme_names.kept_as(app.app.theme))


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


def test_the_theme_of_the_terminal_has_a_version_for_each_light() -> None:
    named = {theme.name: theme for theme in themes.OF_TERMINAL}
    for depth in ColorDepth:
        for light in (True, False):
            shown = named[theme_names.fitting("terminal", depth, light=light)]
            assert shown.dark is not light
            assert theme_names.kept_as(shown.name) == "terminal"
            assert theme_names.fitting(shown.name, depth, light=light) == shown.name


BLACK, WHITE = b"\x1b]11;rgb:0000/0000/0000\x1b\\", b"\x1b]11;rgb:ffff/ffff/ffff\x07"


async def test_the_screen_follows_the_light_of_the_terminal(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 3)
    async with drive() as app:
        app.app.theme = "terminal"
        await app.until(lambda: app.links.choices.kept.get("theme") == "terminal")
        assert is_dark(app)
        app.burst(b"\x1b[?997;2n")  # it never said which background it has
        await app.until(lambda: not is_dark(app))
        app.burst(BLACK)
        await app.until(lambda: is_dark(app))
        app.burst(WHITE)
        await app.until(lambda: not is_dark(app))
        sent = written(app)
        app.burst(b"\x1b[?997;1n")  # now it is asked, and believed
        await app.until(lambda: BACKGROUND_QUESTION in sent)
        assert not is_dark(app)
        app.burst(BLACK + b"j")
        await app.until(lambda: is_dark(app) and app.table.cursor == 1)
        assert ana.preferences()["theme"] == "terminal"
        await app.press("T")
        await app.until(lambda: app.app.theme == "paper")
        app.burst(BLACK)
        await app.settled()
        assert app.app.theme == "paper"
    async with drive() as again:
        assert again.app.theme == "paper"


async def test_a_terminal_that_is_light_from_the_start_is_never_dark(drive: Drive, ana: HostStore) -> None:
    ana.prefer({"theme": "terminal"})
    async with drive(terminal=Terminal(light=True)) as app:
        assert app.app.theme == "terminal-paper"


@given(st.lists(st.sampled_from([BLACK, WHITE, b"\x1b[?997;1n", b"\x1b[?997;2n", b"j"])), st.integers(1, 9))
def test_no_report_of_the_light_is_a_key_however_it_is_split(sent: list[bytes], size: int) -> None:
    whole, tokenizer, messages = b"".join(sent), InputTokenizer(), InputMessages()
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    got = [message for piece in pieces for token in tokenizer.feed(piece) for message in messages.of(token)]
    assert [message.key for message in got if isinstance(message, events.Key)] == ["j"] * sent.count(b"j")
    assert len(got) == len(sent)


def is_dark(app: Driver) -> bool:
    return app.app.current_theme.dark


def written(app: Driver) -> list[str]:
    """What is sent to the terminal from now on."""
    sent: list[str] = []
    driver = app.app._driver
    assert driver is not None
    driver.write = sent.append  # type: ignore[method-assign, assignment]
    return sent
