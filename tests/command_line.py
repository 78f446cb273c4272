"""The command line as people and scripts call it, and what comes of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """What a call gave."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Answer]
"""Calls the program with some arguments, as a host."""

PROGRAM = [sys.executable, "-m", "secret_links_tui"]
"""The program in a process of its own."""

Called = subprocess.CompletedProcess[bytes]


AS_SOMEBODY_ELSE = """
import contextlib, difflib, importlib.metadata, io, os, sys, tempfile
from secret_links_tui.__main__ import main
with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as said:
    for asked in ("event-type add A", "generate a", "generate a --expires 1d", "list", "redeem x", "completion bash"):
        main(["--store", folder + "/links.db", "--host", "ana", *asked.split()])
os.setgroups([])
os.setgid({user})
os.setuid({user})
sys.exit(main())
"""
"""Runs the program as another user, who may not be let in to where Python is: what it needs is loaded before."""


def call(
    *arguments: str | bytes,
    folder: Path | None = None,
    user: int | None = None,
    variables: Mapping[str, str | bytes | None],
) -> Called:
    """Calls the program with other variables, where None takes one away; perhaps as another user."""
    known: dict[bytes, bytes] = {**os.environb}
    for name, value in variables.items():
        known.pop(name.encode(), None)
        if value is not None:
            known[name.encode()] = os.fsencode(value)
    program = PROGRAM if user is None else [sys.executable, "-c", AS_SOMEBODY_ELSE.format(user=user)]
    return subprocess.run([*program, *arguments], env=known, cwd=folder, capture_output=True, check=False, timeout=60)


def buffered() -> dict[str, str]:
    """The environment, with output held back until there is much of it, as it usually is."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def in_shell(command: str) -> subprocess.CompletedProcess[str]:
    """Has bash run the program, which stands for SL."""
    command = re.sub(r"\bSL\b", " ".join(PROGRAM), command)  # which may be in a token, too
    return subprocess.run(
        ["bash", "-c", command], env=buffered(), capture_output=True, text=True, check=False, timeout=60
    )
