"""The product's rules, checked by a state machine against a plain Python model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from secret_links import (
    Change,
    Counts,
    DeletedLink,
    EventKind,
    EventTypeInUse,
    Follower,
    InvalidInput,
    Link,
    LinkExpired,
    LinkFilter,
    LinkSet,
    LinkUnknown,
    LinkUsed,
    NewExpiry,
    NothingToUndo,
    Status,
    Store,
)
from support import ON_BOTH, SetClock

HOSTS = ("ana", "bo")


class RuleBook(RuleBasedStateMachine):
    """Two hosts, two connections to one store, and dictionaries that say what must be true."""

    made = Bundle("made")
    deletions = Bundle("deletions")
    changes = Bundle("changes")

    def __init__(self, url: str) -> None:
        super().__init__()
        self.clock = SetClock()
        self.stores = [Store.open(url, clock=self.clock), Store.open(url, clock=self.clock)]
        self.live: dict[int, tuple[str, Link]] = {}
        self.deleted: dict[int, dict[int, tuple[str, Link]]] = {}
        self.deleted_at: dict[int, object] = {}
        self.changed: dict[int, tuple[str, Link, Link, datetime]] = {}
        self.followers: dict[str, Follower] = {}
        self.happened: dict[str, list[tuple[EventKind, int]]] = {name: [] for name in HOSTS}

    def teardown(self) -> None:
        for store in self.stores:
            store.close()

    @initialize()
    def event_types(self) -> None:
        self.event_type_ids = {name: self.stores[0].as_host(name).add_event_type("Intro call").id for name in HOSTS}
        for name in HOSTS:
            self.followers[name] = self.stores[1].as_host(name).follow()
            assert self.followers[name].read() == []

    def happens(self, who: str, kind: EventKind, links: Iterable[int]) -> None:
        self.happened[who] += [(kind, link_id) for link_id in links]

    @rule(
        target=made,
        who=st.sampled_from(HOSTS),
        count=st.integers(1, 3),
        hours=st.sampled_from([None, 1, 30]),
        through=st.integers(0, 1),
    )
    def generate(self, who: str, count: int, hours: int | None, through: int) -> Link:
        expires = self.clock() + timedelta(hours=hours) if hours else None
        links = self.stores[through].as_host(who).generate(self.event_type_ids[who], count, expires_at=expires)
        assert len(links) == count
        self.live.update({link.id: (who, link) for link in links})
        self.happens(who, EventKind.GENERATED, (link.id for link in links))
        return links[0]

    @rule(
        target=changes,
        link=made,
        through=st.integers(0, 1),
        hours=st.sampled_from([-1, 1, 30]),
        label=st.sampled_from(["Bo", "Cy"]),
    )
    def change(self, link: Link, through: int, hours: int, label: str) -> int | MultipleResults[int]:
        """An expiry is changed while its link is Active, a label at any time."""
        who, alive = self.live.get(link.id, ("ana", link))
        host, now = self.stores[through].as_host(who), self.clock()
        expires = None if alive.expires_at is None else alive.expires_at + timedelta(hours=hours)
        wanted = Change(label, NewExpiry(expires))
        if link.id not in self.live:
            with pytest.raises(LinkUnknown):
                host.change(LinkSet(frozenset([link.id])), wanted)
            return multiple()
        is_active = alive.status_at(now) is Status.ACTIVE
        if is_active and expires is not None and expires <= now:
            with pytest.raises(InvalidInput):
                host.change(LinkSet(frozenset([link.id])), wanted)
            return multiple()
        done = host.change(LinkSet(frozenset([link.id])), wanted)
        changed = replace(alive, label=label, expires_at=expires if is_active else alive.expires_at)
        assert (done.after, done.first_kept) == ((changed,) if changed != alive else (), () if is_active else (alive,))
        if changed == alive:
            return multiple()
        self.happens(who, EventKind.CHANGED, [link.id])
        self.live[link.id] = (who, changed)
        self.changed[done.id] = (who, alive, changed, now)
        return done.id

    @rule(change=consumes(changes), through=st.integers(0, 1))
    def take_back(self, change: int, through: int) -> None:
        """A link has again what a change took, unless it was used, changed or deleted since, or would have expired."""
        who, old, new, at = self.changed.pop(change)
        host, now = self.stores[through].as_host(who), self.clock()
        if at <= now - timedelta(days=30):
            with pytest.raises(NothingToUndo):
                host.take_back(change)
            return
        done = host.take_back(change)
        if old.id not in self.live:
            assert (done.links, done.kept) == (0, 0)
            return
        _, alive = self.live[old.id]
        back = replace(alive, label=old.label if alive.label == new.label else alive.label)
        ends_otherwise = new.expires_at != old.expires_at
        is_as_changed = alive.expires_at == new.expires_at and alive.status_at(now) is Status.ACTIVE
        has_back = is_as_changed and replace(alive, expires_at=old.expires_at).status_at(now) is Status.ACTIVE
        if ends_otherwise and has_back:
            back = replace(back, expires_at=old.expires_at)
        assert (done.after, done.kept) == ((back,) if back != alive else (), int(ends_otherwise and not has_back))
        if back != alive:
            self.happens(who, EventKind.CHANGED, [old.id])
        self.live[old.id] = (who, back)

    @rule(who=st.sampled_from(HOSTS), again=st.booleans())
    def told(self, who: str, again: bool) -> None:
        """Whoever follows is told each event once, in its order, also who goes on from a cursor."""
        follower = self.followers[who]
        recorded = [(told.event.kind, told.event.link.id) for told in follower.read()]
        assert not follower.has_more
        assert [each for each in recorded if each[0] is not EventKind.EXPIRED] == self.happened[who]
        self.happened[who] = []
        if again:
            self.followers[who] = self.stores[0].as_host(who).follow(str(follower.cursor))
            assert self.followers[who].read() == []

    @rule(link=made, through=st.integers(0, 1))
    def redeem(self, link: Link, through: int) -> None:
        who, alive = self.live.get(link.id, ("", link))
        status = alive.status_at(self.clock()) if who else None
        refusal = {None: LinkUnknown, Status.USED: LinkUsed, Status.EXPIRED: LinkExpired}.get(status)
        if refusal is not None:
            with pytest.raises(refusal):
                self.stores[through].redeem(link.token, by="a visitor")
            return
        used = self.stores[through].redeem(link.token, by="a visitor")
        assert used == replace(alive, used_at=self.clock(), used_by="a visitor")
        self.live[link.id] = (who, used)
        self.happens(who, EventKind.USED, [link.id])

    @rule(link=made)
    def open_the_url(self, link: Link) -> None:
        """Looking spends nothing: the counts below would show it."""
        for name in HOSTS:
            try:
                self.stores[1].as_host(name).find(link.token)
            except LinkUnknown:
                assert self.live.get(link.id, ("", link))[0] != name

    @rule(
        target=deletions,
        links=st.lists(made, min_size=1, max_size=4),
        who=st.sampled_from(HOSTS),
        through=st.integers(0, 1),
    )
    def delete(self, links: list[Link], who: str, through: int) -> int:
        deletion = self.stores[through].as_host(who).delete({link.id for link in links})
        gone = {link.id: self.live.pop(link.id) for link in links if self.live.get(link.id, ("",))[0] == who}
        assert deletion.links == len(gone)
        self.happens(who, EventKind.DELETED, sorted(gone))
        self.deleted[deletion.id] = gone
        self.deleted_at[deletion.id] = deletion.deleted_at
        return deletion.id

    @rule(deletion=consumes(deletions), through=st.integers(0, 1))
    def undo(self, deletion: int, through: int) -> None:
        gone = self.deleted.pop(deletion)
        who = next((owner for owner, _ in gone.values()), "ana")
        kept = self.clock() - timedelta(days=30) < self.deleted_at[deletion]  # type: ignore[operator]
        try:
            back = self.stores[through].as_host(who).restore(deletion)
        except NothingToUndo:
            assert not gone or not kept
        else:
            assert kept
            assert back == len(gone)
            self.live.update({link_id: (who, self._as_it_is(who, link)) for link_id, (_, link) in gone.items()})
            self.happens(who, EventKind.RESTORED, sorted(gone))

    def _as_it_is(self, who: str, before: Link) -> Link:
        """A link that came back; its event type may have come back with it, with a slug that was free."""
        link = self.stores[0].as_host(who).find(before.token)
        assert isinstance(link, Link)
        assert link == replace(before, event_type=replace(before.event_type, slug=link.event_type.slug))
        return link

    @rule(hours=st.sampled_from([0.5, 2, 24, 24 * 16]))
    def time_passes(self, hours: float) -> None:
        self.clock.forward(hours=hours)

    @rule()
    def purge(self) -> None:
        for name in HOSTS:
            self.told(name, again=False)  # what is purged is told to nobody any more
        self.stores[0].purge()

    @rule(who=st.sampled_from(HOSTS))
    def remove_event_type(self, who: str) -> None:
        """It stays while it has links; without any it goes, and one that came back takes its place, or a new one."""
        host = self.stores[0].as_host(who)
        mine = any(link.event_type.id == self.event_type_ids[who] for _, link in self.live.values())
        try:
            host.remove_event_type(self.event_type_ids[who])
        except EventTypeInUse:
            assert mine
        else:
            assert not mine
            back = [event_type.id for event_type in host.event_types()]
            self.event_type_ids[who] = min(back) if back else host.add_event_type("Intro call").id

    @invariant()
    def each_host_sees_what_is_theirs(self) -> None:
        now = self.clock()
        for name in HOSTS:
            mine = [link for owner, link in self.live.values() if owner == name]
            for store in self.stores:
                with store.as_host(name).snapshot() as snapshot:
                    seen = snapshot.lists.window(count=None)
                    counted = snapshot.lists.counts(LinkFilter())
                statuses = [link.status_at(now) for link in mine]
                assert {link.id: (link.token, link.used_at, link.used_by) for link in seen} == {
                    link.id: (link.token, link.used_at, link.used_by) for link in mine
                }
                assert counted == Counts(*(statuses.count(status) for status in Status))

    @invariant()
    def what_was_deleted_is_known_to_its_host(self) -> None:
        for deletion, gone in self.deleted.items():
            fresh = self.clock() - timedelta(days=30) < self.deleted_at[deletion]  # type: ignore[operator]
            for owner, link in gone.values():
                if fresh:
                    assert isinstance(self.stores[1].as_host(owner).find(link.token), DeletedLink)


@ON_BOTH
def test_any_sequence_of_operations_keeps_the_rules(emptied: Callable[[], str]) -> None:
    class OfThisStore(RuleBook):
        def __init__(self) -> None:
            super().__init__(emptied())

    run_state_machine_as_test(OfThisStore, settings=settings(max_examples=8, stateful_step_count=25))
