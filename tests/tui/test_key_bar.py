"""The line of keys: what can be done now, as far as there is room, and each key to be clicked."""

from __future__ import annotations

import pytest

from driver import Drive, Driver
from secret_links import EventType, HostStore
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.widgets.key_bar import KeyBar


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (80, "g Generate ⏎ Details c Copy x Delete / Search space Select ? Help"),
        (60, "g Generate ⏎ Details c Copy x Delete / Search ? Help"),
        (40, "g Generate ⏎ Details c Copy ? Help"),
    ],
)
async def test_as_many_keys_are_named_as_there_is_room_for_by_their_importance(
    drive: Drive, ana: HostStore, interview: EventType, width: int, shown: str
) -> None:
    ana.generate(interview.id)
    async with drive((width, 20)) as app:
        assert text(app) == shown


async def test_a_wide_footer_names_more(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id)
    async with drive((200, 20)) as app:
        bar = app.one("KeyBar", KeyBar)
        assert sum(hint.width for hint in bar.hints) > 160
        for named in ("e Event type", "s Status", "o Order", "a Select all", "U Deleted links", "? Help", "q Quit"):
            assert named in text(app)


async def test_the_footer_names_what_the_host_is_about_first(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    links = ana.generate(interview.id, 3)
    async with drive((80, 24)) as app:
        app.links.board.selection.mark_fresh(links)
        app.links.board.read_and_count_at_once()
        await app.until(lambda: text(app).startswith("n Copy new"))
        await app.press("space")
        await app.until(lambda: text(app).startswith("c Copy x Delete space Select esc Clear a Select all"))


async def test_while_a_search_is_typed_the_footer_names_no_letters(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        await app.press("slash")
        await app.pilot.pause()
        assert text(app) == "⏎ To the links esc Clear f1 Help"


async def test_a_dialog_names_its_own_keys(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id)
    async with drive((120, 34)) as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        assert text(app) == "^s Generate ^r Start empty f1 Keys esc Cancel"
        assert app.one("KeyBar", KeyBar).region.y == 33
        await app.press("escape", "x")
        await app.dialog(Confirm)
        assert text(app) == "y Yes n No f1 Keys esc Cancel"


def text(app: Driver) -> str:
    return " ".join(str(app.one("KeyBar", KeyBar).render()).split())


async def test_a_key_can_be_clicked(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        await app.pilot.click(KeyBar, offset=(3, 0))
        await app.dialog(GenerateLinks)


async def test_a_key_that_does_nothing_now_does_nothing_when_clicked(drive: Drive, interview: EventType) -> None:
    async with drive() as app:
        bar = app.one("KeyBar", KeyBar)
        await app.pilot.click(KeyBar, offset=(str(bar.render()).index("Delete"), 0))
        await app.pilot.pause()
        assert app.app.screen is app.links


async def test_undo_lights_up_when_there_is_something_to_undo(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    async with drive() as app:
        bar = app.one("KeyBar", KeyBar)
        assert not next(hint for hint in bar.hints if hint.action == "undo").enabled
        ana.delete([link.id])
        await app.until(lambda: next(hint for hint in bar.hints if hint.action == "undo").enabled)
