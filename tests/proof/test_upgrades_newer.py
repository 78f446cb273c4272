"""A store of a newer version is left as it is, to the byte, whatever an older program tries with it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from postgres_server import Databases
from proof.effort import PROOF
from proof.faults_operations import opened
from proof.test_upgrades import EVERY
from proof.upgrades_newer import COMMANDS, NEWER, SAYS, dumped, files_as_they_are, on_the_screen
from proof.upgrades_planted import writes_the_version
from proof.upgrades_stores import older_server, sound_file
from secret_links import FirstLook, Store, StoreUpgraded, first_look, first_look_at_server
from secret_links.postgres.schema import VERSION_TABLE
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links_tui.__main__ import main
from secret_links_tui.commands.exit_codes import REFUSED, UNANSWERED

Captured = pytest.CaptureFixture[str]


def run_all(store: str, folder: Path, capsys: Captured) -> None:
    """Runs every command on a store; each says what to do."""
    Store.open(folder / "other.db").close()
    for command in COMMANDS:
        arguments = shlex.split(command.format(store=shlex.quote(store), folder=folder))
        assert main(["--store", store, "--host", "ana", *arguments]) in {REFUSED, UNANSWERED}, command
        assert SAYS in capsys.readouterr().err, command


@pytest.mark.parametrize("made", NEWER if PROOF else ["with_a_log", "in_the_log"])
@pytest.mark.parametrize("version", [SCHEMA_VERSION + 1, 99] if PROOF else [SCHEMA_VERSION + 1])
def test_no_command_changes_a_byte_of_a_newer_file(tmp_path: Path, capsys: Captured, version: int, made: str) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    path = folder / "links.db"
    sound_file(path, SCHEMA_VERSION)
    NEWER[made](path, version)
    before = files_as_they_are(folder)
    run_all(str(path), tmp_path, capsys)
    assert first_look(path, "ana", 10) == FirstLook()
    assert files_as_they_are(folder) == before


@pytest.mark.parametrize("made", NEWER if PROOF else ["in_the_log"])
def test_the_screen_does_not_change_a_byte_of_a_newer_file(tmp_path: Path, made: str) -> None:
    path = tmp_path / "links.db"
    sound_file(path, SCHEMA_VERSION)
    NEWER[made](path, 99)
    before = files_as_they_are(tmp_path)
    code, said = on_the_screen(str(path))
    assert (code, SAYS in said) == (1, True), said
    assert files_as_they_are(tmp_path) == before


def named(url: str, version: str) -> None:
    with psycopg.connect(url) as server:
        server.execute(f"UPDATE {VERSION_TABLE} SET version_num = %s".encode(), [version])


@pytest.mark.parametrize("version", [f"{SCHEMA_VERSION + 1:04}", "99", "5e7a1c"] if PROOF else ["5e7a1c"])
def test_nothing_changes_a_newer_store_on_a_server(
    databases: Databases, tmp_path: Path, capsys: Captured, version: str
) -> None:
    url = databases.empty()
    older_server(url, SCHEMA_VERSION, EVERY)
    named(url, version)
    before = dumped(databases, url)
    run_all(url, tmp_path, capsys)
    assert first_look_at_server(url, "ana", 10) == FirstLook()
    if PROOF:
        code, said = on_the_screen(url)
        assert (code, SAYS in said) == (1, True), said
    assert dumped(databases, url) == before
    databases.drop(url)


def test_an_older_program_that_writes_its_version_is_found(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "links.db"
    sound_file(path, SCHEMA_VERSION)
    NEWER["in_the_file"](path, 99)
    before = files_as_they_are(tmp_path)
    monkeypatch.setattr("secret_links.sqlite.file_check.read_header", None)  # is put back afterwards
    writes_the_version()
    main(["--store", str(path), "--host", "ana", "list"])
    capsys.readouterr()
    assert files_as_they_are(tmp_path) != before


@pytest.mark.parametrize("change", [lambda ana: ana.add_event_type("Call"), lambda ana: ana.delete([2])])
def test_who_has_a_store_open_that_becomes_newer_changes_nothing_more(
    path: Path, change: Callable[..., object]
) -> None:
    sound_file(path, SCHEMA_VERSION)
    with opened(str(path)) as store:
        NEWER["in_the_file"](path, SCHEMA_VERSION + 1)
        before = path.read_bytes()
        with pytest.raises(StoreUpgraded):
            change(store.as_host("ana"))
        assert path.read_bytes() == before
