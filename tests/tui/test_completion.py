"""Shell completion: what is said of it; the shells themselves are asked in the end-to-end tests."""

from __future__ import annotations

from pathlib import Path

from command_line import Run
from secret_links_tui.commands.completion import SHELLS

README = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_help_says_the_same_as_the_readme(run: Run, path: Path) -> None:
    answer = run("completion", "--help")
    for line in SHELLS.values():
        assert line in answer.out
        assert f"\n{line}\n" in README
    assert not path.exists()


def test_an_unknown_shell_is_wrong_usage(run: Run) -> None:
    answer = run("completion", "cmd.exe")
    assert answer.code == 2
    assert "'bash', 'zsh', 'fish'" in answer.err
