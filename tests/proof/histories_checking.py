"""Goes through what was claimed of each link, and says where it was no link that is spent once.

A link that no host has touched is a register that is set once: the claim that won has one point between its beginning
and its end; whoever was refused ended behind it, and whoever had the link and gave it back began before it. So there is
such an order if the latest of what must come before is not behind the earliest of what must come after, which takes one
look at each claim. Links that hosts deleted, restored or changed are searched (`histories_model`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from proof.histories_model import State, Step, explained
from proof.histories_records import BOOKING, NEVER, OF_HOSTS, Answer, Histories, Operation

_MAY_HAVE_SPENT = {Answer.WON, Answer.NONE}

SAYS_EARLIER = 1
"""Milliseconds by which a database's instants are cut off."""


class Final(NamedTuple):
    """What is in the database of a link in the end."""

    kept: bool = True
    """Whether it is not deleted."""
    used_by: int = 0
    """The visitor, 0 for nobody."""
    used_at: int = 0
    """In milliseconds since 1970; 0 if it is not used."""
    expires: int = NEVER
    bookings: tuple[int, ...] = ()
    """The visitors who have a booking."""
    uses: int = 0
    """How often it is recorded that it was used."""


@dataclass(slots=True)
class Report:
    """What came of a check."""

    findings: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    """One for each finding."""
    answers: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How often each operation was answered how."""
    contested: int = 0
    """Links that were claimed by another process while the claim that won was under way."""
    searched: int = 0
    """Links that hosts touched."""

    def __str__(self) -> str:
        return "\n".join(f"{number} x {said}: {self.examples[said]}" for said, number in self.findings.items())


def check(histories: Histories, finals: Mapping[int, Final], links: Iterable[int] | None = None) -> Report:
    """Checks the histories of all links, or of some, against the state in the end."""
    report = Report()
    ahead = histories.ahead
    for link in finals if links is None else links:
        operations, final = histories.of_links.get(link, []), finals[link]
        said = broken(operations, final, ahead)
        if said is not None:
            report.findings[said] += 1
            report.examples.setdefault(said, f"link {link}, {final}, {sorted(operations, key=lambda one: one.begin)}")
        report.contested += is_contested(operations, final)
        report.searched += not all(one.what not in OF_HOSTS for one in operations)
    report.answers.update((one.what, one.answer) for one in histories.operations())
    return report


def broken(operations: Sequence[Operation], final: Final, ahead: tuple[int, int] = (0, 0)) -> str | None:
    """Says which rule a link's history breaks, None for none."""
    spent = next((one for one in operations if one.visitor == final.used_by), None)
    return (
        _unlike_the_answers(operations, final, spent)
        or _unlike_the_bookings(final, spent)
        or _unlike_the_clock(final, spent, ahead)
        or _out_of_order(operations, final, spent, ahead)
    )


def _unlike_the_answers(operations: Sequence[Operation], final: Final, spent: Operation | None) -> str | None:
    winners = 0
    for one in operations:
        answer = one.answer
        if answer == Answer.WON:
            winners += 1
        elif answer == Answer.USED and one.value != final.used_by:
            return "a visitor was told of a winner who is none"
    broken = {
        "two visitors were told that they have won": winners > 1,
        "it was spent by nobody who claimed it": spent is None and final.used_by != 0,
        "a visitor has won, and the link is not spent": spent is None and winners > 0,
        "a visitor has won, and the link is another's": spent is not None and winners > (spent.answer == Answer.WON),
        "it was spent by a visitor who gave it back": spent is not None and spent.answer == Answer.GAVE_BACK,
        "it was spent by a visitor who was refused": spent is not None and spent.answer not in _MAY_HAVE_SPENT,
    }
    return next((said for said, is_so in broken.items() if is_so), None)


def _unlike_the_bookings(final: Final, spent: Operation | None) -> str | None:
    expected = (final.used_by,) if spent is not None and spent.what in BOOKING else ()
    if final.bookings == expected:
        if final.uses == (spent is not None):
            return None
        return "what happened to it does not say how often it was used"
    if len(final.bookings) > 1:
        return "it has two bookings"
    return "it was spent without a booking" if expected else "a booking was made that did not spend it"


def _unlike_the_clock(final: Final, spent: Operation | None, ahead: tuple[int, int]) -> str | None:
    if spent is None:
        return None
    if final.used_at >= final.expires:
        return "it was spent after it had expired"
    earliest, latest = _by_the_wall(spent, ahead)
    return None if earliest <= final.used_at <= latest else "it was spent at another time than it was claimed"


def _by_the_wall(operation: Operation, ahead: tuple[int, int]) -> tuple[int, int]:
    """Returns the milliseconds since 1970 between which an operation looked at the clock."""
    earliest = (operation.begin + ahead[0]) // 1_000_000 - SAYS_EARLIER
    return earliest, NEVER if operation.end == NEVER else -(-(operation.end + ahead[1]) // 1_000_000)


def _out_of_order(
    operations: Sequence[Operation], final: Final, spent: Operation | None, ahead: tuple[int, int]
) -> str | None:
    if any(one.what in OF_HOSTS for one in operations):
        # Who was cut off, and did not spend it, has done nothing; a host who was cut off may have.
        steps = [
            Step(one, *_by_the_wall(one, ahead))
            for one in operations
            if one.answer != Answer.NONE or one is spent or one.what in OF_HOSTS
        ]
        end = State(final.kept, final.used_by, final.expires)
        return None if explained(steps, State(), end) else "no order of what hosts and visitors did explains it"
    return _unlike_a_register(operations, spent)


def _unlike_a_register(operations: Iterable[Operation], spent: Operation | None) -> str | None:
    before, after = (spent.begin, spent.end) if spent is not None else (0, NEVER)
    for one in operations:
        answer = one.answer
        if answer in {Answer.USED, Answer.NOT_AVAILABLE}:
            if spent is None:
                return "a visitor was refused a link that nobody has"
            after = min(after, one.end)
        elif answer == Answer.GAVE_BACK:
            before = max(before, one.begin)
        elif answer not in {Answer.WON, Answer.NONE}:
            return "a visitor was refused for what never happened"
    return None if before <= after else "no instant at which it was spent explains what visitors were told"


def is_contested(operations: Sequence[Operation], final: Final) -> bool:
    """Whether another process claimed the link while the claim that won it was under way."""
    spent = next((one for one in operations if one.visitor == final.used_by), None)
    return spent is not None and any(True for _ in _beside(spent, operations))


def _beside(spent: Operation, operations: Sequence[Operation]) -> Iterator[Operation]:
    process = spent.visitor >> 32
    for one in operations:
        is_other = one.what not in OF_HOSTS and one.visitor >> 32 != process
        if is_other and one.begin < spent.end and spent.begin < one.end:
            yield one
