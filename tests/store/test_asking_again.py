"""What settles an unknown outcome: whether the store has what a claim, or a generation, would have left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from secret_links import EventType, HostStore, Link, Store
from secret_links.generating import are_there
from secret_links.redeeming import is_there
from support import ON_BOTH

pytestmark = ON_BOTH

OTHER = "x" * 22
"""The token of no link."""


def was_spent(ana: HostStore, won: Link) -> bool:
    with ana.snapshot() as snapshot:
        return is_there(snapshot.context.connection, won)


def were_made(ana: HostStore, made: list[Link]) -> bool:
    with ana.snapshot() as snapshot:
        return are_there(snapshot.context.connection, made)


@pytest.mark.parametrize("by", ["Bo", None])
def test_a_claim_is_there_if_it_spent_the_link_and_no_other_did(
    store: Store, ana: HostStore, interview: EventType, by: str | None
) -> None:
    spent, active = ana.generate(interview.id, 2)
    won = store.redeem(spent.token, by=by)
    assert won.used_at is not None
    others = (
        replace(won, token=active.token),
        replace(won, token=OTHER),
        replace(won, used_at=won.used_at + timedelta(milliseconds=1)),
        replace(won, used_by="Cy"),
        replace(won, used_by=None if by else "Bo"),
    )
    assert was_spent(ana, won)
    assert not any(was_spent(ana, other) for other in others)
    ana.delete([spent.id, active.id])
    assert was_spent(ana, won)
    assert not any(was_spent(ana, other) for other in others)


@pytest.mark.parametrize("count", [1, 3])
def test_links_are_there_if_they_were_made_deleted_since_or_not(
    ana: HostStore, interview: EventType, count: int
) -> None:
    made = ana.generate(interview.id, count)
    others = [replace(link, token=OTHER) for link in made]
    assert were_made(ana, made)
    assert not were_made(ana, others)
    ana.delete([link.id for link in made])
    assert were_made(ana, made)
    assert not were_made(ana, others)
