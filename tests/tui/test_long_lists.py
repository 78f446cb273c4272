"""Lists of more links than are counted at once: estimates first, exact numbers soon after, rows always true."""

from __future__ import annotations

import gc

import pytest
from textual.geometry import Offset
from textual.strip import Strip
from textual.widgets import Static

from driver import Drive, Driver
from secret_links import (
    Column,
    EventType,
    HostStore,
    Link,
    LinkFilter,
    LinkSet,
    LinkWindow,
    Order,
    Place,
    ReadingLimits,
    Snapshot,
    Status,
    Store,
    StoreError,
)
from secret_links.lists.queries import Lists
from secret_links_tui.drawing.table.lines import HEAD
from secret_links_tui.reading.feed import LinkFeed
from secret_links_tui.reading.messages import JobKind
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.go_to import GoTo, row_of
from secret_links_tui.screens.dialogs.progress import Progress
from secret_links_tui.widgets.link_table import LinkTable
from secret_links_tui.widgets.table.painter import KEPT_LINES
from support import IN_TURN, rest_until_stopped

DATABASES = IN_TURN

MANY = 3000


LIMITS = ReadingLimits(short=100, near=200, quick=60.0)
"""A hundred links are too many to be counted at once."""


@pytest.fixture
def limits() -> ReadingLimits:
    return LIMITS


