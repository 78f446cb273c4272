"""The dialog that generates links."""

from __future__ import annotations

import pytest
from textual.containers import Horizontal
from textual.widgets import Button, Input, Static, TextArea

from driver import Drive, Driver
from secret_links import EventType, HostStore, Link
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.reissue import ReissueLinks
from secret_links_tui.widgets.event_type_choice import EventTypeChoice


async def opened(app: Driver) -> None:
    await app.press("g")
    await app.dialog(GenerateLinks)


def promise(app: Driver) -> str:
    return str(app.one("#promise", Static).content)


def wrong(app: Driver) -> str:
    return str(app.one("#notice", Static).content)


def paste(app: Driver, text: str) -> None:
    app.one("#labels", TextArea).load_text(text)


async def test_five_pasted_names_make_five_links_that_are_marked_and_copied_by_one_key(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    names = ["Ana Pires", "Bo Chen", "Carla", "Dmitri", "Élise"]
    async with drive() as app:
        await opened(app)
        await app.write("fin\n")
        paste(app, "\n".join(names) + "\n\n")
        await app.until(lambda: str(app.one("#generate", Button).label) == "Generate 5 links")
        assert (app.one("#count", Input).value, app.one("#count", Input).disabled) == ("5", True)
        assert str(app.one("#count-note", Static).content) == "one for each name"
        await app.press("ctrl+g")
        await app.until(lambda: app.table.row_count == 5)
        assert app.said == "5 links generated. n copies."
        assert app.selection_text == "5 new"
        assert app.line(1).startswith(" +☐")
        assert app.cursor.label == "Élise"
        made = ana.window()[::-1]
        assert [link.label for link in made] == names
        urls = [f"https://42min.us/s/{link.token}" for link in made]
        await app.press("n")
        await app.until(lambda: app.app.clipboard == "\n".join(urls))
        await app.press("N")
        lines = [f"{name}\t{url}" for name, url in zip(names, urls, strict=True)]
        await app.until(lambda: app.app.clipboard == "\n".join(lines))


@pytest.mark.parametrize(
    ("typed", "promised"),
    [
        ("", "Never expires."),
        ("7d", "Mon 30 Nov 2026 09:00 (WET, UTC+00:00), in 7 days."),
        ("fri 17:00", "Fri 27 Nov 2026 17:00 (WET, UTC+00:00), in 4 days."),
        ("30 nov", "End of Mon 30 Nov 2026 (WET, UTC+00:00), in 7 days."),
        (
            "28 mar 2027 01:30",
            "Sun 28 Mar 2027 02:30 (WEST, UTC+01:00): that is in 4 months; the clocks skip the time that was typed.",
        ),
        (
            "yesterday",
            "Cannot read “yesterday” as a date; try 7d, 24h, fri 17:00, 30 nov, 2026-11-30 or 2026-11-30 17:00.",
        ),
        ("2026-11-22", "“2026-11-22” is in the past; the expiry must lie ahead."),
    ],
)
async def test_the_exact_instant_is_shown_before_anything_is_made(
    drive: Drive, interview: EventType, typed: str, promised: str
) -> None:
    async with drive() as app:
        await opened(app)
        app.one("#expires", Input).value = typed
        await app.until(lambda: promise(app) == promised)


async def test_a_preset_is_filled_in_by_the_mouse(drive: Drive, interview: EventType) -> None:
    async with drive() as app:
        await opened(app)
        await app.pilot.click("#presets Button:last-of-type")
        await app.until(lambda: app.one("#expires", Input).value == "30d")
        assert promise(app).startswith("Wed 23 Dec 2026 09:00")


@pytest.mark.parametrize("count", ["0", "-1", "1001", "1e9", "1000000000", "ten", "", "٣", "9" * 5000])
async def test_a_count_that_cannot_be_is_refused_and_everything_stays_as_typed(
    drive: Drive, ana: HostStore, interview: EventType, count: str
) -> None:
    async with drive() as app:
        await opened(app)
        app.one("#count", Input).value = count
        paste(app, "panel")
        await app.press("ctrl+g")
        await app.until(lambda: "Enter a number from 1 to 1,000" in wrong(app))
        assert app.one("#count", Input).value == count
        assert app.one("#labels", TextArea).text == "panel"
        assert app.one("#count", Input).has_focus
        assert ana.counts().total == 0


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ("x" * 10_000, "A label (line 1) can have at most 200 characters; this one has 10,000."),
        ("fine\n" + "y" * 201, "A label (line 2) can have at most 200 characters; this one has 201."),
        ("name\n" * 1200, "These are 1,200 names; generate at most 1,000 links at a time."),
    ],
)
async def test_labels_that_cannot_be_are_refused(
    drive: Drive, ana: HostStore, interview: EventType, labels: str, sentence: str
) -> None:
    async with drive() as app:
        await opened(app)
        paste(app, labels)
        await app.press("ctrl+g")
        await app.until(lambda: wrong(app) == sentence)
        assert app.one("#labels", TextArea).has_focus
        assert ana.counts().total == 0


