"""The benchmark measures everything, on a store small enough for the suite."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="there are no pseudo-terminals here")

RUN = Path(__file__).parent / "benchmarks" / "run.py"


def test_every_line_of_the_benchmark_gets_a_figure(tmp_path: Path) -> None:
    benchmark = subprocess.run(
        [sys.executable, str(RUN), "--links", "2000", "--runs", "1"],
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert benchmark.returncode == 0, benchmark.stdout + benchmark.stderr
    _, _, table = benchmark.stdout.partition("\n\n")
    head, rule, *lines = table.splitlines()
    assert re.split(r"  +", head) == ["what", "measured", "compared with", "ratio", "asked for"]
    measured = slice(rule.index("  ") + 2, rule.index("  ", rule.index("  ") + 2))
    assert len(lines) > 80
    for line in lines:
        assert re.search(r"\d", line[measured]) or "cannot run here" in line, line
