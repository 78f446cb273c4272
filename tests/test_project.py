"""What the project promises of itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent


def test_the_wings_keep_to_their_sides() -> None:
    """The store never reaches Textual, the screen never reaches SQL: see the contracts in pyproject.toml."""
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    run = subprocess.run([sys.executable, "-c", lint], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_no_file_names_colours_but_the_themes() -> None:
    import re

    for source in (PROJECT / "tui").rglob("*"):
        if source.suffix in (".py", ".tcss") and source.name != "themes.py":
            assert not re.search(r"#[0-9a-fA-F]{6}\b", source.read_text(encoding="utf-8")), source
