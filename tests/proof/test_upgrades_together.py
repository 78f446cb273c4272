"""Two versions at once: others open a store, or spend a link in it, while an upgrade stands before any of its steps."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from postgres_server import Databases
from proof.effort import PROOF
from proof.test_upgrades import EVERY, FEW, OLDER
from proof.upgrades_killing import chosen
from proof.upgrades_program import Errand, Program
from proof.upgrades_reading import rows_of, verdicts
from proof.upgrades_rows import ACTIVE_TOKENS
from proof.upgrades_stores import FilePlace, ServerPlace, broken_file, older_server
from secret_links import Store, StoreBusy

SPENT = 2
"""The id of the link that a page of another program spends."""

SPEND = f"UPDATE link SET used_at = {{}}, used_by = 'Eva' WHERE token = '{ACTIVE_TOKENS[0]}' AND used_at IS NULL"
"""As a page of any version does."""


def is_busy(url: str) -> bool:
    """Opens a store without waiting for others."""
    try:
        Store.open(url, wait=0.01, upgrade=True).close()
    except StoreBusy:  # its sentence says to try again
        return True
    return False


def spends(url: str) -> bool:
    """Spends a link as a page does, without waiting for others."""
    try:
        if url.startswith("postgresql:"):
            with psycopg.connect(url, options="-c lock_timeout=10") as server:
                return server.execute(SPEND.format("now()").encode()).rowcount == 1
        with closing(sqlite3.connect(url, isolation_level=None, timeout=0)) as file:
            return file.execute(SPEND.format(1795165200000)).rowcount == 1
    except (sqlite3.OperationalError, psycopg.errors.LockNotAvailable):
        return False


def upgrade_beside_others(program: Program, place: FilePlace | ServerPlace, at_most: int) -> set[tuple[bool, bool]]:
    """Has an upgrade stopped before steps of it, while others come; gives whether they had to wait, and could spend."""
    url = place.fresh()
    steps = program.run(Errand("upgrade", url)).steps
    after = rows_of(url)
    met = set()
    for step in chosen(steps, at_most):
        url = place.fresh()
        assert program.run(Errand("upgrade", url, step=step, how=signal.SIGSTOP)).signal == signal.SIGSTOP
        spent, busy = spends(url), is_busy(url)
        met.add((busy, spent))
        ended = program.go_on()
        assert ended.answer is not None
        assert "done" in ended.answer, ended
        rows = rows_of(url)
        assert (rows["link"][SPENT]["used_at"][0] != "null") is spent
        assert spent or rows == after
        Store.open(url).close()
    return met


@pytest.mark.parametrize("version", OLDER if PROOF else (1,))
def test_others_at_a_file_that_is_upgraded_wait_or_are_told_to(
    upgrading: Program, path: Path, tmp_path: Path, version: int
) -> None:
    broken_file(path, version, FEW)
    met = upgrade_beside_others(upgrading, FilePlace(tmp_path / "run", path), 16 if PROOF else 3)
    assert (True, False) in met
    assert (False, True) in met


@pytest.mark.parametrize("version", OLDER[::4] if PROOF else (9,))
def test_others_at_a_servers_store_that_is_upgraded_wait_or_are_told_to(
    upgrading: Program, databases: Databases, version: int
) -> None:
    template = databases.empty()
    older_server(template, version, EVERY)
    place = ServerPlace(databases, template)
    met = upgrade_beside_others(upgrading, place, 12 if PROOF else 3)
    place.drop()
    databases.drop(template)
    assert any(busy for busy, _ in met)
    assert any(spent for _, spent in met)


OPEN = "import sys; from secret_links import Store; Store.open(sys.argv[1]).close()"


@pytest.mark.skipif(not PROOF, reason="each process takes a second to load")
def test_of_many_who_open_an_older_file_at_once_one_upgrades_it(path: Path) -> None:
    broken_file(path, 1, FEW)
    before = rows_of(str(path))
    racers = [subprocess.Popen([sys.executable, "-c", OPEN, path]) for _ in range(6)]
    assert [racer.wait(60) for racer in racers] == [0] * len(racers)
    (copy,) = path.parent.glob("links.db.schema-*")
    assert rows_of(str(copy)) == before
    assert verdicts(str(path)) == []
