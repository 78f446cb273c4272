"""The mutants that no test kills, each with the reason: data of `mutation_survivors.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

DATA = Path(__file__).with_suffix(".toml")


def survivors_of(rule: str) -> Mapping[str, str]:
    """Returns the mutants of a file that are known to survive, by name, with why they do."""
    entries = tomllib.loads(DATA.read_text("utf-8")).get("survivors", [])
    return {name: entry["why"] for entry in entries if entry["rule"] == rule for name in entry["mutants"]}
