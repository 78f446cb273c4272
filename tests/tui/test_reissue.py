"""Reissuing on the screen: what it says of the old links, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.widgets import Checkbox, Input, Static

from driver import Drive, Driver
from secret_links import EventType, HostStore, Link, Store
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.reissue import ReissueLinks
from support import SetClock


@pytest.fixture
def three(ana: HostStore, interview: EventType, clock: SetClock) -> list[Link]:
    """Three links, the oldest first; the second one is used."""
    until = clock() + timedelta(days=7)
    return ana.generate(interview.id, labels=["Ana Pires", "Bo", "Cy"], expires_at=until)


def explained(app: Driver) -> str:
    return " ".join(str(app.one(f"#{part}", Static).content) for part in ("heading", "explanation"))


async def test_reissue_says_that_the_old_link_stays_active(drive: Drive, ana: HostStore, three: list[Link]) -> None:
    async with drive() as app:
        await app.press("r")
        await app.dialog(ReissueLinks)
        assert explained(app).startswith("Reissue the link for Cy A fresh link is generated. The old one stays Active")
        await app.press("ctrl+s")
        await app.until(lambda: app.said == "1 link reissued; the old one stays Active. n copies.")
        assert ana.counts().active == 4
        assert app.cursor.label == "Cy"
        assert app.cursor.id > three[2].id


async def test_the_old_link_can_be_deleted_along(drive: Drive, ana: HostStore, three: list[Link]) -> None:
    async with drive() as app:
        await app.press("r")
        await app.dialog(ReissueLinks)
        app.one("#delete-old", Checkbox).value = True
        await app.press("enter")
        await app.until(lambda: app.said == "1 link reissued, the old one deleted. n copies.")
        assert [link.label for link in ana.window()] == ["Cy", "Bo", "Ana Pires"]
        await app.press("u")
        await app.until(lambda: ana.counts().total == 4)


async def test_of_a_used_link_it_says_that_it_stays_as_it_is(
    drive: Drive, ana: HostStore, store: Store, three: list[Link]
) -> None:
    store.redeem(three[2].token)
    async with drive() as app:
        await app.press("r")
        await app.dialog(ReissueLinks)
        assert "opens nothing any more" in explained(app)
        assert not app.app.screen.query("#delete-old")


async def test_all_selected_links_are_reissued(
    drive: Drive, ana: HostStore, store: Store, three: list[Link], clock: SetClock
) -> None:
    store.redeem(three[1].token)
    clock.forward(days=1)
    async with drive() as app:
        await app.press("a")
        await app.until(lambda: app.selection_text.startswith("3 selected"))
        await app.press("r")
        await app.dialog(ReissueLinks)
        assert "Reissue 3 links Cy, Bo, Ana Pires. A fresh link is generated for each." in explained(app)
        assert "2 of the old ones stay Active" in explained(app)
        assert str(app.one("#promise", Static).content) == "Each is valid as long as its old one was."
        await app.press("ctrl+s")
        await app.until(lambda: app.said == "3 links reissued; 2 old ones stay Active. n copies.")
        fresh = ana.window(count=3)
        assert [link.label for link in fresh] == ["Cy", "Bo", "Ana Pires"]
        assert {link.expires_at for link in fresh} == {clock() + timedelta(days=7)}


async def test_a_wrong_expiry_keeps_what_was_typed(drive: Drive, ana: HostStore, three: list[Link]) -> None:
    async with drive() as app:
        await app.press("enter")
        await app.dialog(Details)
        await app.press("r")
        await app.dialog(ReissueLinks)
        app.one("#expires", Input).value = "soonish"
        app.one("#label", Input).value = "Cy Young"
        await app.press("ctrl+s")
        await app.until(
            lambda: app.one("#promise", Static).has_class("-wrong") and app.one("#expires", Input).has_focus
        )
        assert "Cannot read “soonish” as a date" in str(app.one("#promise", Static).content)
        assert not app.one("#notice", Static).display  # it is said once
        assert (app.one("#expires", Input).value, app.one("#label", Input).value) == ("soonish", "Cy Young")
        app.one("#expires", Input).value = "3d"
        await app.press("ctrl+s")
        await app.until(lambda: ana.window(count=1)[0].label == "Cy Young")
