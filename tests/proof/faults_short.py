"""The library that makes calls do half of what they are asked for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def short_calls(folder: Path) -> Path:
    """Compiles the library that makes calls short; skips with the reason where that cannot be done."""
    library = folder / "short_calls.so"
    if (compiler := shutil.which("cc")) is None:
        pytest.skip("calls are made short by a library, and there is no C compiler to make it")
    source = Path(__file__).with_name("short_calls.c")
    subprocess.run([compiler, "-Wall", "-Werror", "-shared", "-fPIC", source, "-o", library, "-ldl"], check=True)
    return library
