"""Filling a store with made-up links."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from secret_links import EventType, HostStore, LinkFilter, Status, Store, StoreBusy
from secret_links.times import to_milliseconds
from secret_links.whole import filling
from secret_links.whole.filling import fill
from support import START, SetClock, integrity

LINKS = 5_000


def schema(path: Path) -> list[tuple[str, ...]]:
    """All definitions, and the planner's statistics."""
    with closing(sqlite3.connect(path)) as connection:
        defined = connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()
        return defined + connection.execute("SELECT * FROM sqlite_stat1 ORDER BY idx").fetchall()


def test_filling_makes_the_given_shares_of_statuses_and_event_types(store: Store) -> None:
    fill(store, "ana", LINKS)
    counts = store.as_host("ana").counts()
    assert counts.total == LINKS
    assert counts.used / LINKS == pytest.approx(0.49, abs=0.025)
    assert counts.expired / LINKS == pytest.approx(0.43, abs=0.025)
    assert counts.active / LINKS == pytest.approx(0.08, abs=0.015)
    shares = sorted((event_type.links or 0) / LINKS for event_type in store.as_host("ana").event_types())
    assert len(shares) == 5
    assert shares[0] == pytest.approx(0.012, abs=0.006)
    assert shares[-1] == pytest.approx(0.31, abs=0.025)


def test_a_filled_store_is_like_any_other(path: Path, store: Store, tmp_path: Path) -> None:
    Store.open(tmp_path / "fresh.db").close()
    fill(store, "ana", LINKS)
    assert integrity(path) == "ok"
    assert schema(path) == schema(tmp_path / "fresh.db")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("SELECT count(DISTINCT token), min(length(token)) FROM link").fetchone() == (
            LINKS,
            22,
        )
        assert connection.execute("SELECT name FROM host").fetchall() == [("ana",)]
    ana = store.as_host("ana")
    (newest,) = ana.window(count=1)
    store.redeem(ana.generate(newest.event_type.id)[0].token)
    assert ana.counts().total == LINKS + 1


def test_made_up_links_are_consistent(path: Path, store: Store) -> None:
    fill(store, "ana", LINKS)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT created_at, expires_at, used_at, used_by FROM link ORDER BY id").fetchall()
    created = [row[0] for row in rows]
    now = to_milliseconds(START)
    assert created == sorted(created)
    assert timedelta(weeks=8) <= timedelta(milliseconds=now - created[0]) <= timedelta(weeks=52)
    assert timedelta(0) < timedelta(milliseconds=now - created[-1]) < timedelta(minutes=15)
    for made, expires, used, used_by in rows:
        assert expires is None or made < expires
        assert (used is None) == (used_by is None)
        assert used is None or made <= used <= now
        assert used is None or expires is None or used <= expires


def test_most_active_links_are_new_and_some_never_expire(store: Store) -> None:
    fill(store, "ana", LINKS)
    active = store.as_host("ana").window(LinkFilter(status=Status.ACTIVE), count=LINKS)
    never = [link for link in active if link.expires_at is None]
    assert len(never) / len(active) == pytest.approx(0.3, abs=0.1)
    newest_fifth = [link for link in active if link.id > LINKS * 0.8]
    assert len(newest_fifth) / len(active) > 0.6
    assert len(newest_fifth) < len(active)


def test_the_same_seed_makes_the_same_links_but_for_their_tokens(tmp_path: Path, clock: SetClock) -> None:
    made = []
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        with Store.open(tmp_path / name, clock=clock) as store:
            fill(store, "ana", 50, seed=seed)
            made.append([(link.label, link.created_at, link.used_at) for link in store.as_host("ana").window()])
    assert made[0] == made[1] != made[2]


def test_progress_grows_to_the_number_of_links(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "FILL_SLICE", 700)
    reports: list[int] = []
    fill(store, "ana", LINKS, progress=reports.append)
    assert reports[0] == 700
    assert reports == sorted(reports)
    assert reports[-1] == LINKS


@pytest.mark.parametrize("when", [700, LINKS])
def test_an_exception_from_progress_stops_filling_and_passes(
    store: Store, monkeypatch: pytest.MonkeyPatch, when: int
) -> None:
    class Enough(Exception):
        pass

    def progress(done: int) -> None:
        calls.append(done)
        if (
            calls.count(when) == 2 or done == when == 700
        ):  # the second call with the whole number comes from the indexes
            raise Enough

    monkeypatch.setattr(filling, "FILL_SLICE", 700)
    monkeypatch.setattr(filling, "_LOOK_EVERY", 1_000)
    calls: list[int] = []
    with pytest.raises(Enough):
        fill(store, "ana", LINKS, progress=progress)
    assert calls[-1] == when


def test_a_store_that_has_links_is_not_filled(path: Path, ana: HostStore, store: Store, interview: EventType) -> None:
    ana.generate(interview.id)
    with pytest.raises(ValueError, match="without links"):
        fill(store, "bo", 10)
    assert store.as_host("ana").counts().total == 1
    assert store.as_host("bo").event_types() == []


def test_a_store_that_somebody_else_has_open_is_not_filled(path: Path, clock: SetClock) -> None:
    with Store.open(path, clock=clock, wait=0.1) as store, closing(store.watch()), pytest.raises(StoreBusy):
        fill(store, "ana", 10)
    assert integrity(path) == "ok"
