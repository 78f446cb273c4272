"""The verbs for whole stores, as an administrator calls them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from command_line import Run
from secret_links import EventType, HostStore, Store
from secret_links.whole.filling import fill
from secret_links_tui.__main__ import main


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "target.db")
    return str(request.getfixturevalue("databases").empty())


def test_a_store_is_copied_and_what_was_done_is_said(
    run: Run, url: str, target: str, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id, labels=["Ana Pires"])
    answer = run("store", "copy", url, target)
    assert (answer.code, answer.out) == (0, "")
    assert "link: 1 of 1 rows copied\n" in answer.err
    assert "link: 1 of 1 rows compared\n" in answer.err
    said = f"has all 4 rows of {url}, each compared\nthat is 1 link and 1 event type of 1 host, and 0 deleted\n"
    assert answer.err.endswith(said)
    assert run("--store", target, "list").out.startswith(link.url("https://42min.us/s"))
    again = run("store", "copy", url, target)
    assert (again.code, again.err.splitlines()[-2]) == (0, "4 of them were there from before")


def test_a_target_that_holds_something_else_is_refused_in_a_sentence(
    run: Run, url: str, target: str, ana: HostStore, interview: EventType
) -> None:
    assert run("--store", target, "event-type", "add", "Mine", host="bo").code == 0
    answer = run("store", "copy", url, target)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("secret-links: ")
    assert answer.err.endswith("in host, the row with the id 1 has another name. Name an empty store.\n")


def test_a_source_that_is_not_there_is_not_made(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    for name in (str(missing), f"sqlite:///{missing}"):
        answer = run("store", "copy", name, str(tmp_path / "target.db"))
        assert (answer.code, answer.err) == (1, f"secret-links: There is no store at {missing}.\n")
    assert list(tmp_path.iterdir()) == []


STOPPED = """
import os, signal, sys
from secret_links.whole import bulk, copying
from secret_links_tui.__main__ import main

def add_rows(connection, table, rows, write=bulk.add_rows):
    write(connection, table, rows)
    if table.name == "link" and rows[0][0] > 400:
        os.kill(os.getpid(), signal.SIGINT)

copying.COPY_SLICE, bulk.add_rows = 200, add_rows
sys.exit(main(["store", "copy", *sys.argv[1:]]))
"""
"""Copies, and is interrupted in the third slice of links."""


def test_ctrl_c_stops_it_and_says_how_to_go_on(run: Run, url: str, store: Store, target: str) -> None:
    fill(store, "ana", 1_000)
    stopped = subprocess.run([sys.executable, "-c", STOPPED, url, target], capture_output=True, text=True, check=False)
    assert stopped.returncode == 1
    assert stopped.stderr.splitlines()[-1] == "stopped; the same command goes on where this was"
    answer = run("store", "copy", url, target)
    assert (answer.code, answer.err.splitlines()[-2]) == (0, "406 of them were there from before")


@pytest.mark.parametrize(
    "asked",
    ["store copy /srv/links.db /tmp/stolen.db", "store grant", "store upgrade", "store restore /tmp/mine.db --yes"],
)
def test_a_remote_host_has_no_commands_for_whole_stores(
    asked: str, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SSH_ORIGINAL_COMMAND", asked)
    assert main(["--store", url, "--host", "ana"]) == 2
    assert capsys.readouterr().err == "secret-links: store is for the server's administrator\n"
