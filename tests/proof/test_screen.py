"""The screen by simulation: whatever happens between two steps, it shows what the list says, and loses no key.

A fixed sample of seeds is played in each run of the tests; with SECRET_LINKS_PROOF more than a hundred are. A failing
seed is played again by SECRET_LINKS_SEED=its number.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import pytest

from proof.effort import PROOF
from proof.screen_playing import play, shortened
from proof.screen_steps import ranges_of, steps_of
from support import BOTH, ON_BOTH

SEED = os.environ.get("SECRET_LINKS_SEED")
SEEDS = {"sqlite": 60, "postgresql": 20} if PROOF else {"sqlite": 1, "postgresql": 1}
RANGES = 20 if PROOF else 2
"""Seeds of ranges, on each database."""
BATCH = 20
"""Seeds of one test, so that processes can share them."""


ONCE = {
    "a list that begins sooner than its numbers say": (
        66,
        [
            *(("key", 56962), ("generate", 58416), ("read", 12476), ("generate", 9109), ("rest", 48547)),
            *(("wait", 53229), ("key", 9861), ("generate", 21931)),
        ],
    ),
    "a key on the last row while the bar of the selection comes up": (
        221,
        [("key", 35683), ("resize", 5608), ("resize", 27685), ("key", 65016)],
    ),
}
"""Histories that have shown a fault, by what that was of, with their seeds."""


def batches(database: str) -> Sequence[range]:
    return [range(start, min(start + BATCH, SEEDS[database])) for start in range(0, SEEDS[database], BATCH)]


CASES = [(database, seeds) for database in BOTH for seeds in batches(database)]


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("database", "seeds"), CASES, indirect=["database"], ids=str)
def test_the_screen_keeps_its_rules_in_every_seed(database: str, seeds: range, emptied: Callable[[], str]) -> None:
    for seed in [int(SEED)] if SEED else seeds:
        played = play(emptied(), seed)
        if played.broken:
            pytest.fail(str(shortened(played, emptied)), pytrace=False)


@pytest.mark.parametrize("of", ONCE)
def test_what_was_once_wrong_is_right(of: str, database: str, emptied: Callable[[], str]) -> None:
    played = play(emptied(), *ONCE[of])
    assert not played.broken, str(played)


@ON_BOTH
@pytest.mark.timeout(1800)
def test_ranges_are_of_links_in_every_seed(database: str, emptied: Callable[[], str]) -> None:
    for seed in [int(SEED)] if SEED else range(RANGES):
        played = play(emptied(), seed, ranges_of(seed, 8))
        if played.broken:
            pytest.fail(str(shortened(played, emptied)), pytrace=False)


def test_a_seed_is_played_alike_every_time(database: str, emptied: Callable[[], str]) -> None:
    first, second = (play(emptied(), 3, steps_of(3, 25)).notes for _ in range(2))
    assert first == second
    assert len(first) > 50
