"""Ranges of links, selected with shift or with the mouse while others change the list: of links, not of rows."""

from __future__ import annotations

import pytest

from driver import Drive, Driver
from secret_links import Change, Column, EventType, HostStore, Link, LinkSet
from secret_links_tui.drawing.table.lines import HEAD
from secret_links_tui.reading.messages import ListRead
from secret_links_tui.screens.links.shown_list import ShownList
from secret_links_tui.widgets.link_table import LinkTable


@pytest.fixture
def six(ana: HostStore, interview: EventType) -> list[Link]:
    """Six links as the screen lists them, the last one generated first."""
    labels = ["Ana", "Bo", "Cy", "Dee", "Eva", "Flo"]
    return ana.generate(interview.id, labels=labels[::-1])[::-1]


async def listed(app: Driver, labels: str) -> None:
    """Waits until the links of these first letters are listed."""
    await app.until(lambda: [label[:1] if label else "–" for label in app.shown_labels] == list(labels))


def chosen(app: Driver) -> str:
    """The first letters of the labels of the links that are selected, in the list's order."""
    rows = [app.rows.window.row(index) for index in range(app.table.row_count)]
    return "".join(row.label[0] for row in rows if row is not None and row.label and row.id in app.selected_ids)


async def test_a_range_holds_the_links_that_the_cursor_ran_over_whatever_is_generated_above(
    drive: Drive, ana: HostStore, interview: EventType, six: list[Link]
) -> None:
    async with drive() as app:
        await listed(app, "ABCDEF")
        await app.press("down", "J")
        assert chosen(app) == "BC"
        ana.generate(interview.id, labels=["Y", "X"])
        await listed(app, "XYABCDEF")
        await app.press("J")
        assert chosen(app) == "BCD"
        await app.press("K", "K", "K")
        assert chosen(app) == "ABCD"


async def test_a_range_holds_the_links_that_the_cursor_ran_over_whatever_is_deleted_above(
    drive: Drive, ana: HostStore, six: list[Link]
) -> None:
    async with drive() as app:
        await listed(app, "ABCDEF")
        await app.press("down", "down", "down", "K")
        assert chosen(app) == "CD"
        ana.delete([six[0].id, six[1].id])
        await listed(app, "CDEF")
        await app.press("J", "J")
        assert chosen(app) == "CDE"


async def test_a_range_goes_on_where_its_first_link_or_the_last_one_was_deleted(
    drive: Drive, ana: HostStore, six: list[Link]
) -> None:
    async with drive() as app:
        await listed(app, "ABCDEF")
        await app.press("down", "J")
        ana.delete([six[0].id, six[1].id])
        await listed(app, "CDEF")
        await app.press("J")
        assert chosen(app) == "CD"
        ana.delete([six[3].id])
        await listed(app, "CEF")
        await app.press("J")
        assert chosen(app) == "CEF"


async def test_a_link_that_comes_between_is_not_taken_into_a_range(
    drive: Drive, ana: HostStore, six: list[Link]
) -> None:
    async with drive() as app:
        await listed(app, "ABCDEF")
        app.links.filters.order_by(Column.LABEL)
        await app.until(lambda: app.links.board.shown.is_answered)
        await app.press("home", "J", "J")
        assert app.selected_ids == {link.id for link in six[:3]}
        ana.change(LinkSet(frozenset([six[5].id])), Change("Bob"))
        await app.until(lambda: "Bob" in app.shown_labels)
        await app.press("J")
        assert app.selected_ids == {link.id for link in six[:4]}


async def test_another_order_begins_a_range_at_the_cursor(drive: Drive, six: list[Link]) -> None:
    async with drive() as app:
        await listed(app, "ABCDEF")
        await app.press("down", "J", "O")
        await listed(app, "FEDCBA")
        await app.press("K")
        assert chosen(app) == "DCB"


async def test_a_click_with_shift_goes_on_from_the_cursors_link(
    drive: Drive, ana: HostStore, interview: EventType, six: list[Link]
) -> None:
    async with drive() as app:
        await listed(app, "ABCDEF")
        await app.click_row(1, "label")
        await app.click_row(2, "label", shift=True)
        ana.generate(interview.id, labels=["Y", "X"])
        await listed(app, "XYABCDEF")
        await app.click_row(5, "label", shift=True)
        assert chosen(app) == "BCD"


async def test_the_mouse_is_drawn_from_the_link_on_which_it_was_pressed(
    drive: Drive, ana: HostStore, interview: EventType, six: list[Link]
) -> None:
    async with drive() as app:
        await listed(app, "ABCDEF")
        await app.pilot.mouse_down(LinkTable, offset=(3, HEAD + 1))
        ana.generate(interview.id, labels=["Y", "X"])
        await listed(app, "XYABCDEF")
        await app.pilot.mouse_up(LinkTable, offset=(3, HEAD + 5))
        assert chosen(app) == "BCD"
        assert app.cursor.label == "Dee"


@pytest.mark.parametrize("by_mouse", [False, True])
async def test_a_link_in_the_first_row_that_was_chosen_keeps_the_cursor_where_a_list_was_on_its_way(
    drive: Drive,
    ana: HostStore,
    interview: EventType,
    six: list[Link],
    monkeypatch: pytest.MonkeyPatch,
    *,
    by_mouse: bool,
) -> None:
    take, came = ShownList.take, list[ListRead]()
    async with drive() as app:
        await listed(app, "ABCDEF")
        await app.press("down")
        monkeypatch.setattr(ShownList, "take", lambda _, message: came.append(message))
        ana.generate(interview.id, labels=["X"])
        await app.until(lambda: came)
        if by_mouse:
            await app.click_row(0, "label")
        else:
            await app.press("K")
        monkeypatch.setattr(ShownList, "take", take)
        app.links.board.shown.take(came[0])
        assert app.cursor.label == "Ana"
        await app.press("J")
        await listed(app, "XABCDEF")
        assert chosen(app) == "AB"


async def test_a_range_is_selected_before_a_list_that_comes_could_shift_it(drive: Drive, six: list[Link]) -> None:
    async with drive() as app:
        await listed(app, "ABCDEF")
        app.table.action_extend(1)  # nothing else is handled in between
        assert chosen(app) == "AB"


async def test_a_click_acts_on_the_link_on_which_the_mouse_was_pressed(
    drive: Drive, ana: HostStore, interview: EventType, six: list[Link]
) -> None:
    async with drive() as app:
        await listed(app, "ABCDEF")
        x = next(x for known, x, _ in app.table.line_layout.places if known.key == "check")
        left, top = app.table.region.offset
        at = f"{left + x + 1};{top + HEAD + 2}"  # terminals count from 1
        app.burst(f"\x1b[<0;{at}M")
        await app.until(lambda: app.cursor.label == "Bo")
        ana.generate(interview.id, labels=["Y", "X"])
        await listed(app, "XYABCDEF")
        app.burst(f"\x1b[<0;{at}m")
        await app.until(lambda: app.selected_ids)
        assert chosen(app) == "B"
