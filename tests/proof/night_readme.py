"""What the README's chapter for a bad night says: the sentences that are seen, and the commands that help."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
CHAPTER = README.split("\n## A bad night\n")[1].split("\n## ")[0]
ROWS = re.findall(r"^\| (.+?) \| .+? \| \[.+?\]\(#(.+?)\).* \|$", CHAPTER, re.MULTILINE)


def sentences(anchor: str) -> list[str]:
    """The patterns of what is seen in the case that a row of the table leads to."""
    (seen,) = (seen for seen, leads_to in ROWS if leads_to == anchor)
    return [re.escape(quoted).replace("…", ".+") for quoted in re.findall(r'"(.+?)"', seen)]


def commands(anchor: str) -> list[str]:
    """The blocks of commands below a heading."""
    parts = re.split(r"^### (.*)$", CHAPTER, flags=re.MULTILINE)
    (part,) = (
        part for title, part in zip(parts[1::2], parts[2::2], strict=True) if title.lower().replace(" ", "-") == anchor
    )
    return re.findall(r"```sh\n(.*?)```", part, re.DOTALL)


def follow(block: str, here: Mapping[str, str], folder: Path, **variables: str) -> str:
    """Runs commands as they are written, but for names that are others here; gives what they wrote."""
    for written, name in here.items():
        assert written in block, written
        block = block.replace(written, name)
    path = os.pathsep.join((str(folder), str(Path(sys.executable).parent), os.environ["PATH"]))
    run = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", block],
        cwd=folder, env={**os.environ, "PATH": path, **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in run.stderr
    assert run.returncode == 0, run.stderr
    return run.stdout
