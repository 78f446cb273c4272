"""Changing links on the screen: what is shown before, what stays, and taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.widgets import Input, Static

from driver import Drive, Driver
from secret_links import Change, EventType, HostStore, Link, LinkSet, Store
from secret_links_tui.screens.dialogs.change import ChangeLinks
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.widgets.facts import Facts
from support import SetClock

WEEK = timedelta(days=7)


@pytest.fixture
def three(ana: HostStore, interview: EventType, clock: SetClock) -> list[Link]:
    """Three links that expire in a week; Cy's is the newest."""
    return ana.generate(interview.id, labels=["Ana Pires", "Bo", "Cy"], expires_at=clock() + WEEK)


async def opened(app: Driver) -> None:
    await app.press("m")
    await app.dialog(ChangeLinks)


def text_of(app: Driver, part: str) -> str:
    return str(app.one(part, Static).content)


async def test_a_link_has_another_expiry_and_u_takes_it_back(drive: Drive, ana: HostStore, three: list[Link]) -> None:
    async with drive() as app:
        await opened(app)
        assert text_of(app, "#promise").startswith("Stays as it is: ")
        await app.press("plus", *"7d")
        assert "UTC" in text_of(app, "#promise")
        await app.press("enter")
        await app.until(lambda: app.said.startswith("Cy: until "))
        assert app.said.endswith("u takes it back.")
        assert [link.expires_at - three[0].created_at for link in ana.window() if link.expires_at] == [
            2 * WEEK, WEEK, WEEK
        ]  # fmt: skip
        await app.press("u")
        await app.until(lambda: app.said == "Cy is as before.")
        assert ana.window() == three[::-1]


async def test_a_name_is_changed_from_the_details(drive: Drive, ana: HostStore, three: list[Link]) -> None:
    async with drive() as app:
        await app.press("enter")
        await app.dialog(Details)
        await opened(app)
        app.one("#label", Input).value = "Cy Young"
        await app.press("ctrl+s")
        await app.until(lambda: app.said == "Cy is Cy Young now. u takes it back.")
        await app.until(lambda: app.cursor.label == "Cy Young")
        assert ana.window()[0].expires_at == three[0].expires_at


async def test_of_a_used_link_only_the_name_is_asked_for(
    drive: Drive, ana: HostStore, store: Store, three: list[Link]
) -> None:
    store.redeem(three[2].token)
    async with drive() as app:
        await opened(app)
        assert text_of(app, "#explanation").startswith("It is Used: only the name can be changed.")
        assert not app.app.screen.query("#expires")
        await app.press("end", "exclamation_mark")
        await app.press("enter")
        await app.until(lambda: app.said.startswith("Cy is Cy! now."))


async def test_all_selected_links_that_are_active_change(
    drive: Drive, ana: HostStore, store: Store, three: list[Link]
) -> None:
    store.redeem(three[1].token)
    async with drive() as app:
        await app.press("a")
        await app.until(lambda: app.selection_text.startswith("3 selected"))
        await opened(app)
        assert "1 link stays, not being Active." in text_of(app, "#explanation")
        assert not app.app.screen.query("#label")
        await app.press(*"never")
        await app.press("enter")
        await app.until(lambda: app.said == "2 links changed. 1 link kept its expiry. u takes it back.")
        assert [link.expires_at for link in ana.window()] == [None, three[0].expires_at, None]


async def test_none_that_is_active_is_said_at_once(drive: Drive, store: Store, three: list[Link]) -> None:
    for link in three:
        store.redeem(link.token)
    async with drive() as app:
        await app.press("a")
        await app.until(lambda: app.selection_text.startswith("3 selected"))
        await app.press("m")
        await app.until(lambda: app.said.startswith("None of these links is Active"))
        assert app.said.endswith("r gives fresh ones.")


async def test_a_refused_change_keeps_what_was_typed(
    drive: Drive, ana: HostStore, store: Store, three: list[Link]
) -> None:
    async with drive() as app:
        await opened(app)
        await app.press("plus", *"3650d")
        assert "over ten years ahead" in text_of(app, "#promise")
        await app.press("enter")
        await app.until(lambda: "-wrong" in app.one("#promise", Static).classes)
        field = app.one("#expires", Input)
        field.value = "30d"
        store.redeem(three[2].token)  # while the host is typing
        await app.press("enter")
        await app.until(lambda: "has been used" in text_of(app, "#promise"))
        assert field.value == "30d"
        assert ana.window()[0].expires_at == three[2].expires_at


async def test_a_deletion_comes_before_an_earlier_change(drive: Drive, ana: HostStore, three: list[Link]) -> None:
    async with drive() as app:
        await opened(app)
        await app.press(*"never")
        await app.press("enter")
        await app.until(lambda: app.said.startswith("Cy: never expires."))
        await app.press("x", "y")
        await app.until(lambda: ana.counts().total == 2)
        await app.press("u")
        await app.until(lambda: ana.counts().total == 3)
        assert ana.window()[0].expires_at is None


async def test_the_details_tell_what_the_other_facts_do_not(drive: Drive, ana: HostStore, three: list[Link]) -> None:
    ana.change(LinkSet(frozenset([three[-1].id])), Change("Cy, 2nd round"))
    async with drive() as app:
        await app.press("enter")
        await app.dialog(Details)
        await app.until(lambda: any(name == "History" for name, _ in app.one("#facts", Facts).facts))
        lines = [value.partition("  ")[2] for _, value in app.one("#facts", Facts).facts[-2:]]
        assert lines == ["generated by you", "changed by you: for Cy → Cy, 2nd round"]


async def test_notes_of_a_link_are_changed_and_taken_back(drive: Drive, ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id, labels=["Bo"], notes=[{"Ticket": "T-17", "Anything [b]": "x"}])
    async with drive() as app:
        await opened(app)
        ticket, other = app.app.screen.query(".note Input").results(Input)
        assert (ticket.value, other.value) == ("T-17", "x")
        await app.press("tab", "tab", "end", "8", "tab", "backspace", "enter")
        await app.until(lambda: app.said == "The notes on the link for Bo were changed. u takes it back.")
        assert ana.window()[0].notes == (("Ticket", "T-178"),)
        await app.press("u")
        await app.until(lambda: app.said == "Bo is as before.")
        assert ana.window() == [link]
