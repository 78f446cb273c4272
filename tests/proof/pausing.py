"""A turn for others before the store commits, so that its own transactions have two steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, event

from proof.turns import Actor, acting
from proof.worlds import AnyWorld, FileWorld


def engines(world: AnyWorld) -> list[Engine]:
    """The engines of the store's writers."""
    if isinstance(world, FileWorld):
        return [world.database._writers, world.database._bulk_writers]
    return [world.database._writers]


@dataclass
class Pauses:
    """Who has a turn for others before the next commit of theirs."""

    wanted: set[Actor] = field(default_factory=set)

    def before_commit(self, _: object) -> None:
        actor = acting()
        if actor in self.wanted:
            self.wanted.discard(actor)
            actor.turn()


PAUSES = Pauses()


def listen(world: AnyWorld) -> None:
    """Makes the store's writers pause before a commit where that is asked for."""
    for engine in engines(world):
        event.listen(engine, "commit", PAUSES.before_commit)


@contextmanager
def pausing_before_commit(world: AnyWorld) -> Iterator[None]:
    """Ends a step before the first commit in the block, or where it fails without one."""
    actor = acting()
    assert actor is not None
    PAUSES.wanted.add(actor)
    try:
        yield
    finally:
        PAUSES.before_commit(None)
