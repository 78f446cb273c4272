"""Shell completion, in the shells themselves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from command_line import Run

WORDS = [
    ("gen", "generate"),
    ("event-type ch", "change"),
    ("list --sta", "--status"),
    ("list --status ex", "expired"),
    ("access add ana ana.p", "ana.pub"),
]


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(("typed", "completed"), WORDS)
def test_bash_completes_what_was_begun(run: Run, tmp_path: Path, typed: str, completed: str) -> None:
    (tmp_path / "ana.pub").touch()
    script = tmp_path / "completion.bash"
    script.write_text(run("completion", "bash").out, encoding="utf-8")
    words = ["secret-links", *typed.split()]
    asked = f"""
        source {script}
        COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}; COMP_LINE="${{COMP_WORDS[*]}}"
        COMP_POINT=${{#COMP_LINE}}
        function=$(complete -p secret-links | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        "$function" secret-links {words[-1]} {words[-2]}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    answer = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, cwd=tmp_path, check=True, timeout=20)
    assert completed in answer.stdout.split()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_script_of_their_own_and_no_store_is_made_for_it(run: Run, shell: str, path: Path) -> None:
    answer = run("completion", shell)
    assert not path.exists()
    assert answer.code == 0
    assert "secret-links" in answer.out
    assert "event-type" in answer.out


def test_a_shell_that_is_not_known_is_wrong_usage(run: Run) -> None:
    answer = run("completion", "cmd.exe")
    assert answer.code == 2
    assert "'bash', 'zsh', 'fish'" in answer.err
