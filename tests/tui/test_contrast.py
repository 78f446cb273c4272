"""Everything that is drawn can be read, in every theme and in terminals of any number of colours.

It is measured on what the program sends, rounded as the terminal rounds it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.color import Color
from textual.widget import Widget
from textual.widgets import Button, Input, TextArea

from drawn import SIXTEENS, drawn, rounded, shown, too_pale
from driver import Drive, Driver
from odd_rows import Wrong, opened_up, put_in
from secret_links import Counts, DeletedLink, Ends, EventType, HostStore, Link, Status, Store
from secret_links_tui.preferences import Preferences
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
from secret_links_tui.screens.dialogs.palette import Palette, PaletteEntry
from secret_links_tui.screens.dialogs.pick_event_type import PickEventType
from secret_links_tui.screens.dialogs.preferences import ChoosePreferences
from secret_links_tui.screens.dialogs.progress import Progress
from secret_links_tui.screens.dialogs.reissue import Old, ReissueLinks
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.clipboard import Clipboard
from secret_links_tui.terminal.colours import ColorDepth
from secret_links_tui.widgets.bar_button import BarButton
from secret_links_tui.widgets.link_table import LinkTable
from secret_links_tui.widgets.message_line import News, Offer, Said, Tone
from secret_links_tui.widgets.status_tabs import StatusTabs
from support import START, SetClock

ZONE = ZoneInfo("Europe/Lisbon")
SETTINGS = Settings("links.db", "ana", "https://42min.us/s", ZONE)
TYPES = [EventType(number, f"type-{number}", f"Event type {number}", 30, links=number) for number in range(1, 9)]
LINK = Link(1, "k" * 22, TYPES[0], "Ana", START, None, None, None)

OF_THEMES = [
    pytest.param(depth, dark, id=f"{depth}-{'dark' if dark else 'light'}")
    for depth in ColorDepth
    for dark in (True, False)
]
in_every_theme = pytest.mark.parametrize(("depth", "dark"), OF_THEMES)

WITHOUT_PALETTE = [each for each in OF_THEMES if ColorDepth.PALETTE not in each.values]
"""Dialogs have the colours of the list, for which the palette of 256 has been looked at."""

in_most_themes = pytest.mark.parametrize(("depth", "dark"), WITHOUT_PALETTE)


def in_turn(depth: ColorDepth, *, dark: bool) -> list[str]:
    """The dialogs to look at in a theme: each is in one dark and in one light one, with few colours and with many."""
    return [*DIALOGS][(depth is ColorDepth.TRUE) ^ dark :: 2]


async def refused(*_: object) -> Any:
    raise AssertionError("nothing is asked of the store")


async def event_types() -> list[EventType]:
    return TYPES


async def deleted(search: str) -> Found:
    del search
    return Found([DeletedLink(LINK, START, "bo", 1)] * 3, START, 3)


def said() -> list[Said]:
    return [Said(START, "3 links were deleted.", tone) for tone in Tone]


DIALOGS: dict[str, Callable[[], Dialog[Any]]] = {
    "change": lambda: ChangeLinks(Present([LINK], 1, 1, Ends()), refused, SetClock(), ZONE),
    "check": lambda: CheckClipboard("check-1", Clipboard()),
    "preferences": lambda: ChoosePreferences(Preferences(), SETTINGS, SetClock()),
    "confirm": lambda: Confirm("Delete 3 links?", "Their URLs stop working at once.", "Delete 3"),
    "details": lambda: Details(LINK, SETTINGS.base_url, START, ZONE, lambda *_: None),
    "form": lambda: EventTypeForm(TYPES[0], refused),
    "deleted": lambda: DeletedLinks(deleted, ZONE),
    "messages": lambda: Messages(said(), START, ZONE),
    "palette": lambda: Palette([PaletteEntry("Undo", "Bring back links", "u", "", refused)] * 40),
    "reissue": lambda: ReissueLinks(Old([LINK], Counts(active=1)), "", refused, SetClock(), ZONE),
    "types": lambda: EventTypes(EventTypeOperations(event_types, refused, refused, refused)),
    "generate": lambda: GenerateLinks(TYPES, Draft(), refused, SetClock(), ZONE),
    "go to": lambda: GoTo(100),
    "help": lambda: Help([HelpSection(f"Section {number}", [("g", "Generate links")] * 9) for number in range(9)]),
    "pick": lambda: PickEventType(TYPES, None),
    "progress": lambda: Progress("Deleting…", 100, lambda *_: asyncio.sleep(60)),
}


@pytest.fixture
def links(url: str, store: Store, ana: HostStore, interview: EventType, clock: SetClock) -> list[Link]:
    """Links of every status, one of them about to expire, and enough of them for a scrollbar."""
    made = ana.generate(interview.id, 60, expires_at=clock() + timedelta(days=9))
    made += ana.generate(interview.id, 1, labels=["soon"], expires_at=clock() + timedelta(hours=3))
    made += ana.generate(interview.id, 1, labels=["expired"], expires_at=clock() + timedelta(minutes=1))
    made += ana.generate(interview.id, 4, labels=["used", "damaged", "flips", "active"])
    store.redeem(made[-4].token, by="Bo")
    opened_up(url)
    put_in(url, "link", [made[-3].id], [Wrong("expires_at", "'2026-12-01'")])
    clock.instant += timedelta(minutes=2)
    return made


@asynccontextmanager
async def shown_in(drive: Drive, depth: ColorDepth, dark: bool) -> AsyncIterator[Driver]:
    async with drive(depth=depth) as app:
        if not dark:
            app.app.action_toggle_dark()
            await app.until(lambda: not app.app.current_theme.dark)
            await app.pilot.pause()
        yield app


class Complaints:
    """What cannot be read, each with the first state of the screen in which it was seen."""

    def __init__(self, app: Driver, depth: ColorDepth) -> None:
        self._app = app
        self._depth = depth
        self.found: dict[str, str] = {}

    async def look(self, state: str, within: Widget | None = None) -> None:
        """Looks at the screen, or at one of its widgets, as it is now."""
        await self._app.pilot.pause()
        region = within.region if within else None
        app, depth = self._app.app, self._depth
        for found in too_pale(app, depth, region) | rounded(app, depth, region):
            self.found.setdefault(found, state)


@in_every_theme
async def test_the_list_can_be_read(
    drive: Drive, store: Store, links: list[Link], depth: ColorDepth, dark: bool
) -> None:
    async with shown_in(drive, depth, dark) as app:
        complaints = Complaints(app, depth)
        app.links.title_bar.show_badge("read-only")
        app.rows.fresh = frozenset({links[0].id, links[1].id})
        store.redeem(links[-2].token)
        await app.until(lambda: app.rows.flipped)
        for number in range(8):  # every status, under the cursor, beside it, and selected
            await complaints.look(f"cursor on row {number}")
            await app.press("space")
            await complaints.look(f"selected row {number}")
            if number % 2:
                await app.press("space")
            await app.press("j")
        await app.pilot.hover(LinkTable, offset=(20, 12))
        await complaints.look("mouse on a row")
        await app.pilot.hover(StatusTabs, offset=(20, 0))
        await complaints.look("mouse on a tab")
        for button in app.links.query(BarButton):
            button.focus()
            await complaints.look(f"focus on {button.id}")
            await app.pilot.hover(f"#{button.id}")
            await complaints.look(f"mouse and focus on {button.id}")
            app.table.focus()
            await complaints.look(f"mouse on {button.id}")
        for wrong in (False, True):
            offer = Offer("u brings them back", "undo")
            app.links.message_line.say("3 links were deleted.", wrong=wrong, offer=offer)
            app.links.message_line.tell(News("Ana booked Final interview.", "Ana booked."), logged="Ana booked.")
            await complaints.look(f"message, wrong: {wrong}")
        await app.press("slash")
        await complaints.look("search, empty, with the focus")
        await app.write("nothing")
        await app.until(lambda: app.table.row_count == 0)
        await complaints.look("search, filled")
        app.table.focus()
        await complaints.look("nothing found")
        app.links.filter_bar.search.value = ""
        await app.until(lambda: app.table.row_count)
        for status in (Status.ACTIVE, Status.EXPIRED, Status.DAMAGED):
            await app.click_tab(status)
            await complaints.look(f"only {status}")
        assert complaints.found == {}


@in_most_themes
async def test_every_dialog_can_be_read(drive: Drive, ana: HostStore, depth: ColorDepth, dark: bool) -> None:
    async with shown_in(drive, depth, dark) as app:
        complaints = Complaints(app, depth)
        for name in in_turn(depth, dark=dark):
            dialog = DIALOGS[name]()
            app.app.push_screen(dialog)
            await app.dialog(type(dialog))
            await look_at(dialog, name, app, complaints)
            app.app.pop_screen()
            await app.closed()
        assert complaints.found == {}


async def look_at(dialog: Dialog[Any], name: str, app: Driver, complaints: Complaints) -> None:
    """Looks at a dialog with the focus everywhere, with something typed, and with its messages."""
    box = dialog.query_one("#dialog")
    looks = {(type(widget), widget.classes): widget for widget in dialog.focus_chain}  # one of each
    for widget in looks.values():
        widget.focus()
        await complaints.look(f"{name}, focus on {widget!r}", box)
        if isinstance(widget, (Input, TextArea)):
            with widget.prevent(Input.Changed):
                await app.press("n", "o")
            await complaints.look(f"{name}, typed into {widget!r}", box)
    for say in (dialog.say, dialog.complain):
        say("This is a sentence.")
        await complaints.look(f"{name}, {say.__name__}", box)


def test_every_dialog_is_looked_at() -> None:
    assert {type(make()) for make in DIALOGS.values()} == set(Dialog.__subclasses__())
    depths, lights = (ColorDepth.SIXTEEN, ColorDepth.TRUE), (True, False)
    for dark in lights:
        assert sorted(name for depth in depths for name in in_turn(depth, dark=dark)) == sorted(DIALOGS)
    for depth in depths:
        assert sorted(name for dark in lights for name in in_turn(depth, dark=dark)) == sorted(DIALOGS)


@in_every_theme
async def test_cursor_selection_and_flip_are_told_apart(
    drive: Drive, store: Store, links: list[Link], depth: ColorDepth, dark: bool
) -> None:
    async with shown_in(drive, depth, dark) as app:
        store.redeem(links[-2].token)
        await app.until(lambda: app.rows.flipped)
        app.links.board.table.move_cursor(4)
        await app.press("space", "j", "space", "j")
        await app.pilot.pause()
        table = app.table.region
        lines = {row: table.y + 1 + row for row in (1, 4, 6, 9)}  # flipped, selected, with the cursor, neither
        for sixteen in SIXTEENS:
            grounds = {
                row: {shown(run.ground, depth, sixteen) for run in drawn(app.app, table) if run.y == y and run.x < 100}
                for row, y in lines.items()
            }
            assert all(len(ground) == 1 for ground in grounds.values()), grounds
            assert len(set.union(*grounds.values())) == len(grounds), grounds


@in_every_theme
async def test_the_focus_leaves_a_buttons_fill_and_adds_to_it(
    drive: Drive, links: list[Link], depth: ColorDepth, dark: bool
) -> None:
    async with shown_in(drive, depth, dark) as app:
        await app.press("space")
        await app.until(lambda: len(app.links.query(BarButton)) > 2)
        await compare_with_focus(app, [*app.links.query(BarButton)])
        app.app.push_screen(DIALOGS["details"]())
        await app.dialog(Details)
        await compare_with_focus(app, [button for button in app.app.screen.query(Button) if button.id != "delete"])


async def laid_out(app: Driver, button: BarButton | Button) -> None:
    """Waits until a button stands where it is to be."""
    await app.until(lambda: str(button.label) in "".join(run.text for run in drawn(app.app, button.region)))


async def compare_with_focus(app: Driver, buttons: Sequence[BarButton | Button]) -> None:
    for button in buttons:
        if not button.region.area:
            continue
        app.app.screen.set_focus(None)
        await laid_out(app, button)
        plain = list(drawn(app.app, button.region))
        button.focus()
        await app.pilot.pause()
        focused = list(drawn(app.app, button.region))
        words = "".join(run.text for run in plain)
        assert {run.ground for run in focused} == {run.ground for run in plain}, button
        assert "".join(run.text for run in focused) == f"┃{words[1:-1]}┃"


@in_every_theme
async def test_a_button_that_deletes_is_red_and_filled_while_it_has_the_focus(
    drive: Drive, ana: HostStore, depth: ColorDepth, dark: bool
) -> None:
    async with shown_in(drive, depth, dark) as app:
        app.app.push_screen(DIALOGS["details"]())
        await app.dialog(Details)
        button = app.one("#delete", Button)
        await laid_out(app, button)
        red = Color.parse(app.app.current_theme.error or "")
        for focused in (False, True):
            app.app.screen.set_focus(button if focused else None)
            await app.pilot.pause()
            grounds = {shown(run.ground, depth) for run in drawn(app.app, button.region)}
            assert (grounds == {shown(red, depth)}) is focused