@pytest.fixture
def many(ana: HostStore, interview: EventType, store: Store) -> list[Link]:
    """Three thousand links, newest first."""
    other = ana.add_event_type("Intro call")
    for number in range(3):
        ana.generate((interview, other)[number % 2].id, MANY // 3, labels=["Ana Pires"])
    for link in ana.window(start=1000, count=60):
        store.redeem(link.token)
    return ana.window(count=None)


async def test_the_end_of_a_list_is_there_before_anybody_has_counted(drive: Drive, many: list[Link]) -> None:
    async with drive() as app:
        await app.press("end")
        await app.until(lambda: app.rows.window.row(app.table.row_count - 1))
        assert app.cursor == many[-1]
        await app.until(lambda: app.rows.window.exact)
        assert (app.cursor, app.table.cursor, app.table.row_count) == (many[-1], MANY - 1, MANY)


@pytest.mark.parametrize("orders", range(len(Column)))
async def test_the_cursor_can_go_to_any_row_of_any_order(
    drive: Drive, ana: HostStore, many: list[Link], orders: int
) -> None:
    async with drive() as app:
        await app.press(*["o"] * orders)
        await app.until(lambda: app.rows.window.view == app.links.board.view and app.rows.window.exact)
        expected = ana.window(LinkFilter(), app.links.board.view.order, count=None)
        for typed, row in (("1,500", 1499), ("50%", 1500), ("100%", MANY - 1), ("1", 0)):
            await app.press("colon")
            await app.dialog(GoTo)
            await app.pilot.press(
                *[{",": "comma", "%": "percent_sign"}.get(letter, letter) for letter in typed], "enter"
            )
            await app.closed()
            await app.until(lambda: app.table.cursor_link is not None)
            assert (app.table.cursor, app.cursor) == (row, expected[row])


async def test_a_row_that_is_none_is_refused_and_kept_as_typed(drive: Drive, many: list[Link]) -> None:
    async with drive() as app:
        await app.press("colon")
        await app.dialog(GoTo)
        await app.press("9", "9", "9", "9", "enter")
        assert "Type a row from 1 to 3,000" in str(app.one("#notice", Static).content)


@pytest.mark.parametrize(
    ("typed", "row"),
    [
        *(("1", 0), (" 10 ", 9), ("1_000", 999), ("0", None), ("1001", None), ("-1", None), ("x", None), ("", None)),
        *(("0%", 0), ("100 %", 999), ("33.3%", 333), ("101%", None), ("%", None), ("٣", None)),
    ],
)
def test_rows_are_read_as_numbers_or_shares(typed: str, row: int | None) -> None:
    assert row_of(typed, 1000) == row


async def test_what_others_do_keeps_the_rows_on_the_screen(
    drive: Drive, ana: HostStore, interview: EventType, many: list[Link]
) -> None:
    async with drive() as app:
        await app.until(lambda: app.rows.window.exact)
        await app.press("colon")
        await app.dialog(GoTo)
        await app.press("2", "0", "0", "0", "enter")
        await app.until(lambda: app.table.cursor_link is not None)
        shown = [app.rows.window.row(app.table.top + line) for line in range(20)]
        ana.generate(interview.id, 7)
        await app.until(lambda: app.table.row_count == MANY + 7 and app.rows.window.exact)
        assert [app.rows.window.row(app.table.top + line) for line in range(20)] == shown
        assert (app.table.cursor, app.cursor) == (2006, many[1999])


async def test_a_press_beside_the_thumb_goes_there(drive: Drive, many: list[Link]) -> None:
    async with drive() as app:
        await app.until(lambda: app.rows.window.exact)
        bar, height = app.table.size.width - 1, app.table.page_height
        await app.pilot.click(LinkTable, offset=(bar, HEAD + height // 2))
        await app.until(lambda: app.table.top > 0)
        assert abs(app.table.top - MANY // 2) < MANY // 20
        await app.pilot.click(LinkTable, offset=(bar, HEAD + height - 1))
        await app.until(lambda: app.table.top == MANY - app.table.page_height)


async def test_dragging_the_thumb_goes_along_at_once(drive: Drive, many: list[Link]) -> None:
    async with drive() as app:
        await app.until(lambda: app.rows.window.exact)
        bar, height = app.table.size.width - 1, app.table.page_height
        await app.pilot.mouse_down(LinkTable, offset=Offset(bar, HEAD))
        await app.pilot.hover(LinkTable, offset=Offset(bar, HEAD + height // 2))
        await app.until(lambda: abs(app.table.top - MANY // 2) < MANY // 20)
        await app.pilot.mouse_up(LinkTable, offset=Offset(bar - 30, HEAD + height // 2))
        await app.until(lambda: app.rows.window.row(app.table.top) is not None)
        assert app.rows.window.row(app.table.top) == many[app.table.top]
        assert app.table.cursor == 0
        assert not app.table.scrollbar.grabbed


@pytest.mark.parametrize("row", [90, 700, 2500])
async def test_the_cursor_keeps_its_link_in_another_list_before_that_was_scanned(
    drive: Drive, many: list[Link], row: int
) -> None:
    async with drive(limits=LIMITS._replace(sample=5)) as app:
        await app.until(lambda: app.rows.window.exact)
        await app.press("colon")
        await app.dialog(GoTo)
        await app.press(*str(row + 1), "enter")
        await app.until(lambda: app.table.cursor_link == many[row])
        for key in ("2", "1", "o", "o"):
            await app.press(key)
            await app.until(lambda: app.rows.window.view == app.links.board.view)
            assert app.cursor == many[row]
            await app.until(lambda: app.rows.window.exact)
            assert app.cursor == many[row]


@pytest.mark.parametrize("orders", range(len(Column)))
async def test_rows_far_down_are_there_before_a_list_was_gone_through(
    drive: Drive, ana: HostStore, many: list[Link], monkeypatch: pytest.MonkeyPatch, orders: int
) -> None:
    def nothing(*_: object) -> None: ...

    monkeypatch.setattr(LinkFeed, "request_anchors", nothing)
    async with drive() as app:
        await app.press(*["o"] * orders)
        await app.until(lambda: app.rows.window.view == app.links.board.view)
        await app.pilot.click(LinkTable, offset=(app.table.size.width - 1, HEAD + app.table.page_height // 2))
        await app.until(lambda: app.table.top > 0 and not app.rows.window.missing(app.table.top, app.table.top + 20))
        assert not app.rows.window.exact
        expected = ana.window(LinkFilter(), app.links.board.view.order, count=None)
        shown = [app.rows.window.row(app.table.top + line) for line in range(20)]
        assert shown[0] is not None
        first = expected.index(shown[0])
        assert shown == expected[first : first + 20]
        assert abs(first - MANY // 2) < MANY // 10


async def test_all_are_selected_at_once_and_one_can_be_deselected(
    drive: Drive, ana: HostStore, interview: EventType, many: list[Link]
) -> None:
    async with drive() as app:
        await app.press("a")
        await app.until(lambda: app.selection_text == "3,000 selected")
        await app.press("space")
        await app.until(lambda: app.selection_text == "2,999 selected")
        ana.generate(interview.id)
        await app.until(lambda: app.table.row_count == MANY + 1)
        assert app.selection_text == "2,999 selected"
        await app.press("3")
        await app.until(lambda: app.table.row_count == 60)
        await app.until(lambda: app.selection_text == "2,999 selected (2,939 not shown by the filter)")


async def test_a_range_to_a_row_that_was_never_read_is_selected(drive: Drive, many: list[Link]) -> None:
    async with drive() as app:
        await app.until(lambda: app.rows.window.exact)
        await app.press("down", "shift+end")
        await app.until(lambda: app.selection_text == "2,999 selected")
        assert app.selected_ids == {link.id for link in many[1:]}


async def test_too_many_are_not_copied(drive: Drive, many: list[Link], monkeypatch: pytest.MonkeyPatch) -> None:
    from secret_links_tui.screens.links import copier

    monkeypatch.setattr(copier, "COPIED_AT_ONCE", 100)
    async with drive() as app:
        await app.press("a")
        await app.until(lambda: app.selection_text == "3,000 selected")
        await app.press("c")
        await app.until(lambda: "Select up to 100 to copy" in app.said)


@pytest.fixture
def resting_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a hundred links a long operation, and has a deletion rest after each slice until it is to stop."""
    from secret_links import deleting
    from secret_links_tui.screens.links import long_work

    monkeypatch.setattr(long_work, "LONG", 100)
    rest_until_stopped(monkeypatch, deleting, "delete_all")


async def begin_deleting(app: Driver, ana: HostStore) -> None:
    """Has all links deleted, and waits until some are."""
    await app.press("a", "x")
    await app.dialog(Confirm)
    await app.press("y")
    await app.dialog(Progress)
    await app.until(lambda: ana.counts().total < MANY)


async def test_deleting_many_shows_how_far_it_is_and_can_be_stopped_and_undone(
    drive: Drive, ana: HostStore, many: list[Link], resting_slices: None
) -> None:
    async with drive() as app:
        await begin_deleting(app, ana)
        await app.press("escape")
        await app.closed()
        left = ana.counts().total
        assert 0 < left < MANY
        await app.until(lambda: f"{MANY - left:,} links deleted. u brings them back." in app.said)
        await app.press("u")
        await app.until(lambda: f"{MANY - left:,} links are back" in app.said)
        assert ana.counts().total == MANY
        assert ana.counts(LinkFilter(status=Status.USED)).used == 60


async def test_only_what_was_asked_for_is_deleted(drive: Drive, ana: HostStore, many: list[Link]) -> None:
    async with drive() as app:
        await app.press("3")
        await app.until(lambda: app.table.row_count == 60)
        await app.press("a")
        await app.until(lambda: app.selection_text == "60 selected")
        await app.press("x")
        await app.dialog(Confirm)
        await app.press("y")
        await app.until(lambda: "60 links deleted" in app.said)
        assert ana.counts().total == MANY - 60
        assert ana.counts().used == 0
        assert app.rows.selected == LinkSet()


async def test_a_search_finds_the_beginning_of_a_token_and_then_everything(drive: Drive, many: list[Link]) -> None:
    async with drive() as app:
        await app.press("slash")
        await app.write(many[1234].token[:7])
        await app.until(lambda: app.table.row_count == 1 and app.table.cursor_link == many[1234])
        await app.press("escape", "slash")
        await app.write("pires")
        await app.until(lambda: app.rows.window.exact and app.table.row_count == MANY)
        assert app.cursor == many[1234]


async def test_a_link_that_is_deleted_leaves_a_search_too(
    drive: Drive, ana: HostStore, interview: EventType, many: list[Link]
) -> None:
    rare = ana.generate(interview.id, 3, labels=["Quux"])
    async with drive() as app:
        await app.press("slash")
        await app.write("quux")
        await app.until(lambda: app.table.row_count == 3 and app.rows.window.row(2) is not None)
        ana.delete([rare[1].id])
        await app.until(lambda: app.table.row_count == 2)
        assert [app.rows.window.row(row) for row in range(2)] == [rare[2], rare[0]]


async def test_a_selection_that_others_deleted_is_empty(drive: Drive, ana: HostStore, many: list[Link]) -> None:
    async with drive() as app:
        await app.press("3")
        await app.until(lambda: app.table.row_count == 60)
        await app.press("a")
        await app.until(lambda: app.selection_text == "60 selected")
        ana.delete_matching(LinkFilter(status=Status.USED))
        await app.until(lambda: not app.rows.selected)
        await app.press("1")
        await app.until(lambda: app.table.cursor_link is not None)
        await app.press("x")
        await app.dialog(Confirm)


async def test_a_range_that_is_too_long_is_refused_whole(drive: Drive, many: list[Link]) -> None:
    async with drive(limits=LIMITS._replace(selected_at_once=500)) as app:
        await app.press("shift+end")
        await app.until(lambda: "Select up to 500 rows in one go" in app.said)
        assert not app.rows.selected


async def test_the_link_under_the_cursor_is_kept_however_far_one_scrolls_away(drive: Drive, many: list[Link]) -> None:
    async with drive(limits=LIMITS._replace(kept_pages=3)) as app:
        await app.until(lambda: app.rows.window.exact)
        await app.press("end")
        await app.until(lambda: app.table.cursor_link == many[-1])
        for top in (2000, 1500, 1000, 500, 0):
            app.table.scroll_to(y=top, animate=False)
            await app.until(lambda: app.rows.window.row(app.table.top) is not None)
        assert app.cursor == many[-1]


async def test_a_list_in_another_order_is_scanned_at_once(drive: Drive, many: list[Link]) -> None:
    async with drive() as app:
        await app.until(lambda: app.rows.window.exact)
        app.links.board.feed._pace._rest(JobKind.ANCHORS, 120)
        await app.press("o")
        await app.until(lambda: app.rows.window.view == app.links.board.view and app.rows.window.exact)
        assert app.table.row_count == MANY


async def test_counting_goes_on_after_it_has_failed_once(
    drive: Drive, ana: HostStore, interview: EventType, many: list[Link], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("The store failed this once.")

    async with drive() as app:
        with monkeypatch.context() as patch:
            patch.setattr(Snapshot, "can_undo", fail)
            ana.generate(interview.id)
            await app.until(lambda: app.said == "The store failed this once.")
        ana.generate(interview.id)
        await app.until(lambda: app.links.board.counts is not None and app.links.board.counts.total == MANY + 2)


async def test_a_list_is_scanned_however_often_that_failed_with_the_same_words(
    drive: Drive, ana: HostStore, interview: EventType, many: list[Link], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def fail(*_: object) -> None:
        tries.append(1)
        raise StoreError("The store failed again.")

    async with drive() as app:
        await app.until(lambda: app.rows.window.exact)
        with monkeypatch.context() as patch:
            patch.setattr(Lists, "checkpoints", fail)
            for number in (1, 2, 3):
                ana.generate(interview.id)
                await app.until(lambda number=number: len(tries) >= number)  # type: ignore[misc]
            assert app.said == "The store failed again."
            assert not app.rows.window.exact
        await app.until(lambda: app.rows.window.exact)


async def test_leaving_the_program_stops_a_long_deletion(
    drive: Drive, ana: HostStore, many: list[Link], resting_slices: None
) -> None:
    async with drive() as app:
        await begin_deleting(app, ana)
        await app.press("ctrl+q")
    assert 0 < ana.counts().total < MANY


async def test_a_list_by_status_stands_still_when_somebody_books_with_a_link_on_the_screen(
    drive: Drive, store: Store, many: list[Link]
) -> None:
    async with drive() as app:
        await app.press("o", "o", "o", "o", "o")
        assert app.links.board.view.order == Order(Column.STATUS, descending=False)
        await app.until(lambda: app.rows.window.view == app.links.board.view and app.rows.window.exact)
        await app.press("home", "colon")
        await app.dialog(GoTo)
        await app.press("2", "0", "0", "0", "enter")
        await app.until(lambda: app.table.cursor_link is not None)
        top, before, link = app.table.top, app.rows.window.row(app.table.top), app.cursor
        assert before is not None
        store.redeem(before.token)
        await app.until(lambda: app.rows.window.row(app.table.top) != before)
        assert (app.table.top, app.cursor) == (top, link)
        store.redeem(link.token)
        await app.until(lambda: app.counts and app.counts.counts.used == 62 and app.rows.window.exact)
        assert app.table.top == top
        assert 1997 <= app.table.cursor <= 1999  # where it stood, with one link less above


async def test_no_link_is_reported_as_changed_whose_status_did_not_change(drive: Drive, many: list[Link]) -> None:
    async with drive() as app:
        await app.until(lambda: app.rows.window.exact)
        app.links.board.shown.read_again()
        app.rows.window = type(app.rows.window)(app.links.board.view, MANY)  # other rows, by the time the answer comes
        await app.until(lambda: app.rows.window.row(0) is not None)
        assert (app.said, app.rows.flipped) == ("", frozenset())


async def test_home_is_the_first_row_even_if_another_one_comes_before_it(
    drive: Drive, ana: HostStore, interview: EventType, many: list[Link]
) -> None:
    from secret_links_tui.reading.messages import ListRead

    async with drive() as app:
        await app.until(lambda: app.rows.window.exact)
        asked = Place(cursor=500, cursor_link=many[500], top=490, top_link=many[490], still=True, height=20)
        window = LinkWindow(app.links.board.view, MANY)
        app.links.board.post_message(ListRead(asked, window, cursor=507, top=497, as_of=app.rows.as_of))
        await app.pilot.pause()
        assert (app.table.cursor, app.table.top) == (0, 0)


async def test_lines_that_are_drawn_no_more_are_gone_before_garbage_is_looked_for(
    drive: Drive, many: list[Link]
) -> None:
    def drawn() -> int:
        return sum(isinstance(each, Strip) for each in gc.get_objects())

    async with drive() as app:
        await app.settled()
        gc.collect()
        before = drawn()
        gc.disable()
        try:
            for _ in range(60):
                await app.press("pagedown")
            assert drawn() - before < 2 * KEPT_LINES
        finally:
            gc.enable()
