"""Every order of the steps of visitors, a host and the clock: exactly one booking, and what a sequence could give.

A fixed sample of the orders is played in each run of the tests; with SECRET_LINKS_PROOF, all of them are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from itertools import islice

import pytest

from proof.checking import Checker
from proof.effort import PROOF, WHOLE
from proof.people import (
    Part,
    booked_elsewhere,
    by_statement,
    change,
    delete_and_undo,
    delete_and_undo_at_once,
    in_session,
    in_three,
    on_connection,
    pass_time,
    redeemed_first,
    serializable,
)
from proof.turns import Order, number_of_orders, order_at, orders
from proof.worlds import EXPIRES, LATE, world_at
from support import BOTH

DATABASES = BOTH

SHARED = {
    "three book": (0, 3),
    "three others book": (1, 3),
    "the first of three rolls back": (2, 3),
    "a host deletes and undoes": (0, 2),
    "a host deletes and undoes, a visitor rolls back": (1, 2),
}
"""Cases of the same steps, in which other forms of a claim are met: each order is played in one of them.

By the first order of a case, and the step to the next one. An order takes 5 to 20 ms of a processor on a file, and half
as long again on a server.
"""

SAMPLED = 40
"""Orders of each case that are played in every run of the tests."""

LATER, EARLIER = EXPIRES + timedelta(hours=1), EXPIRES - timedelta(minutes=30)

SESSION, CONNECTION, STATEMENT = Part(in_session), Part(on_connection), Part(by_statement)
ELSEWHERE, FIRST = Part(booked_elsewhere), Part(redeemed_first)
SESSION_FAILS = Part(partial(in_session, commits=False))

DELETES = Part(delete_and_undo, (2, 2))
DELETES_AT_ONCE = Part(delete_and_undo_at_once, (1, 1))
PROLONGS = Part(partial(change, expires=LATER), (2,))
SHORTENS = Part(partial(change, expires=EARLIER), (2,))
TIME_PASSES = Part(partial(pass_time, until=LATE), (1,))
TIME_PASSES_A_LITTLE = Part(partial(pass_time, until=EXPIRES - timedelta(minutes=15)), (1,))

CASES: dict[str, tuple[dict[str, Part], int]] = {
    "three book": ({"bo": SESSION, "cy": STATEMENT, "di": ELSEWHERE}, 34_650),
    "three others book": ({"bo": CONNECTION, "cy": FIRST, "di": SESSION}, 34_650),
    "the first of three rolls back": ({"bo": SESSION_FAILS, "cy": STATEMENT, "di": ELSEWHERE}, 34_650),
    "the second of three rolls back": (
        {
            "bo": in_three(in_session),
            "cy": in_three(partial(by_statement, commits=False)),
            "di": in_three(booked_elsewhere),
        },
        1_680,
    ),
    "the third of three rolls back": (
        {
            "bo": in_three(on_connection),
            "cy": in_three(by_statement),
            "di": in_three(partial(booked_elsewhere, commits=False)),
        },
        1_680,
    ),
    "a host deletes and undoes": (
        {"bo": in_three(in_session), "cy": in_three(by_statement), "ana": DELETES},
        4_200,
    ),
    "a host deletes and undoes, a visitor rolls back": (
        {"bo": in_three(partial(on_connection, commits=False)), "cy": in_three(redeemed_first), "ana": DELETES},
        4_200,
    ),
    "a host deletes and undoes, pages are strict": (
        {"bo": Part(serializable), "cy": Part(serializable), "ana": DELETES_AT_ONCE},
        3_150,
    ),
    "a host deletes and undoes while a link expires": (
        {"bo": in_three(on_connection), "cy": in_three(by_statement), "ana": DELETES_AT_ONCE, "clock": TIME_PASSES},
        5_040,
    ),
    "a host prolongs a link that expires": (
        {"bo": in_three(in_session), "cy": in_three(redeemed_first), "ana": PROLONGS, "clock": TIME_PASSES},
        5_040,
    ),
    "a host shortens a link": (
        {
            "bo": in_three(by_statement),
            "cy": in_three(booked_elsewhere),
            "ana": SHORTENS,
            "clock": TIME_PASSES_A_LITTLE,
        },
        5_040,
    ),
}
"""Whose steps are put in every order, and how many orders there are."""


@pytest.mark.timeout(2400)
@pytest.mark.parametrize("case", CASES)
def test_in_every_order_there_is_one_booking_or_none(case: str, url: str) -> None:
    parts, number = CASES[case]
    with world_at(url) as world, Checker(world, parts) as checker:
        assert number_of_orders(checker.steps) == number
        assert checker.outcomes > 1, "it matters who comes first"
        first, step = (0, 1) if WHOLE else SHARED.get(case, (0, 1))
        shared = islice(orders(checker.steps), first, None, step)
        for order in shared if PROOF else sample(checker.steps, number):
            checker.check(order)


def sample(steps: Mapping[str, int], number: int) -> list[Order]:
    return [order_at(steps, place) for place in range(0, number, number // SAMPLED | 1)]
