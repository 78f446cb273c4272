"""What hands do from habit: half pages, ctrl+c, drawing over rows, clicks beside a dialog."""

from __future__ import annotations

import pytest

from driver import Drive
from secret_links import EventType, HostStore, Link
from secret_links_tui.drawing.table.lines import HEAD
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.help import Help
from secret_links_tui.screens.dialogs.qr_code import QrCode
from secret_links_tui.widgets.link_table import LinkTable


@pytest.fixture
def many(ana: HostStore, interview: EventType) -> list[Link]:
    return ana.generate(interview.id, labels=[f"Guest {number}" for number in range(100)])


async def test_half_and_whole_pages_go_by_the_keys_of_less(drive: Drive, many: list[Link]) -> None:
    async with drive() as app:
        page = app.table.page_height
        rows = []
        for key in ("ctrl+d", "ctrl+d", "ctrl+u", "ctrl+f", "ctrl+b"):
            await app.press(key)
            rows.append(app.table.cursor)
        half = page // 2
        assert rows == [half, 2 * half, half, half + page, half]


async def test_ctrl_c_leaves_when_it_is_pressed_twice(drive: Drive, many: list[Link]) -> None:
    async with drive() as app:
        await app.press("ctrl+c")
        assert app.said == "Press ctrl+c again to leave."
        assert app.app.return_code is None
        await app.press("ctrl+c")
        await app.until(lambda: app.app.return_code == 0)


async def test_the_mouse_selects_the_rows_that_it_is_drawn_over(drive: Drive, many: list[Link]) -> None:
    async with drive() as app:
        await app.pilot.mouse_down(LinkTable, offset=(3, HEAD + 2))
        await app.pilot.hover(LinkTable, offset=(3, HEAD + 5))
        await app.pilot.mouse_up(LinkTable, offset=(3, HEAD + 5))
        await app.until(lambda: len(app.rows.selected.ids) == 4)
        assert app.selected_ids == {link.id for link in many[::-1][2:6]}
        assert app.table.cursor == 5


async def test_a_click_beside_what_only_shows_closes_it_and_leaves_a_form_open(drive: Drive, many: list[Link]) -> None:
    async with drive((120, 34)) as app:
        for key, kind in (("enter", Details), ("question_mark", Help)):
            await app.press(key)
            await app.dialog(kind)
            await app.pilot.click(offset=(0, 16))
            await app.closed()
        await app.press("g")
        await app.dialog(GenerateLinks)
        await app.pilot.click(offset=(1, 16))
        await app.pilot.pause()
        assert isinstance(app.app.screen, GenerateLinks)


async def test_a_qr_code_says_whose_it_is(drive: Drive, many: list[Link]) -> None:
    async with drive((120, 40)) as app:
        await app.press("enter")
        await app.dialog(Details)
        await app.press("p")
        await app.dialog(QrCode)
        assert "Guest 99: ● Active. Escape goes back." in str(app.app.screen.query_one("#below-code").render())
