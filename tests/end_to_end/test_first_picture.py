"""The first picture in a real terminal: there before Textual is, taken over without a cell, and left in good order."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import struct
import termios
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.screen_model import ScreenModel
from end_to_end.terminals import MAIN, Line, Start, program
from secret_links import Store
from secret_links_tui.beginning import remembered_path
from secret_links_tui.terminal.taken import NO_LONGER

SIZE = (100, 30)
STEPS_BACK = NO_LONGER.encode()

WITHOUT_TEXTUAL = f"import sys; sys.modules['textual'] = None\n{MAIN}"
"""The program where Textual cannot be loaded."""

WAITING_FOR_TEXTUAL = f"""
import sys, time
class Slow:
    def find_spec(self, name, *_):
        if name == "textual":
            time.sleep(600)
sys.meta_path.insert(0, Slow())
{MAIN}
"""
"""The program where Textual takes very long to load."""


def memory() -> Path:
    """The file in which it is remembered how the list was drawn."""
    path = remembered_path()
    assert path is not None
    return path


LATE_TEXTUAL = f"""
import os, sys, time
class Late:
    def find_spec(self, name, *_):
        if name == "textual":
            sys.meta_path.remove(self)
            while os.get_terminal_size(2) == {SIZE}:
                time.sleep(0.01)
sys.meta_path.insert(0, Late())
{MAIN}
"""
"""The program where Textual is loaded once the terminal has another size."""


@pytest.fixture
def database() -> str:
    return "sqlite"


@pytest.fixture
def names(path: Path) -> list[str]:
    """The names of Ana's links, newest first; they are old, so that no age changes while a test looks."""
    with Store.open(path, clock=lambda: datetime(2025, 1, 1, tzinfo=UTC)) as store:
        ana = store.as_host("ana")
        labels = [f"Visitor {number}" for number in range(60)]
        ana.generate(ana.add_event_type("Interview").id, labels=labels)
    return labels[::-1]


@pytest.fixture
def again(path: Path, names: list[str], open_line: Start) -> Callable[..., Line]:
    """Starts the program for the second time."""

    def begin(code: str = MAIN) -> Line:
        return open_line(*program("--store", str(path), "--host", "ana", code=code), size=SIZE)

    first = begin()
    first.until(lambda: re.search(r"All \d", first.text))
    first.until(memory().exists)
    first.keys("q")
    first.until(lambda: first.gone)
    return begin


def shown(line: Line) -> ScreenModel:
    screen = ScreenModel(*SIZE)
    screen.feed(line.said)
    return screen


def test_the_list_is_there_before_textual_and_gone_if_it_never_comes(again: Callable[..., Line]) -> None:
    line = again(WITHOUT_TEXTUAL)
    before = termios.tcgetattr(line._terminal)
    line.until(lambda: line.gone and b"ModuleNotFoundError" in line.said)
    picture, _, after = line.said.partition(STEPS_BACK)
    screen = ScreenModel(*SIZE)
    screen.feed(picture)
    assert all(word in screen.text for word in ("Secret Links", "Visitor 59", "Visitor 40", "Created", "Generate"))
    assert b"ModuleNotFoundError" in after
    assert line.exit_code == 1
    assert termios.tcgetattr(line._terminal) == before


@pytest.mark.parametrize(
    ("end", "code"), [(lambda line: os.kill(line.pid, signal.SIGTERM), 143), (lambda line: line.hang_up(), 129)]
)
def test_the_program_ends_in_good_order_while_textual_is_loaded(
    again: Callable[..., Line], end: Callable[[Line], None], code: int
) -> None:
    line = again(WAITING_FOR_TEXTUAL)
    line.shows("Visitor 59")
    line.keys("\x1b[B")
    line.keys("\x03\x1a")  # neither ends nor stops it
    line.until(lambda: shown(line).cells[6][1][1] != shown(line).cells[7][1][1])
    assert not line.gone
    end(line)
    line.is_gone_at_once()
    assert line.exit_code == code
    line.until(lambda: code != 143 or line.said.endswith(STEPS_BACK))


@pytest.mark.parametrize("keys", ["", "c"])
def test_textual_takes_over_without_sending_a_row_again(again: Callable[..., Line], keys: str) -> None:
    line = again()
    line.keys(keys)
    line.shows("Visitor 40")
    line.until(lambda: re.search(r"All \d", line.text))
    assert [line.text.count(name) for name in ("Visitor 58", "Visitor 50", "Visitor 40")] == [1, 1, 1]
    assert line.said.count(b"\x1b[?1049h") == 1


def test_a_theme_that_was_chosen_is_that_of_the_next_first_picture(again: Callable[..., Line]) -> None:
    line = again()
    line.until(lambda: re.search(r"All \d", line.text))
    dark = shown(line).cells[12][1][1]
    line.keys("T")
    line.until(lambda: shown(line).cells[12][1][1] != dark)
    line.until(lambda: "paper" in memory().read_text())
    line.keys("q")
    line.until(lambda: line.gone)
    light = shown(line).cells[12][1][1]
    line = again(WITHOUT_TEXTUAL)
    line.until(lambda: line.gone and STEPS_BACK in line.said)
    screen = ScreenModel(*SIZE)
    screen.feed(line.said.partition(STEPS_BACK)[0])
    assert screen.cells[12][1][1] == light


def test_keys_that_are_pressed_from_the_start_on_act_in_their_order(
    again: Callable[..., Line], names: list[str], path: Path
) -> None:
    line = again()
    line.keys("\x1b[B\x1b[B")
    line.keys("jk\x1b[6~")
    line.keys("\x1b[5~\x1b[Bc")  # the first one that waits for Textual
    line.until(lambda: line.copied)
    line.keys("/Visitor 59\r")
    line.until(lambda: re.search(r"All 1 ", line.text))
    with Store.open(path) as store:
        links = store.as_host("ana").window()
    third = next(link for link in links if link.label == names[3])
    assert line.copied == [third.url("https://42min.us/s")]


def test_a_terminal_that_was_resized_meanwhile_is_drawn_anew(again: Callable[..., Line]) -> None:
    line = again(LATE_TEXTUAL)
    line.shows("Visitor 40")
    columns, lines = SIZE
    size = (columns, lines + 6)
    fcntl.ioctl(line._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    line.forget()
    line.until(lambda: re.search(r"All \d", line.text))
    assert all(name in line.text for name in ("Visitor 59", "Visitor 40", "Secret Links"))
