"""Help and the command palette: every key in its section, and every action by what people call it."""

from __future__ import annotations

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Input

from driver import Drive, Driver
from secret_links import EventType, HostStore
from secret_links_tui.keys import LINK_KEYS
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.help import Help, SectionKeys
from secret_links_tui.screens.dialogs.key_sections import key_sections
from secret_links_tui.screens.dialogs.palette import Palette
from secret_links_tui.widgets.facts import Facts


def titles(app: Driver) -> list[str]:
    return [shown.section.title for shown in app.app.screen.query(SectionKeys) if shown.display]


def said(app: Driver) -> list[str]:
    shown = [each for each in app.app.screen.query(SectionKeys) if each.display]
    return [does for each in shown for _, does in each.query_one(Facts).facts]


async def helped(app: Driver, key: str = "question_mark") -> None:
    await app.press(key)
    await app.dialog(Help)


async def test_help_lists_every_key_in_the_section_of_where_it_holds(drive: Drive) -> None:
    async with drive() as app:
        await helped(app)
        sections = key_sections(app.app.BINDINGS)
        assert titles(app) == [sections[0].title, "Signs", *(section.title for section in sections[1:])]
        for section in sections:
            for binding in section.bindings:
                assert binding.tooltip in said(app)
        await app.press("q")
        await app.closed()


async def test_help_is_searched(drive: Drive) -> None:
    async with drive() as app:
        await helped(app)
        await app.press("slash")
        await app.write("undo")
        await app.until(lambda: said(app) == ["Undo the last delete, or the last change"])
        await app.press("escape")
        await app.until(lambda: len(titles(app)) > 10)
        assert isinstance(app.app.screen, Help)
        await app.press("escape")
        await app.closed()


@pytest.mark.parametrize(
    ("key", "kind", "title"),
    [("g", GenerateLinks, "In Generate"), ("enter", Details, "In the details of a link")],
)
async def test_help_opens_at_the_dialog_that_asks_for_it(
    drive: Drive, ana: HostStore, interview: EventType, key: str, kind: type[Dialog[object]], title: str
) -> None:
    ana.generate(interview.id)
    async with drive((80, 24)) as app:
        await app.press(key)
        await app.dialog(kind)
        await helped(app, "f1")
        scroll = app.one("#keys", VerticalScroll)
        shown = next(each for each in app.app.screen.query(SectionKeys) if each.section.title == title)
        await app.until(lambda: scroll.region.y <= shown.region.y < scroll.region.bottom)
        await app.press("escape")
        await app.until(lambda: isinstance(app.app.screen, kind))


async def test_a_question_mark_is_typed_into_a_field(drive: Drive, interview: EventType) -> None:
    async with drive() as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        await app.press("end", "question_mark")
        assert app.one("EventTypeChoice Input", Input).value.endswith("?")


@pytest.mark.parametrize("size", [(120, 34), (80, 24), (40, 12), (60, 15)])
async def test_help_has_one_scrollbar_at_any_size(drive: Drive, size: tuple[int, int]) -> None:
    async with drive(size) as app:
        await helped(app)
        await app.pilot.pause()
        bars = [each for each in app.app.screen.query("*") if each.show_vertical_scrollbar]
        assert [each.id for each in bars] in ([], ["keys"])


# The palette


async def offered(app: Driver, typed: str) -> list[str]:
    await app.press("ctrl+p")
    await app.dialog(Palette)
    await app.write(typed)
    await app.pilot.pause()
    palette = app.app.screen
    assert isinstance(palette, Palette)
    names = [entry.name for entry in palette.found]
    await app.press("escape")
    await app.closed()
    return names


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("undo", "Undo"), ("restore", "Undo"), ("help", "Help"), ("reissue", "Reissue"), ("preferences", "Preferences"),
        ("settings", "Preferences"), ("quit", "Quit"), ("exit", "Quit"), ("revoke", "Delete"), ("remove", "Delete"),
        ("sort", "Order"), ("export", "Copy with names"), ("dark", "Dark or light"), ("time zone", "Preferences"),
        ("find", "Search"), ("new", "Generate"), ("create", "Generate"), ("trash", "Delete"), ("history", "Messages"),
        ("log", "Messages"), ("refresh", "Redraw"), ("keys", "Help"), ("renew", "Reissue"), ("options", "Preferences"),
        ("bring back", "Undo"), ("theme", "Theme ink (dark)"),
    ],
)  # fmt: skip
async def test_an_action_is_found_by_what_people_call_it(drive: Drive, typed: str, name: str) -> None:
    async with drive() as app:
        assert name in (await offered(app, typed))[:3]


async def test_the_palette_lists_every_key_of_the_list_by_name(drive: Drive) -> None:
    async with drive() as app:
        names = await offered(app, "")
        assert names[: len(LINK_KEYS)] == [binding.description for binding in LINK_KEYS]
        assert all(names)


async def test_what_is_chosen_in_the_palette_is_done(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        await app.press("ctrl+p")
        await app.dialog(Palette)
        await app.write("generate")
        await app.press("enter")
        await app.dialog(GenerateLinks)
        await app.press("escape")
        await app.closed()
        await app.press("ctrl+p")
        await app.dialog(Palette)
        await app.write("paper")
        await app.press("enter")
        await app.until(lambda: not app.app.current_theme.dark)


async def test_a_palette_without_an_answer_says_so(drive: Drive) -> None:
    async with drive() as app:
        assert await offered(app, "zzzz") == []


async def test_an_entry_of_the_palette_is_one_line_in_a_small_terminal(drive: Drive) -> None:
    async with drive((40, 12)) as app:
        await app.press("ctrl+p")
        await app.dialog(Palette)
        palette = app.app.screen
        assert isinstance(palette, Palette)
        await app.until(lambda: palette.options.option_count > 30)
        await app.pilot.pause()
        assert palette.options.virtual_size.height == palette.options.option_count
        assert not palette.query_one("#dialog", VerticalScroll).show_vertical_scrollbar
