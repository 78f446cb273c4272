"""The screen of links, driven by keys and mouse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from textual.dom import DOMNode
from textual.widgets import Input, Static

from driver import Drive
from secret_links import Column, EventType, HostStore, Link, LinkFilter, Order, Status, Store
from secret_links_tui.drawing.link_rows import SOON
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.pick_event_type import PickEventType
from secret_links_tui.screens.dialogs.reissue import ReissueLinks
from secret_links_tui.widgets.bar_button import BarButton
from secret_links_tui.widgets.facts import Facts
from secret_links_tui.widgets.filter_bar import SearchInput
from support import IN_TURN, SetClock

DATABASES = IN_TURN


@pytest.fixture
def five(ana: HostStore, interview: EventType) -> list[Link]:
    """Five links, the first made on top of the table."""
    made = ana.generate(interview.id, labels=["Chen", "Bo", "Ana", "Ines", "Noor"])
    return made[::-1]


async def test_the_newest_link_is_on_top_with_everything_a_host_wants_to_know(
    drive: Drive, five: list[Link], store: Store
) -> None:
    store.redeem(five[1].token)
    async with drive() as app:
        assert app.shown_labels == ["Noor", "Ines", "Ana", "Bo", "Chen"]
        head, first, second = (app.line(y) for y in range(3))
        assert head.split() == ["☐", "For", "Event", "type", "Status", "Created", "▾", "Expires", "Link"]
        token = f"/s/{five[0].token[:6]}…"
        assert first.split() == f"☐ Noor Final interview ● Active just now – {token} Copy ×".split()
        assert "✓ Used" in second
        assert "Copy" not in second


async def test_a_wide_screen_says_who_booked_and_when(drive: Drive, five: list[Link], store: Store) -> None:
    store.redeem(five[1].token, by="Cy Young")
    async with drive((160, 34)) as app:
        head, first, second = (app.line(y) for y in range(3))
        assert head.split()[:9] == ["☐", "For", "Event", "type", "Status", "Used", "By", "Created", "▾"]
        assert first.split()[4:8] == ["●", "Active", "–", "–"]
        assert second.split()[4:10] == ["✓", "Used", "just", "now", "Cy", "Young"]


async def test_what_can_be_pressed_in_a_row_shows_under_the_mouse_and_the_cursor(
    drive: Drive, five: list[Link]
) -> None:
    async with drive() as app:
        await app.press("down")
        assert ["Copy" in app.line(y) for y in range(1, 6)] == [False, True, False, False, False]
        await app.pilot.hover(app.table, offset=(10, 4))
        assert ["Copy" in app.line(y) for y in range(1, 6)] == [False, True, False, True, False]


async def test_a_name_has_at_most_48_cells_however_wide_the_screen(drive: Drive, five: list[Link]) -> None:
    async with drive((240, 34)) as app:
        widths = {column.key: width for column, _, width in app.table.line_layout.places}
        assert (widths[Column.LABEL], widths["event_type"], widths["used_by"]) == (48, 36, 36)


async def test_an_expiry_within_a_day_is_tinted(
    drive: Drive, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    for hours in (2, 24, 25):
        ana.generate(interview.id, expires_at=clock() + timedelta(hours=hours))
    async with drive() as app:
        style = app.table.get_visual_style("link-table--active", SOON).rich_style

        def is_tinted(y: int) -> bool:
            return any(segment.style and segment.style.color == style.color for segment in app.table.render_line(y))

        assert [is_tinted(y) for y in (1, 2, 3)] == [False, True, True]
        clock.forward(hours=1)
        app.links.board.shown.read_again()
        await app.until(lambda: app.rows.as_of == clock())
        assert is_tinted(1)


async def test_an_empty_store_says_what_to_do_first(drive: Drive) -> None:
    async with drive() as app:
        assert app.table.empty_lines == (
            "No links yet.",
            "A link is a private URL that is good for one booking.",
            "g generates the first one, ? shows all keys.",
        )
        assert any("g generates the first one" in app.line(y) for y in range(app.table.size.height))


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        (["down"], 1), (["j", "j"], 2), (["j", "k"], 0), (["up"], 0), (["end"], 4), (["G"], 4), (["end", "down"], 4),
        (["end", "home"], 0), (["pagedown"], 4), (["end", "pageup"], 0),
    ],
)  # fmt: skip
async def test_arrows_and_letters_move_the_cursor(drive: Drive, five: list[Link], keys: list[str], row: int) -> None:
    async with drive() as app:
        await app.press(*keys)
        assert app.cursor == five[row]


# Filters


async def test_status_keys_and_tabs_filter(drive: Drive, five: list[Link], store: Store) -> None:
    store.redeem(five[1].token)
    async with drive() as app:
        await app.press("3")
        await app.until(lambda: app.shown_labels == ["Ines"])
        await app.click_tab(Status.ACTIVE)
        await app.until(lambda: app.shown_labels == ["Noor", "Ana", "Bo", "Chen"])
        await app.press("s", "s", "s")
        await app.until(lambda: app.links.board.view.wanted.status is None and app.table.row_count == 5)


async def test_the_tabs_count_what_passes_the_other_filters(
    drive: Drive, five: list[Link], ana: HostStore, store: Store
) -> None:
    demo = ana.add_event_type("VIP demo")
    ana.generate(demo.id, 2)
    store.redeem(five[0].token)
    async with drive() as app:
        assert app.links.filter_bar.tabs.texts == ["All 7", "● Active 6", "✓ Used 1", "○ Expired 0"]
        await app.press("e")
        await app.dialog(PickEventType)
        await app.write("vip\n")
        await app.until(lambda: app.table.row_count == 2)
        await app.until(lambda: app.links.filter_bar.tabs.texts[0] == "All 2")
        assert str(app.one("#event-type-filter", BarButton).label) == "VIP demo ▾"


async def test_a_pasted_url_finds_its_link_as_typed_and_escape_clears_it(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.press("slash")
        assert isinstance(app.app.focused, SearchInput)
        app.app.focused.insert_text_at_cursor(f"https://42min.us/s/{five[3].token}")
        await app.until(lambda: app.shown_labels == ["Bo"])
        await app.press("escape")
        await app.until(lambda: app.table.row_count == 5)
        assert app.table.has_focus


async def test_a_search_is_kept_when_enter_goes_back_to_the_table(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.write("/ana\n")
        await app.until(lambda: app.shown_labels == ["Ana"])
        assert app.table.has_focus
        await app.press("escape")
        await app.until(lambda: app.table.row_count == 5)
        assert app.one("#search", Input).value == ""


async def test_a_filter_that_hides_everything_says_so_and_how_to_clear_it(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.press("3")
        await app.until(lambda: app.table.empty_lines[0] == "No match in 5 links.")
        assert app.table.empty_lines[1] == "Escape shows them all."
        await app.press("escape")
        await app.until(lambda: app.table.row_count == 5)


async def test_the_url_of_a_deleted_link_says_that_it_was_deleted(
    drive: Drive, five: list[Link], ana: HostStore, clock: SetClock
) -> None:
    ana.delete([five[2].id])
    clock.forward(days=2)
    async with drive() as app:
        await app.press("slash")
        app.one("#search", Input).insert_text_at_cursor(five[2].token)
        await app.until(lambda: app.table.empty_lines[0] == "This link, for Ana, was deleted 2 days ago by ana.")


# Order


async def test_columns_order_by_click_and_by_key(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        x = next(x for column, x, _ in app.table.line_layout.places if column.key == Column.LABEL)
        await app.pilot.click("#links", offset=(x, 0))
        await app.until(lambda: app.shown_labels == ["Ana", "Bo", "Chen", "Ines", "Noor"])
        await app.pilot.click("#links", offset=(x, 0))
        await app.until(lambda: app.shown_labels == ["Noor", "Ines", "Chen", "Bo", "Ana"])
        await app.press("O")
        await app.until(lambda: app.shown_labels == ["Ana", "Bo", "Chen", "Ines", "Noor"])
        await app.press("o", "o", "o")
        await app.until(lambda: app.shown_labels == ["Noor", "Ines", "Ana", "Bo", "Chen"])
        assert app.links.board.view.order == Order(Column.CREATED, descending=True)


async def test_the_cursor_stays_on_its_link_when_the_order_changes(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.press("down", "down")
        await app.press("O")
        await app.until(lambda: app.shown_labels[0] == "Chen")
        assert app.cursor.label == "Ana"


# Selection


async def test_a_selection_survives_filters_order_and_refreshing(
    drive: Drive, five: list[Link], ana: HostStore, store: Store
) -> None:
    async with drive() as app:
        await app.press("space", "down", "space")
        await app.until(lambda: app.selection_text == "2 selected")
        store.redeem(five[4].token)
        await app.press("3")
        await app.until(lambda: app.selection_text == "2 selected (2 not shown by the filter)")
        await app.press("1", "o")
        await app.until(lambda: app.selection_text == "2 selected")
        assert app.selected_ids == {five[0].id, five[1].id}
        ana.delete([five[0].id])
        await app.until(lambda: app.selection_text == "1 selected")
        await app.press("escape")
        assert app.selected_ids == set()
        assert not app.links.board.selection_bar.display


async def test_shift_extends_and_a_click_on_the_box_toggles(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.press("shift+down", "shift+down")
        assert app.selected_ids == {link.id for link in five[:3]}
        await app.click_row(1, "check")
        assert app.selected_ids == {five[0].id, five[2].id}
        await app.click_row(2, "label")
        await app.click_row(4, "label", shift=True)
        assert app.selected_ids == {five[0].id, five[2].id, five[3].id, five[4].id}


async def test_one_key_selects_all_that_pass_the_filter_loaded_or_not(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 1500, labels=["panel"])
    ana.generate(interview.id, 10)
    async with drive() as app:
        await app.write("/panel\n")
        await app.until(lambda: app.table.row_count == 1500)
        await app.press("a")
        await app.until(lambda: app.selection_text == "1,500 selected")


async def test_shift_end_selects_rows_that_were_never_read(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 3000)
    async with drive() as app:
        await app.press("down", "shift+end")
        await app.until(lambda: app.selection_text == "2,999 selected")


# Deleting and undoing


async def test_deleting_asks_first_and_no_is_the_safe_answer(drive: Drive, five: list[Link], ana: HostStore) -> None:
    async with drive() as app:
        await app.press("x")
        await app.dialog(Confirm)
        assert str(app.one("#question", Static).content) == "Delete the link for Noor, which is Active?"
        await app.press("enter")
        await app.closed()
        assert ana.counts().total == 5


async def test_deleted_links_are_undone_by_one_key(
    drive: Drive, five: list[Link], ana: HostStore, store: Store
) -> None:
    store.redeem(five[0].token)
    async with drive() as app:
        await app.press("space", "down", "space", "down", "space", "x")
        await app.dialog(Confirm)
        assert str(app.one("#question", Static).content) == "Delete 3 links, 2 of them Active?"
        assert "Their URLs stop working at once. Bookings made with them stay." in str(
            app.one("#explanation", Static).content
        )
        await app.press("y")
        await app.until(lambda: app.table.row_count == 2)
        assert app.said == "3 links deleted. u brings them back."
        await app.press("u")
        await app.until(lambda: app.table.row_count == 5)
        assert app.said == "3 links are back, deleted just now by ana: Noor, Ines, Ana. The URLs are the same."
        assert ana.counts().used == 1


async def test_the_cross_of_a_row_deletes_that_link_only(drive: Drive, five: list[Link], ana: HostStore) -> None:
    async with drive() as app:
        await app.press("space")
        await app.click_row(3, "delete")
        await app.dialog(Confirm)
        await app.pilot.click("#yes")
        await app.until(lambda: app.table.row_count == 4)
        assert app.shown_labels == ["Noor", "Ines", "Ana", "Chen"]
        assert app.selected_ids == {five[0].id}


async def test_a_link_deleted_by_another_while_the_dialog_is_open_is_reported(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    async with drive() as app:
        await app.press("x")
        await app.dialog(Confirm)
        ana.delete([link.id])
        await app.press("y")
        await app.until(lambda: app.said == "Already gone: somebody else deleted it.")
        await app.until(lambda: app.table.empty_lines[0] == "No links yet.")


async def test_an_old_deletion_is_undone_only_after_a_question(
    drive: Drive, five: list[Link], ana: HostStore, clock: SetClock
) -> None:
    ana.delete([five[0].id])
    clock.forward(days=3)
    async with drive() as app:
        await app.press("u")
        await app.dialog(Confirm)
        assert str(app.one("#question", Static).content) == "Bring back the link for Noor?"
        await app.press("n")
        await app.closed()
        assert ana.counts().total == 4
        await app.press("u")
        await app.dialog(Confirm)
        await app.press("y")
        await app.until(lambda: app.table.row_count == 5)


# Copying


async def test_copying_sends_the_whole_url_and_says_only_what_is_certain(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.press("down", "c")
        url = f"https://42min.us/s/{five[1].token}"
        await app.until(lambda: app.app.clipboard == url)
        assert app.said == "Sent to your terminal: the link for Ines. v checks that it arrives."


async def test_the_copy_button_of_a_row_copies_that_row(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.press("space")
        await app.click_row(2, "copy")
        await app.until(lambda: app.app.clipboard == f"https://42min.us/s/{five[2].token}")


async def test_all_selected_are_copied_as_lines_or_with_their_labels(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.press("space", "down", "space", "c")
        urls = [f"https://42min.us/s/{link.token}" for link in five[:2]]
        await app.until(lambda: app.app.clipboard == "\n".join(urls))
        assert app.said == "Sent to your terminal: 2 links. v checks that it arrives."
        await app.press("C")
        await app.until(lambda: app.app.clipboard == f"Noor\t{urls[0]}\nInes\t{urls[1]}")


# Live


async def test_what_another_process_does_shows_and_the_cursor_stays_on_its_link(
    drive: Drive, five: list[Link], ana: HostStore, store: Store, interview: EventType
) -> None:
    async with drive() as app:
        await app.press("down", "down")
        ana.generate(interview.id, 3)
        await app.until(lambda: app.table.row_count == 8)
        assert (app.cursor.label, app.table.cursor) == ("Ana", 5)
        store.redeem(five[3].token, by="Bo")
        await app.until(lambda: "✓ Used" in app.line(7))
        assert five[3].id in app.rows.flipped
        await app.until(lambda: app.said == "✓ Bo: Final interview booked at 09:00 by Bo")
        ana.delete([five[0].id, five[2].id])
        await app.until(lambda: app.table.row_count == 6)
        assert app.cursor.label == "Bo"


async def test_a_changed_status_is_reported_even_if_the_filter_then_hides_the_row(
    drive: Drive, five: list[Link], store: Store
) -> None:
    async with drive() as app:
        await app.press("2")
        await app.until(lambda: app.links.board.view.wanted == LinkFilter(status=Status.ACTIVE))
        store.redeem(five[1].token)
        await app.until(lambda: app.table.row_count == 4)
        await app.until(lambda: app.said == "✓ Ines: Final interview booked at 09:00")


async def test_a_link_whose_expiry_passes_is_shown_as_expired(
    drive: Drive, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    ana.generate(interview.id, labels=["Ana"], expires_at=clock() + timedelta(milliseconds=300))
    async with drive() as app:
        assert "● Active" in app.line(1)
        clock.forward(seconds=1)
        await app.until(lambda: "○ Expired" in app.line(1))
        await app.until(lambda: app.said == "○ Ana: Final interview expired at 09:00")


async def test_the_list_stands_still_under_a_scrolled_view(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 500)
    async with drive() as app:
        await app.press("pagedown", "pagedown", "down")
        top, cursor = app.rows.window.row(app.table.top), app.cursor
        ana.generate(interview.id, 7)
        await app.until(lambda: app.table.row_count == 507)
        assert (app.rows.window.row(app.table.top), app.cursor) == (top, cursor)


# Other screens


async def test_details_show_everything_and_stay_up_to_date(
    drive: Drive, ana: HostStore, interview: EventType, store: Store, clock: SetClock
) -> None:
    (link,) = ana.generate(interview.id, labels=["Ana [/]"], expires_at=clock() + timedelta(days=7))
    async with drive() as app:
        await app.press("enter")
        await app.dialog(Details)
        assert str(app.one("#url", Static).content) == f"https://42min.us/s/{link.token}"
        facts = str(app.one("#facts", Facts).render())
        assert "● Active" in facts
        assert "Ana [/]" in facts
        assert "Mon 30 Nov 2026 09:00 (WET, UTC+00:00), in 7 days" in facts
        await app.press("c")
        await app.until(lambda: app.app.clipboard.endswith(link.token))
        store.redeem(link.token, by="Ana Pires")
        await app.until(lambda: "✓ Used" in str(app.one("#facts", Facts).render()))
        assert "Used by     Ana Pires" in str(app.one("#facts", Facts).render())
        await app.press("escape")
        await app.closed()


async def test_details_show_the_booking_and_the_links_before_and_after(
    drive: Drive, ana: HostStore, interview: EventType, store: Store
) -> None:
    (old,) = ana.generate(interview.id, labels=["Bo"])
    async with drive() as app:
        await app.press("r")
        await app.dialog(ReissueLinks)
        await app.press("ctrl+s")
        await app.until(lambda: app.table.row_count == 2)
        fresh = app.cursor
        assert fresh is not None
        await app.press("enter")
        await app.dialog(Details)
        await app.until(lambda: f"Replaces    {old.token[:6]}… ● Active" in str(app.one("#facts", Facts).render()))
        store.redeem(fresh.token, by="Bo", reference="booking 17")
        await app.until(lambda: "Booking     booking 17" in str(app.one("#facts", Facts).render()))
        await app.press("escape")
        await app.closed()
        await app.press("down", "enter")
        await app.dialog(Details)
        await app.until(lambda: f"Replaced by  {fresh.token[:6]}… ✓ Used" in str(app.one("#facts", Facts).render()))


async def test_a_link_can_be_deleted_from_its_details(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.press("down", "enter")
        await app.dialog(Details)
        await app.press("x")
        await app.dialog(Confirm)
        await app.press("y")
        await app.until(lambda: app.shown_labels == ["Noor", "Ana", "Bo", "Chen"])


async def test_a_second_click_opens_the_details(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.click_row(1, "label", times=2)
        await app.dialog(Details)
        assert str(app.one("#url", Static).content).endswith(five[1].token)


async def test_neither_palette_nor_keys_reach_files_or_a_shell(drive: Drive, five: list[Link]) -> None:
    assert five
    async with drive() as app:
        for keys in ((), ("g",), ("t",), ("enter",), ("comma",), ("question_mark",), ("ctrl+p",)):
            await app.press(*keys)
            await app.pilot.pause()
            actions = {active.binding.action for active in app.app.active_bindings.values()}
            assert not [
                name for name in actions if any(word in name for word in ("screenshot", "suspend_process", "shell"))
            ]
            await app.press("escape" if keys else "down")
            await app.closed()


async def test_the_theme_is_remembered_for_the_host(drive: Drive, ana: HostStore) -> None:
    async with drive() as app:
        assert app.app.current_theme.dark
        await app.press("T")
        await app.until(lambda: ana.preferences() == {"theme": "paper"})
        assert not app.app.current_theme.dark


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (20, 5), (1, 1)])
async def test_it_works_at_every_size(drive: Drive, five: list[Link], size: tuple[int, int]) -> None:
    async with drive() as app:
        await app.pilot.resize_terminal(*size)
        await app.press("down", "down", "space")
        await app.pilot.resize_terminal(120, 34)
        await app.pilot.pause()
        assert app.cursor.label == "Ana"
        assert app.selected_ids == {five[2].id}
        assert app.table.top == 0


async def test_a_narrow_screen_leaves_out_what_matters_least(drive: Drive, five: list[Link]) -> None:
    async with drive((80, 24)) as app:
        dated = [Column.CREATED, Column.EXPIRES]
        assert app.table.line_layout.keys == ["check", Column.LABEL, Column.EVENT_TYPE, Column.STATUS, *dated]
    async with drive((40, 12)) as app:
        assert app.table.line_layout.keys == ["check", Column.LABEL, Column.STATUS]


async def test_before_there_are_links_what_needs_one_is_dimmed(drive: Drive) -> None:
    async with drive() as app:
        for action in ("copy", "delete", "undo", "reissue", "details"):
            assert app.links.check_action(action, ()) is None
        assert app.links.check_action("generate", ()) is True


async def test_nothing_is_drawn_while_nothing_changes(
    drive: Drive, five: list[Link], clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with drive() as app:
        drawn: list[object] = []
        monkeypatch.setattr(app.table, "refresh", lambda *regions, **_: drawn.append(regions))
        clock.forward(seconds=5)
        app.links.board.shown.read_again()
        await app.until(lambda: app.rows.as_of == clock())
        assert drawn == []
        clock.forward(minutes=2)
        app.links.board.shown.read_again()
        await app.until(lambda: app.rows.as_of == clock())
        (regions,) = drawn
        assert len(regions) == 5  # type: ignore[arg-type]


async def test_the_box_in_the_head_selects_all_and_then_none(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.pilot.click("#links", offset=(2, 0))
        await app.until(lambda: app.selection_text == "5 selected")
        await app.pilot.click("#links", offset=(2, 0))
        await app.until(lambda: not app.links.board.selection_bar.display)
        assert app.selected_ids == set()


async def test_the_last_copy_and_the_last_reading_of_details_replace_those_before_wherever_they_began(
    drive: Drive, five: list[Link], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: dict[object, set[DOMNode]] = {}
    run = DOMNode.run_worker

    def recording(node: DOMNode, *work: Any, **how: Any) -> Any:
        started.setdefault(how.get("group"), set()).add(node)
        return run(node, *work, **how)

    monkeypatch.setattr(DOMNode, "run_worker", recording)
    async with drive() as app:
        await app.press("c", "enter")
        await app.dialog(Details)
        await app.press("c")
        app.links.board.shown.read_again()
        await app.until(lambda: len(started.get("copy", ())) and len(started.get("details", ())))
        await app.press("escape")
        await app.closed()
        assert started["copy"] == started["details"] == {app.links}  # workers exclude each other on one node only


# Where the host is


async def test_another_order_begins_at_its_first_row_unless_the_cursor_was_put_somewhere(
    drive: Drive, many_expiring: list[Link]
) -> None:
    async with drive() as app:
        await app.press("o")
        await app.until(lambda: app.links.board.view.order.column is Column.EXPIRES)
        await app.until(lambda: app.cursor == many_expiring[0])
        assert app.table.top == 0
        await app.press("down", "down")
        placed = app.cursor
        await app.press("o")
        await app.until(lambda: app.links.board.view.order.column is Column.USED)
        await app.until(lambda: app.links.board.shown.is_settled)
        assert app.cursor == placed
        assert app.table.top <= app.table.cursor < app.table.top + app.table.page_height


@pytest.fixture
def many_expiring(ana: HostStore, interview: EventType, clock: SetClock) -> list[Link]:
    """A hundred links; the one that was made first expires first."""
    return [
        *(
            ana.generate(interview.id, labels=[f"in {hours} h"], expires_at=clock() + timedelta(hours=hours))[0]
            for hours in range(1, 101)
        )
    ]


async def test_escape_lifts_what_hides_and_new_links_stay_new(
    drive: Drive, five: list[Link], ana: HostStore, interview: EventType
) -> None:
    async with drive() as app:
        app.links.board.selection.mark_fresh(five[:2])
        await app.press("space", "3")
        await app.until(lambda: app.table.row_count == 0)
        await app.press("escape")
        await app.until(lambda: app.table.row_count == 5)
        assert len(app.rows.selected.ids) == 1
        await app.press("escape")
        await app.until(lambda: not app.rows.selected and not app.rows.fresh)
        await app.press("n")
        await app.until(lambda: app.app.clipboard.count("/s/") == 2)


async def test_links_of_one_instant_have_one_age_whenever_their_lines_are_drawn(
    drive: Drive, five: list[Link], clock: SetClock
) -> None:
    async with drive() as app:
        clock.forward(seconds=59.5)
        app.links.board.shown.read_again()
        await app.until(lambda: app.rows.as_of == clock())
        await app.press("down", "down", "space")
        clock.forward(seconds=10)
        app.links.board.shown.read_again()
        await app.until(lambda: app.rows.as_of == clock())
        await app.press("up")
        assert {"1 min ago" in app.line(y) for y in range(1, 6)} == {True}
