"""Plays histories of a screen, makes failing ones shorter, and says how to play them again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from proof.screen_checks import Checks
from proof.screen_loop import Broken, SetLoop, run_in_no_time
from proof.screen_steps import Step, steps_of, take
from proof.screen_world import world_on

LENGTH = 80
"""Steps of a history."""

LAST = 30
"""Lines of what has happened that are shown of a failing history."""

TRIES = 60
"""Shorter histories that are tried in the place of a failing one."""


@dataclass
class Played:
    """A history that was played."""

    seed: int
    steps: Sequence[Step]
    broken: str = ""
    """Which rule did not hold; empty where all did."""
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        happened = "\n".join(self.notes[-LAST:])
        again = f"SECRET_LINKS_SEED={self.seed} uv run pytest -n 0 tests/proof/test_screen.py -k seed"
        return f"seed {self.seed}: {self.broken}\n{happened}\nsteps: {list(self.steps)}\nPlay it again: {again}"


Plant = Callable[[pytest.MonkeyPatch], None]
"""Puts a fault in the place of a part."""


def play(url: str, seed: int, steps: Sequence[Step] | None = None, plant: Plant | None = None) -> Played:
    """Plays the steps of a seed, or some of them, on the store that the seed furnishes."""
    played = Played(seed, steps_of(seed, LENGTH) if steps is None else steps)

    async def main(loop: SetLoop) -> None:
        with pytest.MonkeyPatch.context() as patched:
            if plant is not None:
                plant(patched)
            async with world_on(loop, url, seed, patched) as world:
                played.notes = world.notes
                checks = Checks(world)
                try:
                    for step in (*played.steps, ("rest", 0)):
                        checks.before_step(step[0])
                        await take(world, step)
                        if step[0] == "rest":
                            checks.at_rest()
                except Broken as broken:
                    played.broken = str(broken)

    try:
        run_in_no_time(main)
    except Exception as crash:  # noqa: BLE001  # whatever it is, it belongs to this history
        played.broken = played.broken or f"{type(crash).__name__}: {crash}"
    return played


def shortened(played: Played, new_store: Callable[[], str], plant: Plant | None = None) -> Played:
    """Returns a history of fewer steps that breaks the same rule, as far as one is found in some tries."""
    length, tries = max(1, len(played.steps) // 2), 0
    while length and tries < TRIES:
        for start in range(len(played.steps) - length, -1, -length):
            tries += 1
            fewer = [*played.steps[:start], *played.steps[start + length :]]
            shorter = play(new_store(), played.seed, fewer, plant)
            if rule_of(shorter) == rule_of(played):
                played = shorter
            if tries == TRIES:
                break
        length //= 2
    return played


def rule_of(played: Played) -> str:
    """The rule that was broken, without numbers."""
    return "".join(character for character in played.broken[:20] if not character.isdigit())
