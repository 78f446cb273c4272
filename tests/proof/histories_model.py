"""Whether operations on one link, at least one of them a host's, could have come one after the other.

A search as Wing and Gong's: of those that no other one must precede, each is tried next. What changes nothing is taken
as soon as its answer is true, for it can stand in nobody's way; so a link's few operations take few steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from proof.histories_records import NEVER, Answer, Operation, What


class State(NamedTuple):
    """What a link is at an instant."""

    kept: bool = True
    """Whether it is not deleted."""
    used_by: int = 0
    expires: int = NEVER
    """In milliseconds since 1970."""


class Step(NamedTuple):
    """An operation, with the milliseconds between which it has looked at the clock."""

    operation: Operation
    earliest: int
    latest: int


def explained(steps: Sequence[Step], begin: State, end: State) -> bool:
    """Says whether some sequence leads from one state to the other, in which nothing precedes what ended before it."""
    search = _Search(steps, end)
    return search.leads_to_end((1 << len(steps)) - 1, begin)


class _Search:
    def __init__(self, steps: Sequence[Step], end: State) -> None:
        self._steps, self._end = steps, end
        self._seen: set[tuple[int, State]] = set()

    def leads_to_end(self, left: int, state: State) -> bool:
        """Searches from a state, with the operations in the bits of `left` still to come."""
        left = self._without_what_changes_nothing(left, state)
        if (left, state) in self._seen:
            return False
        self._seen.add((left, state))
        if state == self._end and all(step.operation.end == NEVER for _, step in self._in(left)):
            return True  # what was cut off may have had no effect
        for bit, step in self._next(left):
            then = after(step, state)
            if then is not None and then != state and self.leads_to_end(left & ~bit, then):
                return True
        return False

    def _without_what_changes_nothing(self, left: int, state: State) -> int:
        while True:
            before = left
            for bit, step in self._next(left):
                if step.operation.end != NEVER and after(step, state) == state:
                    left &= ~bit
            if left == before:
                return left

    def _next(self, left: int) -> list[tuple[int, Step]]:
        steps = self._in(left)
        first_end = min((step.operation.end for _, step in steps), default=NEVER)
        return [(bit, step) for bit, step in steps if step.operation.begin <= first_end]

    def _in(self, left: int) -> list[tuple[int, Step]]:
        return [(1 << place, step) for place, step in enumerate(self._steps) if left >> place & 1]


def after(step: Step, state: State) -> State | None:
    """Returns the state after an operation with its answer; None where it could not have been answered so."""
    what = step.operation.what
    if what == What.DELETE:
        return _moved(step.operation.answer, state, kept=False)
    if what == What.RESTORE:
        return _moved(step.operation.answer, state, kept=True)
    if what == What.CHANGE:
        return _changed(step, state)
    return _claimed(step, state)


def _moved(answer: int, state: State, *, kept: bool) -> State | None:
    if state.kept is kept:
        return state if answer == Answer.IN_VAIN else None
    return None if answer == Answer.IN_VAIN else state._replace(kept=kept)


def _changed(step: Step, state: State) -> State | None:
    answer = step.operation.answer
    if answer == Answer.REFUSED:
        return state
    if answer == Answer.DELETED:
        return None if state.kept else state
    if answer == Answer.IN_VAIN:
        return state if state.kept and (state.used_by or step.latest >= state.expires) else None
    return state._replace(expires=step.operation.value) if _is_active(step, state) else None


def _claimed(step: Step, state: State) -> State | None:
    answer = step.operation.answer
    if answer in {Answer.WON, Answer.NONE}:
        return state._replace(used_by=step.operation.visitor) if _is_active(step, state) else None
    has_expired = step.latest >= state.expires
    true = {
        Answer.GAVE_BACK: _is_active(step, state),
        Answer.USED: state.kept and state.used_by != 0,
        Answer.EXPIRED: state.kept and not state.used_by and has_expired,
        Answer.DELETED: not state.kept,
        Answer.NOT_AVAILABLE: not state.kept or state.used_by != 0 or has_expired,
    }
    return state if true.get(Answer(answer), False) else None


def _is_active(step: Step, state: State) -> bool:
    return state.kept and not state.used_by and step.earliest < state.expires
