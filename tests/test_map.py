"""The map in the README: every room is on it, and nothing that is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

PROJECT = Path(__file__).parent.parent
MAP = (PROJECT / "README.md").read_text(encoding="utf-8").split("\n### The rooms\n")[1].split("\n### ")[0]
WINGS = {
    "store/secret_links": PROJECT / "store" / "secret_links",
    "tui/secret_links_tui": PROJECT / "tui" / "secret_links_tui",
}
HISTORY = "migrations"
"""The folder of the tables' history, which is a part of their room."""


def rooms_of(wing: Path) -> Iterator[str]:
    """The folders of a wing, and the modules that stand beside them at its root."""
    for module in wing.rglob("*.py"):
        inside = module.relative_to(wing)
        if HISTORY in inside.parts:
            continue
        yield str(inside) if len(inside.parts) == 1 else f"{inside.parent}/"


def table_of(wing: str) -> dict[str, int]:
    """What stands in the first column of a wing's table, with the number of its line."""
    table = MAP.split(f"| in `{wing}/` | what is there |\n")[1].split("\n\n")[0]
    lines = enumerate(table.splitlines()[1:])
    return {name: line for line, row in lines for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def line_of(module: str, table: dict[str, int]) -> int | None:
    """The line of the map that a module is on; None for a wing's front door."""
    parts = module.split(".")[1:]
    folders = ["/".join(parts[:length]) + "/" for length in range(len(parts), 0, -1)]
    names = [f"{parts[0]}.py", *folders] if len(parts) == 1 else folders
    return next((table[name] for name in names if name in table), None)


@pytest.mark.parametrize("wing", WINGS)
def test_every_room_is_on_the_map_and_nothing_that_is_gone(wing: str) -> None:
    assert set(table_of(wing)) == set(rooms_of(WINGS[wing])) - {"__init__.py"}


@pytest.mark.parametrize("wing", WINGS)
def test_no_room_uses_one_that_stands_above_it_on_the_map(wing: str) -> None:
    table = table_of(wing)
    graph = grimp.build_graph(wing.partition("/")[2], cache_dir=None)
    lines = {module: line for module in graph.modules if (line := line_of(module, table)) is not None}
    assert len(lines) > 50
    upwards = {
        (module, used)
        for module, line in lines.items()
        for used in graph.find_modules_directly_imported_by(module)
        if used in lines and lines[used] < line
    }
    assert upwards == set()


def test_the_journeys_lead_through_files_that_are_there() -> None:
    journeys = MAP.split("journeys through them:")[1]
    files = re.findall(r"`([\w/]+\.py)`", journeys)
    assert len(files) > 15
    for file in files:
        assert any((wing / file).is_file() for wing in WINGS.values()), file
