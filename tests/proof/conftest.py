"""What several parts of the proof stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from postgres_server import Databases
from proof.faults_places import Files, empty_store, furnished_file, furnished_files, links_alone, older_file
from proof.faults_servers import Servers, furnished_server, older_server
from proof.upgrades_program import Program


@pytest.fixture(scope="session")
def upgrading() -> Iterator[Program]:
    """The program that upgrades and copies stores, and is killed on the way."""
    with Program() as running:
        yield running


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    made: dict[str, Callable[[Path], None]] = {
        "furnished": furnished_file,
        "two stores": furnished_files,
        "schema 9": older_file(9),
        "schema 1": older_file(1),
        "nothing": lambda _: None,
        "empty": empty_store,
        "links alone": links_alone,
    }
    return Files(tmp_path_factory.mktemp("faults"), made)


@pytest.fixture(scope="session")
def servers(databases: Databases) -> Servers:
    made: dict[str, Callable[[str], None]] = {
        "furnished": furnished_server,
        "schema 2": older_server("0002"),
        "empty": empty_store,
        "links alone": links_alone,
    }
    return Servers(databases, made)
