"""The real program in a real terminal: generate, copy, watch somebody book, delete."""

from __future__ import annotations

import subprocess
from pathlib import Path

from end_to_end.servers import needs_tmux
from end_to_end.terminals import Tmux, program
from secret_links import Store

pytestmark = needs_tmux


def test_a_host_generates_copies_sees_it_used_and_deletes_the_rest(terminal: Tmux, path: Path) -> None:
    options = ("--store", str(path), "--host", "ana")
    terminal.start(*options)
    terminal.shows("No links yet", "Generate")
    terminal.keys("g")
    terminal.shows("Event type", "How many")
    terminal.keys("-l", "Final round")
    terminal.shows("+ New event type “Final round”")
    terminal.look("Enter", "Tab", "Tab")
    terminal.tmux("set-buffer", "Ana Pires\nBo Chen\nCarla\n")
    terminal.tmux("paste-buffer", "-p", "-t", "t")
    terminal.shows("Generate 3 links")
    terminal.keys("C-g")
    terminal.shows("3 links generated", "Ana Pires", "Bo Chen", "Carla", "● Active")
    terminal.keys("Down", "c")
    terminal.until(lambda: "https://42min.us/s/" in terminal.copied, "the URL in the terminal's clipboard")
    url = terminal.copied.strip()
    with Store.open(path) as store:
        link = store.as_host("ana").find(url)
        assert link.label == "Bo Chen"  # type: ignore[union-attr]
    redeemed = subprocess.run(
        program(*options, "redeem", url, "--by", "Bo Chen"), check=False, capture_output=True, text=True
    )
    assert redeemed.returncode == 0
    terminal.shows("✓ Bo Chen: Final round booked at")
    terminal.keys("2", "a")
    terminal.shows("2 selected")
    terminal.keys("x")
    terminal.shows("Delete 2 links, both Active?")
    terminal.keys("y")
    terminal.shows("2 links deleted. u brings them back.")
    terminal.keys("q")
    terminal.ends()
    assert "exit code 0" in terminal.screen
    with Store.open(path) as store:
        assert (store.as_host("ana").counts().used, store.as_host("ana").counts().total) == (1, 1)


def test_a_store_that_cannot_be_opened_is_named_after_the_terminal_is_restored(terminal: Tmux, path: Path) -> None:
    path.write_text("a shopping list, and not a short one: " * 40)
    terminal.start("--store", str(path))
    terminal.ends()
    sentence = "is not a store of Secret Links; it was left as it is."
    terminal.until(lambda: sentence in " ".join(terminal.screen.split()), "the sentence")
    terminal.until(lambda: "exit code 1" in terminal.screen, "the exit code")
    assert terminal.tmux("display", "-p", "-t", "t", "#{alternate_on}").strip() == "0"


def test_that_no_link_passes_is_said_while_it_is_true(terminal: Tmux, path: Path) -> None:
    with Store.open(path) as store:
        ana = store.as_host("ana")
        ana.generate(ana.add_event_type("Interview").id, labels=["Bo Chen"])
    terminal.start("--store", str(path), "--host", "ana")
    terminal.shows("Bo Chen", "All 1")
    for _ in range(2):
        terminal.keys("3")
        terminal.shows("Your one link does not match these filters.", "Escape shows it.")
        terminal.keys("1")
        terminal.shows("Bo Chen")
        terminal.until(lambda: "does not match" not in terminal.screen, "what is no longer true to go")


def test_a_large_demo_is_shown_when_it_is_made(terminal: Tmux) -> None:
    terminal.start("--demo", "--links", "20000", "--host", "ana")
    terminal.shows("demo: 20,000 links", "All 20,000")
    terminal.keys("q")
    terminal.ends()


def test_who_cancels_a_large_demo_is_told_so(terminal: Tmux) -> None:
    terminal.start("--demo", "--links", "100000000", "--host", "ana")
    terminal.shows("Making links", "of 100,000,000", "ctrl+c cancels")
    terminal.keys("C-c")
    terminal.shows("The demo was not made; nothing was kept.")
    terminal.ends()


def test_the_demo_shows_visitors_who_book(terminal: Tmux) -> None:
    terminal.start("--demo", "--host", "ana")
    terminal.shows("demo: nothing is kept", "All 300", "booked")
    terminal.keys("q")
    terminal.ends()
