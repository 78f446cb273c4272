"""What several parts of the proof stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from proof.upgrades_program import Program


@pytest.fixture(scope="session")
def upgrading() -> Iterator[Program]:
    """The program that upgrades and copies stores, and is killed on the way."""
    with Program() as running:
        yield running
