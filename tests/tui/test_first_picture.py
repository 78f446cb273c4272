"""The picture that is painted before Textual is loaded: Textual draws the same, cell by cell."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from textual import events
from textual._compositor import LayoutUpdate
from textual.widgets import Button, TextArea

from driver import Driver
from secret_links import FirstLook, Store, StoreClosed, first_look
from secret_links_tui import theme_names
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.beginning import Beginning, Looks
from secret_links_tui.drawing.escape_codes import Line, cells_of, ground_of, line_of
from secret_links_tui.drawing.remembered import MOST_OF_EACH, Remembered, read_remembered
from secret_links_tui.drawing.table.moves import Position
from secret_links_tui.drawing.table.runs import cropped, filled
from secret_links_tui.screens import dialogs
from secret_links_tui.screens.dialogs import Details, GenerateLinks, PickEventType
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.clipboard import Clipboards
from secret_links_tui.terminal.colours import ColorDepth
from secret_links_tui.terminal.identify import Terminal
from secret_links_tui.terminal.taken import TakenTerminal
from secret_links_tui.widgets.facts import Facts
from secret_links_tui.widgets.frames import line_of_segments
from support import SetClock

ROWS = 400
TERMINAL = {"TERM": "xterm-256color"}
SIZES = [(120, 34), (80, 24), (40, 12), (150, 40), (110, 30), (109, 30), (60, 20), (59, 20), (30, 10), (20, 8)]
LABELS = [
    *("Ann", "李雷", "Zoë \u202egnp.exe", "e\u0301\u0301", "👩‍👩‍👧 family", "x" * 200),
    *("\x1b[31mred", "ไทย", "日本語" * 12),
]


@pytest.fixture
def database() -> str:
    return "sqlite"


@dataclass
class Opening:
    """A store with links of every status, and what a program begins with that opens it."""

    path: Path
    clock: SetClock
    folder: Path
    host: str = "ana"
    keys: Mapping[str, str] | None = None
    zone: str = "Europe/Lisbon"

    @property
    def first(self) -> FirstLook:
        return first_look(self.path, self.host, ROWS)

    @property
    def settings(self) -> Settings:
        return Settings(str(self.path), self.host, "https://42min.us/s", ZoneInfo(self.zone), keys=self.keys or {})

    @property
    def beginning(self) -> Beginning:
        return Beginning(self.settings, self.first, TERMINAL, path=self.folder / "first-picture.json", now=self.clock)

    @asynccontextmanager
    async def drawn_by_textual(
        self, size: tuple[int, int], depth: ColorDepth = ColorDepth.TRUE, *, light: bool = False
    ) -> AsyncIterator[list[Line]]:
        """Draws the screen with a store that does not open, and remembers how it was drawn."""
        gate = threading.Event()

        def late() -> Store:
            gate.wait()
            raise StoreClosed("The store")  # while it is being opened, the next look would find it locked

        beginning = self.beginning
        app = SecretLinksApp(
            self.settings,
            late,
            now=self.clock,
            beginning=beginning,
            clipboards=Clipboards(terminal=Terminal(light=light)),
            depth_of=lambda _: depth,
        )
        try:
            async with app.run_test(size=size) as pilot:
                while not app.first_hints:
                    await pilot.pause(0.01)
                beginning.remember(app.looks())
                whole = app.screen._compositor.render_update(full=True)
                assert isinstance(whole, LayoutUpdate)
                lines = [
                    line_of_segments([each for strip in line for each in strip], app.console) for line in whole.strips
                ]
                yield [line for line in lines if line is not None]
        finally:
            gate.set()

    def painted(self, size: tuple[int, int], keys: bytes = b"") -> Beginning:
        """Paints the first picture on a terminal of a size, and presses keys there."""
        beginning = self.beginning
        with terminal_of(size) as (host, program), TakenTerminal(program, program, ask=False, patience=0) as taken:
            reading = threading.Thread(target=drain, args=(host,), daemon=True)
            reading.start()
            beginning.paint(taken, program)
            if keys:
                os.write(host, keys + b"!")
                while not taken._typed.endswith(b"!"):
                    os.sched_yield()
        return beginning


def drain(terminal: int) -> None:
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        return


@contextmanager
def terminal_of(size: tuple[int, int]) -> Iterator[tuple[int, int]]:
    host, program = pty.openpty()
    columns, lines = size
    fcntl.ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    try:
        yield host, program
    finally:
        os.close(program)
        os.close(host)


@pytest.fixture
def opening(path: Path, store: Store, clock: SetClock, tmp_path: Path) -> Opening:
    ana = store.as_host("ana")
    types = [ana.add_event_type("Final interview", minutes=60), ana.add_event_type("電話面接 " * 8, slug="phone")]
    for number, label in enumerate(LABELS):
        ana.generate(types[number % 2].id, labels=[label])
    expiring = ana.generate(types[0].id, 3, expires_at=clock() + timedelta(days=0.5))
    ana.generate(types[0].id, 3, expires_at=clock() + timedelta(days=40))
    ana.generate(types[1].id, 60)
    store.redeem(expiring[1].token, by="Bo", reference="B-1")
    ana.generate(types[0].id, 1, expires_at=clock() + timedelta(days=0.01))
    clock.forward(days=0.02)
    return Opening(path, clock, tmp_path / "cache")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
async def test_no_cell_differs_at_any_size(opening: Opening, size: tuple[int, int]) -> None:
    async with opening.drawn_by_textual(size) as lines:
        assert list(opening.painted(size).lines) == lines


@pytest.mark.parametrize("depth", ColorDepth)
@pytest.mark.parametrize(
    "theme", [theme_names.INK, theme_names.PAPER, theme_names.AS_TERMINAL, "nord", "textual-light"]
)
async def test_no_cell_differs_in_any_theme_and_colours(
    opening: Opening, store: Store, theme: str, depth: ColorDepth
) -> None:
    store.as_host("ana").prefer({"theme": theme})
    async with opening.drawn_by_textual((100, 24), depth, light=True) as lines:
        assert list(opening.painted((100, 24)).lines) == lines


async def test_no_cell_differs_with_the_hosts_choices(opening: Opening, store: Store) -> None:
    store.as_host("ana").prefer({"hidden_columns": "token copy", "time_zone": "Asia/Tokyo", "keys": "generate=f2"})
    opening.keys = {"delete": "D"}
    async with opening.drawn_by_textual((120, 20)) as lines:
        assert list(opening.painted((120, 20)).lines) == lines
        assert any("f2" in text for _, text in lines[-1])


async def test_no_cell_differs_where_there_are_no_links(opening: Opening) -> None:
    opening.host = "bo"
    async with opening.drawn_by_textual((80, 24)) as lines:
        assert list(opening.painted((80, 24)).lines) == lines


async def test_the_theme_of_the_last_time_is_painted_where_a_servers_is_not_known_yet(
    opening: Opening, store: Store
) -> None:
    store.as_host("ana").prefer({"theme": theme_names.PAPER})
    async with opening.drawn_by_textual((80, 24)) as lines:
        unread = Beginning(opening.settings, FirstLook(), TERMINAL, path=opening.folder / "first-picture.json")
        with terminal_of((80, 24)) as (host, program), TakenTerminal(program, program, ask=False, patience=0) as taken:
            threading.Thread(target=drain, args=(host,), daemon=True).start()
            unread.paint(taken, program)
        assert unread.lines[0] == lines[0]
    assert "ana" not in (opening.folder / "first-picture.json").read_text()


async def test_nothing_is_painted_in_a_theme_that_was_never_drawn(opening: Opening, store: Store) -> None:
    async with opening.drawn_by_textual((80, 24)):
        store.as_host("ana").prefer({"theme": theme_names.PAPER})
        assert opening.painted((80, 24)).lines == ()


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        (b"\x1b[B\x1b[Bjk", Position(2, 0)),
        (b"\x1b[6~", Position(17, 17)),
        (b"\x1b[6~\x1b[6~\x1b[A", Position(33, 33)),
        (b"\x1b[6~\x1b[5~", Position(0, 0)),
        (b"\x1b[6~\x1b[H\x1b[B", Position(1, 0)),
        (b"k\x1b[A", Position(0, 0)),
        (b"\x1b[Bxj", Position(1, 0)),
        (b"\x1b[6~" * 9, Position(75, 59)),
    ],
)
async def test_a_key_that_moves_is_answered_in_the_picture_as_it_will_be(
    opening: Opening, keys: bytes, place: Position
) -> None:
    size = (80, 24)
    async with opening.drawn_by_textual(size):
        pass
    there = opening.painted(size, keys)
    assert there.place == place
    fresh = opening.beginning
    fresh.place = place
    with terminal_of(size) as (host, program), TakenTerminal(program, program, ask=False, patience=0) as taken:
        threading.Thread(target=drain, args=(host,), daemon=True).start()
        fresh.paint(taken, program)
    assert fresh.lines == there.lines


async def test_links_that_come_late_are_put_into_the_picture_and_keys_that_waited_are_answered(
    opening: Opening,
) -> None:
    size = (80, 24)
    for whose in ("nobody", "ana"):  # how it is drawn with and without links
        async with replace(opening, host=whose).drawn_by_textual(size):
            pass
    path = opening.folder / "first-picture.json"
    beginning = Beginning(opening.settings, FirstLook(), TERMINAL, path=path, now=opening.clock)
    with terminal_of(size) as (host, program), TakenTerminal(program, program, ask=False, patience=0) as taken:
        threading.Thread(target=drain, args=(host,), daemon=True).start()
        beginning.paint(taken, program)
        assert beginning.lines
        os.write(host, b"jj!")
        while taken._typed != b"jj!":
            os.sched_yield()
        beginning.see(FirstLook(), taken, program)  # it could not be read
        assert beginning.first == FirstLook()
        beginning.see(opening.first, taken, program)
        while taken._typed != b"!":
            os.sched_yield()
        assert beginning.lines == opening.painted(size, b"jj").lines
        beginning.hand_over()
        beginning.see(FirstLook(cursor=opening.first.cursor), taken, program)
        assert beginning.first == opening.first


async def test_textual_goes_on_where_the_host_went_in_the_picture(opening: Opening) -> None:
    async with opening.drawn_by_textual((80, 24)):
        pass
    there = opening.painted((80, 24), b"\x1b[6~\x1b[B")
    app = SecretLinksApp(opening.settings, lambda: Store.open(opening.path), now=opening.clock, beginning=there)
    async with app.run_test(size=(80, 24)) as pilot:
        while app.links.board.counts is None:
            await pilot.pause(0.01)
        table = app.links.board.table
        assert Position(table.cursor, table.top) == there.place
        assert table.cursor > 0


# What is remembered


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda _: "[]",
        lambda _: '{"inks": [], "hints": {}, "terminals": {}, "themes": {}}',
        lambda _: '{"inks": {"ink truecolor": {"screen": 5}}, "hints": {"x": 3}, "terminals": {"y": 1}, "themes": {}}',
        lambda text: text.replace("38;2", "\\u001b]52;c;x"),
        lambda text: text.replace('"screen"', '"screens"'),
        lambda text: text.replace("g", "\\ud800"),
        lambda _: "[" * 100_000,
        lambda _: "\x00",
        lambda text: text + " " * 300_000,
    ],
)
async def test_a_damaged_memory_paints_nothing_and_is_written_again(
    opening: Opening, damage: Callable[[str], str]
) -> None:
    async with opening.drawn_by_textual((80, 24)) as lines:
        memory = opening.folder / "first-picture.json"
        whole = memory.read_text()
        memory.write_text(damage(whole))
        assert not opening.painted((80, 24)).lines or damage(whole).count("ud800")
        beginning = opening.beginning
        kept = json.loads(whole)["inks"]["ink truecolor"]
        beginning.remember(Looks("ink", Terminal(), ColorDepth.TRUE, kept, []))
        assert read_remembered(memory).inks_of("ink", ColorDepth.TRUE, TERMINAL) == kept
        assert lines


def test_what_was_drawn_without_colours_is_not_remembered_for_a_terminal_with_them() -> None:
    grey = Remembered().with_inks("ink", "256", {**TERMINAL, "NO_COLOR": "1"}, {"screen": "1"})
    assert not grey.inks_of("ink", "256", TERMINAL)
    assert grey.inks_of("ink", "256", {**TERMINAL, "NO_COLOR": "yes"}) == {"screen": "1"}


def test_the_memory_has_an_end() -> None:
    remembered = Remembered()
    for number in range(3 * MOST_OF_EACH):
        remembered = remembered.with_inks(f"theme {number}", "256", TERMINAL, {"screen": "1"})
    assert len(remembered.inks) == MOST_OF_EACH
    assert remembered.inks_of(f"theme {3 * MOST_OF_EACH - 1}", "256", TERMINAL)


def test_a_memory_that_cannot_be_written_is_done_without(tmp_path: Path, opening: Opening) -> None:
    opening.folder = tmp_path / "file"
    opening.folder.write_text("in the way")
    opening.beginning.remember(Looks("ink", Terminal(), ColorDepth.TRUE, {"screen": "1"}, []))
    assert opening.folder.read_text() == "in the way"


# Lines


@pytest.mark.parametrize(
    ("codes", "ground"),
    [
        ("1;38;2;48;5;7;48;2;1;2;3", "48;2;1;2;3"),
        ("38;5;48;48;5;4", "48;5;4"),
        ("97;44", "44"),
        ("30;107", "107"),
        ("1;31", ""),
        ("4;38;2;1;2;3", "4;38;2;1;2;3"),
        ("7;31;42", "7;31;42"),
        ("", ""),
    ],
)
def test_of_a_blank_cell_only_the_ground_is_seen(codes: str, ground: str) -> None:
    assert ground_of(codes) == ground


def test_lines_that_look_the_same_are_equal() -> None:
    assert line_of([("31;44", "ab"), ("32;44", "  "), ("44", " ")]) == line_of(
        [("31;44", "a"), ("31;44", "b"), ("33;44", "   "), ("1", "")]
    )


def test_lines_that_look_the_same_have_equal_cells_however_they_are_put_together() -> None:
    whole = line_of([("31;44", "a b李 ")])
    parts = line_of([("31;44", "a"), ("32;44", " "), ("31;44", "b李"), ("44", " ")])
    assert whole != parts
    assert cells_of(whole) == cells_of(parts)
    assert cells_of(whole) != cells_of(line_of([("31;44", "a b李"), ("45", " ")]))


def test_runs_are_cut_between_cells() -> None:
    assert cropped([("ab", ()), ("李雷", ("x",))], 5) == [("ab", ()), ("李 ", ("x",))]
    assert filled([("ab", ())], 4) == [("ab", ()), ("  ", ())]


# Before the store is open


def opened_late(opening: Opening) -> tuple[SecretLinksApp, threading.Event]:
    """An app whose store is opened once the event is set."""
    gate = threading.Event()

    def late() -> Store:
        gate.wait()
        return Store.open(opening.path, clock=opening.clock)

    return SecretLinksApp(opening.settings, late, now=opening.clock, beginning=opening.beginning), gate


async def test_a_link_is_copied_and_a_name_typed_before_the_store_is_open(opening: Opening) -> None:
    app, gate = opened_late(opening)
    async with app.run_test(size=(120, 34)) as pilot:
        driver = Driver(app, pilot)
        await driver.press("down", "c")
        await driver.until(lambda: driver.said)
        assert opening.first.newest[1].token in app.clipboard
        await driver.press("g")
        await driver.dialog(GenerateLinks)
        await driver.write("fin\n")
        driver.one("#labels", TextArea).load_text("Cleo")
        await driver.until(lambda: str(driver.one("#generate", Button).label) == "Generate 1 link")
        assert not app.links.store.is_open
        await driver.press("ctrl+s")
        gate.set()
        await driver.until(lambda: app.screen is app.links)
        await driver.until(lambda: app.links.board.counts is not None)
        await driver.until(lambda: driver.rows.window.row(driver.table.cursor))
        assert driver.cursor.label == "Cleo"


async def test_a_range_that_is_begun_before_the_store_is_open_is_selected_whole(opening: Opening) -> None:
    app, gate = opened_late(opening)
    async with app.run_test(size=(120, 34)) as pilot:
        driver = Driver(app, pilot)
        await driver.press("down")
        driver.burst("JJ")
        await pilot.pause()
        assert not app.links.store.is_open
        gate.set()
        await driver.until(lambda: driver.table.cursor == 3 and app.keys.is_open)
        assert driver.selected_ids == {link.id for link in opening.first.newest[1:4]}


async def test_details_are_shown_before_the_store_is_open_and_completed_by_it(opening: Opening) -> None:
    app, gate = opened_late(opening)
    async with app.run_test(size=(120, 34)) as pilot:
        driver = Driver(app, pilot)
        used = next(number for number, link in enumerate(opening.first.newest) if link.used_at is not None)
        await driver.press(*["down"] * used, "enter")
        await driver.dialog(Details)
        facts = driver.one("#facts", Facts)
        assert ("Used by", "Bo") in facts.facts
        assert not app.links.store.is_open
        gate.set()
        await driver.until(lambda: ("Booking", "B-1") in facts.facts)


async def test_keys_and_clicks_for_the_store_wait_in_their_order(opening: Opening) -> None:
    app, gate = opened_late(opening)
    async with app.run_test(size=(120, 34)) as pilot:
        driver = Driver(app, pilot)
        await driver.press("down", "down", "space", "down", "space")
        driver.burst(b"\x1b[<0;5;3M\x1b[<0;5;3m")  # a click on the filter of event types
        assert not driver.rows.selected
        gate.set()
        await driver.dialog(PickEventType)
        newest = opening.first.newest
        assert driver.selected_ids == {newest[2].id, newest[3].id}


LOADED = """
import sys
{loading}
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""


