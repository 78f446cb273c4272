"""What the screen says: news of links in view or not, sentences that fade, and what can be gone on with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from driver import Drive, Driver
from secret_links import EventType, HostStore, Link, Store, StoreError
from secret_links_tui.reading.messages import JobKind, StoreFailed
from secret_links_tui.widgets import message_line
from secret_links_tui.widgets.message_line import Tone
from support import SetClock


@pytest.fixture
def many(ana: HostStore, interview: EventType) -> list[Link]:
    """More links than a screen shows, oldest first; the oldest are Ana's, Bo's and Cy's."""
    labels = ["Ana", "Bo", "Cy", *(f"Guest {number}" for number in range(97))]
    return ana.generate(interview.id, labels=labels)


def logged(app: Driver, tone: Tone) -> list[str]:
    return [said.sentence for said in app.links.message_line.latest if said.tone is tone]


async def test_a_booking_is_said_also_where_its_link_is_not_on_the_screen(
    drive: Drive, many: list[Link], store: Store
) -> None:
    async with drive() as app:
        store.redeem(many[0].token, by="Ana P.")
        await app.until(lambda: app.said == "✓ Ana: Final interview booked at 09:00 by Ana P.")


async def test_a_booking_is_said_also_where_the_filter_hides_its_link(
    drive: Drive, many: list[Link], store: Store, ana: HostStore
) -> None:
    ana.add_event_type("Intro")
    async with drive() as app:
        await app.press("4")
        await app.until(lambda: app.table.row_count == 0)
        store.redeem(many[1].token)
        await app.until(lambda: app.said == "✓ Bo: Final interview booked at 09:00")


async def test_several_bookings_are_counted_and_named(drive: Drive, many: list[Link], store: Store) -> None:
    async with drive() as app:
        for link in many[:5]:
            store.redeem(link.token)
        await app.until(lambda: app.said.startswith("✓ 5 booked: "))
        assert app.said.endswith("and 2 more")
        assert sum("booked" in sentence for sentence in logged(app, Tone.NEWS)) >= 1


async def test_every_booking_is_said_once(
    drive: Drive, many: list[Link], store: Store, ana: HostStore, clock: SetClock
) -> None:
    store.redeem(many[2].token)  # before the screen is opened
    async with drive() as app:
        store.redeem(many[0].token)
        await app.until(lambda: app.said == "✓ Ana: Final interview booked at 09:00")
        clock.forward(minutes=1)
        deletion = ana.delete([many[0].id])
        await app.until(lambda: app.table.row_count == 99)
        ana.restore(deletion.id)
        await app.until(lambda: app.table.row_count == 100)
        store.redeem(many[1].token)
        await app.until(lambda: app.said == "✓ Bo: Final interview booked at 09:01")
        assert logged(app, Tone.NEWS) == [
            "✓ Bo: Final interview booked at 09:01",
            "✓ Ana: Final interview booked at 09:00",
        ]


async def test_links_that_expire_out_of_sight_are_said(
    drive: Drive, ana: HostStore, interview: EventType, many: list[Link], clock: SetClock
) -> None:
    del many
    ana.generate(interview.id, labels=["Late", "Later"], expires_at=clock() + timedelta(milliseconds=300))
    async with drive() as app:
        await app.press("end", "3")
        await app.until(lambda: app.table.row_count == 0)
        clock.forward(seconds=1)
        await app.until(lambda: app.said == "○ 2 expired: Later, Late")


async def test_news_stand_beside_what_the_host_has_just_done(drive: Drive, many: list[Link], store: Store) -> None:
    async with drive() as app:
        app.links.message_line.say("3 links deleted.")
        store.redeem(many[0].token)
        await app.until(lambda: app.links.message_line.news is not None)
        line = app.links.message_line.render_line(0).text
        assert line.strip().startswith("3 links deleted.")
        assert line.strip().endswith("✓ Ana: Final interview booked at 09:00")
        app.links.message_line.clear()
        assert app.said == "✓ Ana: Final interview booked at 09:00"


async def test_news_are_short_where_there_is_little_room(drive: Drive, many: list[Link], store: Store) -> None:
    async with drive(size=(80, 24)) as app:
        app.links.message_line.say("Sent to your terminal: the link for Ana Pires. Not there when you paste? v")
        store.redeem(many[0].token)
        await app.until(lambda: app.links.message_line.news is not None)
        assert "Ana Pires" in app.links.message_line.render_line(0).text
        app.links.message_line.say("3 links deleted.")
        await app.pilot.pause()
        assert app.links.message_line.render_line(0).text.strip().endswith("✓ Ana: Final interview booked at 09:00")


async def test_what_was_said_fades(drive: Drive, many: list[Link], monkeypatch: pytest.MonkeyPatch) -> None:
    del many
    for shown in ("NOTE_SHOWN", "REFUSAL_SHOWN", "NEWS_SHOWN"):
        monkeypatch.setattr(message_line, shown, 0.05)
    monkeypatch.setattr(message_line, "READ_IN_A_SECOND", 1000)
    async with drive() as app:
        line = app.links.message_line
        for wrong in (False, True):
            line.say("Something.", wrong=wrong)
            assert app.said == "Something."
            await app.until(lambda: app.said == "" and not line.display)
        assert logged(app, Tone.NOTE) == ["Something."]
        assert logged(app, Tone.REFUSAL) == ["Something."]


async def test_the_list_stands_still_whatever_is_said(drive: Drive, many: list[Link]) -> None:
    del many
    async with drive(size=(40, 12)) as app:
        before = app.table.region
        app.links.message_line.say("A sentence that is much longer than a line of forty cells can be, and then some.")
        await app.pilot.pause()
        assert app.links.message_line.region.height == 3
        assert app.table.region == before
        assert app.links.message_line.region.bottom == 11


async def test_a_click_on_what_a_message_offers_does_it(drive: Drive, many: list[Link], ana: HostStore) -> None:
    del many
    async with drive() as app:
        await app.press("x", "y")
        await app.until(lambda: app.said.startswith("1 link deleted."))
        line = app.links.message_line
        offered = line.render_line(0).text.index("u brings")
        await app.pilot.click(line, offset=(offered + 2, 0))
        await app.until(lambda: ana.counts().total == 100)


async def test_a_failure_is_taken_back_when_it_no_longer_holds(drive: Drive, many: list[Link]) -> None:
    del many
    async with drive() as app:
        app.links.board.post_message(StoreFailed(StoreError("The store is locked."), JobKind.LIST))
        await app.until(lambda: app.said == "The store is locked.")
        app.links.board.shown.read_again()
        await app.until(lambda: not app.said)
        assert logged(app, Tone.REFUSAL) == ["The store is locked."]
