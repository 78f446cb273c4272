"""Keys that arrive all at once, from a line that stalled: each acts on what the keys before it have opened."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from textual.geometry import Offset
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

from another_program import another_program
from driver import Drive, Driver
from secret_links import EventType, HostStore, Store
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.event_type_form import EventTypeForm
from secret_links_tui.screens.dialogs.event_types import EventTypes
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.go_to import GoTo
from secret_links_tui.screens.dialogs.palette import Palette
from secret_links_tui.screens.dialogs.pick_event_type import PickEventType
from secret_links_tui.screens.dialogs.preferences import ChoosePreferences
from secret_links_tui.screens.dialogs.reissue import ReissueLinks
from secret_links_tui.settings import Settings
from support import START, SetClock

NAMES = ("quentin", "clara umut", "axy", "oxb Nora")
"""Names whose letters leave, undo, copy, print, select, delete and order, where the list takes them for keys."""


class HeldClock(SetClock):
    """A clock that the store waits for, since each of its readings begins with a look at it."""

    def __init__(self) -> None:
        super().__init__(START)
        self.answers = threading.Event()
        self.answers.set()

    def __call__(self) -> datetime:
        if threading.current_thread() is not threading.main_thread():
            assert self.answers.wait(20)
        return self.instant


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture(params=["at once", "late"])
def late(request: pytest.FixtureRequest) -> bool:
    """Whether the store answers only after everything was typed."""
    return bool(request.param == "late")


@pytest.fixture
def links(ana: HostStore, interview: EventType) -> list[str]:
    """The tokens of three links, and of one that was deleted."""
    made = ana.generate(interview.id, labels=["Ana Pires", "Bo Chen", "Cy Young", "Dora"])
    ana.delete([made[-1].id])
    return [link.token for link in made[:-1]]


class Typist:
    """Types bursts into a store that may be slow, and looks whether the list was left alone."""

    def __init__(self, app: Driver, ana: HostStore, clock: HeldClock, *, late: bool) -> None:
        self.app, self._ana, self._clock, self._late = app, ana, clock, late
        self._before = self._state()

    def _state(self) -> object:
        links = self.app.links
        return (
            {link.token for link in self._ana.window()},
            links.board.rows.selected,
            links.board.view,
            self.app.app.clipboard,
        )

    async def burst(self, text: str) -> None:
        if self._late:
            self._clock.answers.clear()
        self.app.burst(text)
        for _ in range(3):
            await self.app.pilot.pause()
        assert self.app.app.is_running
        self._clock.answers.set()
        await self.app.settled()

    def assert_untouched(self) -> None:
        assert self.app.app.is_running
        assert self._state() == self._before


TypeInto = Callable[[], AbstractAsyncContextManager[Typist]]
"""Opens the app on the links."""


@pytest.fixture
def type_into(drive: Drive, ana: HostStore, clock: HeldClock, late: bool, links: list[str]) -> TypeInto:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Typist]:
        async with drive() as app:
            await app.until(lambda: app.table.row_count == 3)
            yield Typist(app, ana, clock, late=late)

    return opened


async def test_what_is_typed_behind_g_is_the_event_type(type_into: TypeInto) -> None:
    async with type_into() as typist:
        for name in NAMES:
            await typist.burst(f"g{name}")
            await typist.app.dialog(GenerateLinks)
            assert typist.app.one("EventTypeChoice Input", Input).value == name
            await typist.app.press("escape")
            await typist.app.closed()
            typist.assert_untouched()


async def test_what_is_typed_behind_a_slash_is_searched_for(type_into: TypeInto) -> None:
    async with type_into() as typist:
        for name in (*NAMES, "https://42min.us/s/k3JdQ0quxaylCn1234ABCD"):
            await typist.burst(f"/{name}")
            assert typist.app.links.filter_bar.search.value == name
            await typist.app.press("escape")
            await typist.app.settled()
            typist.assert_untouched()


async def test_what_is_typed_behind_e_is_looked_for_among_event_types(type_into: TypeInto) -> None:
    async with type_into() as typist:
        for name in NAMES:
            await typist.burst(f"e{name}")
            await typist.app.dialog(PickEventType)
            assert typist.app.one("EventTypeChoice Input", Input).value == name
            await typist.app.press("escape")
            await typist.app.closed()
            typist.assert_untouched()


async def test_what_is_typed_behind_a_colon_is_a_row(type_into: TypeInto) -> None:
    async with type_into() as typist:
        await typist.burst(":xaq")
        await typist.app.dialog(GoTo)
        assert typist.app.one("#row", Input).value == "xaq"
        await typist.app.press("escape")
        await typist.burst(":2\rj")
        await typist.app.closed()
        assert typist.app.table.cursor == 2
        typist.assert_untouched()


async def test_what_is_typed_behind_x_deletes_nothing(type_into: TypeInto) -> None:
    async with type_into() as typist:
        for name in ("yy", *NAMES, "y\r"):
            await typist.burst(f"x{name}")
            await typist.app.dialog(Confirm)
            await typist.app.press("n")
            await typist.app.closed()
            typist.assert_untouched()


async def test_what_is_typed_behind_t_and_a_is_a_new_event_types_name(type_into: TypeInto) -> None:
    async with type_into() as typist:
        for name in NAMES:
            await typist.burst(f"ta{name}")
            await typist.app.dialog(EventTypeForm)
            assert typist.app.one("#name", Input).value == name
            await typist.app.press("escape")
            await typist.app.dialog(EventTypes)
            await typist.app.press("q")
            await typist.app.closed()
            typist.assert_untouched()


async def test_an_event_type_is_not_removed_by_what_is_typed_behind_the_key(type_into: TypeInto) -> None:
    async with type_into() as typist:
        await typist.burst("txy\r")
        await typist.app.dialog(Confirm)
        await typist.app.press("n")
        await typist.app.dialog(EventTypes)
        await typist.app.press("q")
        await typist.app.closed()
        typist.assert_untouched()


@pytest.mark.parametrize(("key", "opened"), [(",", ChoosePreferences), ("r", ReissueLinks), ("\x10", Palette)])
async def test_what_is_typed_behind_other_keys_that_open_something_stays_there(
    type_into: TypeInto, key: str, opened: type[Screen[object]]
) -> None:
    async with type_into() as typist:
        for name in ("quentin", "umut", "axy"):
            await typist.burst(key + name)
            await typist.app.dialog(opened)
            await typist.app.press("escape")
            await typist.app.closed()
            typist.assert_untouched()


async def test_a_whole_round_typed_at_once_generates_and_copies(type_into: TypeInto) -> None:
    async with type_into() as typist:
        await typist.burst("gFinal interview\r\t\tAna Pires\rBo Chen\x07n")
        app = typist.app
        await app.closed()
        await app.until(lambda: app.app.clipboard.count("https://42min.us/s/") == 2)
        assert [link.label for link in app.links.board.selection.fresh_links] == ["Ana Pires", "Bo Chen"]


async def test_a_key_acts_on_the_list_that_was_asked_for_before_it(type_into: TypeInto, links: list[str]) -> None:
    async with type_into() as typist:
        await typist.burst("/ana\rc")
        await typist.app.until(lambda: typist.app.app.clipboard.endswith(links[0]))
        await typist.burst("/\x15bo ch\rjxn")
        await typist.app.dialog(Confirm)
        assert "Bo Chen" in str(typist.app.one("#question", Static).content)


async def test_all_are_selected_before_they_are_deleted(type_into: TypeInto) -> None:
    async with type_into() as typist:
        await typist.burst("ax")
        await typist.app.dialog(Confirm)
        assert "3 links" in str(typist.app.one("#question", Static).content)


async def test_a_row_far_away_is_read_before_it_is_copied(
    drive: Drive, ana: HostStore, interview: EventType, clock: HeldClock, late: bool
) -> None:
    oldest = ana.generate(interview.id, 3000)[0]
    async with drive() as app:
        await Typist(app, ana, clock, late=late).burst("Gc")
        await app.until(lambda: app.app.clipboard.endswith(oldest.token))


@pytest.mark.parametrize("typed", ["n", "N", "c", "gquentin", "x", " ", "u", "a", "r", "v", "l", ",", "t", "e", "\r"])
async def test_keys_before_the_store_is_open_wait_for_it(
    url: str, ana: HostStore, links: list[str], clock: HeldClock, typed: str, database: str
) -> None:
    may_open = threading.Event()

    def open_store() -> Store:
        assert may_open.wait(20)
        return Store.open(url, clock=clock)

    settings = Settings(url, "ana", "https://42min.us/s", ZoneInfo("Europe/Lisbon"))
    app = SecretLinksApp(settings, open_store, now=clock)
    async with app.run_test(size=(120, 34)) as pilot:
        driver = Driver(app, pilot)
        driver.burst(typed)
        await pilot.pause()
        assert not driver.app.keys.is_open
        may_open.set()
        await driver.until(lambda: app.links.board.counts is not None)
        await driver.settled()
        match typed:
            case "n" | "N":
                assert driver.said == "There is nothing to copy."
            case "c":
                await driver.until(lambda: app.clipboard.endswith(links[-1]))
            case "gquentin":
                await driver.dialog(GenerateLinks)
                assert driver.one("EventTypeChoice Input", Input).value == "quentin"
            case " ":
                assert len(driver.selected_ids) == 1
            case "u":
                await driver.dialog(Confirm)  # what was not deleted in this run is asked about
                await driver.press("y")
                await driver.until(lambda: ana.counts().total == 4)
            case "a":
                await driver.until(lambda: driver.selection_text == "3 selected")
            case "l":
                assert links[-1] in driver.said
            case _:
                await driver.until(lambda: app.screen is not app.links)


async def test_a_key_whose_dialog_is_refused_takes_those_behind_it_along(
    drive: Drive, ana: HostStore, links: list[str], clock: HeldClock, url: str
) -> None:
    async with drive() as app:
        typist = Typist(app, ana, clock, late=True)
        with another_program(url) as connection:
            connection.execute(text("ALTER TABLE event_type RENAME TO gone"))
        await typist.burst("gquaxl")
        await app.until(lambda: app.said)
        with another_program(url) as connection:
            connection.execute(text("ALTER TABLE gone RENAME TO event_type"))
        await app.settled()
        assert app.app.screen is app.links
        typist.assert_untouched()


async def test_the_program_can_be_left_while_the_store_does_not_answer(
    drive: Drive, ana: HostStore, links: list[str], clock: HeldClock
) -> None:
    async with drive() as app:
        clock.answers.clear()
        app.burst("gquentin\x11")
        await app.until(lambda: not app.app.is_running)
        clock.answers.set()


async def test_a_press_on_what_is_about_to_be_covered_does_nothing(type_into: TypeInto, clock: HeldClock) -> None:
    async with type_into() as typist:
        box = Offset(2, 3) + typist.app.table.region.offset
        pressed = f"\x1b[<0;{box.x + 1};{box.y + 1}M\x1b[<0;{box.x + 1};{box.y + 1}m"
        await typist.burst(pressed)
        assert len(typist.app.selected_ids) == 1
        await typist.burst(pressed)
        typist.assert_untouched()
        clock.answers.clear()
        typist.app.burst("g")
        await typist.app.pilot.pause()
        typist.app.burst(pressed)
        await typist.app.pilot.pause()
        clock.answers.set()
        await typist.app.dialog(GenerateLinks)
        await typist.app.press("escape")
        await typist.app.closed()
        typist.assert_untouched()


async def test_a_pasted_text_behind_a_key_keeps_its_place(type_into: TypeInto) -> None:
    async with type_into() as typist:
        await typist.burst("gquentin\r\t\t\x1b[200~Ana\rBo\x1b[201~x")
        assert typist.app.one("#labels", TextArea).text == "Ana\nBox"
        assert typist.app.one("EventTypeChoice Input", Input).value == "quentin"


async def test_names_from_an_input_method_arrive_whole_in_search_and_dialogs(type_into: TypeInto) -> None:
    name = "王小明さくら김민준一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
    report = f"\x1b[0;;{':'.join(str(ord(character)) for character in name)}u"
    async with type_into() as typist:
        await typist.burst(report)  # into the list, as if it were pasted
        assert typist.app.links.filter_bar.search.value == name
        await typist.app.press("escape")
        typist.assert_untouched()
        await typist.burst("/" + report)
        assert typist.app.links.filter_bar.search.value == name
        await typist.app.press("escape")
        await typist.burst(f"g{report}")
        assert typist.app.one("EventTypeChoice Input", Input).value == name
        await typist.app.press("escape")
        await typist.burst(f"gFinal interview\r\t\t{report}")
        assert typist.app.one("#labels", TextArea).text == name
