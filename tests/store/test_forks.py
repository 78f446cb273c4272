"""A store that was opened before a fork: each process has connections of its own, or is refused in a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from support import BOTH

DATABASES = BOTH

FORKING = Path(__file__).parent.parent / "forking.py"


def forked(url: str, before: str) -> dict[str, Any]:
    program = [sys.executable, str(FORKING), url, before]
    ended = subprocess.run(program, check=False, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found | {"said": ended.stderr}


def is_won_once(found: dict[str, Any], *before: str) -> bool:
    """Whether the links that are Used are those that a process has won, each once."""
    won = Counter(token for result in found["results"] for token in result["won"])
    return Counter(found["used"]) == won + Counter(before)


@pytest.mark.parametrize("before", ["open", "look_up", "redeem", "everything"])
def test_after_a_fork_each_process_can_use_the_store(url: str, before: str) -> None:
    found = forked(url, before)
    assert [result["failed"] for result in found["results"]] == [[]] * 4
    assert is_won_once(found, *([found["first"]] if before in ("redeem", "everything") else []))
    assert set(found["used"]) >= {token for share in (*found["shares"], found["shared"]) for token in share}


def test_a_claim_that_was_open_at_the_fork_belongs_to_the_parent(url: str) -> None:
    found = forked(url, "redeeming")
    assert found["said"].count("refused: ") == 3
    mine, *children = found["results"]
    assert mine["failed"] == []
    assert is_won_once(found, found["first"])
    if url.startswith("postgresql:"):
        assert [child["failed"] for child in children] == [[]] * 3
    else:
        assert all(only_refused(child) for child in children)


def test_a_child_can_be_forked_while_another_thread_reads(url: str) -> None:
    mine, *children = (found := forked(url, "busy"))["results"]
    assert mine["failed"] == []
    assert is_won_once(found)
    if url.startswith("postgresql:"):
        assert [child["failed"] for child in children] == [[]] * 3
    else:
        assert all(only_refused(child) for child in children)


def only_refused(result: dict[str, list[str]]) -> bool:
    """Whether all that a process tried was refused, with the cure."""
    sentence = "it was in use when this process was forked off; fork before the store is opened."
    return not result["won"] and result["failed"] != [] and all(sentence in said for said in result["failed"])
