"""Clients that are killed, and clients that freeze: the program ends with its line, and never spins."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from end_to_end.servers import Server, needs_proc
from end_to_end.terminals import AT_ONCE, MAIN, PATIENCE, Line, Start, program
from secret_links import HostStore, Store
from support import integrity

pytestmark = needs_proc

STILL = 1.0
"""Seconds for which a program that has nothing to do is looked at."""

IDLE = 0.1
"""The share of them for which it may run: it looks at the store now and then."""

A_ROW = 0.002
"""Seconds that drawing a row takes at the least."""


def seconds_run(pid: int) -> float:
    """For how long a process has had a processor."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rests(pid: int) -> None:
    """Waits until a process hardly runs any more."""
    deadline = time.monotonic() + PATIENCE
    since, run = time.monotonic(), seconds_run(pid)
    while (length := time.monotonic() - since) < STILL or seconds_run(pid) - run > IDLE * length:
        assert time.monotonic() < deadline, "it never comes to rest"
        if length >= STILL:
            since, run = time.monotonic(), seconds_run(pid)
        time.sleep(0.05)


@pytest.fixture
def ana(server: Server) -> Iterator[HostStore]:
    """Ana's part of the server's store."""
    with Store.open(server.store) as store:
        yield store.as_host("ana")


def connect(server: Server, open_line: Start) -> tuple[Line, int]:
    """Ana comes in from her laptop; gives her line, and the program at its other end."""
    line = open_line(*server.ssh("ana", "-tt", "secret-links"))
    line.until(lambda: re.search(r"All \d", line.text))
    line.until(lambda: len(server.running("ana")) == 1)  # whoever was there before has left by then
    return line, server.running("ana")[0]


def test_a_client_that_is_killed_leaves_nothing_half_done_and_nobody_behind(
    server: Server, open_line: Start, ana: HostStore
) -> None:
    before = ana.counts().total
    line, _ = connect(server, open_line)
    line.keys("g")
    line.shows("How many")
    line.keys("Killed")
    line.shows("New event type “Killed”")
    line.keys("\r")
    line.quiet()
    line.keys("1000")
    line.shows("Generate 1,000 links")
    line.keys("\x07")
    os.kill(line.pid, signal.SIGKILL)
    line.is_gone_at_once()
    line.until(lambda: not server.running("ana"))
    assert ana.counts().total - before in (0, 1000)
    assert integrity(server.store) == "ok"


def test_a_client_that_froze_sees_everything_when_it_thaws(server: Server, open_line: Start, ana: HostStore) -> None:
    links = ana.generate(ana.add_event_type("Frozen").id, 20)
    line, pid = connect(server, open_line)
    line.until(lambda: f"All {ana.counts().total:,}" in line.text)
    line.forget()
    os.kill(line.pid, signal.SIGSTOP)
    with Store.open(server.store) as store:
        for link in links:
            store.redeem(link.token, by="Bo Chen")
    rests(pid)
    os.kill(line.pid, signal.SIGCONT)
    line.shows("booked")
    line.until(lambda: f"✓ Used {ana.counts().used:,}" in line.text)


def test_a_client_that_froze_and_is_cut_off_takes_the_program_with_it(
    server: Server, open_line: Start, ana: HostStore
) -> None:
    ana.generate(ana.add_event_type("Cut").id, labels=["Bo Chen"])
    line, pid = connect(server, open_line)
    os.kill(line.pid, signal.SIGSTOP)
    ana.generate(ana.event_types()[0].id, 20)
    rests(pid)
    os.kill(line.pid, signal.SIGKILL)
    line.is_gone_at_once()
    line.until(lambda: not server.running("ana"))
    assert integrity(server.store) == "ok"


def seconds_drawn(pid: int) -> float:
    """For how long the thread that draws has had a processor."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def draws(line: Line) -> bool:
    """Has the program draw a row; gives whether it came to that."""
    drawn = seconds_drawn(line.pid)
    line.keys(" ")
    deadline = time.monotonic() + STILL
    while seconds_drawn(line.pid) - drawn < A_ROW:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def stuck(start: Start, path: Path) -> Line:
    """A program whose terminal takes nothing more, while links are used."""
    line = start()
    line.clog()
    while draws(line):
        pass
    with Store.open(path) as store:
        (link,) = store.as_host("ana").window()
        store.redeem(link.token)
    rests(line.pid)
    return line


def test_a_program_that_cannot_draw_leaves_when_its_line_drops(stuck: Line) -> None:
    stuck.hang_up()
    stuck.is_gone_at_once()


def test_a_program_that_cannot_draw_leaves_when_the_server_goes_down(stuck: Line) -> None:
    os.kill(stuck.pid, signal.SIGTERM)
    stuck.is_gone_at_once(unread=True)
    assert stuck.exit_code == 128 + signal.SIGTERM


def test_a_program_that_has_stepped_aside_leaves_when_the_server_goes_down(start: Start, url: str) -> None:
    line = start()
    line.keys("l")
    line.shows("Press Enter to go back")
    assert url in line.text
    os.kill(line.pid, signal.SIGTERM)
    line.is_gone_at_once()
    assert line.exit_code == 128 + signal.SIGTERM


BROKEN = "from secret_links_tui.screens.links.screen import LinksScreen; LinksScreen.action_help = lambda _: 1 / 0; "
"""Has the program crash when its help is asked for."""


@pytest.mark.parametrize("why", ["the line dropped", "the program was ended", "the program crashed"])
def test_what_was_on_the_screen_is_there_the_next_time(start: Start, open_line: Start, path: Path, why: str) -> None:
    line = start(code=BROKEN + MAIN)
    line.keys("2")
    line.until(lambda: b"esc" in line.said)
    line.quiet()
    match why:
        case "the line dropped":
            line.hang_up()
        case "the program was ended":
            os.kill(line.pid, signal.SIGTERM)
        case _:
            line.keys("?")
    line.is_gone_at_once(patience=PATIENCE if "crash" in why else AT_ONCE)
    again = open_line(*program("--store", str(path), "--host", "ana"))
    again.shows(f"when {why}. z starts afresh.")
