"""What the project promises of itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

TRESPASSES = {
    "The store has never heard of a terminal": ("store/secret_links/text.py", "import rich"),
    "The screen and the command line have never heard of SQL": ("tui/secret_links_tui/ages.py", "import sqlalchemy"),
    "Nothing in the store goes round in a circle": (
        "store/secret_links/sqlite/schema.py",
        "import secret_links.sqlite.database",
    ),
    "Nothing in the program goes round in a circle": (
        "tui/secret_links_tui/widgets/facts.py",
        "import secret_links_tui.widgets.key_bar as k; import secret_links_tui.widgets.facts",
    ),
    "The store's rooms know only what is below them": (
        "store/secret_links/lists/order.py",
        "import secret_links.host_store",
    ),
    "Lists do not know which database answers": (
        "store/secret_links/lists/order.py",
        "import secret_links.sqlite.mounts",
    ),
    "The databases do not know each other": (
        "store/secret_links/postgres/instants.py",
        "import secret_links.sqlite.mounts",
    ),
    "The tables know no other room of the store": (
        "store/secret_links/tables/indexes.py",
        "import secret_links.lists.limits",
    ),
    "The program's rooms know only what is below them": (
        "tui/secret_links_tui/terminal/idle.py",
        "import secret_links_tui.widgets.facts",
    ),
    "The command line never loads the screen": (
        "tui/secret_links_tui/commands/exit_codes.py",
        "import textual",
    ),
    "The table has never heard of links: it shows any rows of any source": (
        "tui/secret_links_tui/drawing/table/columns.py",
        "import secret_links.values",
    ),
    "What is drawn before Textual is loaded does not load it": (
        "tui/secret_links_tui/drawing/bars.py",
        "import textual",
    ),
    "Threads are made where the store is read": ("tui/secret_links_tui/terminal/idle.py", "import threading"),
}
"""For each wall, an import that goes through it: the file it stands in, and the statement."""


def lint(project: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": f"{project / 'store'}:{project / 'tui'}", "PATH": ""}
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_walls_between_the_rooms_stand() -> None:
    """Every contract in pyproject.toml is kept."""
    run = lint(PROJECT)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_wall_is_seen_to_break(tmp_path: Path) -> None:
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in contracts} == set(TRESPASSES)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    for wing in ("store", "tui"):
        shutil.copytree(PROJECT / wing, tmp_path / wing, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (file, statement) in TRESPASSES.items():
        with (tmp_path / file).open("a") as source:
            source.write(f"\n{statement}  # {name}\n")
    run = lint(tmp_path)
    assert run.returncode == 1, run.stdout + run.stderr
    verdicts = {name: re.search(rf"^{re.escape(name)} (KEPT|BROKEN)", run.stdout, re.MULTILINE) for name in TRESPASSES}
    assert {name: verdict and verdict[1] for name, verdict in verdicts.items()} == dict.fromkeys(TRESPASSES, "BROKEN")


def test_no_file_names_colours_but_the_themes() -> None:
    for source in (PROJECT / "tui").rglob("*"):
        if source.suffix in (".py", ".tcss") and source.name != "themes.py":
            assert not re.search(r"#[0-9a-fA-F]{6}\b", source.read_text(encoding="utf-8")), source
