"""Upgrades and moves: every released schema, with broken rows, upgraded and copied both ways, and killed on the way.

With SECRET_LINKS_PROOF in the environment, before every step; otherwise a small fixed sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings

from postgres_server import Databases
from proof import faults_tracing
from proof.effort import PROOF
from proof.faults import Trial
from proof.faults_errors import KILLED
from proof.faults_operations import opened
from proof.upgrades_checking import lost_in_copy, lost_in_server_upgrade, lost_in_upgrade
from proof.upgrades_killing import Report, kill_copies, kill_upgrades_of_file, kill_upgrades_of_server
from proof.upgrades_program import Program
from proof.upgrades_reading import rows_of, verdicts
from proof.upgrades_rows import ACTIVE_TOKENS, LONG, TABLES, USED_TOKENS, Odd, compositions, odd_in_files
from proof.upgrades_stores import VERSIONS, BrokenFiles, FilePlace, ServerPlace, broken_file, older_server
from secret_links import LinkNotAvailable, Store
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links.whole.copying import copy

EXAMPLES = 60 if PROOF else 2
ODD = odd_in_files()
FEW = ODD[::29]
"""Broken rows of every table, with about every value."""

WRITES = (
    "pwrite64",
    "write",
    "ftruncate",
    "fsync",
    "fdatasync",
    "link",
    "rename",
    "unlink",
    "unlinkat",
    "mkdir",
    "rmdir",
)
"""The system calls between which a file is another one; to be killed before any other is the same as before these."""

OLDER = VERSIONS[:-1]
MANY = ODD if PROOF else ODD[::7]
ON_SERVERS = VERSIONS if PROOF else (4,)
EVERY = 4 if PROOF else 20
"""Of the values that servers take, which one of so many is there where a store is made again and again."""

WAYS = [(of, onto) for of in ("file", "server") for onto in ("file", "server") if PROOF or of != onto]


def check(report: Report, least: int) -> None:
    print(report)
    assert not report.findings, "\n".join([str(report), *report.findings[:20]])
    assert report.kills >= least


def spends_once(store: Store) -> None:
    """A link that was used stays so, and one that was not opens one booking."""
    for token in USED_TOKENS:
        with pytest.raises(LinkNotAvailable):
            store.redeem(token)
    for token in ACTIVE_TOKENS:
        assert store.redeem(token, by="Dora").token == token
        with pytest.raises(LinkNotAvailable):
            store.redeem(token)


# Rows


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_of_any_schema_keeps_every_row_and_says_what_became_of_broken_ones(path: Path, version: int) -> None:
    assert broken_file(path, version, MANY) > len(MANY) // 2
    before = rows_of(str(path))
    with opened(str(path)) as store:
        assert list(lost_in_upgrade(before, rows_of(str(path)), store.notes, version)) == []
        spends_once(store)
        assert store.as_host("ana").preferences() == {"theme": "paper"}
    assert verdicts(str(path)) == []


@settings(max_examples=EXAMPLES, derandomize=True, database=None)
@given(odd=compositions())
def test_broken_rows_in_any_company_keep_none_from_being_upgraded_and_copied(
    tmp_path_factory: pytest.TempPathFactory, odd: list[Odd]
) -> None:
    folder = tmp_path_factory.mktemp("composed")
    for version in (1, 4) if PROOF else (1,):
        path = folder / f"{version}.db"
        broken_file(path, version, odd)
        before = rows_of(str(path))
        with opened(str(path)) as store, opened(str(folder / f"copy of {version}.db")) as target:
            after = rows_of(str(path))
            assert list(lost_in_upgrade(before, after, store.notes, version)) == []
            copied = copy(store, target)
            assert list(lost_in_copy(after, rows_of(target.name), copied.nearest, copied.rows)) == []
            assert rows_of(target.name) == after


@pytest.mark.parametrize("version", ON_SERVERS)
def test_a_servers_store_of_any_schema_keeps_every_row(databases: Databases, version: int) -> None:
    url = databases.empty()
    assert older_server(url, version) > 100
    before = rows_of(url)
    with opened(url, upgrade=True) as store:
        assert list(lost_in_server_upgrade(before, rows_of(url), store.notes, version)) == []
        spends_once(store)
    databases.drop(url)


def test_a_label_that_no_index_takes_is_cut_and_counted(databases: Databases) -> None:
    """The index came with schema 3: before, a server took labels of any length."""
    url = databases.empty()
    older_server(url, 2)
    with psycopg.connect(url) as server:
        server.execute(f"UPDATE link SET label = {LONG} WHERE id < 3".encode())
        (cut,) = server.execute("SELECT count(*) FROM link WHERE char_length(label) > 600").fetchone() or ()
    with opened(url, upgrade=True) as store:
        assert (
            f"Labels that are too long for a server were cut to 600 characters: {cut} in link.label" in store.notes[0]
        )
    databases.drop(url)


@pytest.mark.parametrize(("of", "onto"), WAYS)
def test_a_copy_has_every_row_or_names_what_it_changed(
    path: Path, databases: Databases, tmp_path: Path, of: str, onto: str
) -> None:
    source = str(path) if of == "file" else databases.empty()
    target = str(tmp_path / "copy.db") if onto == "file" else databases.empty()
    if of == "file":
        broken_file(path, SCHEMA_VERSION, MANY)
    else:
        older_server(source, SCHEMA_VERSION)
    with opened(source) as one, opened(target) as other:
        before = rows_of(source)
        copied = copy(one, other)
        assert list(lost_in_copy(before, rows_of(target), copied.nearest, copied.rows)) == []
        assert set(before) == set(TABLES)
        assert copy(one, other).found == copied.rows
        spends_once(other)
    for url in (source, target):
        if url.startswith("postgresql:"):
            databases.drop(url)


# Kills


@pytest.mark.parametrize("version", OLDER if PROOF else (8,))
def test_an_upgrade_of_a_file_that_is_killed_is_all_or_nothing(
    upgrading: Program, path: Path, tmp_path: Path, version: int
) -> None:
    broken_file(path, version, FEW)
    report = kill_upgrades_of_file(upgrading, FilePlace(tmp_path / "run", path), 1_000 if PROOF else 4)
    check(report, 30 if PROOF else 3)
    assert report.states > (5 if PROOF else 1)


@pytest.mark.parametrize("version", OLDER if PROOF else (9,))
def test_an_upgrade_of_a_servers_store_that_is_killed_is_all_or_nothing(
    upgrading: Program, databases: Databases, version: int
) -> None:
    template = databases.empty()
    older_server(template, version, EVERY)
    report = kill_upgrades_of_server(upgrading, ServerPlace(databases, template), 1_000 if PROOF else 2)
    databases.drop(template)
    check(report, 25 if PROOF else 1)
    assert report.states == 2, "it was as before, and it was upgraded"


@pytest.mark.parametrize(("of", "onto"), WAYS)
def test_a_copy_that_is_killed_goes_on_where_it_was(
    upgrading: Program, databases: Databases, path: Path, tmp_path: Path, of: str, onto: str
) -> None:
    source = str(path) if of == "file" else databases.empty()
    if of == "file":
        broken_file(path, SCHEMA_VERSION, FEW)
    else:
        older_server(source, SCHEMA_VERSION, EVERY)
    made = [] if of == "file" else [source]
    if onto == "file":
        opened(str(tmp_path / "empty.db")).close()
        place: FilePlace | ServerPlace = FilePlace(tmp_path / "run", tmp_path / "empty.db")
    else:
        made.append(databases.empty())
        opened(made[-1]).close()
        place = ServerPlace(databases, made[-1])
    report = kill_copies(upgrading, source, place, (120 if of == onto == "file" else 40) if PROOF else 1)
    for url in made:
        databases.drop(url)
    check(report, 30 if PROOF else 1)
    assert report.states > (5 if PROOF else 0)


# Kills at writes


@pytest.mark.skipif(not PROOF, reason="the sample of system calls is in test_faults.py")
@pytest.mark.parametrize(("operation", "version"), [("upgrade", 1), ("upgrade", 9), ("copy", SCHEMA_VERSION)])
def test_no_write_of_a_file_is_the_last_one_that_counts(
    tracing: faults_tracing.Program, tmp_path: Path, operation: str, version: int
) -> None:
    trial = Trial(tracing, BrokenFiles(tmp_path, version, FEW), operation, "broken")
    report = trial.run([fault for fault in trial.faults() if fault.how == KILLED and fault.call.name in WRITES])
    print(report)
    assert not report.findings, "\n".join([str(report), *report.findings[:20]])
    assert report.injected.total() > 50
    assert not report.missed


@pytest.fixture(scope="module")
def tracing() -> Iterator[faults_tracing.Program]:
    faults_tracing.skip_without_tracing()
    with faults_tracing.program() as started:
        yield started
