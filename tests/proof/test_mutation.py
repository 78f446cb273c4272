"""A small change of a rule is noticed by the tests of that rule.

An ordinary run tries the conditions on which a link is redeemed. With SECRET_LINKS_PROOF, a fixed share of all mutants
of all rules is tried; `uv run python tests/proof/mutation.py` tries every one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from proof.effort import PROOF, every
from proof.mutation_mutants import Mutant, difference, mutants_of
from proof.mutation_rules import RULES, Rule
from proof.mutation_running import File
from proof.mutation_survivors import survivors_of

SHARE = every(280)
"""One of how many mutants the proof tries."""

LEAST_KILLED = 0.95
"""Of all mutants: in a small share, known survivors may be more."""
LEAST_MADE = 4_000
"""Mutants of all rules: an operator that changes nothing any more is noticed."""

_COMMAND = Path(__file__).with_name("mutation.py")
_REDEEMING = "tests/store/test_redeeming.py::"
_TESTS = (
    f"{_REDEEMING}test_the_expiry_is_judged_when_it_is_redeemed[sqlite]",
    f"{_REDEEMING}test_a_second_redemption_says_when_and_by_whom_the_link_was_used[sqlite]",
)
_CONDITIONS = "_AVAILABLE: …"
"""Mutants without the condition that a link is unused, and without that it has not expired."""
_SAME = "_HAS_EVENT_TYPE: select([event_types.c.id -> None])"
"""A mutant in which EXISTS selects NULL instead of an id, which is the same."""

only_in_proof = pytest.mark.skipif(not PROOF, reason="SECRET_LINKS_PROOF is not set")


def tried(*arguments: str) -> list[dict[str, Any]]:
    """Runs the command; returns what became of each mutant."""
    command = [sys.executable, str(_COMMAND), "--jobs", "1", *arguments]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode in (0, 1), ended.stderr
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert f"{len(lines)} mutants in all" in ended.stderr
    return lines


def mutants(rule: Rule) -> tuple[Mutant, ...]:
    return mutants_of(File(rule.name, ()).path).made


def test_the_conditions_of_a_redeem_are_tested_and_a_change_that_no_test_notices_is_reported() -> None:
    (redeeming,) = (rule for rule in RULES if rule.name == "redeeming")
    expected = [each.name for each in mutants(redeeming) if each.name.startswith((_CONDITIONS, _SAME))]
    outcomes = tried("--only", "redeeming", "--within", _CONDITIONS, _SAME, "--tests", *_TESTS)
    assert [each["mutant"] for each in outcomes] == expected
    assert [each["fate"] for each in outcomes] == ["killed", "killed", "survived"]
    assert [each["by"] for each in outcomes] == [*_TESTS[::-1], ""]


def test_a_mutant_is_named_by_what_is_changed() -> None:
    assert difference("if a <= b: c", "if a < b: c") == "if a <[= -> ] b: c"
    assert difference("f(first, second)", "f(second)") == "f([first, second -> second])"


@only_in_proof
@pytest.mark.timeout(6 * 3600)
def test_the_tests_of_each_rule_notice_what_is_changed() -> None:
    shared = {rule.name: [each.name for each in mutants(rule) if each.is_in_share(SHARE)] for rule in RULES}
    known = {rule: [name for name in names if name in survivors_of(rule)] for rule, names in shared.items()}
    outcomes = tried("--share", str(SHARE), "--jobs", "2", "--no-known")
    expected = Counter({rule: len(names) - len(known[rule]) for rule, names in shared.items()})
    assert Counter(each["rule"] for each in outcomes) == expected
    print(f"{len(outcomes)} mutants were tried and killed, {sum(map(len, known.values()))} are known to survive")
    assert not [each for each in outcomes if each["fate"] == "survived"]


@only_in_proof
def test_each_known_survivor_is_explained_and_still_a_mutant() -> None:
    made = {rule.name: {each.name for each in mutants(rule)} for rule in RULES}
    for rule, names in made.items():
        known = survivors_of(rule)
        assert not known.keys() - names, f"{rule} has no such mutants any more"
        assert all(known.values())
    mutants_in_all, survivors = sum(map(len, made.values())), sum(len(survivors_of(rule)) for rule in made)
    assert mutants_in_all >= LEAST_MADE
    assert survivors <= (1 - LEAST_KILLED) * mutants_in_all
    print(f"{survivors} of {mutants_in_all} mutants are known to survive")
