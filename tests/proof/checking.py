"""Whether what came of an order keeps the rules, and could have come of the same operations one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, chain, combinations, pairwise
from types import TracebackType
from typing import Self

from proof.pausing import listen
from proof.people import Part
from proof.turns import Actor, Order, Spans, Turns, orders
from proof.worlds import AnyWorld, Seen
from secret_links import Counts, DeletedLink, LinkUnknown, Status

Operation = tuple[str, int]
"""Whose it is, and which of theirs."""


CLOCK = "clock"
VISITORS = ("bo", "cy", "di")
REASONS = {"LinkUsed", "LinkExpired", "LinkUnknown"}
"""Why visitors are refused, which only hosts learn."""


class Broken(AssertionError):
    """An order after which a rule does not hold."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has come of an order."""

    seen: Seen
    answers: tuple[tuple[str, tuple[str, ...]], ...]


class Checker:
    """Plays the parts of some people in any order, and checks what has come of it."""

    def __init__(self, world: AnyWorld, parts: Mapping[str, Part]) -> None:
        self.steps = {name: sum(part.steps) for name, part in parts.items()}
        """How many steps each has."""
        self._world, self._parts = world, parts
        self._actors = [Actor(name) for name in parts]
        self._turns = Turns(self._actors, world.locks)
        self._looked_at: set[Seen] = set()
        self._sequential: dict[Outcome, list[dict[Operation, int]]] = defaultdict(list)
        """The places of the operations in each sequence that has an outcome."""
        listen(world)

    def __enter__(self) -> Self:
        visitors = [name for name in self._parts if name in VISITORS] if self._clock_runs_past_claims() else []
        for away in chain.from_iterable(combinations(visitors, count) for count in range(len(visitors) + 1)):
            there = {name: len(part.steps) for name, part in self._parts.items() if name not in away}
            for sequence in orders(there):
                self._play_sequence(sequence, away)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for actor in self._actors:
            actor.end()

    @property
    def outcomes(self) -> int:
        """How many outcomes sequences have."""
        return len(self._sequential)

    def check(self, order: Order) -> None:
        """Plays one order; Broken says which rule does not hold after it."""
        outcome, spans = self._play(order)
        began_and_ended = self._operations(spans)
        if not any(self._explains(places, began_and_ended) for places in self._sequential.get(outcome, ())):
            known = "of no sequence" if outcome not in self._sequential else "of none that keeps what came after what"
            raise Broken(f"{' '.join(order)}: the outcome is {known}: {outcome}")

    def _clock_runs_past_claims(self) -> bool:
        """Whether the clock may move between somebody's look at it and their commit, and others look meanwhile.

        They are judged by what is committed. So on a server a visitor may be refused whom no sequence would refuse:
        the link has expired by the expiry that stands, and another's change of it, or claim, is not yet committed.
        Such a visitor has changed nothing, and is left out of the sequence.
        """
        return CLOCK in self._parts and not self._world.has_one_writer

    def _play_sequence(self, sequence: Order, away: tuple[str, ...] = ()) -> None:
        """Plays operations one after the other, and keeps what comes of them; those who are away were refused."""
        places: dict[Operation, int] = {}
        order: list[str] = []
        done = dict.fromkeys(self._parts, 0)
        for place, name in enumerate(sequence):
            places[name, done[name]] = place
            order += [name] * self._parts[name].steps[done[name]]
            done[name] += 1
        outcome, _ = self._play(tuple(order), away)
        self._sequential[outcome].append(places)

    def _play(self, order: Order, away: tuple[str, ...] = ()) -> tuple[Outcome, Spans]:
        self._world.reset()
        answers: dict[str, list[str]] = {name: ["LinkExpired"] if name in away else [] for name in self._parts}
        programs = {
            name: lambda actor, part=part: part.program(self._world, actor, answers)
            for name, part in self._parts.items()
            if name not in away
        }
        spans = self._turns.play(order, programs)
        seen = self._world.seen()
        if said := self._broken_rule(seen):
            raise Broken(f"{' '.join(order)}: {said}: {seen}, {answers}")
        return Outcome(seen, tuple((name, self._as_told(given)) for name, given in answers.items())), spans

    def _as_told(self, answers: list[str]) -> tuple[str, ...]:
        """Returns answers without the reasons of refusals where the clock moves.

        Visitors are told none. On a server, the reason is that of what is committed when they come, as above.
        """
        if CLOCK not in self._parts:
            return tuple(answers)
        return tuple("not available" if answer in REASONS else answer for answer in answers)

    def _broken_rule(self, seen: Seen) -> str | None:
        if len(seen.links) != 1:
            return "the link is not there once"
        ((_, used_by, used_at, expires_at),) = seen.links
        broken = {
            "two bookings": len(seen.bookings) > 1,
            "a booking without a Used link": used_at is None and bool(seen.bookings),
            "a Used link without a booking": used_at is not None and not seen.bookings,
            "used by another than who has booked": used_at is not None and (used_by,) != seen.bookings,
            "used after it had expired": used_at is not None and expires_at is not None and used_at >= expires_at,
            "what happened does not say how often it was used": seen.events.count("used") != len(seen.bookings),
        }
        said = next((rule for rule, is_broken in broken.items() if is_broken), None)
        if said is None and seen not in self._looked_at:
            self._looked_at.add(seen)
            said = self._wrong_for_host(seen)
        return said

    def _wrong_for_host(self, seen: Seen) -> str | None:
        """Says what is wrong with what the host is shown of it; asked once for everything that can be seen."""
        ((where, used_by, used_at, expires_at),) = seen.links
        host, now = self._world.ana, self._world.store.now()
        try:
            found = host.find(self._world.link.token)
        except LinkUnknown:
            return "the host does not find it"
        link = found.link if isinstance(found, DeletedLink) else found
        if (link.used_by, link.used_at, link.expires_at) != (used_by, used_at, expires_at):
            return f"the host finds {found}"
        status = Status.USED if seen.bookings else Status.EXPIRED if expires_at and expires_at <= now else Status.ACTIVE
        kept = where == "kept"
        if link.status_at(now) is not status or isinstance(found, DeletedLink) is kept:
            return f"the host finds {found}, {link.status_at(now)}"
        if host.counts() != (Counts(**{status.value: 1}) if kept else Counts()) or host.window() != [link] * kept:
            return f"the host's list says {host.counts()}, {host.window()}"
        return None

    def _explains(self, places: Mapping[Operation, int], when: Mapping[Operation, tuple[int, int]]) -> bool:
        """Whether an order of operations, by when they began and ended, may have had the effect of a sequence."""
        away = [operation for operation in when if operation not in places]
        return _respects(places, when) and all(_overlaps_a_late_commit(operation, when) for operation in away)

    def _operations(self, spans: Spans) -> dict[Operation, tuple[int, int]]:
        """Says when each operation began and ended."""
        found: dict[Operation, tuple[int, int]] = {}
        for name, part in self._parts.items():
            ends = [0, *accumulate(part.steps)]
            for number, (first, after) in enumerate(pairwise(ends)):
                found[name, number] = (spans[name][first][0], spans[name][after - 1][1])
        return found


def _overlaps_a_late_commit(refused: Operation, when: Mapping[Operation, tuple[int, int]]) -> bool:
    """Whether the clock moved while another operation was under way, and it still was when this one began or later."""
    moved, _ = when[CLOCK, 0]
    began, ended = when[refused]
    others = (span for operation, span in when.items() if operation not in {refused, (CLOCK, 0)})
    return any(other[0] < moved < other[1] and other[0] < ended and began < other[1] for other in others)


def _respects(places: Mapping[Operation, int], began_and_ended: Mapping[Operation, tuple[int, int]]) -> bool:
    """Whether in a sequence, no operation comes before one that had ended when it began."""
    by_place = sorted(places, key=places.__getitem__)
    earliest_end = float("inf")
    for operation in reversed(by_place):
        began, ended = began_and_ended[operation]
        if earliest_end < began:
            return False
        earliest_end = min(earliest_end, ended)
    return True
