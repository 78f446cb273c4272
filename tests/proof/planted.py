"""Faults that others have had, planted by replacing a part, for the proof to find."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from proof.people import BOOK, Answers, by_statement
from proof.turns import Actor
from proof.worlds import AnyWorld
from secret_links import recording
from secret_links.lists.snapshot import Snapshot
from secret_links.reports import EventKind
from secret_links.tables.core import LINK_COLUMNS, deleted_links, links

_SPEND = "UPDATE link SET used_at = created_at, used_by = '{}' WHERE token = '{}'"
"""What is claimed without a look at what the link is."""


def reads_then_writes(world: AnyWorld, actor: Actor, answers: Answers) -> None:
    """A page that looks whether the link is unused, and spends it in another statement."""
    driver = world.driver(actor.name)
    is_unused = f"SELECT 1 FROM link WHERE token = '{world.link.token}' AND used_at IS NULL"
    won = driver.execute(is_unused).fetchone() is not None
    actor.turn()
    world.begin(driver)
    if won:
        driver.execute(_SPEND.format(actor.name, world.link.token))
    answers[actor.name].append("won" if won else "not available")
    actor.turn()
    if won:
        driver.execute(BOOK.format(actor.name))
    actor.turn()
    driver.execute("COMMIT")


def commits_before_booking(world: AnyWorld, actor: Actor, answers: Answers) -> None:
    """A page that books after it has committed the claim, where the booking fails."""
    driver = world.driver(actor.name)
    world.begin(driver)
    actor.turn()
    claim = {"token": world.link.token, "by": actor.name, "reference": None}
    won = driver.execute(world.statement, claim).fetchone() is not None
    answers[actor.name].append("won" if won else "not available")
    actor.turn()
    driver.execute("COMMIT")
    actor.turn()
    world.begin(driver)
    driver.execute(BOOK.format(actor.name))
    driver.execute("ROLLBACK")


def keeps_the_claim_by_a_savepoint(world: AnyWorld, actor: Actor, answers: Answers) -> None:
    """A page that takes its booking back to a savepoint behind the claim, and commits."""
    driver = world.driver(actor.name)
    world.begin(driver)
    actor.turn()
    claim = {"token": world.link.token, "by": actor.name, "reference": None}
    won = driver.execute(world.statement, claim).fetchone() is not None
    answers[actor.name].append("won" if won else "not available")
    driver.execute("SAVEPOINT booking")
    actor.turn()
    if won:
        driver.execute(BOOK.format(actor.name))
    actor.turn()
    driver.execute("ROLLBACK TO SAVEPOINT booking")
    driver.execute("COMMIT")


def does_not_check_the_expiry(world: AnyWorld, actor: Actor, answers: Answers) -> None:
    """A page that runs the README's statement without its last condition."""
    before, found, rest = world.statement.partition("AND (expires_at IS NULL")
    assert found, "the README says it in other words"
    by_statement(world, actor, answers, statement=f"{before} RETURNING{rest.rpartition('RETURNING')[2]}")


def gives_back_unused(snapshot: Snapshot, some: Sequence[int]) -> None:
    """In the place of `restoring._give_back`: an undo that forgets when a link was used."""
    kept = [name for name in LINK_COLUMNS if not name.startswith("used_")]
    connection = snapshot.context.connection
    copied = select(*(deleted_links.c[name] for name in kept)).where(deleted_links.c.id.in_(some))
    connection.execute(insert(links).from_select(kept, copied))
    connection.execute(delete(deleted_links).where(deleted_links.c.id.in_(some)))
    recording.moved(snapshot, EventKind.RESTORED, some)


def move_without_locking(snapshot: Snapshot, deletion: object, some: Sequence[int]) -> tuple[int, int]:
    """In the place of `deleting._move_away`: a deletion that copies links before it has locked them."""
    from secret_links import deleting

    deleting._take(snapshot, deletion.id, some)  # type: ignore[attr-defined]
    return len(some), 0