async def test_an_expiry_in_the_past_is_refused_when_it_is_asked_for(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    async with drive() as app:
        await opened(app)
        app.one("#expires", Input).value = "2020-01-01"
        await app.press("ctrl+g")
        await app.until(lambda: app.one("#expires", Input).has_focus)
        assert "is in the past" in promise(app)
        assert wrong(app) == ""  # it is said once
        assert ana.counts().total == 0


async def test_a_new_event_type_is_made_right_there(drive: Drive, ana: HostStore, interview: EventType) -> None:
    async with drive() as app:
        await opened(app)
        await app.write("Panel talk\n")
        await app.press("2", "enter")
        await app.until(lambda: app.table.row_count == 2)
        assert [(event_type.slug, event_type.links) for event_type in ana.event_types()] == [
            ("final-interview", 0),
            ("panel-talk", 2),
        ]


async def test_without_any_event_type_it_asks_for_the_first_one(drive: Drive, ana: HostStore) -> None:
    async with drive() as app:
        await opened(app)
        await app.press("ctrl+g")
        await app.until(lambda: wrong(app) == "Choose an event type, or type the name of a new one.")
        await app.write("Intro call")
        await app.press("ctrl+g")
        await app.until(lambda: app.table.row_count == 1)
        assert ana.event_types()[0].slug == "intro-call"


async def test_an_event_type_that_was_removed_is_reported_and_nothing_typed_is_lost(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    async with drive() as app:
        await opened(app)
        paste(app, "Ana\nBo")
        ana.remove_event_type(interview.id)
        await app.press("ctrl+g")
        await app.until(lambda: wrong(app) == "This event type is no longer there; pick another one.")
        assert app.one("#labels", TextArea).text == "Ana\nBo"


async def test_arrows_choose_while_the_focus_stays_in_the_field(drive: Drive, ana: HostStore) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        ana.add_event_type(name)
    async with drive() as app:
        await opened(app)
        await app.press("down", "down", "up")
        choice = app.one("EventTypeChoice", EventTypeChoice)
        assert choice.choice is not None
        assert (choice.choice.name, choice.typed.has_focus) == ("Alpha", True)


async def test_reissue_starts_from_the_old_link_and_leaves_it_as_it_is(
    drive: Drive, ana: HostStore, interview: EventType, store: object
) -> None:
    from support import START

    (old,) = ana.generate(interview.id, labels=["Ana"], expires_at=START.replace(month=12, day=7))
    async with drive() as app:
        await app.press("r")
        await app.dialog(ReissueLinks)
        assert app.one("#label", Input).value == "Ana"
        assert app.one("#expires", Input).value == "14d"
        await app.press("ctrl+s")
        await app.until(lambda: app.table.row_count == 2)
        fresh = ana.window(count=1)[0]
        assert (fresh.label, fresh.event_type) == ("Ana", old.event_type)
        assert ana.find(old.token) == old


async def test_escape_generates_nothing(drive: Drive, ana: HostStore, interview: EventType) -> None:
    async with drive() as app:
        await opened(app)
        await app.press("escape")
        await app.closed()
        assert ana.counts().total == 0


async def test_new_links_that_the_filter_hides_are_reported_and_can_be_copied(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    async with drive() as app:
        await app.press("3")
        await opened(app)
        await app.press("ctrl+g")
        await app.until(lambda: app.said == "1 link generated, hidden by the filter. n copies.")
        link: Link = ana.window()[0]
        await app.pilot.click("#copy-selected")
        await app.until(lambda: app.app.clipboard == f"https://42min.us/s/{link.token}")


async def test_a_new_name_that_makes_no_slug_asks_for_one(drive: Drive, ana: HostStore, interview: EventType) -> None:
    async with drive() as app:
        await opened(app)
        assert not app.one("#new-type", Horizontal).display
        app.one("EventTypeChoice", EventTypeChoice).typed.value = "日本語"
        await app.until(lambda: app.one("#new-type", Horizontal).display)
        await app.press("ctrl+g")
        await app.until(lambda: wrong(app) == "No slug can be made of “日本語”; give one, of a-z, 0-9 and hyphens.")
        assert app.one("#slug", Input).has_focus
        await app.write("nihongo")
        await app.press("ctrl+g")
        await app.until(lambda: app.table.row_count == 1)
        assert [(event_type.slug, event_type.name) for event_type in ana.event_types()] == [
            ("final-interview", "Final interview"),
            ("nihongo", "日本語"),
        ]


async def test_enter_goes_from_a_name_that_makes_no_slug_to_its_slug(drive: Drive, interview: EventType) -> None:
    async with drive() as app:
        await opened(app)
        app.one("EventTypeChoice", EventTypeChoice).typed.value = "Ελλάδα"
        await app.until(lambda: app.one("#new-type", Horizontal).display)
        await app.press("enter")
        await app.until(lambda: app.one("#slug", Input).has_focus)


async def test_the_line_of_a_label_that_is_too_long_counts_empty_ones(drive: Drive, interview: EventType) -> None:
    async with drive() as app:
        await opened(app)
        paste(app, f"Ana\n\n\n{'x' * 201}")
        await app.press("ctrl+g")
        await app.until(lambda: wrong(app).startswith("A label (line 4) can have at most 200 characters"))


# No event type that nobody picked


@pytest.fixture
def types(ana: HostStore) -> list[EventType]:
    """Event types that are picked by parts of their names."""
    return [ana.add_event_type(name) for name in ("Contract talk", "Final interview", "Intro call", "Intro panel")]


@pytest.mark.parametrize(
    "keys", [["ctrl+g"], ["tab", "ctrl+g"], ["tab", "tab", "ctrl+s"], ["enter"], ["space", "ctrl+s"]]
)
async def test_nothing_is_generated_for_an_event_type_that_nobody_picked(
    drive: Drive, ana: HostStore, types: list[EventType], keys: list[str]
) -> None:
    async with drive() as app:
        await opened(app)
        await app.press(*keys)
        await app.until(lambda: "Choose an event type" in wrong(app))
        assert app.one("EventTypeChoice", EventTypeChoice).choice is None
        assert ana.counts().total == 0


async def test_a_name_that_was_emptied_chooses_nothing(drive: Drive, ana: HostStore, types: list[EventType]) -> None:
    async with drive() as app:
        await opened(app)
        await app.write("contract\n")
        assert app.one("EventTypeChoice Input", Input).value == "Contract talk"
        app.one("EventTypeChoice Input", Input).value = ""
        await app.press("ctrl+s")
        await app.until(lambda: "Choose an event type" in wrong(app))
        assert ana.counts().total == 0


@pytest.mark.parametrize(
    ("typed", "written", "note"),
    [
        ("contr", "Contract talk", "30 min"),
        ("intro-call", "Intro call", "30 min"),
        ("INTRO PANEL", "Intro panel", "30 min"),
        ("Brand new thing", "Brand new thing", "new event type"),
        ("intro", "intro", "2 match; ⏎ or ↓ chooses"),
    ],
)
async def test_leaving_the_field_writes_out_what_it_stands_for(
    drive: Drive, types: list[EventType], typed: str, written: str, note: str
) -> None:
    async with drive() as app:
        await opened(app)
        await app.write(typed)
        await app.press("tab")
        assert app.one("EventTypeChoice Input", Input).value == written
        assert str(app.one("#choice-note", Static).content) == note
        assert app.one("#new-type", Horizontal).display is (note == "new event type")


async def test_a_part_of_several_names_is_refused_until_one_is_chosen(
    drive: Drive, ana: HostStore, types: list[EventType]
) -> None:
    async with drive() as app:
        await opened(app)
        app.burst("intro\t\x07")
        await app.until(lambda: wrong(app) == "2 event types have “intro” in their names: choose one.")
        await app.press("down", "ctrl+s")
        await app.until(lambda: ana.counts().total == 1)
        assert ana.window()[0].event_type.name == "Intro panel"


async def test_the_only_event_type_is_filled_in_and_can_be_typed_over(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    async with drive() as app:
        await opened(app)
        assert app.one("EventTypeChoice Input", Input).value == "Final interview"
        await app.write("Panel")
        await app.press("tab")
        app.one("#minutes", Input).value = "45"
        await app.press("ctrl+s")
        await app.until(lambda: ana.counts().total == 1)
        assert (ana.window()[0].event_type.name, ana.window()[0].event_type.minutes) == ("Panel", 45)


# Drafts


async def test_a_dismissed_dialog_keeps_what_was_typed(drive: Drive, ana: HostStore, types: list[EventType]) -> None:
    async with drive() as app:
        await opened(app)
        await app.write("intro p\n")
        paste(app, "Ana\nBo\nCy")
        app.one("#expires", Input).value = "7d"
        await app.press("escape")
        await app.closed()
        await opened(app)
        assert app.one("EventTypeChoice Input", Input).value == "Intro panel"
        assert (app.one("#labels", TextArea).text, app.one("#expires", Input).value) == ("Ana\nBo\nCy", "7d")
        assert app.one("#kept", Static).display
        await app.press("ctrl+s")
        await app.until(lambda: ana.counts().total == 3)
        await app.closed()
        await opened(app)
        assert (app.one("#labels", TextArea).text, app.one("#kept", Static).display) == ("", False)


async def test_a_kept_draft_is_emptied_by_one_key(drive: Drive, types: list[EventType]) -> None:
    async with drive() as app:
        await opened(app)
        paste(app, "Ana\nBo")
        await app.press("escape")
        await app.closed()
        await opened(app)
        assert app.one("#labels", TextArea).text == "Ana\nBo"
        await app.press("ctrl+r")
        assert (app.one("#labels", TextArea).text, app.one("#kept", Static).display) == ("", False)
        await app.press("escape")
        await app.closed()
        await opened(app)
        assert not app.one("#kept", Static).display
