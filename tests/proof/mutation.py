"""Tries mutants of the files that hold the rules: `uv run python tests/proof/mutation.py`.

Each is a file with one small change; a test of that file must fail. Those that survive are known, by name and with the
reason, in `mutation_survivors.toml`; the command ends with 1 where others do.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proof.mutation_mutants import Mutant
    from proof.mutation_rules import Rule


FEW = 2
"""Mutants that are tried without knowing what each test does by itself, which takes longer than they do."""


@dataclass(frozen=True)
class Wanted:
    """Which mutants are tried, and how."""

    share: int
    jobs: int
    within: Sequence[str]
    tests: Sequence[str]
    """Single tests to try them with, instead of the table's."""
    known: bool | None
    """Whether only those that are known to survive, or only the others."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Tries mutants, and writes a line of JSON for each; returns 1 where one survives that is not known to."""
    from proof.mutation_rules import RULES

    parser = argparse.ArgumentParser(description="Tries mutants of the files that hold the rules.")
    names = [rule.name for rule in RULES]
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="RULE", help="some of the files")
    parser.add_argument("--share", type=int, default=1, metavar="N", help="one of N mutants, always the same ones")
    parser.add_argument("--within", nargs="+", default=[""], metavar="NAME", help="what the names begin with")
    parser.add_argument("--tests", nargs="+", default=[], help="single tests that need no server, instead of all")
    parser.add_argument("--jobs", type=int, default=2, help="how many are tried at the same time")
    parser.add_argument("--known", action=argparse.BooleanOptionalAction, help="only those that are known to survive")
    given = parser.parse_args(arguments)
    wanted = Wanted(given.share, given.jobs, given.within, given.tests, given.known)
    tried = [_tried(rule, wanted) for rule in RULES if rule.name in given.only]
    used = os.times()
    seconds = used.user + used.system + used.children_user + used.children_system
    unknown = sum(survivors for _, survivors in tried)
    print(
        f"{sum(made for made, _ in tried)} mutants in all, {unknown} unknown survivors, {seconds:.0f} s of a processor",
        file=sys.stderr,
    )
    return int(unknown > 0)


def _tried(rule: Rule, wanted: Wanted) -> tuple[int, int]:
    """Tries mutants of one file; returns how many, and how many survive that are not known to."""
    from proof.mutation_mutants import mutants_of
    from proof.mutation_running import File
    from proof.mutation_survivors import survivors_of

    known = survivors_of(rule.name)
    made = [
        mutant
        for mutant in mutants_of(File(rule.name, ()).path).made
        if mutant.is_in_share(wanted.share) and mutant.name.startswith(tuple(wanted.within))
    ]
    if wanted.known is not None:
        made = [mutant for mutant in made if (mutant.name in known) is wanted.known]
    unknown, fates = 0, Counter[str]()
    for line in _outcomes(rule, made, wanted):
        print(json.dumps({"rule": rule.name, **line}, ensure_ascii=False), flush=True)
        fates[line["fate"]] += 1
        unknown += line["fate"] == "survived" and line["mutant"] not in known
    print(f"{rule.name}: {len(made)} mutants, {dict(fates)}, {unknown} unknown survivors", file=sys.stderr)
    return len(made), unknown


def _outcomes(rule: Rule, made: Sequence[Mutant], wanted: Wanted) -> Iterator[dict[str, str]]:
    """Tries mutants with the tests that need no server, and those that survive with the others."""
    from proof.mutation_rules import place_of
    from proof.mutation_running import UNKNOWN, Baseline, Fate, File, Runner

    left = list(made)
    single = Baseline(dict.fromkeys(wanted.tests, 1.0), {"": []})
    stages = [(rule.tests, False), (rule.on_server, True)] if not wanted.tests else [(wanted.tests, False)]
    stages = [(tests, on_server) for tests, on_server in stages if tests]
    with Runner(wanted.jobs) as runner:
        for number, (tests, on_server) in enumerate(stages, 1):
            file = File(rule.name, tests if wanted.tests else [*map(place_of, tests)], on_server)
            baseline = single if wanted.tests else runner.baseline(file) if len(left) > FEW else UNKNOWN
            passed: list[Mutant] = []
            for outcome in runner.run(file, baseline, left):
                if outcome.fate is Fate.SURVIVED and number < len(stages):
                    passed.append(outcome.mutant)
                else:
                    yield {"mutant": outcome.mutant.name, "fate": outcome.fate.value, "by": outcome.by}
            left = passed


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parent.parent)
    sys.exit(main())
