"""Keys in bursts, several hands on one store, and what comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from textual.widgets import Input, Static

from another_program import holding
from driver import Drive, Driver
from secret_links import EventType, HostStore, Link, LinkWindow, Place, Store
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.reading.messages import ListRead
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.event_types import EventTypes, EventTypeTable
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.help import Help
from secret_links_tui.screens.dialogs.palette import Palette
from secret_links_tui.screens.dialogs.reissue import ReissueLinks
from secret_links_tui.settings import Settings
from secret_links_tui.widgets.event_type_choice import EventTypeChoice
from secret_links_tui.widgets.facts import Facts
from support import SetClock


async def test_a_double_press_generates_once(drive: Drive, ana: HostStore, interview: EventType) -> None:
    async with drive() as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        for _ in range(3):
            app.app.screen.action_generate()  # type: ignore[attr-defined]
        await app.until(lambda: app.table.row_count)
        await app.closed()
        assert ana.counts().total == 1


async def test_a_dialog_is_opened_once_however_often_its_key_is_pressed(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        for action in ("generate", "generate", "delete", "details", "generate"):
            await app.links.run_action(action)
        await app.dialog(GenerateLinks)
        await app.pilot.pause()
        assert app.app.screen_stack[:-1] == [app.links]
        await app.press("escape")
        await app.closed()


async def test_an_answer_before_the_question_is_drawn_is_no_answer(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 3)
    async with drive() as app:
        for _ in range(6):
            await app.press("x", "y", "x", "n", "enter", "escape", "t", "escape")
            await app.pilot.pause()
            assert app.app.is_running
        await app.press_until("escape", lambda: app.app.screen is app.links)


async def test_an_answer_that_comes_while_the_program_is_left_is_not_shown(
    drive: Drive, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    ana.generate(interview.id, 3)
    async with drive() as app:
        await app.until(lambda: app.table.row_count == 3)
        board, table = app.links.board, app.table
        await app.settled()
        shown = board.rows.window

        async def the_table_is_gone() -> None:
            async with asyncio.timeout(20):
                while table.parent is not None:  # noqa: ASYNC110  # nothing is told of it
                    await asyncio.sleep(0)

        board.call_later(the_table_is_gone)
        board.post_message(ListRead(Place(still=True, height=3), shown, cursor=0, top=0, as_of=clock()))
        app.app.exit()
    assert not app.app.is_running


async def test_the_cursor_moves_while_others_write_without_a_pause(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 60)
    async with drive() as app:
        app.links.board.shown.read_again()  # asked for now, answered after the keys
        await app.press("j", "j", "j")
        moved_to = app.cursor
        ana.generate(interview.id, 1)
        await app.until(lambda: app.table.row_count == 61)
        assert (app.cursor, app.table.cursor) == (moved_to, 4)


async def test_a_move_made_while_the_list_is_being_read_is_kept(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 10)[::-1]
    async with drive() as app:
        asked = Place(cursor=0, cursor_link=made[0], top=0, top_link=made[0], still=True, height=20)
        await app.press("j", "j", "j")
        window = listed(app, made)
        app.links.board.post_message(ListRead(asked, window, cursor=0, top=0, as_of=app.rows.as_of))
        await app.pilot.pause()
        assert app.table.cursor == 3


async def test_answers_asked_for_before_another_one_came_leave_the_cursor_on_its_link(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 10)[::-1]
    async with drive() as app:
        await app.press("j", "j")
        older, newer = (listed(app, links) for links in (made[2:], made))
        at = Place(cursor=0, cursor_link=made[2], top=0, top_link=made[2], still=True, height=20)
        for message in (
            ListRead(at, older, cursor=0, top=0, as_of=app.rows.as_of),
            ListRead(at, newer, cursor=2, top=0, as_of=app.rows.as_of),
            ListRead(at, newer, cursor=2, top=0, as_of=app.rows.as_of),
        ):
            app.links.board.post_message(message)
            await app.pilot.pause()
            assert app.cursor == made[2]
        assert app.table.cursor == 2


async def test_the_cursor_stays_on_the_link_to_which_it_moved_while_one_above_it_went(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 10)[::-1]
    async with drive() as app:
        asked = Place(cursor=0, cursor_link=made[0], top=0, top_link=made[0], still=True, height=20)
        await app.press("j", "j", "j")
        window = listed(app, [made[0], *made[2:]])
        app.links.board.post_message(ListRead(asked, window, cursor=0, top=0, as_of=app.rows.as_of))
        await app.pilot.pause()
        assert (app.cursor, app.table.cursor) == (made[3], 2)


async def test_a_move_stays_where_another_order_is_answered_twice(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 10)[::-1]
    async with drive() as app:
        await app.press("j", "j")
        asked = Place(cursor=0, cursor_link=made[5], top=0, height=20)
        message = ListRead(asked, listed(app, made), cursor=5, top=0, as_of=app.rows.as_of)
        app.links.board.post_message(message)
        await app.until(lambda: app.rows.window is not message.window)
        await app.pilot.pause()
        assert app.cursor == made[2]


def listed(app: Driver, links: Sequence[Link]) -> LinkWindow:
    """What is read of the list that is shown, where it has these links."""
    window = LinkWindow(app.links.board.view, len(links))
    window.put_rows(range(len(links)), links)
    return window


async def test_reissue_keeps_the_event_type_where_two_have_one_name(drive: Drive, ana: HostStore) -> None:
    ana.add_event_type("Intro call", "intro-one")
    two = ana.add_event_type("Intro call", "intro-two")
    ana.generate(two.id)
    async with drive() as app:
        await app.press("r")
        await app.dialog(ReissueLinks)
        await app.press("ctrl+s")
        await app.until(lambda: app.table.row_count == 2)
        assert {kind.slug: kind.links for kind in ana.event_types()} == {"intro-one": 0, "intro-two": 2}


@pytest.mark.parametrize(
    ("length", "typed"),
    [
        (timedelta(hours=12), "12h"),
        (timedelta(days=7, milliseconds=-4), "7d"),
        (timedelta(minutes=45), "45m"),
        (timedelta(days=6, hours=15), "7d"),
        (None, ""),
    ],
)
async def test_reissue_proposes_an_expiry_as_far_ahead_as_the_old_one(
    drive: Drive, ana: HostStore, interview: EventType, clock: SetClock, length: timedelta | None, typed: str
) -> None:
    ana.generate(interview.id, expires_at=clock() + length if length else None)
    async with drive() as app:
        await app.press("r")
        await app.dialog(ReissueLinks)
        assert app.one("#expires", Input).value == typed


async def test_an_event_type_that_got_links_during_the_question_is_not_removed(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    async with drive() as app:
        await app.press("t")
        await app.dialog(EventTypes)
        await app.until(lambda: app.one("EventTypeTable", EventTypeTable).row_count == 1)
        await app.press("x")
        await app.dialog(Confirm)
        ana.generate(interview.id, 4)
        await app.press("y")
        await app.dialog(EventTypes)
        await app.until(lambda: "still has 4 links" in str(app.one("#notice", Static).content))
        assert ana.counts().active == 4


async def test_new_links_that_are_deleted_are_no_longer_new(drive: Drive, ana: HostStore, interview: EventType) -> None:
    async with drive() as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        app.one("#count", Input).value = "5"
        await app.press("ctrl+g")
        await app.until(lambda: app.selection_text == "5 new")
        made = ana.window()
        ana.delete([made[1].id, made[2].id])
        await app.until(lambda: app.selection_text == "3 new")
        await app.press("n")
        kept = [link for link in made[::-1] if link not in made[1:3]]
        await app.until(lambda: app.app.clipboard == "\n".join(link.url("https://42min.us/s") for link in kept))


async def test_a_new_event_type_whose_links_are_refused_is_not_left_behind(
    drive: Drive, ana: HostStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from secret_links import StoreFull, generating

    real = generating.generate

    def full(*_: object, **__: object) -> list[Link]:
        raise StoreFull("The disk is full; nothing was changed.")

    async with drive() as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        await app.write("Brand new")
        monkeypatch.setattr(generating, "generate", full)
        await app.press("ctrl+g")
        await app.until(lambda: "nothing was changed" in str(app.one("#notice", Static).content))
        assert ana.event_types() == []
        monkeypatch.setattr(generating, "generate", real)
        await app.press("ctrl+g")
        await app.until(lambda: app.table.row_count == 1)


async def test_details_stay_true_of_a_link_that_is_deleted_and_restored(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    async with drive() as app:
        await app.press("enter")
        await app.dialog(Details)
        deletion = ana.delete([link.id])
        await app.until(lambda: "Deleted" in str(app.one("#facts", Facts).render()))
        ana.restore(deletion.id)
        await app.until(lambda: "● Active" in str(app.one("#facts", Facts).render()))


async def test_a_link_without_a_label_is_named_by_its_token_before_it_goes(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    async with drive() as app:
        await app.press("x")
        await app.dialog(Confirm)
        assert str(app.one("#question", Static).content) == f"Delete the link {link.token[:6]}…, which is Active?"


async def test_the_url_of_no_link_says_so(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        await app.press("slash")
        app.one("#search", Input).insert_text_at_cursor("https://42min.us/s/" + "x" * 22)
        await app.until(lambda: app.table.empty_lines[0] == "You have no link with this token.")


async def test_a_search_for_several_links_says_so_and_one_in_a_text_is_found(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    one, two = (link.url("https://42min.us/s") for link in ana.generate(interview.id, 2))
    async with drive() as app:
        await app.press("slash")
        app.one("#search", Input).value = f"{one} {two}"
        await app.until(lambda: app.table.empty_lines == ("These are several links.", "Search for one at a time."))
        app.one("#search", Input).value = f"Ana Pires: [book]({two})."
        await app.until(lambda: app.table.row_count == 1 and app.cursor.token in two)


async def test_a_search_of_any_length_is_answered(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        app.one("#search", Input).value = "x" * 60_000
        await app.until(lambda: app.table.row_count == 0)
        assert "complex" not in app.said


async def test_an_expiry_of_any_length_is_refused_in_a_sentence(drive: Drive, interview: EventType) -> None:
    async with drive() as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        app.one("#expires", Input).value = "999999w" * 150
        await app.until(lambda: "expir" in str(app.one("#promise", Static).content).lower())
        assert app.app.is_running


async def test_a_long_base_url_leaves_the_tokens_visible(
    url: str, store: Store, interview: EventType, ana: HostStore
) -> None:
    (link,) = ana.generate(interview.id)
    settings = Settings(url, "ana", "https://book.example.com/single-use", ZoneInfo("UTC"))
    app = SecretLinksApp(settings, lambda: Store.open(url))
    async with app.run_test(size=(120, 30)) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: app.links.board.counts is not None and driver.table.row_count)
        assert link.token[:6] in driver.line(1)


async def test_a_read_only_store_offers_nothing_that_writes(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        app.links.store.read_only = True
        await app.pilot.click("#generate")
        await app.click_row(0, "delete")
        await app.press("g", "x", "r", "u", "t")
        await app.pilot.pause()
        assert app.app.screen is app.links


async def test_a_name_that_is_taken_by_slug_only_gets_a_slug_of_its_own(drive: Drive, ana: HostStore) -> None:
    ana.add_event_type("Intro")
    async with drive() as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        await app.write("intro.")
        await app.until(lambda: app.one("EventTypeChoice", EventTypeChoice).choice is not None)
        await app.press("ctrl+g")
        await app.until(lambda: app.table.row_count == 1)
        assert sorted(kind.slug for kind in ana.event_types()) == ["intro", "intro-2"]


async def test_at_forty_columns_every_button_can_be_seen(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 300)
    async with drive((40, 12)) as app:
        await app.press("a")
        await app.until(lambda: app.selection_text == "☑ 300")
        for key, kind in ((None, None), ("enter", Details), ("t", EventTypes), ("x", Confirm), ("g", GenerateLinks)):
            if key and kind:
                await app.press(key)
                await app.dialog(kind)
                await app.pilot.pause()
            for button in app.app.screen.query("Button, BarButton"):
                if button.display and not button.has_class("preset") and button.id != "copy-selected-labels":
                    assert button.region.right <= 40, (kind, button.id)
            if key:
                await app.press("escape")
                await app.closed()


async def test_an_answer_that_comes_under_another_screen_is_not_lost(
    drive: Drive, ana: HostStore, interview: EventType, url: str
) -> None:
    async with drive() as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        with holding(url):
            await app.press("ctrl+g")
            await app.until(lambda: "Generating…" in str(app.one("#notice", Static).content))
            app.app.action_help_here()  # as from a click on the footer: keys wait until the links are there
            await app.until(lambda: not isinstance(app.app.screen, GenerateLinks))
        await app.until(lambda: ana.counts().total == 1)
        await app.press_until("escape", lambda: not isinstance(app.app.screen, Help))
        await app.closed()
        await app.until(lambda: app.selection_text == "1 new")


async def test_an_expiry_is_waited_for_from_the_instant_it_was_read(
    drive: Drive, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    ana.generate(interview.id, expires_at=clock() + timedelta(seconds=30))
    async with drive() as app:
        clock.forward(seconds=29.5)
        await app.press("space")  # counts again, half a second before
        await app.until(lambda: app.links.board.counts is not None and app.links.board.counts.as_of == clock())
        clock.forward(seconds=1)
        await app.until(lambda: "○ Expired" in app.line(1))


async def test_what_was_promised_is_what_is_made(
    drive: Drive, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    async with drive() as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        app.one("#expires", Input).value = "24h"
        await app.until(lambda: str(app.one("#promise", Static).content).startswith("Tue 24 Nov 2026 09:00"))
        clock.forward(minutes=30)
        await app.press("ctrl+g")
        await app.until(lambda: app.table.row_count == 1)
        assert app.cursor.expires_at is not None
        assert app.cursor.expires_at.isoformat() == "2026-11-24T09:00:00+00:00"


async def test_a_store_that_stays_locked_is_reported_and_nothing_typed_is_lost(
    drive: Drive, ana: HostStore, interview: EventType, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with drive() as app:
        monkeypatch.setattr(app.links.store.opened._database, "_wait", 0.2)
        await app.press("g")
        await app.dialog(GenerateLinks)
        app.one("#count", Input).value = "7"
        with holding(url):
            await app.press("ctrl+g")
            await app.until(lambda: "locked; nothing was changed" in str(app.one("#notice", Static).content))
        assert app.one("#count", Input).value == "7"
        await app.press("ctrl+g")
        await app.until(lambda: app.table.row_count == 7)


async def test_a_click_on_the_title_opens_the_command_palette(drive: Drive) -> None:
    async with drive((40, 12)) as app:
        await app.pilot.click("TitleBar", offset=(3, 0))
        await app.until(lambda: isinstance(app.app.screen, Palette))


async def test_an_expiry_typed_in_the_same_burst_as_ctrl_g_is_not_lost(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    async with drive() as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        expires = app.one("#expires", Input)
        with expires.prevent(Input.Changed):  # as it is before the dialog has heard of it
            expires.value = "24h"
        await app.press("ctrl+g")
        await app.until(lambda: app.table.row_count == 1)
        assert app.cursor.expires_at is not None
