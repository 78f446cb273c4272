"""Histories of one link, written by hand: right ones, and wrong ones."""

from __future__ import annotations

from typing import Any

from proof.histories_checking import Final
from proof.histories_records import NEVER, Answer, Operation, What, visitor_id

BO, CY, DI = (visitor_id(process, 1) for process in (1, 2, 3))
MILLISECOND = 1_000_000


def claim(who: int, begin: int, end: int, answer: Answer, value: int = 0, what: What = What.STATEMENT) -> Operation:
    """An operation; times are in milliseconds."""
    ends = end if end == NEVER else end * MILLISECOND
    return Operation(0, what, who, begin * MILLISECOND, ends, answer, value)


def won(who: int, begin: int, end: int) -> Operation:
    return claim(who, begin, end, Answer.WON)


def refused(who: int, begin: int, end: int, answer: Answer = Answer.NOT_AVAILABLE, value: int = 0) -> Operation:
    return claim(who, begin, end, answer, value)


def gave_back(who: int, begin: int, end: int) -> Operation:
    return claim(who, begin, end, Answer.GAVE_BACK)


def killed(who: int, begin: int) -> Operation:
    return claim(who, begin, NEVER, Answer.NONE)


def host(what: What, begin: int, end: int, answer: Answer = Answer.DONE, value: int = 0, who: int = DI) -> Operation:
    return claim(who, begin, end, answer, value, what)


def spent(who: int, at: int, **more: Any) -> Final:
    return Final(used_by=who, used_at=at, bookings=(who,), uses=1)._replace(**more)


UNSPENT = Final()

RIGHT: dict[str, tuple[list[Operation], Final]] = {
    "nobody came": ([], UNSPENT),
    "one won": ([won(BO, 1, 3)], spent(BO, 2)),
    "one won while another came": ([won(BO, 1, 5), refused(CY, 2, 3)], spent(BO, 4)),
    "one was told who had won": ([won(BO, 1, 3), refused(CY, 2, 4, Answer.USED, BO)], spent(BO, 2)),
    "one gave it back, and another won": ([gave_back(BO, 1, 3), won(CY, 2, 5)], spent(CY, 4)),
    "one gave it back": ([gave_back(BO, 1, 3)], UNSPENT),
    "one was killed, and had won": ([killed(BO, 1), refused(CY, 5, 6)], spent(BO, 3)),
    "one was killed, and had not": ([killed(BO, 1), won(CY, 2, 4)], spent(CY, 3)),
    "one was killed, and nobody won": ([killed(BO, 1)], UNSPENT),
    "redeemed without a booking": ([claim(BO, 1, 3, Answer.WON, what=What.REDEEM)], spent(BO, 2, bookings=())),
    "deleted before anybody came": (
        [host(What.DELETE, 1, 2), refused(BO, 3, 4, Answer.DELETED)],
        UNSPENT._replace(kept=False),
    ),
    "deleted and restored, and then won": (
        [host(What.DELETE, 1, 2), refused(BO, 1, 4), host(What.RESTORE, 3, 5), won(CY, 5, 7)],
        spent(CY, 6),
    ),
    "won, deleted and restored": (
        [won(BO, 1, 3), host(What.DELETE, 4, 5), refused(CY, 4, 6, Answer.DELETED), host(What.RESTORE, 6, 7)],
        spent(BO, 2),
    ),
    "a deletion that was cut off has deleted it": (
        [host(What.DELETE, 1, NEVER, Answer.NONE), won(BO, 1, 3), refused(CY, 4, 5, Answer.DELETED)],
        spent(BO, 2, kept=False),
    ),
    "a deletion that was cut off has not": ([host(What.DELETE, 1, NEVER, Answer.NONE), won(BO, 3, 5)], spent(BO, 4)),
    "expired before anybody came": (
        [host(What.CHANGE, 1, 2, value=5), refused(BO, 6, 8, Answer.EXPIRED)],
        UNSPENT._replace(expires=5),
    ),
    "used just before it expired": (
        [host(What.CHANGE, 1, 2, value=5), won(BO, 3, 9), refused(CY, 6, 8, Answer.EXPIRED)],
        spent(BO, 4, expires=5),
    ),
    "a change came too late": (
        [won(BO, 1, 3), host(What.CHANGE, 2, 5, Answer.IN_VAIN, value=9)],
        spent(BO, 2),
    ),
}

