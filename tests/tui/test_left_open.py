"""A screen that ends without the host's wish: what was on it is there the next time, for a day, and never another's."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import TextArea

from driver import Drive, Driver
from secret_links import Column, EventType, HostStore, Link, LinkFilter, LinkSet, Order, Status, Store, View
from secret_links_tui.left_open import LeftOpen
from secret_links_tui.preferences import LEFT_OPEN, Preferences
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from support import SetClock

HUNG_UP = 128 + signal.SIGHUP


async def leave(app: Driver, code: int) -> None:
    """Ends the program as a signal does."""
    app.app.leave(code)
    await app.until(lambda: app.app._is_kept)


@pytest.fixture
def many(ana: HostStore, interview: EventType) -> list[Link]:
    return ana.generate(interview.id, labels=[f"Guest {number:03}" for number in range(60)])


async def test_after_a_hang_up_everything_is_as_it_was(drive: Drive, many: list[Link], ana: HostStore) -> None:
    async with drive() as app:
        await app.press("2", "o", "end")
        await app.until(lambda: app.table.cursor == 59)
        await app.press("space", "up", "space")
        here, order = app.cursor, app.links.board.view.order
        await leave(app, HUNG_UP)
    assert LEFT_OPEN in ana.preferences()
    async with drive() as app:
        await app.until(lambda: app.said == "As it was today 09:00, when the line dropped. z starts afresh.")
        await app.until(lambda: app.links.board.shown.is_settled and app.cursor == here)
        assert app.links.board.view == View(LinkFilter(status=Status.ACTIVE), order)
        assert len(app.selected_ids) == 2
        assert here.id in app.selected_ids
        await app.press("z")
        await app.until(lambda: app.links.board.view == View() and not app.selected_ids)
    async with drive() as app:
        assert app.said == ""
        assert app.links.board.view == View()


async def test_what_was_being_typed_into_generate_is_there_again(
    drive: Drive, many: list[Link], interview: EventType
) -> None:
    del many
    async with drive() as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        app.one("NamesField TextArea", TextArea).text = "Zoë\nYan"
        await app.pilot.pause()
        await leave(app, HUNG_UP)
    async with drive() as app:
        await app.until(lambda: "Generate has what you typed." in app.said)
        await app.press("g")
        await app.dialog(GenerateLinks)
        assert app.one("NamesField TextArea", TextArea).text == "Zoë\nYan"


async def test_it_is_dropped_after_a_day(drive: Drive, many: list[Link], clock: SetClock) -> None:
    del many
    async with drive() as app:
        await app.press("2")
        await leave(app, 128 + signal.SIGTERM)
    clock.forward(days=1, seconds=1)
    async with drive() as app:
        await app.until(lambda: app.links.board.news.visit.is_over)
        assert app.links.board.view == View()


async def test_it_is_never_another_hosts(drive: Drive, many: list[Link], store: Store) -> None:
    del many
    bo = store.as_host("bo")
    bo.generate(bo.add_event_type("Intro").id)
    async with drive() as app:
        await app.press("3")
        await leave(app, HUNG_UP)
    async with drive(host="bo") as app:
        await app.until(lambda: app.links.board.news.visit.is_over)
        assert app.links.board.view == View()
        assert LEFT_OPEN not in bo.preferences()


@pytest.mark.parametrize("is_wanted", [True, False])
async def test_after_q_filter_and_order_are_there_again_if_that_is_preferred(
    drive: Drive, many: list[Link], ana: HostStore, is_wanted: bool
) -> None:
    ana.prefer(Preferences(as_left=is_wanted).kept())
    async with drive() as app:
        await app.press("2", "space", "o")
        await app.until(lambda: app.links.board.view.order.column is Column.EXPIRES)
        left = app.links.board.view
        await app.press("q")
    async with drive() as app:
        await app.until(lambda: app.links.board.view == (left if is_wanted else View()))
        assert not app.selected_ids
        assert app.said == ""
        assert len(many) == app.table.row_count


@pytest.mark.parametrize("kept", ["{}", "[]", "null", "7", '{"at": "x"}', "{" * 9999, '{"at": 1e999, "why": "x"}'])
async def test_what_another_version_kept_is_left_alone(
    drive: Drive, many: list[Link], ana: HostStore, kept: str
) -> None:
    del many
    ana.prefer({LEFT_OPEN: kept})
    async with drive() as app:
        await app.until(lambda: app.links.board.news.visit.is_over)
        assert app.links.board.view == View()


FILTERS = st.builds(
    LinkFilter,
    st.none() | st.integers(1, 9),
    st.just(Status.ACTIVE),
    st.text(max_size=20),
    st.none() | st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
)
IDS = st.frozensets(st.integers(1, 10**9), max_size=5)
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@given(
    st.builds(
        LeftOpen,
        st.just(AT),
        st.text(max_size=10),
        st.builds(View, FILTERS, st.builds(Order, st.sampled_from(Column), st.booleans())),
        st.none() | st.integers(1, 10**9),
        st.builds(LinkSet, IDS, FILTERS, st.integers(0, 10**9), st.just(AT), IDS) | st.builds(LinkSet, IDS),
        st.dictionaries(st.sampled_from(["labels", "name"]), st.text(max_size=20)),
    )
)
def test_what_was_kept_is_read_as_it_was(left: LeftOpen) -> None:
    assert LeftOpen.parse(left.as_text()) == left
