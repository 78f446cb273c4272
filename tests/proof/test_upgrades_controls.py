"""The proof of upgrades and moves finds the faults that are planted for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from proof.faults_operations import opened
from proof.test_upgrades import FEW
from proof.upgrades_checking import lost_in_upgrade
from proof.upgrades_killing import kill_copies, kill_upgrades_of_file
from proof.upgrades_planted import forgets_uses
from proof.upgrades_program import Program
from proof.upgrades_reading import rows_of
from proof.upgrades_rows import Odd
from proof.upgrades_stores import FilePlace, broken_file
from secret_links.tables import migrating
from secret_links.tables.migrating import SCHEMA_VERSION


def test_a_migration_that_drops_when_links_were_used_is_found(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_file(path, 9, FEW)
    before = rows_of(str(path))
    monkeypatch.setattr(migrating, "migrate", migrating.migrate)  # is put back afterwards
    forgets_uses()
    with opened(str(path)) as store:
        found = list(lost_in_upgrade(before, rows_of(str(path)), store.notes, 9))
    assert "link 1 was used, and is not any more" in found


def test_an_upgrade_without_a_transaction_is_found(upgrading: Program, path: Path, tmp_path: Path) -> None:
    broken_file(path, 4, FEW)
    place = FilePlace(tmp_path / "run", path)
    report = kill_upgrades_of_file(upgrading, place, 4, planted="upgrades_without_a_transaction")
    assert any("it is neither as it was nor upgraded" in found for found in report.findings), report


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("skips_odd_rows", "link has other rows"),
        ("skips_the_lowest_id", "is not the same as"),
    ],
)
def test_a_copy_that_leaves_rows_out_is_found(
    upgrading: Program, path: Path, tmp_path: Path, planted: str, said: str
) -> None:
    broken_file(path, SCHEMA_VERSION, [Odd("link", "label", "x'ff00'"), Odd("link", "used_by", "x'ff'")])
    opened(str(tmp_path / "empty.db")).close()
    place = FilePlace(tmp_path / "run", tmp_path / "empty.db")
    report = kill_copies(upgrading, str(path), place, 1, planted=planted)
    assert any(said in found for found in report.findings), report.findings
