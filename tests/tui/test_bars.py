"""What stands around the table: title, filters and their buttons, the scrollbar, and dialogs above."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region
from textual.strip import Strip

from driver import Drive
from secret_links import Counts, EventType, HostStore, Status
from secret_links_tui.drawing.table.lines import HEAD
from secret_links_tui.drawing.table.scrollbar import EIGHTHS, row_at, thumb_of
from secret_links_tui.reading.feed import LinkFeed
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.help import Help
from secret_links_tui.screens.dialogs.pick_event_type import PickEventType
from secret_links_tui.widgets.bar_button import BarButton
from secret_links_tui.widgets.facts import Facts
from secret_links_tui.widgets.link_table import LinkTable
from secret_links_tui.widgets.status_tabs import StatusTabs
from secret_links_tui.widgets.title_bar import TitleBar


async def test_buttons_are_pressed_by_keys_too(drive: Drive, interview: EventType) -> None:
    async with drive() as app:
        for button, dialog in (("#generate", GenerateLinks), ("#event-type-filter", PickEventType)):
            app.one(button, BarButton).focus()
            await app.press("enter")
            await app.dialog(dialog)
            await app.press("escape")
            await app.closed()


async def test_each_tab_is_pressed_where_it_is_read(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 3)
    async with drive() as app:
        for status in (Status.ACTIVE, Status.USED, Status.EXPIRED, None):
            await app.click_tab(status)
            await app.until(lambda: app.links.board.view.wanted.status is status)  # noqa: B023
            assert app.links.filter_bar.tabs.chosen.status is status


async def test_the_tab_under_the_mouse_stands_out(drive: Drive) -> None:
    async with drive() as app:
        tabs = app.one("StatusTabs", StatusTabs)
        before = tabs.render().spans
        await app.pilot.hover(StatusTabs, offset=(tabs.size.width - 2, 0))
        await app.until(lambda: tabs.render().spans != before)
        await app.pilot.hover(LinkTable, offset=(5, 5))
        await app.until(lambda: tabs.render().spans == before)


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (120, "≡ Menu  Secret Links  demo: nothing is kept" + 59 * " " + "ana · 42min.us/s"),
        (70, "≡ Menu  Secret Links  demo: nothing is kept" + 9 * " " + "ana · 42min.us/s"),
        (40, "≡ Secret Links" + 8 * " " + "ana · 42min.us/s"),
        (30, "≡ Secret Links  ana · 42min…"),
    ],
)
async def test_the_title_says_as_much_as_there_is_room_for(drive: Drive, width: int, line: str) -> None:
    async with drive((width, 20)) as app:
        app.links.title_bar.show_badge("demo: nothing is kept")
        assert str(app.one("TitleBar", TitleBar).render()) == line


async def test_the_first_dialog_is_as_high_as_what_it_says(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        await app.press("enter")
        await app.dialog(Details)
        facts = app.one("#facts", Facts)
        await app.until(lambda: facts.size.height == len(facts.facts) > 3)


async def test_below_a_dialog_nothing_is_drawn_again_and_again(
    drive: Drive, ana: HostStore, interview: EventType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana.generate(interview.id, 900)
    drawn = []
    real = LinkTable.render_lines

    def counting(table: LinkTable, crop: Region) -> list[Strip]:
        drawn.append(crop)
        return real(table, crop)

    async with drive() as app:
        await app.press("question_mark")
        await app.dialog(Help)
        monkeypatch.setattr(LinkTable, "render_lines", counting)
        app.table.refresh()
        await app.until(lambda: drawn)
        for _ in range(10):
            await app.pilot.pause()
        assert len(drawn) < 4


# The scrollbar

ROWS = st.integers(0, 10**9)
SHOWN = st.integers(1, 200)


@given(ROWS, SHOWN, ROWS)
def test_the_thumb_is_on_the_bar_and_can_be_seen_and_held(rows: int, shown: int, top: int) -> None:
    thumb = thumb_of(top, shown, rows, shown)
    held = [line for line in range(shown) if thumb.covers(line)]
    if rows <= shown:
        assert held == []
        return
    assert 0 <= thumb.first < thumb.end <= shown * EIGHTHS
    assert thumb.end - thumb.first >= EIGHTHS
    assert held == list(range(held[0], held[-1] + 1))
    assert thumb.covers(0) or top > 0
    assert thumb.covers(shown - 1) or top < rows - shown
    for line in range(shown):
        assert (thumb.cell(line) == (" ", False)) is (line not in held)


@given(st.integers(1, 10**9), SHOWN, st.floats(-5, 300))
def test_a_press_on_the_bar_shows_rows_that_are_there(rows: int, shown: int, line: float) -> None:
    row = row_at(line, shown, rows, shown)
    assert 0 <= row <= max(rows - shown, 0)
    assert row_at(shown - 1, shown, rows, shown) == (max(rows - shown, 0) if shown > 1 else 0)
    assert row_at(0, shown, rows, shown) == 0


async def test_the_thumb_can_be_let_go_anywhere(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 300)
    async with drive() as app:
        bar, height = app.table.size.width - 1, app.table.page_height
        await app.pilot.mouse_down(LinkTable, offset=(bar, HEAD))
        assert app.table.scrollbar.grabbed
        held = app.line(HEAD)
        await app.pilot.hover(LinkTable, offset=(bar - 40, HEAD + height // 2))
        await app.until(lambda: app.table.top > 100)
        await app.pilot.mouse_up("KeyBar")
        await app.until(lambda: not app.table.scrollbar.grabbed)
        assert app.line(HEAD)[-1] == " " != held[-1]
        top = app.table.top
        await app.pilot.hover(LinkTable, offset=(bar, HEAD + 2))
        await app.pilot.pause()
        assert (app.table.top, app.table.cursor) == (top, 0)


async def test_drawing_reads_what_is_there_and_asks_for_nothing(
    drive: Drive, ana: HostStore, interview: EventType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana.generate(interview.id, 900)

    def asked(*_: object) -> None:
        raise AssertionError("drawing asked for rows")

    async with drive() as app:
        await app.settled()
        for request in ("request_rows", "request_remaining_rows", "prefetch_rows", "wait_for_rows", "read"):
            monkeypatch.setattr(LinkFeed, request, asked)
        app.rows.window = type(app.rows.window)(app.links.board.view, 900, exact=True)
        lines = app.table.render_lines(Region(0, 0, app.table.size.width, app.table.size.height))
        assert lines[1].text.split()[:3] == ["··", "···", "···"]
        monkeypatch.undo()


@pytest.mark.parametrize("width", [60, 70, 80, 109, 110])
@pytest.mark.parametrize("number", [3, 99_999])
async def test_every_tab_can_be_read_whole(
    drive: Drive, ana: HostStore, interview: EventType, width: int, number: int
) -> None:
    ana.generate(interview.id, 3)
    async with drive((width, 15)) as app:
        tabs = app.links.filter_bar.tabs
        tabs.show_counts(Counts(number, number, number), 3 * number)
        await app.pilot.pause()
        assert "Expired" in "".join(tabs.texts) or width < 110
        assert tabs.region.right <= width
        assert tabs.region.width >= tabs.breadth


async def test_numbers_that_come_while_the_screen_is_left_change_nothing(drive: Drive) -> None:
    async with drive() as app:
        board = app.links.board
        await board.selection_bar.remove()
        board.show_selection()
