"""The names that links are generated for: what is odd about them is said."""

from __future__ import annotations

import pytest
from textual.widgets import Static, TextArea

from driver import Drive, Driver
from secret_links import EventType, HostStore, Store
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.widgets.names_field import NamesField, several_in_a_line, twice


async def opened(app: Driver, names: str) -> TextArea:
    await app.press("g")
    await app.dialog(GenerateLinks)
    area = app.one("#labels", TextArea)
    area.focus()
    area.load_text(names)
    return area


def note(app: Driver) -> str:
    return str(app.one("#names-note", Static).content)


async def test_names_in_one_line_are_split_by_one_key(drive: Drive, ana: HostStore, interview: EventType) -> None:
    async with drive() as app:
        area = await opened(app, "Ana <a@x.org>, Bo <b@y.org>; Carla")
        await app.until(lambda: note(app) == "3 names in one line: ctrl+o makes them 3.")
        await app.press("ctrl+o")
        await app.until(lambda: area.text == "Ana <a@x.org>\nBo <b@y.org>\nCarla")
        await app.until(lambda: note(app) == "")
        await app.press("ctrl+z")  # what the key did can be undone like any other editing
        await app.until(lambda: area.text == "Ana <a@x.org>, Bo <b@y.org>; Carla")
        await app.press("ctrl+o", "ctrl+s")
        await app.until(lambda: ana.counts().total == 3)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Ana Pires, final round"], ""),
        (["Ana, Bo"], "2 names in one line: ctrl+o makes them 2."),
        (["Ana; Bo", "Cy", "Di; Ed; Flo"], "5 names in 2 lines: ctrl+o makes them a line each."),
        (["Ana"], ""),
        ([";"], ""),
    ],
)
def test_several_names_in_a_line_are_counted(names: list[str], said: str) -> None:
    assert several_in_a_line(names, "ctrl+o") == said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Ana", "Bo"], ""),
        (["Ana", "Bo", "ana"], "Ana twice."),
        (["Ana"] * 3 + ["Bo"] * 2, "Ana 3 times, Bo twice."),
        ([name for name in "abcde" for _ in range(2)], "a twice, b twice, c twice, and 2 more."),
    ],
)
def test_a_name_that_is_there_twice_is_said(names: list[str], said: str) -> None:
    assert twice(names) == said


async def test_a_name_with_an_active_link_is_said(
    drive: Drive, ana: HostStore, store: Store, interview: EventType
) -> None:
    used, _ = ana.generate(interview.id, labels=["Bo", "Ana Pires"])
    store.redeem(used.token)
    async with drive() as app:
        area = await opened(app, "ana pires\nBo")
        await app.until(lambda: note(app) == "ana pires has an Active link already.")
        area.load_text("Cy")
        await app.until(lambda: note(app) == "")


async def test_the_field_grows_with_its_names_as_far_as_the_room_allows(drive: Drive, interview: EventType) -> None:
    async with drive((100, 40)) as app:
        area = await opened(app, "Ana")
        assert area.size.height == 3
        area.load_text("\n".join(f"Guest {number}" for number in range(10)))
        await app.until(lambda: area.size.height == 10)
        area.load_text("\n".join(f"Guest {number}" for number in range(500)))
        await app.until(lambda: 15 < area.size.height < 25)
        assert app.one("NamesField", NamesField).names[-1] == "Guest 499"
