from __future__ import annotations

import pytest

from secret_links import EventType, HostStore, InvalidInput, LinkFilter, LinkSet, LinkUnknown, NothingToUndo, Store
from support import ON_BOTH

pytestmark = ON_BOTH


def test_a_host_sees_and_touches_only_what_is_theirs(store: Store, ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id, labels=["Ana Pires"])
    bo = store.as_host("bo")
    assert bo.window() == []
    assert bo.counts().total == 0
    assert bo.event_types() == []
    assert bo.delete([link.id]).links == 0
    assert bo.delete_matching(LinkFilter(interview.id)).links == 0
    with bo.snapshot() as snapshot:
        assert snapshot.lists.links([link.id]) == []
        assert snapshot.selections.links(LinkSet(frozenset([link.id]), LinkFilter(), link.id), 5) == []
        assert snapshot.selections.tally(LinkSet(frozenset([link.id]))).counts.total == 0
    assert ana.window() == [link]


def test_another_hosts_token_is_as_unknown_as_one_that_never_existed(
    store: Store, ana: HostStore, interview: EventType
) -> None:
    live, deleted = ana.generate(interview.id, 2)
    ana.delete([deleted.id])
    sentences = set()
    for token in (live.token, deleted.token, "x" * 22):
        with pytest.raises(LinkUnknown) as refused:
            store.as_host("bo").find(token)
        sentences.add(str(refused.value))
    assert len(sentences) == 1


def test_anothers_deletion_cannot_be_undone(store: Store, ana: HostStore, interview: EventType) -> None:
    (link,) = ana.generate(interview.id)
    deletion = ana.delete([link.id])
    bo = store.as_host("bo")
    assert bo.last_deletion() is None
    with pytest.raises(NothingToUndo):
        bo.restore(deletion.id)


def test_preferences_belong_to_their_host_and_are_kept(store: Store, ana: HostStore) -> None:
    ana.prefer({"theme": "paper"})
    ana.prefer({"zone": "Europe/Lisbon"})
    assert store.as_host("ana").preferences() == {"theme": "paper", "zone": "Europe/Lisbon"}
    assert store.as_host("bo").preferences() == {}


@pytest.mark.parametrize("name", ["", " \n", "x" * 201])
def test_a_host_needs_a_name(store: Store, name: str) -> None:
    with pytest.raises(InvalidInput):
        store.as_host(name)
