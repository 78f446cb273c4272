"""What the exit code says: an answer, or that there was none."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from command_line import Run, buffered
from secret_links import EventType, HostStore, Link, Store
from secret_links_tui.__main__ import main


@pytest.fixture
def link(ana: HostStore, interview: EventType) -> Link:
    (made,) = ana.generate(interview.id)
    return made


@pytest.mark.parametrize("verb", ["redeem", "show"])
def test_a_store_that_cannot_be_read_has_the_exit_code_of_no_answer(
    verb: str, run: Run, link: Link, path: Path
) -> None:
    before = path.read_bytes()
    path.write_bytes(b"a shopping list, and not a short one: " * 400)
    for file in path.parent.glob(f"{path.name}-*"):
        file.unlink()
    answer = run(verb, link.token)
    assert (answer.code, answer.out) == (3, "")
    assert "is not a store of Secret Links" in answer.err
    assert "not available" not in answer.err
    path.write_bytes(before)


@pytest.mark.parametrize("verb", ["redeem", "show"])
def test_a_missing_store_has_the_exit_code_of_no_answer_and_is_not_made(verb: str, tmp_path: Path, run: Run) -> None:
    missing = tmp_path / "elsewhere" / "links.db"
    answer = run("--store", str(missing), verb, "k3JdQ0abcdefghijklmnop")
    assert (answer.code, answer.out) == (3, "")
    assert f"There is no store at {missing}." in answer.err
    assert not missing.parent.exists()


def test_a_locked_store_has_the_exit_code_of_no_answer(link: Link, path: Path) -> None:
    asked = (
        "import sys; from secret_links_tui.commands import cli; from secret_links import Store\n"
        "cli.open_store = lambda settings, **_: Store.open(settings.store, wait=0.1)\n"
        "from secret_links_tui.__main__ import main; sys.exit(main())"
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = subprocess.run(
            [sys.executable, "-c", asked, "--store", str(path), "redeem", link.token],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert (answer.returncode, answer.stdout) == (3, "")
    assert "locked" in answer.stderr


def test_a_missing_server_has_the_exit_code_of_no_answer(run: Run) -> None:
    answer = run("--store", "postgresql://ana@/links?host=/nowhere", "redeem", "x" * 22)
    assert (answer.code, answer.out) == (3, "")
    assert "does not answer" in answer.err


def test_what_cannot_be_told_to_a_host_is_an_answer_all_the_same(
    run: Run, link: Link, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("redeem", link.token).code == 0
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE deletion")
        other.commit()
    assert run("redeem", "x" * 22).code == 1
    monkeypatch.delenv("SECRET_LINKS_HOST", raising=False)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "x" * 500)
    assert main(["--store", str(path), "redeem", link.token]) == 1


def test_redeem_with_a_host_that_is_none_redeems(path: Path, link: Link) -> None:
    assert main(["--store", str(path), "--host", "\u200b", "redeem", link.token]) == 0


FAULTY = """
import sys
from secret_links_tui.commands import listing, redeem, show
from secret_links_tui.__main__ import main

def faulty(command, context):
    raise TypeError("a secret label")

redeem.Redeem.run = listing.ListLinks.run = show.Show.run = faulty
sys.exit(main())
"""
"""The program, with verbs that have a fault."""


@pytest.mark.parametrize(("asked", "code"), [("list", 1), ("show x", 3), ("redeem x", 3)])
@pytest.mark.parametrize("afar", [False, True])
def test_a_fault_of_the_programs_own_is_a_sentence_with_a_log(
    asked: str, code: int, path: Path, store: Store, tmp_path: Path, *, afar: bool
) -> None:
    command = [sys.executable, "-c", FAULTY, "--store", str(path), "--host", "ana"]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    if afar:
        environment["SSH_ORIGINAL_COMMAND"] = asked
    else:
        command += asked.split()
    answer = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (answer.returncode, answer.stdout) == (code, "")
    assert answer.stderr.startswith("secret-links crashed (TypeError)")
    assert len(answer.stderr.splitlines()) == 1
    assert (str(tmp_path) in answer.stderr) is not afar
    (log,) = (tmp_path / "state").rglob("crash-*.log")
    assert "def faulty" not in log.read_text()
    assert "secret label" not in log.read_text()


def test_json_that_is_cut_short_is_none_and_the_exit_code_says_so(
    path: Path, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 2_000)
    program = [sys.executable, "-m", "secret_links_tui", "--store", str(path), "--host", "ana", "list", "--json"]
    with subprocess.Popen(program, env=buffered(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        begun = listing.stdout.read(1)  # the pipe takes 64 kB: the rest is still to be read
        for file in path.parent.glob(f"{path.name}*"):
            file.write_bytes(b"a shopping list, and not a short one: " * 4_000)
        rest, said = listing.stdout.read(), listing.stderr.read()
    assert listing.returncode == 1
    assert said.startswith(b"secret-links: ")
    assert b"Traceback" not in said
    with pytest.raises(json.JSONDecodeError):
        json.loads(begun + rest)


def test_the_first_line_comes_while_the_rest_is_still_to_be_read(
    path: Path, ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 3_000)
    program = [sys.executable, "-m", "secret_links_tui", "--store", str(path), "--host", "ana", "list"]
    with subprocess.Popen(program, env=buffered(), stdout=subprocess.PIPE, text=True) as listing:
        assert listing.stdout is not None
        first = listing.stdout.readline()
        ana.delete([link.id for link in made[:1_500]])
        is_at_it = listing.poll() is None
        others = listing.stdout.readlines()
    assert made[-1].token in first
    assert listing.returncode == 0
    assert is_at_it, "a pipe does not hold all lines"
    assert len(others) == 2_999, "what was deleted meanwhile is listed, as are those before it"
