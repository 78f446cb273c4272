"""The proof finds the faults that are planted for it; where it found none of them, it would prove nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest

from proof import planted
from proof.checking import Broken, Checker
from proof.people import Answers, Part, by_statement, delete_and_undo, in_session, in_three, pass_time
from proof.turns import Actor, Stuck, Turns, number_of_orders, order_at, orders
from proof.worlds import LATE, AnyWorld, world_at
from secret_links import Counts
from support import BOTH

DATABASES = BOTH

SESSION, STATEMENT = Part(in_session), Part(by_statement)
DELETES = Part(delete_and_undo, (2, 2))
TIME_PASSES = Part(partial(pass_time, until=LATE), (1,))

FAULTS: dict[str, tuple[dict[str, Part], str]] = {
    "read, then write": (
        {"bo": Part(planted.reads_then_writes), "cy": Part(planted.reads_then_writes)},
        "two bookings",
    ),
    "read, then write, beside a sound page": (
        {"bo": Part(planted.reads_then_writes), "cy": SESSION},
        "two bookings",
    ),
    "commit before booking": (
        {"bo": Part(planted.commits_before_booking), "cy": SESSION},
        "a Used link without a booking",
    ),
    "no check of the expiry": (
        {"bo": Part(planted.does_not_check_the_expiry), "cy": SESSION, "clock": TIME_PASSES},
        "used after it had expired",
    ),
    "a savepoint that keeps the claim": (
        {"bo": Part(planted.keeps_the_claim_by_a_savepoint), "cy": SESSION},
        "a Used link without a booking",
    ),
}


def first_broken(parts: dict[str, Part], url: str) -> str:
    """Plays orders until a rule does not hold; returns which one, or nothing."""
    with world_at(url) as world:
        checker = Checker(world, parts)
        try:
            with checker:
                for order in orders(checker.steps):
                    checker.check(order)
        except Broken as broken:
            return str(broken)
    return ""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_page_with_a_planted_fault_is_found(fault: str, url: str) -> None:
    parts, said = FAULTS[fault]
    assert said in first_broken(parts, url)


def test_an_undo_that_forgets_the_use_is_found(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secret_links.restoring._give_back", planted.gives_back_unused)
    found = first_broken({"bo": STATEMENT, "ana": DELETES}, url)
    assert "a booking without a Used link" in found


def test_a_deletion_that_does_not_lock_is_found_where_others_write_meanwhile(
    url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secret_links.deleting._move_away", planted.move_without_locking)
    found = first_broken({"bo": STATEMENT, "ana": DELETES}, url)
    assert ("a booking without a Used link" in found) is (database == "postgresql"), "a file has one writer at a time"


def test_a_list_that_does_not_show_a_booking_is_found(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secret_links.HostStore.counts", lambda _: Counts(active=1))
    assert "the host's list says" in first_broken({"bo": STATEMENT, "cy": SESSION}, url)


def test_what_no_sequence_gives_is_found_where_every_rule_holds(url: str) -> None:
    """Two looks of one operation between which a link is used break no rule: only the comparison finds them."""

    def looks_twice(world: AnyWorld, actor: Actor, answers: Answers) -> None:
        driver = world.driver(actor.name)
        (before,) = driver.execute("SELECT coalesce(used_by, 'nobody') FROM link").fetchone()
        actor.turn()
        world.begin(driver)
        (now,) = driver.execute("SELECT coalesce(used_by, 'nobody') FROM link").fetchone()
        driver.execute("COMMIT")
        answers[actor.name] += [before, now]

    found = first_broken({"bo": in_three(by_statement), "ana": Part(looks_twice, (2,))}, url)
    assert "the outcome is of no sequence" in found


# The means of the proof themselves


def test_every_order_is_there_once() -> None:
    steps = {"bo": 4, "cy": 4, "di": 4}
    every = list(orders(steps))
    assert len(set(every)) == len(every) == number_of_orders(steps) == 34_650
    assert all(order.count(name) == 4 for order in every for name in steps)
    assert [order_at(steps, place) for place in range(0, len(every), 7)] == every[::7]


def test_an_order_is_played_alike_every_time(url: str) -> None:
    """Who is blocked, when that ends, and what comes of it do not depend on how quick the machine is.

    Of two who wait for a third, a server lets either go first.
    """
    with world_at(url) as world, Checker(world, {"bo": SESSION, "cy": STATEMENT}) as checker:
        some = list(orders(checker.steps))[::7]
        first, second = ([checker._play(order) for order in some] for _ in range(2))
    assert first == second
    assert any(ended - began > 1 for _, spans in first for steps in spans.values() for began, ended in steps), "blocked"


def test_somebody_who_waits_for_ever_is_found() -> None:
    class Held:
        def freed(self, blocked: Sequence[Actor]) -> Actor | None:
            assert blocked
            return None

    actor = Actor("bo")
    with pytest.raises(Stuck, match="bo"):
        Turns([actor], Held()).play(("bo",), {"bo": lambda bo: bo.block()})
