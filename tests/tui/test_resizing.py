"""Dialogs take the height that they need, however the terminal was resized before."""

from __future__ import annotations

from driver import Drive
from secret_links import EventType, HostStore
from secret_links_tui.screens.dialogs.details import Details


async def test_details_that_were_squeezed_are_as_high_as_before(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, labels=["Ana"])
    async with drive((120, 34)) as app:
        await app.press("enter")
        await app.dialog(Details)
        before = app.app.screen.query_one("#dialog").region.height
        await app.pilot.resize_terminal(20, 6)
        await app.pilot.pause()
        await app.pilot.resize_terminal(120, 34)
        await app.pilot.pause()
        await app.until(lambda: app.app.screen.query_one("#dialog").region.height == before)
