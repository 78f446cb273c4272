"""What all dialogs have in common: each is a question, and is answered once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Button

from secret_links import Counts, Ends, EventType, Link
from secret_links_tui.preferences import Preferences
from secret_links_tui.screens.copy_form import CopyForm
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.screens.dialogs.change import ChangeLinks, Present
from secret_links_tui.screens.dialogs.check_clipboard import CheckClipboard
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.deleted_links import DeletedLinks, Found
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.drafts import Draft
from secret_links_tui.screens.dialogs.event_type_form import EventTypeForm
from secret_links_tui.screens.dialogs.event_types import EventTypeOperations, EventTypes
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.go_to import GoTo
from secret_links_tui.screens.dialogs.help import Help, HelpSection
from secret_links_tui.screens.dialogs.messages import Messages
from secret_links_tui.screens.dialogs.palette import Palette
from secret_links_tui.screens.dialogs.pick_event_type import PickEventType
from secret_links_tui.screens.dialogs.preferences import ChoosePreferences
from secret_links_tui.screens.dialogs.progress import Progress
from secret_links_tui.screens.dialogs.qr_code import QrCode
from secret_links_tui.screens.dialogs.reissue import Old, ReissueLinks
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.clipboard import Clipboard
from secret_links_tui.terminal.key_queue import KeyQueueApp
from support import START, SetClock

PATIENCE = 20.0
"""Seconds after which a test gives up waiting."""

ZONE = ZoneInfo("Europe/Lisbon")
INTERVIEW = EventType(1, "final-interview", "Final interview", 60, links=3)
LINK = Link(1, "k" * 22, INTERVIEW, "Ana", START, None, None, None)
SETTINGS = Settings("links.db", "ana", "https://42min.us/s", ZONE)


async def refused(*_: object) -> Any:
    raise AssertionError("nothing is asked of the store")


async def event_types() -> list[EventType]:
    return [INTERVIEW]


def until_stopped(progress: Callable[[int], None], stopped: Callable[[], bool]) -> None:
    """An operation without an end of its own."""
    pause = threading.Event()
    while not stopped():
        pause.wait(0.01)


async def none_deleted(search: str) -> Found:
    del search
    return Found((), START, 0)


def details() -> Details:
    return Details(LINK, SETTINGS.base_url, START, ZONE, lambda *_: None)


def list_of_event_types() -> EventTypes:
    return EventTypes(EventTypeOperations(event_types, refused, refused, refused))


Case = tuple[Callable[[], Dialog[Any]], str, object]
"""How to make a dialog, a button of it, and the answer that the button gives."""

CASES: list[Case] = [
    (lambda: CheckClipboard("check-1", Clipboard()), "not-arrived", False),
    (lambda: ChoosePreferences(Preferences(), SETTINGS, SetClock()), "cancel", None),
    (lambda: ChoosePreferences(Preferences(), SETTINGS, SetClock()), "save", Preferences()),
    (lambda: Confirm("Go?", "It goes.", "Yes"), "no", False),
    (lambda: Confirm("Go?", "It goes.", "Yes"), "yes", True),
    (details, "cancel", None),
    (details, "change", "change"),
    (details, "reissue", "reissue"),
    (details, "delete", "delete"),
    (lambda: EventTypeForm(None, refused), "cancel", None),
    (list_of_event_types, "cancel", None),
    (lambda: GenerateLinks([INTERVIEW], Draft(), refused, SetClock(), ZONE), "cancel", None),
    (lambda: GoTo(100), "cancel", None),
    (lambda: Help([HelpSection("Links", [("g", "Generate links")])]), "cancel", None),
    (lambda: DeletedLinks(none_deleted, ZONE), "cancel", None),
    (lambda: Messages([], START, ZONE), "cancel", None),
    (lambda: ReissueLinks(Old([LINK], Counts(active=1)), "", refused, SetClock(), ZONE), "cancel", None),
    (lambda: ChangeLinks(Present([LINK], 1, 1, Ends()), refused, SetClock(), ZONE), "cancel", None),
    (lambda: PickEventType([INTERVIEW], None), "cancel", None),
    (lambda: Progress("Deleting…", 100, lambda *both: asyncio.to_thread(until_stopped, *both)), "cancel", None),
]


async def until(pilot: Pilot[None], true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await pilot.pause(0.01)


def answers_of(dialog: Dialog[Any], monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Returns the answers that a dialog will have given."""
    answers: list[object] = []
    answer = dialog.answer

    def counted(value: object) -> None:
        answers.append(value)
        answer(value)

    monkeypatch.setattr(dialog, "answer", counted)
    return answers


