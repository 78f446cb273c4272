"""What a process comes with: arguments and an environment that are no text, no home, no place to write to."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest

from command_line import PROGRAM, Called, call
from secret_links import EventType, HostStore, Store
from secret_links_tui.__main__ import main
from secret_links_tui.entering import tidy

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a program as somebody else")

# Text


@pytest.mark.parametrize(
    "arguments",
    [
        ["--host", b"J\xf6rg", "list"],
        ["generate", "intro-call", "--label", b"J\xf6rg M\xfcller"],
        ["event-type", "add", b"Caf\xe9"],
        [b"--label=\xff"],
    ],
)
def test_an_argument_that_is_not_utf_8_is_refused_not_stripped(
    arguments: list[str | bytes], path: Path, store: Store, ana: HostStore, interview: EventType
) -> None:
    before = ana.counts(), ana.event_types()
    answer = call("--store", str(path), *arguments, variables={})
    assert (answer.returncode, answer.stdout) == (2, b"")
    assert b"is not text in UTF-8; set the terminal" in answer.stderr
    assert (ana.counts(), ana.event_types()) == before


def test_a_variable_that_is_not_utf_8_is_refused_where_it_is_needed(path: Path, store: Store) -> None:
    for name, source in (("SECRET_LINKS_HOST", b"SECRET_LINKS_HOST"), ("LOGNAME", b"The login name")):
        answer = call("--store", str(path), "list", variables={"SECRET_LINKS_HOST": None, name: b"J\xf6rg"})
        assert (answer.returncode, answer.stdout) == (2, b"")
        assert answer.stderr.startswith(b"secret-links: " + source + b" is not text in UTF-8")
        assert call("--store", str(path), "--host", "ana", "list", variables={name: b"J\xf6rg"}).returncode == 0


def test_a_command_from_afar_that_is_not_utf_8_is_refused(path: Path, ana: HostStore, interview: EventType) -> None:
    asked = b"generate final-interview --label 'J\xf6rg M\xfcller'"
    answer = call("--store", str(path), "--host", "ana", variables={"SSH_ORIGINAL_COMMAND": asked})
    assert (answer.returncode, answer.stdout) == (2, b"")
    assert b"The command is not text in UTF-8" in answer.stderr
    assert ana.counts().total == 0


@pytest.mark.parametrize(
    "locale",
    [{"LANG": "C"}, {"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
)
def test_arguments_are_utf_8_whatever_the_locale(locale: dict[str, str], tmp_path: Path) -> None:
    here = ("--store", "Jörg.db", "--host", "Jörg")
    assert call(*here, "event-type", "add", "Zoë", folder=tmp_path, variables=locale).stdout == b"zoe\n"
    assert call(*here, "event-type", "list", folder=tmp_path, variables=locale).stdout.decode().startswith("zoe\tZoë\t")
    with Store.open(tmp_path / "Jörg.db") as store:
        assert [kind.name for kind in store.as_host("Jörg").event_types()] == ["Zoë"]


@pytest.mark.skipif(not shutil.which("localedef"), reason="localedef is not installed")
def test_arguments_are_utf_8_in_a_locale_of_another_encoding(tmp_path: Path) -> None:
    made = subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "ISO-8859-1", str(tmp_path / "de_DE.ISO-8859-1")],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("the sources of locales are not installed")
    latin = {"LOCPATH": str(tmp_path), "LC_ALL": "de_DE.ISO-8859-1"}
    here = ("--store", "Jörg.db", "--host", "Jörg")
    assert call(*here, "event-type", "add", "Zoë", folder=tmp_path, variables=latin).stdout == b"zoe\n"
    with Store.open(tmp_path / "Jörg.db") as store:
        assert [kind.name for kind in store.as_host("Jörg").event_types()] == ["Zoë"]
    refused = call("--host", b"J\xf6rg", "list", folder=tmp_path, variables=latin)
    assert (refused.returncode, refused.stdout) == (2, b"")


# No home


@needs_root
def test_who_has_no_home_says_where_the_links_are_and_whose(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents[:3]:
        parent.chmod(0o755)
    nobody_knows = {"HOME": None, "LOGNAME": None, "USER": None, "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None}

    def as_nobody(*arguments: str) -> Called:
        return call(*arguments, user=54_321, folder=tmp_path, variables=nobody_knows)

    store = ("--store", str(tmp_path / "links.db"))
    assert as_nobody(*store, "--host", "ana", "event-type", "add", "Intro").stdout == b"intro\n"
    made = as_nobody(*store, "--host", "ana", "generate", "intro").stdout.decode().strip()
    assert as_nobody(*store, "redeem", made).returncode == 0, "it needs no host"
    assert b"say whose links these are with --host" in as_nobody(*store, "list").stderr
    assert b"say where the links are with --store" in as_nobody("--host", "ana", "list").stderr
    assert b"Traceback" not in as_nobody("--demo").stderr
    assert sorted(file.name for file in tmp_path.iterdir() if "links.db" not in file.name) == []


@needs_root
def test_a_config_that_is_another_accounts_stops_only_what_needs_it(tmp_path: Path) -> None:
    for parent in (tmp_path, *tmp_path.parents[:3]):
        parent.chmod(0o755)
    folder = tmp_path / "settings"
    (folder / "secret-links").mkdir(parents=True)
    (folder / "secret-links" / "config.toml").write_text('base_url = "https://book.example/s"\n')
    folder.chmod(0o700)
    place = tmp_path / "theirs"
    place.mkdir()
    os.chown(place, NOBODY, NOBODY)
    given = ("--store", str(place / "links.db"), "--host", "ana")

    def as_nobody(*arguments: str) -> Called:
        return call(*arguments, user=NOBODY, variables={"XDG_CONFIG_HOME": str(folder)})

    assert as_nobody(*given, "event-type", "add", "Intro").returncode == 0
    refused = as_nobody(*given, "generate", "intro")
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert b"config.toml cannot be read: Permission denied. If HOME is another account's" in refused.stderr
    known = ("--base-url", "https://x.example/s", "--most-links", "none")
    made = as_nobody(*given, *known, "generate", "intro").stdout.decode().strip()
    spent = as_nobody(*given, "redeem", made)
    assert (spent.returncode, spent.stdout.decode().strip()) == (0, made[-22:]), "the token, where the URL is not known"
    for arguments in (["--version"], ["--help"], ["completion", "bash"]):
        assert as_nobody(*arguments).returncode == 0


@pytest.mark.parametrize("variable", ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOME"])
@pytest.mark.parametrize("value", ["", "here", "./here", "~", "$HOME"])
def test_a_folder_that_is_no_whole_path_is_never_made_in_the_working_directory(
    variable: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    here = tmp_path / "here"
    for folder in (elsewhere, here):
        folder.mkdir()
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(elsewhere))
    monkeypatch.setenv(variable, value)
    monkeypatch.chdir(here)
    assert main(["--host", "ana", "--store", str(elsewhere / "links.db"), "event-type", "list"]) == 0
    if variable != "HOME":
        assert main(["--host", "ana", "event-type", "list"]) == 0
    if variable == "HOME" and value:
        assert main(["access", "list"]) == 1
    assert list(here.iterdir()) == []


# Variables


def test_a_librarys_warning_is_not_said(path: Path, store: Store) -> None:
    answer = call("--store", str(path), "--host", "ana", "list", variables={"PYTHONTZPATH": "here", "TZ": "UTC"})
    assert (answer.returncode, answer.stderr) == (0, b"no links\n")


def test_an_empty_variable_is_not_set_and_a_size_is_a_number() -> None:
    environ = {"NO_COLOR": "", "TERM": "xterm", "COLUMNS": "²", "LINES": "9" * 5_000, "LANG": ""}
    tidy(environ)
    assert environ == {"TERM": "xterm"}
    environ = {"NO_COLOR": "1", "COLUMNS": "80", "LINES": "0"}
    tidy(environ)
    assert environ == {"NO_COLOR": "1", "COLUMNS": "80"}


@pytest.mark.parametrize("term", [None, "", "dumb"])
def test_who_has_no_term_is_told_how_to_set_it(term: str | None, path: Path) -> None:
    keyboard, terminal = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "TERM"}
    if term is not None:
        environment["TERM"] = term
    with os.fdopen(keyboard, "rb", buffering=0) as screen, os.fdopen(terminal, "wb") as ours:
        answer = subprocess.run(
            [*PROGRAM, "--store", str(path)], stdin=ours, stdout=ours, stderr=ours, env=environment, check=False
        )
        said = screen.read(4096).decode()
    assert answer.returncode == 2
    assert f"TERM {'is dumb' if term == 'dumb' else 'is not set'}" in said
    assert "try: TERM=xterm-256color secret-links" in said
    assert not path.exists()
