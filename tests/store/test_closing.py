"""A closed store refuses every call."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from secret_links import EventType, HostStore, LinkFilter, NewEventType, Store, StoreClosed, StoreGone
from support import BOTH

DATABASES = BOTH


def redeem_elsewhere(store: Store, token: str) -> None:
    with store.redeeming(token):
        pytest.fail("nobody redeems in a closed store")


def read(ana: HostStore) -> None:
    with ana.snapshot():
        pytest.fail("nobody reads a closed store")


def is_refused(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except StoreClosed as refusal:
        return "was closed by this program; nothing was changed. Open it again" in str(refusal)
    return False


def test_every_call_on_a_closed_store_raises_store_closed(
    store: Store, ana: HostStore, interview: EventType, tmp_path: Path
) -> None:
    link, other = ana.generate(interview.id, 2)
    deletion = ana.delete([other.id])
    store.close()
    asked: dict[str, Callable[[], object]] = {
        "redeem": lambda: store.redeem(link.token),
        "redeeming": lambda: redeem_elsewhere(store, link.token),
        "look up": lambda: store.look_up(link.token),
        "now": store.now,
        "watch": store.watch,
        "purge": store.purge,
        "generate": lambda: ana.generate(interview.id),
        "generate for a new event type": lambda: ana.generate(NewEventType("Call")),
        "snapshot": lambda: read(ana),
        "window": ana.window,
        "find": lambda: ana.find(link.token),
        "delete": lambda: ana.delete([link.id]),
        "delete matching": lambda: ana.delete_matching(LinkFilter()),
        "restore": lambda: ana.restore(deletion.id),
        "prefer": lambda: ana.prefer({"theme": "paper"}),
        "another host": lambda: store.as_host("bo").event_types(),
    }
    if store.name.endswith(".db"):
        asked["copy"] = lambda: store.copy_to(tmp_path / "copy.db")
    went_on = [what for what, ask in asked.items() if not is_refused(ask)]
    assert went_on == []
    assert not (tmp_path / "copy.db").exists()


def test_calls_on_a_closed_store_change_nothing(url: str, ana: HostStore, interview: EventType) -> None:
    with Store.open(url) as other:
        (link,) = ana.generate(interview.id)
        other.close()
        with pytest.raises(StoreClosed):
            other.redeem(link.token)
    assert ana.window() == [link], "the store that is still open goes on"


def test_a_watch_of_a_closed_store_raises_store_closed(store: Store) -> None:
    watch = store.watch()
    assert not watch.changed()
    store.close()
    for _ in range(2):
        with pytest.raises(StoreGone, match="was closed"):
            watch.changed()
    watch.close()


def test_closing_twice_does_nothing(store: Store) -> None:
    store.close()
    store.close()
    with store, pytest.raises(StoreClosed):
        store.as_host("ana").counts()


def test_an_operation_that_runs_when_a_store_is_closed_is_completed(
    url: str, store: Store, ana: HostStore, interview: EventType
) -> None:
    read_too, booked = ana.generate(interview.id, 2)
    with ThreadPoolExecutor(1) as other, Store.open(url) as closing:
        with closing.as_host("ana").snapshot() as snapshot, closing.redeeming(booked.token, "Bo") as won:
            other.submit(closing.close).result()
            assert snapshot.lists.window() == [booked, read_too]
        with pytest.raises(StoreClosed):
            closing.as_host("ana").window()
    assert ana.window() == [won, read_too]
