"""A store that somebody else wrote into: whatever it holds is shown in a real terminal, and never obeyed by it."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest

from end_to_end.servers import needs_tmux
from end_to_end.terminals import OpenTmux, Tmux
from secret_links import Store
from secret_links.text import clean
from secret_links_tui.__main__ import main

HOSTILE = [
    "\x1b]52;c;SU5KRUNU\x07 \x1b]52;c;SU5KRUNU\x1b\\ \x1b]2;owned\x07",  # clipboards, a title
    "\x9d52;c;SU5KRUNU\x9c \x9b31;5mred \x90tmux;\x1b\x1b]52;c;SU5KRUNU\x07\x1b\\\x9c",  # the same in C1
    "\x1bPtmux;\x1b\x1b]52;c;SU5KRUNU\x07\x1b\\ \x1b[31;5mred \x1b[2J\x1b[3;1H",  # past tmux; a cleared screen
    "a\x00b\x7fc\x08d",
    "\u202egnp.exe \u2066x\u2069 \u200f\u061c z\u200be\u200cr\u2060o\ufeff",  # turned around, and without width
    "one\ntwo\r\nthree\tfour\vfive\fsix\x85seven\u2028eight\u2029nine",
    "[@click=app.quit]click[/] [/foo] [red]red[/red] [/] $accent {x} %s \\",
    "👩\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈 🇵🇹 👍🏽 Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306e\u0301 ﷽ สวัสดี",
    "x" * 10_000,
]
"""Texts that no door of the program lets in as they are."""

TEXTS = [f"h{number} {text}" for number, text in enumerate(HOSTILE)]

HOST = "".join(HOSTILE[:7]).replace("\x00", "")  # no argument can hold a NUL
"""The name of a host, of the kind; whatever it is, links are kept for the clean one."""

TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_STEERING = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\]22;[a-z]+\x07|\x1b\]11;\?\x1b\\|\x1b\]2;(?:\(\d+\) )?Secret Links\x1b\\"
)
"""What the program itself sends between texts: nothing but CSI, the mouse pointer's shape, one question, its title."""


def steers(text: str, but: str) -> set[str]:
    """The characters of a text that a terminal would obey, or that turn its lines around."""
    checkpoints = "\u200e\u200f\u061c\u2028\u2029"
    found = {sign for sign in text if unicodedata.category(sign) == "Cc" or sign in checkpoints}
    return (found | {sign for sign in text if unicodedata.bidirectional(sign) in TURNING}) - set(but)


@pytest.fixture
def urls(path: Path) -> list[str]:
    """A store with a link, an event type and a deletion for every text; the URLs of what was deleted."""
    with Store.open(path) as store:
        ana = store.as_host("ana")
        ana.prefer({"notify": "title"})  # else a bell would be no text's doing
        kinds = [ana.add_event_type(f"Type {number}") for number in range(len(TEXTS))]
        gone = [ana.generate(kind.id)[0] for kind in kinds]
        for link in gone:
            ana.delete([link.id])
        for kind in kinds:
            ana.generate(kind.id, labels=[f"Label of {kind.slug}"])
    with closing(sqlite3.connect(path)) as connection, connection:
        for number, text in enumerate(TEXTS):
            connection.execute("UPDATE event_type SET name = ? WHERE slug = ?", (text, f"type-{number}"))
            connection.execute("UPDATE link SET label = ? WHERE label = ?", (text, f"Label of type-{number}"))
            connection.execute("UPDATE deletion SET deleted_by = ? WHERE id = ?", (text, number + 1))
        connection.execute("UPDATE host SET name = ?", (clean(HOST),))
    return [link.url("https://42min.us/s") for link in gone]


class Walk:
    """A walk through everything that shows stored text, in a tmux that hands on what programs copy."""

    def __init__(self, tmux: Tmux, path: Path, record: Path) -> None:
        self.tmux = tmux
        self._record = record
        self._path = path
        tmux.start_recorded(record, "--store", str(path), "--host", HOST)

    def sees(self, sign: str) -> None:
        self.tmux.until(lambda: re.search(sign, self.tmux.screen), sign)

    def opens(self, key: str, sign: str, close: str = "Escape") -> None:
        """Opens something, and closes it."""
        self.tmux.keys(key)
        self.sees(sign)
        self.closes(sign, close)

    def closes(self, sign: str, key: str = "Escape") -> None:
        self.tmux.keys(key)
        self.tmux.until(lambda: not re.search(sign, self.tmux.screen), f"the end of {sign}")

    def spends(self, number: int) -> None:
        """Somebody books with a link, and the list says so."""
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.execute(
                "UPDATE link SET used_at = created_at + 1, used_by = label WHERE label = ?", (TEXTS[number],)
            )
        self.sees(rf"✓ (h{number}\b|\d+ booked)")

    def pastes(self, text: str) -> None:
        self.tmux.tmux("set-buffer", "-b", "typed", text)
        self.tmux.tmux("paste-buffer", "-d", "-p", "-b", "typed", "-t", "t")

    @property
    def sent(self) -> str:
        """All that the program has written; it is UTF-8."""
        return self._record.read_bytes().decode()

    def ends_unharmed(self) -> None:
        """Leaves the program, and looks for anything that the terminal was made to do."""
        self.tmux.keys("q")
        self.tmux.ends()
        self.tmux.until(lambda: "exit code 0" in self.sent, "the exit code")
        assert self.tmux.tmux("list-buffers") == ""
        assert "owned" not in self.tmux.tmux("display", "-p", "-t", "t", "#{pane_title} #{window_name}")
        assert "31;5m" not in "".join(_STEERING.findall(self.sent))
        assert steers(_STEERING.sub("", self.sent), but="\r\n") == set()