@pytest.mark.parametrize(
    ("loading", "not_loaded"),
    [
        ("import secret_links_tui.start", {"textual", "rich", "asyncio", "sqlalchemy", "pydantic"}),
        ("import secret_links_tui.screens.links.overlays", {"sqlalchemy", "pydantic", "sqlmodel", "psycopg"}),
    ],
)
def test_what_is_needed_first_does_not_load_what_is_not(loading: str, not_loaded: set[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-c", LOADED.format(loading=loading)], capture_output=True, text=True, check=True
    )
    assert not_loaded & set(run.stdout.split()) == set()


OPENED = """
import sys
from secret_links_tui.screens import dialogs
from secret_links_tui.screens.links import overlays
before = {{name.rpartition(".")[2] for name in sys.modules if name.startswith(dialogs.__name__ + ".")}}
dialogs.{name}
after = {{name.rpartition(".")[2] for name in sys.modules if name.startswith(dialogs.__name__ + ".")}}
print(*sorted(before), "|", *sorted(after))
"""


@pytest.mark.parametrize(
    ("name", "loaded"),
    [("GenerateLinks", "base drafts generate submitting"), ("Details", "base details qr_code"), ("Help", "base help")],
)
def test_a_dialog_is_loaded_when_it_is_first_asked_for_without_the_others(name: str, loaded: str) -> None:
    run = subprocess.run([sys.executable, "-c", OPENED.format(name=name)], capture_output=True, text=True, check=True)
    assert run.stdout == f"| {loaded}\n"


def test_every_dialog_is_in_the_file_that_is_named_for_it() -> None:
    assert all(getattr(dialogs, name) is not None for name in dialogs.__all__)


async def test_the_store_begins_to_be_opened_when_the_keys_that_do_not_need_it_are_answered(opening: Opening) -> None:
    on_screen: list[type[object]] = []

    def opened() -> Store:
        on_screen.append(type(app.screen))
        return Store.open(opening.path, clock=opening.clock)

    app = SecretLinksApp(opening.settings, opened, now=opening.clock, beginning=opening.beginning)
    await app.keys.put(events.Key("g", "g"))
    async with app.run_test(size=(80, 24)) as pilot:
        await Driver(app, pilot).until(lambda: app.links.store.is_open)
    assert on_screen == [GenerateLinks]