WRONG: dict[str, tuple[list[Operation], Final]] = {
    "two visitors were told that they have won": ([won(BO, 1, 3), won(CY, 2, 4)], spent(CY, 3)),
    "it was spent by nobody who claimed it": ([refused(BO, 1, 3)], spent(CY, 2)),
    "a visitor has won, and the link is not spent": ([won(BO, 1, 3)], UNSPENT),
    "a visitor has won, and the link is another's": ([won(BO, 1, 3), killed(CY, 1)], spent(CY, 2)),
    "it was spent by a visitor who gave it back": ([gave_back(BO, 1, 3)], spent(BO, 2)),
    "it was spent by a visitor who was refused": ([refused(BO, 1, 3)], spent(BO, 2)),
    "a visitor was told of a winner who is none": (
        [won(BO, 1, 3), refused(CY, 2, 4, Answer.USED, DI)],
        spent(BO, 2),
    ),
    "it has two bookings": ([won(BO, 1, 3)], spent(BO, 2, bookings=(BO, CY))),
    "it was spent without a booking": ([won(BO, 1, 3)], spent(BO, 2, bookings=())),
    "a booking was made that did not spend it": ([gave_back(BO, 1, 3)], UNSPENT._replace(bookings=(BO,))),
    "what happened to it does not say how often it was used": ([won(BO, 1, 3)], spent(BO, 2, uses=2)),
    "it was spent after it had expired": (
        [host(What.CHANGE, 1, 2, value=5), won(BO, 3, 9)],
        spent(BO, 5, expires=5),
    ),
    "it was spent at another time than it was claimed": ([won(BO, 10, 20)], spent(BO, 21)),
    "a visitor was refused a link that nobody has": ([refused(BO, 1, 3)], UNSPENT),
    "a visitor was refused for what never happened": (
        [won(BO, 1, 3), refused(CY, 4, 5, Answer.DELETED)],
        spent(BO, 2),
    ),
}

OUT_OF_ORDER: dict[str, tuple[list[Operation], Final]] = {
    "refused before the winner came": ([refused(BO, 1, 2), won(CY, 3, 5)], spent(CY, 4)),
    "had after the winner had gone": ([won(BO, 1, 3), gave_back(CY, 4, 5)], spent(BO, 2)),
    "refused, and had by another after that": ([refused(BO, 1, 2), gave_back(CY, 3, 4), won(DI, 1, 6)], spent(DI, 5)),
}

UNEXPLAINED: dict[str, tuple[list[Operation], Final]] = {
    "won while it was deleted": (
        [host(What.DELETE, 1, 2), won(BO, 3, 5), host(What.RESTORE, 6, 7)],
        spent(BO, 4),
    ),
    "told deleted when it was there": (
        [refused(BO, 1, 2, Answer.DELETED), host(What.DELETE, 3, 4), host(What.RESTORE, 5, 6)],
        UNSPENT,
    ),
    "a deletion is lost": ([host(What.DELETE, 1, 2)], UNSPENT),
    "deleted by nobody": ([host(What.RESTORE, 1, 2, Answer.IN_VAIN)], UNSPENT._replace(kept=False)),
    "told expired before it was": (
        [host(What.CHANGE, 1, 2, value=9), refused(BO, 3, 5, Answer.EXPIRED)],
        UNSPENT._replace(expires=9),
    ),
    "won before, and changed": ([won(BO, 1, 3), host(What.CHANGE, 5, 6, value=9)], spent(BO, 2, expires=9)),
    "an undo has forgotten the use": (
        [won(BO, 1, 3), host(What.DELETE, 4, 5), host(What.RESTORE, 6, 7), gave_back(CY, 8, 9)],
        spent(BO, 2),
    ),
}
