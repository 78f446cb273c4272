"""Layouts that are not Latin, and input methods: by the bytes that terminals send."""

from __future__ import annotations

import pytest
from textual.widgets import Input, TextArea

from driver import Drive
from secret_links import EventType, HostStore
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.go_to import GoTo

CYRILLIC = dict(zip("qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзфывапролдячсмить", strict=True))
GREEK = dict(zip("wertyuiopasdfghjklzxcvbnm", "ςερτυθιοπασδφγηξκλζχψωβνμ", strict=True))


def pressed(latin: str, layout: dict[str, str]) -> bytes:
    """A key as kitty reports it: code, the same with Shift, and its place."""
    typed, lower = layout[latin.lower()], latin.lower()
    if latin == lower:
        return f"\x1b[{ord(typed)}::{ord(lower)};1;{ord(typed)}u".encode()
    return f"\x1b[{ord(typed)}:{ord(typed.upper())}:{ord(lower)};2;{ord(typed.upper())}u".encode()


@pytest.mark.parametrize("layout", [CYRILLIC, GREEK], ids=["Cyrillic", "Greek"])
async def test_letters_work_by_their_place_and_are_typed_as_they_are(
    drive: Drive, ana: HostStore, interview: EventType, layout: dict[str, str]
) -> None:
    ana.generate(interview.id, 9)
    async with drive() as app:
        app.burst(b"".join(pressed(key, layout) for key in "jjjk"))
        await app.until(lambda: app.table.cursor == 2)
        app.burst(pressed("G", layout))
        await app.until(lambda: app.table.cursor == 8)
        app.burst(pressed("g", layout))
        await app.dialog(GenerateLinks)
        names = app.one("#labels", TextArea)
        names.focus()
        await app.settled()
        app.burst(pressed("C", layout) + pressed("g", layout) + pressed("x", layout))
        await app.settled()
        assert names.text == layout["c"].upper() + layout["g"] + layout["x"]


async def test_a_letter_that_a_host_chose_goes_before_its_place(drive: Drive, ana: HostStore) -> None:
    async with drive(keys={"generate": "с"}) as app:
        app.burst(pressed("c", CYRILLIC))
        await app.dialog(GenerateLinks)
    async with drive(keys={"generate": "с"}) as app:
        app.burst("с")  # as terminals without reports send it
        await app.dialog(GenerateLinks)


@pytest.mark.parametrize("name", ["王", "歐陽娜娜", "さとう　はなこ", "김수한무거북이와두루미", "quit"])
@pytest.mark.parametrize("as_report", [True, False])
async def test_a_name_from_an_input_method_arrives_whole_and_fires_no_key(
    drive: Drive, ana: HostStore, interview: EventType, name: str, *, as_report: bool
) -> None:
    ana.generate(interview.id)
    sent = f"\x1b[0;;{':'.join(str(ord(each)) for each in name)}u" if as_report else name
    async with drive() as app:
        if as_report or not name.isascii():
            app.burst(sent)  # over the list, where keys are bound
            await app.settled()
            assert app.app.is_running
            assert app.links.is_mounted
        await app.press("escape", "slash")
        await app.until(lambda: app.app.screen is app.links and isinstance(app.app.focused, Input))
        app.links.filter_bar.search.value = ""
        app.burst(sent)
        await app.settled()
        assert app.links.filter_bar.search.value == name


async def test_keys_of_a_field_of_numbers_stay_numbers(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 30)
    async with drive() as app:
        app.burst(b"\x1b[58;1;58u")
        await app.dialog(GoTo)
        app.burst(b"\x1b[49;1;49u\x1b[50;1;50u\x1b[13u")
        await app.closed()
        assert app.table.cursor == 11
