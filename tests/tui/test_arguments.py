"""Where options go, what they are called, and how many there may be."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from command_line import Run
from secret_links import EventType, HostStore, Store
from secret_links_tui.__main__ import main
from secret_links_tui.commands import over_ssh


@pytest.mark.parametrize(
    "arguments",
    [
        ["--host", "ana", "list", "--json"],
        ["list", "--host", "ana", "--json"],
        ["list", "--json", "--host=ana"],
        ["--host", "bo", "list", "--json", "--host", "ana"],
    ],
)
def test_an_option_of_the_program_goes_before_the_verb_or_behind_it(
    arguments: list[str], path: Path, ana: HostStore, interview: EventType, capsys: pytest.CaptureFixture[str]
) -> None:
    (link,) = ana.generate(interview.id)
    assert main([*arguments, "--store", str(path)]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["token"] == link.token


def test_options_behind_the_verb_hold_for_verbs_of_nouns_too(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["event-type", "add", "Intro", "--store", str(path), "--host", "ana"]) == 0
    assert main(["event-type", "--store", str(path), "list", "--host", "ana"]) == 0
    assert main(["generate", "intro", "--store", str(path), "--host", "ana", "--base-url", "https://x.example"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("https://x.example/")
    assert not list(path.parent.glob("ana*"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--ho", "ana", "list"], "there is no option --ho; did you mean --host?"),
        (["list", "--stat", "used"], "there is no option --stat; did you mean --status?"),
        (["list", "--jsn"], "there is no option --jsn; did you mean --json?"),
        (["--colour", "red", "list"], "there is no option --colour"),
        (["delete", "--ye", "--status", "active"], "there is no option --ye; did you mean --yes?"),
        (["list", "--minutes", "5"], "unrecognized arguments: --minutes 5"),
        (["list", "--demo"], "--demo goes with the screen, not with a command"),
    ],
)
def test_an_option_has_its_whole_name(run: Run, arguments: list[str], sentence: str) -> None:
    answer = run(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err


def test_a_value_may_begin_with_dashes_where_it_has_a_blank(run: Run, interview: EventType) -> None:
    assert run("generate", "final-interview", "--label", "--not an option").code == 0
    assert run("generate", "final-interview", "--label=--neither").code == 0


@pytest.mark.parametrize(
    "asked", ["list --host bo", "list --store /etc/passwd", "list --base-url https://evil.example"]
)
def test_what_the_server_settles_is_settled_behind_the_verb_too(
    asked: str, path: Path, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SSH_ORIGINAL_COMMAND", asked)
    assert main(["--store", str(path), "--host", "ana"]) == 2
    assert capsys.readouterr().err == f"secret-links: {asked.split()[1]} is settled by the server\n"


def test_a_command_from_afar_has_no_more_words_than_are_quickly_read(
    path: Path, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, code in ((over_ssh.MOST_WORDS // 2 - 1, 0), (8_000, 2)):
        monkeypatch.setenv("SSH_ORIGINAL_COMMAND", "list" + " --limit 1" * number)
        begun = time.process_time()
        assert main(["--store", str(path), "--host", "ana"]) == code
        assert time.process_time() - begun < 2
    assert "too many words" in capsys.readouterr().err


def test_what_was_typed_is_shown_and_not_obeyed(run: Run) -> None:
    for arguments in (["list", "\x1b]52;c;QQ==\x07"], ["--\x1b[31m"], ["\x9b31m"]):
        answer = run(*arguments)
        assert answer.code == 2
        assert not {"\x1b", "\x07", "\x9b"} & set(answer.err)
