"""Since the host was last here: one line, one key for what it is about, and marks until that was seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from driver import Drive
from secret_links import EventType, HostStore, Link, Store
from secret_links_tui.drawing.tabs import Tab
from secret_links_tui.preferences import LAST_VISIT
from secret_links_tui.screens.links import passing
from support import SetClock


@pytest.fixture
def four(ana: HostStore, interview: EventType, clock: SetClock) -> list[Link]:
    """Ana's and Bo's never expire; Cy's does within an hour, Di's in 30."""
    made = ana.generate(interview.id, labels=["Ana", "Bo"])
    made += ana.generate(interview.id, labels=["Cy"], expires_at=clock() + timedelta(hours=1))
    made += ana.generate(interview.id, labels=["Di"], expires_at=clock() + timedelta(hours=30))
    return made


async def test_what_happened_in_between_is_said_listed_and_marked(
    drive: Drive, four: list[Link], store: Store, clock: SetClock
) -> None:
    async with drive() as app:
        await app.until(lambda: app.links.board.news.visit.is_over)
        assert app.said == "", "there was no visit before"
    store.redeem(four[0].token, by="Ana P.")
    clock.forward(hours=8)
    async with drive() as app:
        await app.until(
            lambda: app.said == "Since today 09:00: 1 booked, 1 expired, 1 expires within a day. w lists them."
        )
        assert app.rows.unseen == {four[0].id, four[2].id}
        assert "".join(app.line(y) for y in range(6)).count("*") == 2
        await app.press("w")
        await app.until(lambda: app.shown_labels == ["Di", "Cy", "Ana"])
        assert app.links.filter_bar.tabs.chosen is Tab.NEWS
        await app.press("escape")
        await app.until(lambda: app.table.row_count == 4)
    async with drive() as app:
        await app.until(lambda: app.links.board.news.visit.is_over)
        assert app.said == "", "it was said"
        assert app.rows.unseen == frozenset()


async def test_a_click_on_the_words_lists_it_too(drive: Drive, four: list[Link], store: Store) -> None:
    async with drive():
        pass
    store.redeem(four[1].token)
    async with drive() as app:
        await app.until(lambda: "w lists them" in app.said)
        await app.links.run_action("list('news')")
        await app.until(lambda: app.shown_labels == ["Cy", "Bo"])


async def test_a_mark_goes_when_it_has_been_seen(
    drive: Drive, four: list[Link], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with drive():
        pass
    store.redeem(four[0].token)
    monkeypatch.setattr(passing, "FLIP_SHOWN", 0.02)
    monkeypatch.setattr(passing, "LOOK_EVERY", 0.01)
    async with drive() as app:
        await app.until(lambda: app.links.board.news.visit.ids == {four[0].id})
        await app.until(lambda: not app.rows.unseen)
        await app.press("w")
        await app.until(lambda: app.shown_labels == ["Cy", "Ana"])


async def test_nothing_new_is_said_in_a_sentence(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        await app.press("w")
        await app.until(lambda: app.said.startswith("Nothing was booked or has expired since you were here"))
        assert app.links.filter_bar.tabs.chosen is Tab.ALL


@pytest.mark.parametrize("kept", ["", "nonsense", "9999@1795424400000", "1@1"])
async def test_a_visit_that_cannot_be_gone_on_from_counts_as_none(
    drive: Drive, four: list[Link], ana: HostStore, store: Store, kept: str
) -> None:
    ana.prefer({LAST_VISIT: kept})
    async with drive() as app:
        await app.until(lambda: app.links.board.news.visit.is_over)
        assert app.said == ""
        store.redeem(four[0].token)
        await app.until(lambda: app.said.startswith("✓ Ana: Final interview booked"))


async def test_links_that_expire_soon_have_a_tab(drive: Drive, four: list[Link], clock: SetClock) -> None:
    del four
    async with drive() as app:
        tabs = app.links.filter_bar.tabs
        await app.until(lambda: Tab.SOON in tabs.offered)
        await app.press("5")
        await app.until(lambda: app.shown_labels == ["Cy"])
        assert tabs.chosen is Tab.SOON
        clock.forward(hours=7)
        app.links.board.read_and_count_at_once()
        await app.until(lambda: app.shown_labels == ["Di"])
        await app.press("escape")
        await app.until(lambda: app.table.row_count == 4)
