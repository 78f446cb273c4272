"""What visitors and a host do, each a program of steps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from proof.pausing import pausing_before_commit
from proof.turns import Actor
from proof.worlds import AnyWorld
from secret_links import (
    Change,
    InvalidInput,
    LinkNotAvailable,
    LinkSet,
    LinkUnknown,
    NewExpiry,
    NoLongerActive,
    StoreBusy,
    redeem_in,
)

Answers = dict[str, list[str]]
"""What each has been answered."""
Acts = Callable[[AnyWorld, Actor, Answers], None]
"""A program of somebody's in a world."""

BOOK = "INSERT INTO booking (visitor) VALUES ('{}')"
"""The names are ours."""


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part in an order: a program, and how many steps each of its operations has."""

    program: Acts
    steps: tuple[int, ...] = (4,)


def in_three(program: Acts) -> Part:
    """A visitor who begins and claims in one step."""

    def joined(world: AnyWorld, actor: Actor, answers: Answers) -> None:
        actor.joins = 1
        program(world, actor, answers)

    return Part(joined, (3,))


def in_session(world: AnyWorld, actor: Actor, answers: Answers, *, commits: bool = True) -> None:
    """A page that books in a session, as in the README."""
    with Session(world.page(actor.name)) as session:
        session.execute(text("SELECT 1"))
        actor.turn()
        won = claimed(lambda: redeem_in(session, world.link.token, by=actor.name), actor, answers)
        actor.turn()
        if won:
            session.execute(text(BOOK.format(actor.name)))
        actor.turn()
        if won and commits:
            session.commit()
        else:
            session.rollback()


def on_connection(world: AnyWorld, actor: Actor, answers: Answers, *, commits: bool = True) -> None:
    """A page that begins a transaction of its own before the claim, which SQLite may then refuse at once."""
    page = world.page(actor.name)

    def begin() -> None:
        page.begin()
        page.exec_driver_sql("BEGIN" if page.dialect.name == "sqlite" else "SELECT 1")

    def claim() -> None:
        while True:
            try:
                redeem_in(page, world.link.token, by=actor.name)
            except StoreBusy:
                page.rollback()
                actor.block()
                begin()
            else:
                return

    begin()
    actor.turn()
    won = claimed(claim, actor, answers)
    actor.turn()
    if won:
        page.exec_driver_sql(BOOK.format(actor.name))
    actor.turn()
    if won and commits:
        page.commit()
    else:
        page.rollback()


def serializable(world: AnyWorld, actor: Actor, answers: Answers) -> None:
    """A page in the strictest isolation, which begins again where others were in the way, as the README says."""
    page = world.page(actor.name).execution_options(isolation_level="SERIALIZABLE")

    def begin() -> None:
        page.begin()
        page.exec_driver_sql("SELECT 1")  # what it sees is settled from here on

    def claim() -> None:
        while True:
            try:
                redeem_in(page, world.link.token, by=actor.name)
            except StoreBusy:
                page.rollback()
                begin()
            else:
                return

    begin()
    actor.turn()
    won = claimed(claim, actor, answers)
    actor.turn()
    if won:
        page.exec_driver_sql(BOOK.format(actor.name))
    actor.turn()
    if won:
        page.commit()
    else:
        page.rollback()


def by_statement(
    world: AnyWorld, actor: Actor, answers: Answers, *, commits: bool = True, statement: str | None = None
) -> None:
    """A page in another language."""
    driver = world.driver(actor.name)
    world.begin(driver)
    actor.turn()
    claim = {"token": world.link.token, "by": actor.name, "reference": None}
    won = driver.execute(statement or world.statement, claim).fetchone() is not None
    answers[actor.name].append("won" if won else "not available")
    actor.turn()
    if won:
        driver.execute(BOOK.format(actor.name))
    actor.turn()
    driver.execute("COMMIT" if won and commits else "ROLLBACK")


class NoBooking(Exception):
    """The page could not make the booking."""


def booked_elsewhere(world: AnyWorld, actor: Actor, answers: Answers, *, commits: bool = True) -> None:
    """A page whose bookings are elsewhere, made while the claim is held."""

    def book() -> None:
        actor.turn()
        if commits:
            world.elsewhere.append(actor.name)
        actor.turn()
        if not commits:
            raise NoBooking

    with suppress(LinkNotAvailable):
        world.store.look_up(world.link.token)
    actor.turn()
    try:
        with world.store.redeeming(world.link.token, by=actor.name):
            answers[actor.name].append("won")
            book()
    except LinkNotAvailable as error:
        answers[actor.name].append(type(error).__name__)
        actor.turn()
        actor.turn()
    except NoBooking:
        pass


def redeemed_first(world: AnyWorld, actor: Actor, answers: Answers) -> None:
    """A page that redeems, and books where it has won: look up, claim, commit, book."""
    with suppress(LinkNotAvailable):
        world.store.look_up(world.link.token)
    actor.turn()
    with pausing_before_commit(world):
        won = claimed(lambda: world.store.redeem(world.link.token, by=actor.name), actor, answers)
    actor.turn()
    if won:
        world.elsewhere.append(actor.name)


def claimed(claim: Callable[[], object], actor: Actor, answers: Answers) -> bool:
    try:
        claim()
    except LinkNotAvailable as error:
        answers[actor.name].append(type(error).__name__)
        return False
    answers[actor.name].append("won")
    return True


# What else happens to a link


def delete_and_undo(world: AnyWorld, actor: Actor, answers: Answers) -> None:
    """A host who deletes the link, and undoes that: each up to its commit, and its commit."""
    with pausing_before_commit(world):
        deletion = world.ana.delete([world.link.id])
    answers[actor.name].append(f"deleted {deletion.links}")
    actor.turn()
    with pausing_before_commit(world):
        answers[actor.name].append(f"restored {world.ana.restore(deletion.id)}")


def delete_and_undo_at_once(world: AnyWorld, actor: Actor, answers: Answers) -> None:
    """The same, each in one step."""
    deletion = world.ana.delete([world.link.id])
    answers[actor.name].append(f"deleted {deletion.links}")
    actor.turn()
    answers[actor.name].append(f"restored {world.ana.restore(deletion.id)}")


def change(world: AnyWorld, actor: Actor, answers: Answers, *, expires: datetime) -> None:
    """A host who changes the expiry: up to the commit, and the commit."""
    try:
        with pausing_before_commit(world):
            changed = world.ana.change(LinkSet(frozenset([world.link.id])), Change(expiry=NewExpiry(expires)))
    except (NoLongerActive, InvalidInput, LinkUnknown) as error:
        answers[actor.name].append(type(error).__name__)
    else:
        answers[actor.name].append(f"changed {changed.links}")


def pass_time(world: AnyWorld, actor: Actor, answers: Answers, *, until: datetime) -> None:
    """The clock, which goes on in one step."""
    world.move_clock(until)
