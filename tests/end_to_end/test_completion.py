"""Shell completion in the shells themselves: set up as the README says, and asked by the Tab key."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from end_to_end.terminals import FOREIGN, Start, program
from secret_links_tui.commands.completion import SHELLS

WORDS = [
    ("gen", "generate"),
    ("event-type ch", "change"),
    ("list --jso", "--json"),
    ("list --status ex", "expired"),
    ("--host ana list --cs", "--csv"),
    ("--clipboard os", "osc52"),
    ("access add ana ana.p", "ana.pub"),
    ("store res", "restore"),
    ("store restore ana.p", "ana.pub"),
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh account's; the program is found by its name, and notes what it is asked in place of doing it."""
    commands = tmp_path / "bin"
    commands.mkdir()
    command = commands / "secret-links"
    command.write_text(f"""#!/bin/sh
        [ "$1" = completion ] && exec {shlex.join(program())} "$@"
        echo "$*" > "$HOME/part" && mv "$HOME/part" "$HOME/asked"
    """)
    command.chmod(0o755)
    for name in (*FOREIGN, "ZDOTDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{commands}:{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ana.pub").touch()
    return tmp_path


@pytest.mark.parametrize("shell", SHELLS)
def test_the_tab_key_completes_what_was_begun(home: Path, open_line: Start, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    subprocess.run(["sh", "-c", SHELLS[shell]], check=True, timeout=60)
    terminal = open_line(shell, "-i")
    terminal.keys("echo rea''dy\r")
    terminal.shows("ready")
    asked = home / "asked"
    for typed, completed in WORDS:
        terminal.keys(f"secret-links {typed}\t\r")
        terminal.until(asked.exists)
        begun = typed.split()[:-1]
        assert asked.read_text().split() == [*begun, completed]
        asked.unlink()
