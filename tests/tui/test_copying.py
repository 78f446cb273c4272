"""Copies that are proved, refused, too long, or taken by a phone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Input, Static

from driver import Drive
from secret_links import EventType, HostStore
from secret_links_tui.screens.dialogs.check_clipboard import CheckClipboard, new_word
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.qr_code import QrCode, code_lines
from secret_links_tui.settings import Way
from secret_links_tui.terminal.clipboard import MOST_PROVED, PROVED_AT_ONCE, Clipboard
from secret_links_tui.terminal.identify import Terminal

LAPTOP_TMUX = Clipboard(Way.OSC52, Terminal("tmux 3.5a", (84, 0, 0), (1, 2, 4)))


async def test_a_clipboard_that_was_proved_is_believed_and_remembered(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        app.links.copier.clipboard = LAPTOP_TMUX
        await app.press("v")
        await app.dialog(CheckClipboard)
        word = app.app.clipboard
        assert word.startswith("check-")
        app.one("#pasted", Input).value = "something older"
        await app.press("enter")
        notice = str(app.one("#notice", Static).content)
        assert "This is not what was sent; if it does not arrive: set -g set-clipboard on" in notice
        app.one("#pasted", Input).value = f" {word}\n"
        await app.press("enter")
        await app.closed()
        await app.until(lambda: app.said == "Copies reach your clipboard.")
        await app.press("c")
        await app.until(lambda: app.said.startswith("Copied the link"))
    assert ana.preferences()[LAPTOP_TMUX.preference] == str(PROVED_AT_ONCE)


async def test_a_text_longer_than_was_proved_is_not_called_copied_until_that_is(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 100)
    async with drive() as app:
        app.links.copier.clipboard = replace(LAPTOP_TMUX, proved=PROVED_AT_ONCE)
        await app.press("a")
        await app.until(lambda: app.selection_text.startswith("100 selected"))
        await app.press("c")
        await app.until(lambda: app.said.startswith("Sent to your terminal (tmux): 100 links"))
        await app.press("v")
        await app.dialog(CheckClipboard)
        app.one("#pasted", Input).value = app.app.clipboard
        await app.press("enter")
        await app.closed()
        await app.press("c")
        await app.until(lambda: app.said == "Copied 100 links.")
    assert int(ana.preferences()[LAPTOP_TMUX.preference]) == 100 * len("https://42min.us/s/" + "x" * 22) + 99


async def test_a_proof_of_an_earlier_version_does_not_count(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id)
    ana.prefer({Clipboard().preference: "proved"})
    async with drive() as app:
        await app.press("c")
        await app.until(lambda: app.said.startswith("Sent to your terminal"))


def test_a_check_is_as_long_as_what_was_copied_within_what_the_way_takes() -> None:
    lengths = [LAPTOP_TMUX.length_to_prove(longest) for longest in (0, PROVED_AT_ONCE + 1, 2 * MOST_PROVED)]
    assert lengths == [PROVED_AT_ONCE, PROVED_AT_ONCE + 1, MOST_PROVED]
    assert Clipboard(Way.SCREEN).length_to_prove(0) == Clipboard(Way.SCREEN).most
    assert [len(new_word(length)) for length in (369, 1000, 1001)] == [369, 1000, 1001]


@pytest.mark.parametrize("way", [Way.SYSTEM, Way.TMUX])
async def test_a_proof_does_not_make_up_for_a_copy_that_failed(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # there is no tmux, and no tool for a clipboard
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not await Clipboard(way, proved=MOST_PROVED).confirm("https://42min.us/s/x")
    assert await Clipboard(Way.OSC52, proved=20).confirm("https://42min.us/s/x")
    assert not await Clipboard(Way.OSC52, proved=19).confirm("https://42min.us/s/x")


async def test_a_clipboard_that_was_disproved_is_not_believed(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        app.links.copier.clipboard = replace(LAPTOP_TMUX, proved=PROVED_AT_ONCE)
        await app.press("v")
        await app.dialog(CheckClipboard)
        await app.pilot.click("#not-arrived")
        await app.closed()
        await app.until(lambda: "Copies do not arrive: l shows the URL instead." in app.said)
        await app.press("c")
        await app.until(lambda: app.said.startswith("Sent to your terminal (tmux)"))
    assert ana.preferences()[LAPTOP_TMUX.preference] == ""


async def test_what_does_not_fit_is_said_and_not_sent(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id, 100)
    async with drive() as app:
        app.links.copier.clipboard = Clipboard(Way.SCREEN)
        await app.press("a")
        await app.until(lambda: app.selection_text.startswith("100 selected"))
        await app.press("c")
        await app.until(lambda: app.said.startswith("100 links are too much for your terminal (screen) at once"))
        assert app.app.clipboard == ""


@pytest.mark.parametrize("size", [(120, 34), (80, 24)])
async def test_a_phone_can_read_the_url(
    drive: Drive, ana: HostStore, interview: EventType, size: tuple[int, int]
) -> None:
    ana.generate(interview.id)
    async with drive(size) as app:
        await app.press("enter")
        await app.dialog(Details)
        await app.press("p")
        await app.dialog(QrCode)
        code = app.one("#code", Static)
        assert code.display
        assert (code.size.width, code.size.height) == (33, 17)
        await app.press("escape")
        await app.dialog(Details)


async def test_half_a_code_is_never_shown(drive: Drive, ana: HostStore, interview: EventType) -> None:
    ana.generate(interview.id)
    async with drive((40, 12)) as app:
        await app.press("enter")
        await app.dialog(Details)
        await app.press("p")
        await app.dialog(QrCode)
        assert not app.one("#code", Static).display
        assert app.one("#too-small", Static).display


def test_a_code_has_its_three_corners_and_a_light_margin() -> None:
    lines = code_lines("https://42min.us/s/" + "k" * 22)
    modules = [
        [character in "▀█" if half == 0 else character in "▄█" for character in line]
        for line in lines
        for half in (0, 1)
    ]
    corner = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"]
    for top, left in ((2, 2), (2, 24), (24, 2)):
        seen = ["".join(".#"[module] for module in row[left : left + 7]) for row in modules[top : top + 7]]
        assert seen == corner
    assert not any(any(row) for row in modules[:2])
    assert not any(row[0] or row[1] or row[-1] for row in modules)


def test_a_url_that_no_code_holds_has_none() -> None:
    assert code_lines("https://42min.us/s/" + "k" * 4_000) == []


async def test_a_url_that_no_code_holds_is_reported(drive: Drive) -> None:
    async with drive() as app:
        app.app.push_screen(QrCode("https://42min.us/s/" + "k" * 4_000))
        await app.dialog(QrCode)
        await app.until(lambda: "too long for a code. Escape goes back." in str(app.one("#too-small", Static).content))
        await app.press("escape")
        await app.closed()
