"""What is pasted into the list is searched for, and the screen says what became of it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from driver import Drive, Driver
from secret_links import EventType, HostStore, Link, Store
from support import SetClock


@pytest.fixture
def five(ana: HostStore, interview: EventType) -> list[Link]:
    return ana.generate(interview.id, labels=["Chen", "Bo", "Ana", "Ines", "Noor"])


def paste(app: Driver, text: str) -> None:
    app.burst(f"\x1b[200~{text}\x1b[201~")


def shows(app: Driver, link: Link, said: str) -> bool:
    return app.shown_labels == [link.label] and app.said == said


def url(link: Link) -> str:
    return link.url("https://42min.us/s")


async def test_a_url_that_is_pasted_into_the_list_is_searched_for(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        paste(app, f"  {url(five[2])}\n")
        await app.until(lambda: app.shown_labels == ["Ana"])
        assert app.app.focused is app.table
        await app.press("escape")
        await app.until(lambda: app.table.row_count == 5)


@pytest.mark.parametrize("text", ["Ana", "see {url} please", "{token}"])
async def test_any_line_that_is_pasted_is_searched_for(drive: Drive, five: list[Link], text: str) -> None:
    async with drive() as app:
        paste(app, text.format(url=url(five[2]), token=five[2].token))
        await app.until(lambda: app.shown_labels == ["Ana"])
        assert app.links.filter_bar.search.value == text.format(url=url(five[2]), token=five[2].token)


async def test_names_that_are_pasted_into_the_list_do_nothing_but_say_where_they_belong(
    drive: Drive, five: list[Link]
) -> None:
    async with drive() as app:
        paste(app, "Ana\nBo\nCy\n")
        await app.until(lambda: "press g and paste them there" in app.said)
        assert (app.table.row_count, app.links.filter_bar.search.value) == (5, "")


async def test_the_url_of_a_used_link_says_when_and_by_whom(
    drive: Drive, five: list[Link], store: Store, clock: SetClock
) -> None:
    store.redeem(five[0].token, by="Cy Young", reference="bk_123")
    clock.forward(hours=2)
    async with drive() as app:
        paste(app, url(five[0]))
        await app.until(lambda: app.said == "✓ Used today 09:00 by Cy Young, booking bk_123. It opens nothing more.")
        await app.press("escape")
        await app.until(lambda: not app.said)


async def test_the_url_of_any_link_says_what_became_of_it(
    drive: Drive, ana: HostStore, interview: EventType, five: list[Link], clock: SetClock
) -> None:
    (late,) = ana.generate(interview.id, labels=["Late"], expires_at=clock() + timedelta(hours=1))
    clock.forward(days=1)
    async with drive() as app:
        for link, said in (
            (late, "○ Expired yesterday 10:00. It opens nothing more."),
            (five[1], "● Active. Nobody has booked with it yet."),
        ):
            paste(app, url(link))
            await app.until(partial(shows, app, link, said))


async def test_the_url_of_a_deleted_link_says_whose_it_was(drive: Drive, five: list[Link], ana: HostStore) -> None:
    ana.delete([five[3].id])
    async with drive() as app:
        paste(app, url(five[3]))
        await app.until(lambda: app.table.empty_lines[0] == "This link, for Ines, was deleted just now by ana.")
        assert app.table.empty_lines[1] == "Its URL no longer works. U brings it back."
