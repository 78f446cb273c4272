"""The dialog of event types."""

from __future__ import annotations

from textual.widgets import Button, Input, Static

from driver import Drive, Driver
from secret_links import EventType, HostStore
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.event_type_form import EventTypeForm
from secret_links_tui.screens.dialogs.event_types import EventTypes, EventTypeTable


async def opened(app: Driver) -> EventTypeTable:
    await app.press("t")
    await app.dialog(EventTypes)
    return app.one("#event-type-table", EventTypeTable)


def names(table: EventTypeTable) -> list[tuple[str, int | None]]:
    return [(row.name, row.links) for row in table.rows]


async def test_event_types_are_listed_with_their_links(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.add_event_type("[/] demo")
    ana.generate(interview.id, 3)
    async with drive() as app:
        table = await opened(app)
        await app.until(lambda: table.row_count == 2)
        assert names(table) == [("[/] demo", 0), ("Final interview", 3)]
        assert table.render_line(2).text.split() == ["Final", "interview", "final-interview", "60", "3"]


async def test_an_event_type_is_added_and_a_refused_one_stays_typed(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    async with drive() as app:
        table = await opened(app)
        await app.press("a")
        await app.dialog(EventTypeForm)
        await app.write("Final Interview")
        await app.press("enter")
        await app.until(lambda: "already" in str(app.one("#notice", Static).content))
        assert app.one("#name", Input).value == "Final Interview"
        app.one("#slug", Input).value = "final-two"
        app.one("#minutes", Input).value = "ninety"
        await app.press("enter")
        await app.until(
            lambda: (
                str(app.one("#notice", Static).content) == "Enter the minutes of a meeting: a number from 1 to 1,440."
            )
        )
        app.one("#minutes", Input).value = "90"
        await app.press("ctrl+s")
        await app.until(lambda: table.row_count == 2)
        assert {(row.slug, row.minutes) for row in ana.event_types()} == {("final-interview", 60), ("final-two", 90)}


async def test_an_event_type_is_renamed_and_the_links_show_it(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        table = await opened(app)
        await app.until(lambda: table.row_count == 1)
        await app.press("enter")
        await app.dialog(EventTypeForm)
        app.one("#name", Input).value = "Last round"
        await app.press("enter")
        await app.until(lambda: names(table) == [("Last round", 1)])
        await app.press("escape")
        await app.until(lambda: "Last round" in app.line(1))


async def test_an_event_type_with_links_is_removed_after_a_question_and_undone(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 2)
    async with drive() as app:
        table = await opened(app)
        await app.until(lambda: table.row_count == 1)
        await app.press("x")
        await app.dialog(Confirm)
        explanation = str(app.one("#explanation", Static).content)
        assert "Its 2 links go with it" in explanation
        assert "u brings them back for 30 days" in explanation
        await app.press("y")
        await app.until(lambda: table.row_count == 0)
        await app.press("escape")
        await app.until(lambda: app.table.row_count == 0)
        assert app.said == "“Final interview” and its 2 links deleted. u brings them back."
        await app.press("u")
        await app.until(lambda: app.table.row_count == 2)
        assert [row.name for row in ana.event_types()] == ["Final interview"]


async def test_the_answer_no_leaves_the_event_type(drive: Drive, ana: HostStore, interview: EventType) -> None:
    async with drive() as app:
        table = await opened(app)
        await app.until(lambda: table.row_count == 1)
        await app.press("x")
        await app.dialog(Confirm)
        await app.press("n")
        await app.dialog(EventTypes)
        assert names(table) == [("Final interview", 0)]


async def test_a_name_that_makes_no_slug_leads_to_the_field_for_it(drive: Drive, ana: HostStore) -> None:
    async with drive() as app:
        table = await opened(app)
        await app.press("a")
        await app.dialog(EventTypeForm)
        app.one("#name", Input).value = "Москва"
        await app.press("enter")
        await app.until(lambda: "No slug can be made of “Москва”" in str(app.one("#notice", Static).content))
        assert app.one("#slug", Input).has_focus
        await app.write("moskva")
        await app.press("ctrl+s")
        await app.until(lambda: names(table) == [("Москва", 0)])
        assert ana.event_types()[0].slug == "moskva"


async def test_enter_does_what_the_filled_button_says(drive: Drive, ana: HostStore) -> None:
    async with drive() as app:
        table = await opened(app)
        await app.until(lambda: app.one("#add", Button).variant == "primary")
        assert app.one("#edit", Button).variant == "default"
        await app.press("enter")
        await app.dialog(EventTypeForm)
        assert app.one("#heading", Static).content == "Add event type"
        await app.write("Intro\n")
        await app.until(lambda: names(table) == [("Intro", 0)])
        assert [app.app.screen.query_one(f"#{name}", Button).variant for name in ("add", "edit")] == [
            "default",
            "primary",
        ]
        await app.press("enter")
        await app.dialog(EventTypeForm)
        assert app.one("#heading", Static).content == "Change event type"


async def test_a_new_event_type_that_was_dismissed_is_as_it_was_typed(drive: Drive, ana: HostStore) -> None:
    async with drive() as app:
        await opened(app)
        await app.press("a")
        await app.dialog(EventTypeForm)
        await app.write("Intro")
        await app.press("escape")
        await app.dialog(EventTypes)
        await app.press("escape")
        await app.closed()
        await opened(app)
        await app.press("a")
        await app.dialog(EventTypeForm)
        assert (app.one("#name", Input).value, str(app.one("#kept", Static).content)) == (
            "Intro",
            "Kept from before. ctrl+r starts empty.",
        )
        await app.press("ctrl+r", "escape")
        await app.dialog(EventTypes)
        await app.press("a")
        await app.dialog(EventTypeForm)
        assert (app.one("#name", Input).value, app.one("#kept", Static).display) == ("", False)
