"""What happened to a link: its whole story, whoever did it, for as long as the link is kept."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from another_program import another_program
from secret_links import Change, EventKind, EventType, HostStore, Link, LinkSet, NewExpiry, Reissue, Store
from secret_links.tables.core import link_events
from support import ON_BOTH, SetClock

pytestmark = ON_BOTH

DAY = timedelta(days=1)


def story(host: HostStore, link: Link) -> list[EventKind]:
    with host.snapshot() as snapshot:
        return [event.kind for event in snapshot.story(link).events]


def recorded(store: Store) -> int:
    with store.database.reading() as connection:
        return len(connection.execute(link_events.select()).all())


def chosen(*links: Link) -> LinkSet:
    return LinkSet(frozenset(link.id for link in links))


def test_a_story_has_all_that_happened_oldest_first(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    (link,) = ana.generate(interview.id, labels=["Bo"], expires_at=clock() + DAY)
    clock.forward(hours=1)
    ana.change(chosen(link), Change("Bo Chen", NewExpiry(later=DAY)))
    clock.forward(hours=1)
    deletion = ana.delete([link.id])
    assert story(ana, link) == [EventKind.GENERATED, EventKind.CHANGED, EventKind.DELETED]
    clock.forward(hours=1)
    ana.restore(deletion.id)
    clock.forward(hours=1)
    used = store.redeem(link.token, by="Bo", reference=17)
    with ana.snapshot() as snapshot:
        events = snapshot.story(used).events
    assert [event.kind for event in events] == [
        EventKind.GENERATED, EventKind.CHANGED, EventKind.DELETED, EventKind.RESTORED, EventKind.USED
    ]  # fmt: skip
    assert [event.at for event in events] == [link.created_at + timedelta(hours=hours) for hours in range(5)]
    changed = events[1]
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before.label, changed.after.label) == ("Bo", "Bo Chen")
    assert (changed.before.expires_at, changed.after.expires_at) == (link.expires_at, used.expires_at)
    assert {event.link for event in events} == {used}
    assert (events[-1].link.used_by, events[-1].link.reference) == ("Bo", "17")


def test_a_link_that_nobody_used_in_time_has_expired(ana: HostStore, interview: EventType, clock: SetClock) -> None:
    (link,) = ana.generate(interview.id, expires_at=clock() + DAY)
    clock.forward(days=1)
    assert story(ana, link) == [EventKind.GENERATED, EventKind.EXPIRED]


def test_a_change_that_was_taken_back_was_two(ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id, labels=["Bo"])
    ana.take_back(ana.change(chosen(link), Change("Bo Chen")).id)
    assert story(ana, link) == [EventKind.GENERATED, EventKind.CHANGED, EventKind.CHANGED]
    ana.change(chosen(link), Change("Bo"))
    assert len(story(ana, link)) == 3, "it has this label already"


def test_a_page_with_a_statement_of_its_own_is_told_like_any_other(
    url: str, store: Store, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id, labels=["Bo"])
    follower = ana.follow()
    assert follower.read() == []
    at = "clock_timestamp()" if url.startswith("postgresql") else "1795424400000"
    with another_program(url) as connection:
        claim = f"UPDATE link SET used_at = {at}, used_by = 'Bo' WHERE token = :token AND used_at IS NULL"
        assert connection.execute(text(claim), {"token": link.token}).rowcount == 1
    (told,) = follower.read()
    assert (told.event.kind, told.event.link.token, told.event.link.used_by) == (EventKind.USED, link.token, "Bo")


def test_a_claim_that_is_undone_leaves_nothing(url: str, ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id)
    follower = ana.follow()
    follower.read()
    with another_program(url) as connection, connection.begin_nested() as savepoint:
        connection.execute(text("UPDATE link SET used_at = created_at, used_by = 'Bo'"))
        savepoint.rollback()
    assert follower.read() == []
    assert story(ana, link) == [EventKind.GENERATED]


def test_generating_many_is_one_row_and_one_event_each(store: Store, ana: HostStore, interview: EventType) -> None:
    follower = ana.follow()
    follower.read()
    made = ana.generate(interview.id, 3)
    assert recorded(store) == 1
    assert [told.event.link for told in follower.read()] == made
    again = ana.reissue(chosen(*made), Reissue()).links
    assert [told.event.link for told in follower.read()] == list(again)
    assert recorded(store) == 2


def test_nobody_sees_what_happens_to_the_links_of_another_host(
    store: Store, ana: HostStore, interview: EventType
) -> None:
    bo = store.as_host("bo")
    follower = bo.follow()
    follower.read()
    (link,) = ana.generate(interview.id)
    ana.delete([link.id])
    assert follower.read() == []
    assert story(bo, link) == []


def test_what_is_forgotten_is_forgotten_here_too(
    store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    first, second = ana.generate(interview.id, labels=["Bo", "Cy"])
    ana.change(chosen(first, second), Change("a secret"))
    store.redeem(second.token, by="Cy")
    ana.delete([first.id])
    clock.forward(days=31)
    assert store.purge() == 1
    assert recorded(store) == 1, "what the other link's row does not say"
    assert story(ana, first) == []
    (left,) = ana.window()
    assert story(ana, left) == [EventKind.GENERATED, EventKind.CHANGED, EventKind.USED]
    assert store.purge() == 0
