"""The line of keys: what can be done now, as far as there is room, and each key to be clicked."""

from __future__ import annotations

import pytest

from driver import Drive
from secret_links import EventType, HostStore
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.widgets.key_bar import KeyBar
from support import ON_BOTH

pytestmark = ON_BOTH


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (120, "g Generate c Copy space Select x Delete u Undo r Reissue / Search ? Help q Quit"),
        (70, "g Generate c Copy space Select x Delete / Search ? Help q Quit"),
        (40, "g Generate c Copy x Delete ? Help"),
    ],
)
async def test_the_least_important_keys_are_left_out_first(
    drive: Drive, ana: HostStore, interview: EventType, width: int, shown: str
) -> None:
    ana.generate(interview.id)
    async with drive((width, 20)) as app:
        assert " ".join(str(app.one("KeyBar", KeyBar).render()).split()) == shown


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