@pytest.fixture
def walk(open_tmux: OpenTmux, path: Path, urls: list[str], tmp_path: Path) -> Walk:
    return Walk(open_tmux("laptop", "set -g set-clipboard on", "110x40"), path, tmp_path / "sent")


@needs_tmux
def test_no_link_steers_the_terminal_wherever_it_is_shown(walk: Walk) -> None:
    walk.sees(f"All {len(TEXTS)}")
    for number in reversed(range(len(TEXTS))):  # newest first
        walk.spends(number)
        walk.opens("Enter", r"Status +✓ Used")
        walk.opens("x", "No, keep|Delete the link")
        walk.opens("r", "Reissue the link")
        if number:
            walk.tmux.look("Down")
    walk.opens("l", "Press Enter to go back", close="Enter")
    walk.tmux.keys("Enter")
    walk.sees(r"Status +✓ Used")
    walk.opens("p", "Escape goes back")
    walk.closes(r"Status +✓ Used")
    walk.opens("C-p", "What do you want to do")
    walk.ends_unharmed()


@needs_tmux
def test_no_event_type_steers_the_terminal_wherever_it_is_shown(walk: Walk) -> None:
    walk.sees(f"All {len(TEXTS)}")
    walk.tmux.keys("t")
    walk.sees("Edit")
    for number in range(len(TEXTS)):
        walk.opens("Enter", "Change event type")
        walk.opens("x", "No, keep|Remove “")
        if number + 1 < len(TEXTS):
            walk.tmux.look("Down")
    walk.closes("Edit")
    for number in range(len(TEXTS)):
        walk.tmux.keys("e")
        walk.sees("Show links of")
        walk.pastes(f"h{number} ")
        walk.tmux.keys("Enter")
        walk.sees(rf"h{number} .*▾")
        walk.opens("g", "How many")
        walk.tmux.keys("Escape")
        walk.sees("All event types ▾")
    walk.ends_unharmed()


@needs_tmux
def test_no_token_or_slug_steers_the_terminal_and_no_such_url_is_copied(walk: Walk, path: Path) -> None:
    walk.sees(f"All {len(TEXTS)}")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE link SET token = ?, label = NULL WHERE label = ?", (HOSTILE[0], TEXTS[-1]))
        connection.execute("UPDATE event_type SET slug = ? WHERE name = ?", (HOSTILE[1], TEXTS[1]))
    walk.sees("/s/␛]52;c…")
    walk.tmux.keys("c")
    walk.sees("Another program stored a token that is none; nothing was copied")
    walk.tmux.keys("l")
    walk.sees(r"Another program stored a token that is none\.")
    walk.opens("Enter", r"Status +● Active")
    walk.ends_unharmed()


@needs_tmux
def test_no_name_of_whoever_deleted_steers_the_terminal(walk: Walk, urls: list[str]) -> None:
    walk.sees(f"All {len(TEXTS)}")
    for number, url in enumerate(urls):
        walk.tmux.keys("/")
        walk.sees("esc Clear")
        walk.pastes(url)
        walk.sees(rf"This link was deleted .* by h{number}\b")
        walk.closes("was deleted")
    walk.ends_unharmed()


def test_no_verb_writes_what_steers_and_json_is_exact(
    path: Path, urls: list[str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def run(*arguments: str) -> str:
        assert main(["--store", str(path), "--host", HOST, *arguments]) == 0
        return capfdbinary.readouterr().out.decode()

    for verb in (["list"], ["list", "--csv"], ["event-type", "list"], *(["show", url] for url in urls)):
        written = run(*verb)
        assert written
        assert steers(written, but="\t\n") == set()
    as_json = run("list", "--json"), run("event-type", "list", "--json"), run("show", urls[0], "--json")
    assert all(steers(written, but="\n") == set() for written in as_json)
    links, kinds, shown = (json.loads(written) for written in as_json)
    assert [link["label"] for link in links] == TEXTS[::-1]
    assert sorted(kind["name"] for kind in kinds) == TEXTS
    assert shown["deleted_by"] == TEXTS[0]


@needs_tmux
def test_what_is_copied_with_its_label_is_a_line_that_steers_nothing(walk: Walk) -> None:
    walk.sees(f"All {len(TEXTS)}")
    walk.tmux.keys("a")
    walk.sees(f"{len(TEXTS)} selected")
    walk.tmux.keys("C")
    walk.sees(rf"Sent to your terminal \(tmux\): {len(TEXTS)} links")
    walk.tmux.until(lambda: walk.tmux.copied, "the copy")
    assert steers(walk.tmux.copied, but="\t\n") == set()
    assert len(walk.tmux.copied.splitlines()) == len(TEXTS)
