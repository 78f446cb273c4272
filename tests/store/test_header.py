"""The header of a file, read beside others who write to it, and without changing a byte."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from another_program import files_of, killed_after, write
from secret_links.sqlite import header
from secret_links.sqlite.header import APPLICATION_ID, Header, has_content, is_unknown, read_header, uri_of

KNOWN = 3
"""The newest version that is known."""

OURS = f"PRAGMA application_id = {APPLICATION_ID}"
LOGGED = "PRAGMA journal_mode = WAL"

VERSIONS = pytest.mark.parametrize(
    ("version", "unknown"), [(-1, True), (0, False), (1, False), (KNOWN, False), (KNOWN + 1, True)]
)


def sets_version(number: int) -> str:
    return f"PRAGMA user_version = {number}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of version 1, with one table."""
    path = tmp_path / "a" / "links and 100%.db"
    path.parent.mkdir()
    write(path, OURS, sets_version(1), "CREATE TABLE link (id)")
    return path


def read(path: Path) -> Header:
    return read_header(path, uri_of(path, "mode=rw"), KNOWN)


@VERSIONS
def test_a_version_in_the_file_is_known_or_not(path: Path, version: int, unknown: bool) -> None:
    write(path, f"PRAGMA user_version = {version}")
    before = files_of(path)
    assert is_unknown(path, KNOWN) is unknown
    assert read(path) == Header(APPLICATION_ID, version, 1)
    assert files_of(path) == before


@VERSIONS
def test_a_version_in_the_log_is_that_of_the_file(path: Path, version: int, unknown: bool) -> None:
    write(path, LOGGED)
    before = killed_after(path, f"PRAGMA user_version = {version}", "CREATE TABLE host (id)")
    assert has_content(path, "-wal")
    assert is_unknown(path, KNOWN) is unknown
    assert files_of(path) == before
    assert read(path) == Header(APPLICATION_ID, version, 2)


def test_a_version_in_a_log_without_its_index_is_read_all_the_same(path: Path) -> None:
    write(path, LOGGED)
    killed_after(path, sets_version(KNOWN + 1))
    path.with_name(f"{path.name}-shm").unlink()
    assert not is_unknown(path, KNOWN)  # it cannot be said without writing an index
    assert read(path).version == KNOWN + 1


def test_an_unknown_version_in_the_file_is_told_before_its_log_is_looked_at(path: Path) -> None:
    write(path, LOGGED, sets_version(KNOWN + 1))
    killed_after(path, sets_version(KNOWN))
    before = files_of(path)
    assert is_unknown(path, KNOWN)
    assert read(path).version == KNOWN + 1
    assert files_of(path) == before


def test_a_version_that_is_to_be_undone_is_none(path: Path) -> None:
    numbers = "WITH some(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM some LIMIT 5000) SELECT id FROM some"
    killed_after(path, "PRAGMA cache_size = 1", "BEGIN", sets_version(KNOWN + 1), f"INSERT INTO link {numbers}")
    assert has_content(path, "-journal")
    assert not is_unknown(path, KNOWN)
    assert read(path) == Header(APPLICATION_ID, 1, 1)
    assert not has_content(path, "-journal")


@pytest.mark.parametrize("number", [-1, KNOWN + 1])
def test_another_programs_versions_are_its_own(path: Path, number: int) -> None:
    write(path, "PRAGMA application_id = 42", sets_version(number))
    assert not is_unknown(path, KNOWN)
    assert read(path) == Header(42, number, 1)


def test_what_is_no_database_is_of_no_version(path: Path) -> None:
    path.write_bytes(b"none" * 1000)
    assert not is_unknown(path, KNOWN)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        read(path)


def test_the_log_of_a_link_is_beside_the_file_that_it_leads_to(path: Path, tmp_path: Path) -> None:
    write(path, LOGGED)
    killed_after(path, sets_version(KNOWN + 1))
    link = tmp_path / "link.db"
    link.symlink_to(path)
    assert has_content(link, "-wal")
    assert is_unknown(link, KNOWN)


def test_a_file_that_is_kept_locked_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    letting_go = threading.Timer(0.5, holder.rollback)
    letting_go.start()
    try:
        assert read(path).version == 1
        holder.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(header, "HEADER_WAIT", 0.0)
        soon = threading.Timer(0.5, holder.rollback)
        soon.start()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            read(path)
        soon.join()
    finally:
        letting_go.join()
        holder.close()