@pytest.mark.parametrize(("make", "button", "answered"), CASES)
async def test_a_button_answers_once(
    make: Callable[[], Dialog[Any]], button: str, answered: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = KeyQueueApp()
    async with app.run_test() as pilot:
        dialog = make()
        closed: list[object] = []
        answers = answers_of(dialog, monkeypatch)
        await app.push_screen(dialog, closed.append)
        dialog.query_one(f"#{button}", Button).press()
        await until(pilot, lambda: closed)
        await pilot.pause()
        assert answers == closed == [answered]


@pytest.mark.parametrize("kind", sorted({type(make()).__name__ for make, _, _ in CASES}))
async def test_a_dialog_looks_from_the_first_picture_on_as_it_will_in_its_size(kind: str) -> None:
    app, drawn = KeyQueueApp(), list[tuple[object, ...]]()
    (dialog, *_) = (made for make, _, _ in CASES if type(made := make()).__name__ == kind)

    def look() -> tuple[object, ...]:
        return dialog.classes, dialog.focused, [str(opened) for opened in dialog.query(".-open")]

    async with app.run_test(size=(120, 34)) as pilot:
        dialog.screen_layout_refresh_signal.subscribe(app, lambda _: drawn.append(look()), immediate=True)
        await app.push_screen(dialog)
        await until(pilot, lambda: drawn and app.keys.is_open)
        assert drawn[0] == look()
        assert dialog.classes >= {"-wide", "-tall"}
        await pilot.resize_terminal(40, 12)
        await until(pilot, lambda: dialog.classes >= {"-narrow", "-short"})
        assert dialog.size == (40, 12)


def test_every_dialog_is_tested() -> None:
    assert {type(make()) for make, _, _ in CASES} == {*Dialog.__subclasses__()} - {Palette}  # it has no buttons


@pytest.mark.parametrize(
    ("make", "button", "opened"),
    [
        (details, "phone", QrCode),
        (list_of_event_types, "add", EventTypeForm),
        (list_of_event_types, "edit", EventTypeForm),
        (list_of_event_types, "remove", Confirm),
    ],
)
async def test_a_button_opens_a_screen_above(
    make: Callable[[], Dialog[Any]], button: str, opened: type[Screen[Any]]
) -> None:
    app = KeyQueueApp()
    async with app.run_test() as pilot:
        dialog = make()
        await app.push_screen(dialog)
        if isinstance(dialog, EventTypes):
            await until(pilot, lambda: dialog.table.row_count == 1)
        dialog.query_one(f"#{button}", Button).press()
        await until(pilot, lambda: isinstance(app.screen, opened))
        await pilot.pause()
        assert app.screen_stack.index(dialog) == len(app.screen_stack) - 2


async def test_a_button_copies_the_link_once_and_leaves_its_details_open() -> None:
    app, copied = KeyQueueApp(), list[Link]()
    async with app.run_test() as pilot:
        dialog = Details(LINK, SETTINGS.base_url, START, ZONE, lambda link, _: copied.append(link))
        await app.push_screen(dialog)
        dialog.query_one("#copy", Button).press()
        await until(pilot, lambda: copied)
        await pilot.pause()
        assert copied == [LINK]
        assert app.screen is dialog


@pytest.mark.parametrize("size", [(120, 34), (80, 24), (40, 12)])
async def test_all_buttons_of_the_details_can_be_pressed_where_they_are_shown(size: tuple[int, int]) -> None:
    app, copied = KeyQueueApp(), list[CopyForm]()
    async with app.run_test(size=size) as pilot:
        link = replace(LINK, notes=tuple((f"column {number}", "x") for number in range(30)))  # which need a scrollbar
        dialog = Details(link, SETTINGS.base_url, START, ZONE, lambda _, form: copied.append(form))
        await app.push_screen(dialog)
        await pilot.pause()
        shown = [button for button in dialog.query("#answers Button") if button.display]
        answers = dialog.query_one("#answers").content_region
        assert all(answers.contains_region(button.region) for button in shown)
        assert size < (80, 24) or "copy-message" in [button.id for button in shown]
        if "copy-message" in [button.id for button in shown]:
            await pilot.click("#copy-message")
            await until(pilot, lambda: copied == [CopyForm.MESSAGE])


async def test_details_that_are_longer_than_the_terminal_scroll_by_keys() -> None:
    app = KeyQueueApp()
    async with app.run_test(size=(40, 12)) as pilot:
        link = replace(LINK, notes=tuple((f"column {number}", "x") for number in range(30)))
        await app.push_screen(Details(link, SETTINGS.base_url, START, ZONE, lambda *_: None))
        await pilot.pause()
        box = app.screen.query_one("#dialog")
        await pilot.press("down")
        await until(pilot, lambda: box.scroll_offset.y == 1)
        await pilot.press("end")
        await until(pilot, lambda: box.scroll_offset.y == box.max_scroll_y > 20)
        await pilot.press("home", "pagedown")
        await until(pilot, lambda: 1 < box.scroll_offset.y < 12)
        await pilot.press("tab", "up")
        assert app.screen.is_current, "Tab goes to the buttons as before"


async def test_an_answer_waits_until_the_screen_above_is_closed() -> None:
    app = KeyQueueApp()
    async with app.run_test() as pilot:
        dialog, above = GoTo(100), Screen[None]()
        closed: list[object] = []
        await app.push_screen(dialog, closed.append)
        await app.push_screen(above)
        dialog.answer(1)
        dialog.answer(2)
        await pilot.pause()
        assert closed == []
        above.dismiss()
        await until(pilot, lambda: closed)
        assert closed == [1]
