"""Several people at work, one step at a time, in any order: nobody runs but the one whose turn it is.

Each has a thread, because the library waits for locks deep inside a call. It is resumed for one step, and comes back
when the step is done, or when it waits for a lock that another one holds. A turn that falls to somebody who waits is
owed, and taken as soon as the lock is free, as by a program that runs on its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from math import factorial, prod
from typing import Protocol

Order = tuple[str, ...]
"""Whose turn it is, by name, once for each step."""

_ACTING = threading.local()


class State(Enum):
    """How an actor came back."""

    BETWEEN = "between two steps"
    BLOCKED = "waits for a lock"
    DONE = "at the end of its program"


class Stuck(AssertionError):
    """At the end of an order, somebody still waits for a lock."""


class Actor:
    """Somebody whose program runs on a thread of its own, one step at a time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state = State.DONE
        self.socket = -1
        """The socket on which a blocked actor waits for the server's answer."""
        self.process = 0
        """The number of the server's process that has the actor blocked."""
        self.error: BaseException | None = None
        self.joins = 0
        """How many ends of steps are passed over, so that more is done in one step."""
        self._program: Program | None = None
        self._go, self._back = threading.Lock(), threading.Lock()
        self._go.acquire()
        self._back.acquire()
        threading.Thread(target=self._live, name=name, daemon=True).start()

    def begin(self, program: Program) -> None:
        """Gets a program, whose first step is the next one."""
        assert self.state is State.DONE
        self._program, self.error, self.state = program, None, State.BETWEEN

    def resume(self) -> State:
        """Lets it run until it has done its step, or is blocked."""
        self._go.release()
        self._back.acquire()
        return self.state

    def end(self) -> None:
        """Ends the thread, unless it is in the middle of a program."""
        if self.state is State.DONE:
            self._program = None
            self._go.release()

    def turn(self) -> None:
        """Ends a step, on the actor's own thread; returns when the next one begins."""
        if self.joins:
            self.joins -= 1
        else:
            self._come_back(State.BETWEEN)

    def block(self) -> None:
        """Says, on the actor's own thread, that it waits for a lock; returns when it is worth another look."""
        self._come_back(State.BLOCKED)

    def _come_back(self, state: State) -> None:
        self.state = state
        self._back.release()
        self._go.acquire()

    def _live(self) -> None:
        _ACTING.actor = self
        self._go.acquire()
        while self._program is not None:
            try:
                self._program(self)
            except BaseException as error:  # noqa: BLE001  # it is raised where the order is played
                self.error = error
            self._come_back(State.DONE)


Program = Callable[[Actor], None]
"""What an actor does, with a `turn()` between each two steps."""


def acting() -> Actor | None:
    """Returns whose thread this is."""
    return getattr(_ACTING, "actor", None)


class Locks(Protocol):
    """Knows who waits for a lock."""

    def freed(self, blocked: Sequence[Actor]) -> Actor | None:
        """Returns the first of the blocked who can go on; None if none can until somebody else does a step."""


Spans = dict[str, list[tuple[int, int]]]
"""When each step of each actor began and ended, in steps since the beginning of the order."""


class Turns:
    """Plays orders."""

    def __init__(self, actors: Sequence[Actor], locks: Locks) -> None:
        self._actors = {actor.name: actor for actor in actors}
        self._locks = locks

    def play(self, order: Order, programs: Mapping[str, Program]) -> Spans:
        """Has each actor do its steps in an order; raises what a program raised, and Stuck."""
        for name, program in programs.items():
            self._actors[name].begin(program)
        self._owed = dict.fromkeys(programs, 0)
        self._blocked: list[Actor] = []
        self._now = 0
        self._spans: Spans = {name: [] for name in programs}
        for name in order:
            actor = self._actors[name]
            self._owed[name] += 1
            if actor not in self._blocked:
                self._go_on(actor)
                self._let_go()
        if self._blocked:
            raise Stuck(f"{[actor.name for actor in self._blocked]} in {' '.join(order)}")
        for name in programs:
            if (error := self._actors[name].error) is not None:
                raise error
            assert self._actors[name].state is State.DONE, f"{name} has more steps than turns"
        return self._spans

    def _go_on(self, actor: Actor) -> None:
        """Has an actor do the steps that it is owed, until it is blocked."""
        while self._owed[actor.name]:
            self._owed[actor.name] -= 1
            if actor.state is State.DONE:
                assert actor.error is not None, f"{actor.name} has fewer steps than turns"
                continue
            self._spans[actor.name].append((self._tick(), -1))
            if actor.resume() is State.BLOCKED:
                self._blocked.append(actor)
                return
            self._ended(actor)

    def _let_go(self) -> None:
        """Has those who are not blocked any more do what they are owed."""
        while self._blocked and (actor := self._locks.freed(self._blocked)) is not None:
            self._blocked.remove(actor)
            if actor.resume() is State.BLOCKED:
                self._blocked.append(actor)
                continue
            self._ended(actor)
            self._go_on(actor)

    def _ended(self, actor: Actor) -> None:
        began, _ = self._spans[actor.name][-1]
        self._spans[actor.name][-1] = (began, self._tick())

    def _tick(self) -> int:
        self._now += 1
        return self._now


def orders(steps: Mapping[str, int]) -> Iterator[Order]:
    """Yields every order of so many steps of each actor, in which each one's own steps keep theirs."""
    left = {name: count for name, count in steps.items() if count}
    if not left:
        yield ()
    for name, count in left.items():
        for rest in orders({**left, name: count - 1}):
            yield (name, *rest)


def order_at(steps: Mapping[str, int], place: int) -> Order:
    """Returns the order at a place, from 0 on, among those that `orders` yields, without playing through the others."""
    left, order = {name: count for name, count in steps.items() if count}, []
    while left:
        for name, count in left.items():
            behind = {**left, name: count - 1}
            those = number_of_orders(behind)
            if place < those:
                break
            place -= those
        order.append(name)
        left = {name: count for name, count in behind.items() if count}
    return tuple(order)


def number_of_orders(steps: Mapping[str, int]) -> int:
    """Returns how many orders there are: 34,650 of three times four steps."""
    return factorial(sum(steps.values())) // prod(factorial(count) for count in steps.values())
