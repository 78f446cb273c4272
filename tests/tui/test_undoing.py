"""Undoing on the screen: what was done last, by whoever and whenever, and many links at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from textual.widgets import Static

from driver import Drive, Driver
from secret_links import Change, EventType, HostStore, Link, LinkSet, NewExpiry, Store
from secret_links_tui.screens.dialogs.change import ChangeLinks
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.progress import Progress
from support import IN_TURN, SetClock, rest_until_stopped

DATABASES = IN_TURN

WEEK = timedelta(days=7)


@pytest.fixture
def thirty(ana: HostStore, interview: EventType, clock: SetClock) -> list[Link]:
    """Thirty links, the newest first, that expire one after another from tomorrow on; Ana's is the newest."""
    for day in range(3):
        ana.generate(interview.id, 10, labels=["Ana"], expires_at=clock() + timedelta(days=day + 1))
    return ana.window()


@pytest.fixture
def resting_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes ten links a long operation, and a slice of it, after which a change rests until it is to stop."""
    from secret_links import changing, taking_back
    from secret_links_tui.screens.links import long_work

    monkeypatch.setattr(long_work, "LONG", 10)
    rest_until_stopped(monkeypatch, changing, "change_all")
    for module in (changing, taking_back):
        monkeypatch.setattr(module, "DELETE_SLICE", 10)


def chosen(*links: Link) -> LinkSet:
    return LinkSet(frozenset(link.id for link in links))


def text_of(app: Driver, part: str) -> str:
    return str(app.one(part, Static).content)


def can_undo(app: Driver) -> bool:
    return app.links.check_action("undo", ()) is True


async def answer(app: Driver, question: str) -> None:
    """Answers yes to a question."""
    await app.dialog(Confirm)
    assert text_of(app, "#question") == question
    await app.press("y")
    await app.closed()


async def test_changing_many_says_from_when_to_when_can_be_stopped_and_is_undone_as_one(
    drive: Drive, ana: HostStore, thirty: list[Link], resting_slices: None
) -> None:
    async with drive() as app:
        await app.press("a")
        await app.until(lambda: app.selection_text == "30 selected")
        await app.press("m")
        await app.dialog(ChangeLinks)
        stays = "from Tue 24 Nov 2026 09:00 to Thu 26 Nov 2026 09:00 (WET, UTC+00:00)"
        assert text_of(app, "#promise") == f"Each stays as it is: {stays}."
        await app.press("plus", *"7d")
        later = "From Tue 1 Dec 2026 09:00 to Thu 3 Dec 2026 09:00 (WET, UTC+00:00)"
        assert text_of(app, "#promise") == f"{later}."
        await app.press("enter")
        await app.dialog(Progress)
        await app.until(lambda: ana.window() != thirty)
        await app.press("escape")
        await app.closed()
        changed = sum(now != before for now, before in zip(ana.window(), thirty, strict=True))
        assert 0 < changed < 30
        await app.until(lambda: app.said == f"{changed} links changed. u takes it back.")
        await app.press("u")
        await app.until(lambda: app.said == f"{changed} links are as before.")
        assert ana.window() == thirty


async def test_what_was_changed_before_a_restart_is_taken_back_after_a_question(
    drive: Drive, ana: HostStore, thirty: list[Link], clock: SetClock
) -> None:
    async with drive() as app:
        assert not can_undo(app)
        await app.press("m")
        await app.dialog(ChangeLinks)
        await app.press(*"never")
        await app.press("enter")
        await app.until(lambda: app.said == "Ana: never expires. u takes it back.")
        assert can_undo(app)
    clock.forward(hours=1)
    async with drive() as app:
        assert can_undo(app)
        await app.press("u")
        await app.dialog(Confirm)
        assert text_of(app, "#explanation").startswith("Changed today 09:00. It gets its earlier name")
        await app.press("n")
        await app.until(lambda: app.said == "Nothing taken back.")
        assert ana.window() != thirty
        await app.press("u")
        await answer(app, "Take back the change of the link for Ana?")
        await app.until(lambda: app.said == "Ana is as before.")
        assert ana.window() == thirty
        await app.until(lambda: not can_undo(app))


async def test_the_later_of_what_others_did_is_undone_first(
    drive: Drive, ana: HostStore, thirty: list[Link], clock: SetClock
) -> None:
    steps: tuple[tuple[Callable[[], object], str, str], ...] = (
        (lambda: ana.change(chosen(*thirty[:3]), Change("Bo")), "Take back the change of 3 links?", "3 links are as"),
        (lambda: ana.delete([thirty[1].id]), "Bring back the link for Bo?", "Bo is back"),
        (lambda: ana.change(chosen(thirty[0]), Change("Cy")), "Take back the change of the link for Cy?", "Bo is as"),
    )
    async with drive() as app:
        for act, _, _ in steps:
            clock.forward(minutes=1)
            act()
        await app.until(lambda: can_undo(app) and app.cursor.label == "Cy")
        for _, question, said in reversed(steps):
            await app.press("u")
            await answer(app, question)
            await app.until(lambda said=said: app.said.startswith(said))  # type: ignore[misc]
        assert ana.window() == thirty
        await app.until(lambda: not can_undo(app))


async def test_what_was_used_since_stays_and_is_said(
    drive: Drive, store: Store, ana: HostStore, thirty: list[Link]
) -> None:
    ana.change(chosen(*thirty[:2]), Change(expiry=NewExpiry()))
    store.redeem(thirty[1].token)
    async with drive() as app:
        await app.press("u")
        await answer(app, "Take back the change of 2 links?")
        await app.until(lambda: app.said == "Ana is as before. 1 link kept its expiry.")
        assert [link.expires_at for link in ana.window()[:2]] == [thirty[0].expires_at, None]
