"""The choice of an event type: nothing is chosen that nobody chose."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Static

from driver import Drive, Driver
from secret_links import EventType, HostStore, NewEventType
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.pick_event_type import PickEventType
from secret_links_tui.widgets.event_type_choice import EventTypeChoice


@pytest.fixture
def three(ana: HostStore) -> list[EventType]:
    return [ana.add_event_type(name, minutes=20) for name in ("Contract talk", "Final interview", "Intro call")]


async def opened(app: Driver) -> EventTypeChoice:
    await app.press("g")
    await app.dialog(GenerateLinks)
    return app.one("EventTypeChoice", EventTypeChoice)


def chosen(choice: EventTypeChoice) -> int | None:
    return choice.choice.id if isinstance(choice.choice, EventType) else None


def note(app: Driver) -> str:
    return str(app.one("#choice-note", Static).content)


def wrong(app: Driver) -> str:
    return str(app.one("#notice", Static).content)


@pytest.mark.parametrize("keys", [[], ["tab"], ["tab", "tab"], ["i", "backspace", "tab"], ["space", "tab"]])
@pytest.mark.parametrize("finish", ["ctrl+g", "ctrl+s"])
async def test_nothing_is_generated_for_an_event_type_that_nobody_chose(
    drive: Drive, ana: HostStore, three: list[EventType], keys: list[str], finish: str
) -> None:
    async with drive() as app:
        choice = await opened(app)
        assert (choice.text, choice.options.highlighted) == ("", None)
        await app.press(*keys, finish)
        await app.until(lambda: wrong(app) == "Choose an event type.")
        assert choice.typed.has_focus
        assert ana.counts().total == 0


async def test_enter_in_an_empty_field_asks_for_an_event_type(drive: Drive, three: list[EventType]) -> None:
    async with drive() as app:
        choice = await opened(app)
        await app.press("enter")
        await app.until(lambda: wrong(app) == "Choose an event type.")
        assert choice.typed.has_focus


async def test_the_only_event_type_is_filled_in_where_it_can_be_seen(drive: Drive, interview: EventType) -> None:
    async with drive() as app:
        choice = await opened(app)
        assert (choice.text, chosen(choice), note(app)) == ("Final interview", interview.id, "60 min")
        await app.press("backspace", "tab")  # it is selected, so one key empties the field
        assert (choice.text, choice.choice, note(app)) == ("", None, "")


async def test_the_event_type_that_is_listed_alone_is_filled_in(drive: Drive, three: list[EventType]) -> None:
    async with drive() as app:
        await app.press("e")
        await app.dialog(PickEventType)
        await app.write("intro\n")
        await app.closed()
        choice = await opened(app)
        assert (choice.text, note(app), app.one("#count", Input).has_focus) == ("Intro call", "20 min", True)


@pytest.mark.parametrize(
    ("typed", "name", "said"),
    [
        ("Intr", "Intro call", "20 min"),
        ("INTRO", "Intro call", "20 min"),
        ("call", "Intro call", "20 min"),
        ("final-interview", "Final interview", "20 min"),
        ("Brand new thing", "Brand new thing", "new event type"),
        ("in", "in", "2 match; ⏎ or ↓ chooses"),
        (" in ", " in ", "2 match; ⏎ or ↓ chooses"),
        ("t", "t", "3 match; ⏎ or ↓ chooses"),
    ],
)
@pytest.mark.parametrize("as_burst", [False, True])
async def test_leaving_the_field_writes_out_what_it_stands_for(
    drive: Drive, three: list[EventType], typed: str, name: str, said: str, as_burst: bool
) -> None:
    async with drive() as app:
        choice = await opened(app)
        if as_burst:
            app.burst(f"{typed}\t")
        else:
            await app.write(typed)
            await app.press("tab")
        await app.settled()
        assert (choice.text, note(app)) == (name, said)
        assert not choice.typed.has_focus


async def test_an_ambiguous_part_is_refused_until_one_is_moved_to(
    drive: Drive, ana: HostStore, three: list[EventType]
) -> None:
    async with drive() as app:
        choice = await opened(app)
        app.burst(b"in\x07")  # and ctrl+g
        await app.until(lambda: wrong(app) == "2 event types have “in” in their names: choose one.")
        assert (choice.typed.has_focus, ana.counts().total) == (True, 0)
        await app.press("down", "tab")
        assert choice.text == "Final interview"
        await app.press("ctrl+s")
        await app.until(lambda: ana.counts().total == 1)
        assert ana.window()[0].event_type.slug == "final-interview"


async def test_enter_takes_the_best_match_that_is_highlighted(drive: Drive, three: list[EventType]) -> None:
    async with drive() as app:
        choice = await opened(app)
        await app.write("in\n")
        assert (choice.text, note(app), app.one("#count", Input).has_focus) == ("Intro call", "20 min", True)


async def test_a_slug_in_full_is_no_ambiguous_part(drive: Drive, ana: HostStore) -> None:
    ana.add_event_type("Intro with tea", "intro-tea")
    short = ana.add_event_type("Short talk", "intro")
    async with drive() as app:
        choice = await opened(app)
        await app.write("intro")
        await app.press("tab")
        assert (choice.text, chosen(choice)) == ("Short talk", short.id)


async def test_a_new_event_type_shows_its_minutes_which_can_be_changed(
    drive: Drive, ana: HostStore, three: list[EventType]
) -> None:
    async with drive() as app:
        await opened(app)
        await app.write("Panel")
        await app.press("tab")
        minutes = app.one("#minutes", Input)
        assert (minutes.value, app.one("#slug", Input).placeholder) == ("30", "panel")
        minutes.value = "0"
        await app.press("ctrl+s")
        await app.until(lambda: wrong(app) == "Enter the minutes of a meeting: a number from 1 to 1,440.")
        assert minutes.has_focus
        await app.press("4", "5", "ctrl+s")
        await app.until(lambda: ana.counts().total == 1)
        assert [(each.slug, each.minutes) for each in ana.event_types() if each.name == "Panel"] == [("panel", 45)]


async def test_a_new_name_that_is_a_part_of_others_can_be_moved_to(drive: Drive, three: list[EventType]) -> None:
    async with drive() as app:
        choice = await opened(app)
        await app.write("Intro")
        await app.press("down", "tab")
        assert (choice.choice, note(app)) == (NewEventType("Intro"), "new event type")


async def test_what_does_not_fit_the_list_is_counted(drive: Drive, ana: HostStore) -> None:
    for number in range(17):
        ana.add_event_type(f"Talk {number}")
    async with drive() as app:
        choice = await opened(app)
        more = app.one("#more", Static)
        await app.until(lambda: str(more.content) == f"type to find; {17 - choice.options.size.height} more")
        await app.write("talk 16")
        await app.until(lambda: not more.display)


async def test_an_event_type_to_filter_by_is_never_picked_by_accident(
    drive: Drive, ana: HostStore, three: list[EventType]
) -> None:
    ana.generate(three[0].id)
    async with drive() as app:
        await app.press("e")
        await app.dialog(PickEventType)
        await app.write("nothing like it\n")
        await app.until(lambda: wrong(app) == "No event type has this in its name.")
        await app.press("ctrl+u", "enter")
        await app.closed()
        assert app.links.filters.event_type is None
