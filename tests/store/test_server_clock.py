"""The server's clock decides, not the clients'."""

from __future__ import annotations

import datetime as python_datetime
import time
from datetime import timedelta, tzinfo

import pytest

from secret_links import InvalidInput, LinkExpired, Status, Store, times
from support import SetClock


@pytest.fixture
def database() -> str:
    """All tests here need a server."""
    return "postgresql"


@pytest.fixture(params=[-2, 2])
def off(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> timedelta:
    """How far off this machine's clock is."""
    length = timedelta(days=request.param)

    class Wrong(python_datetime.datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Wrong:
            return cls.fromtimestamp(time.time() + length.total_seconds(), tz)

    monkeypatch.setattr(times, "datetime", Wrong)
    return length


def test_an_expired_link_is_not_redeemed_and_a_valid_one_is(url: str, off: timedelta) -> None:
    an_hour, now = timedelta(hours=1), times.utc_now() - off
    with Store.open(url, clock=SetClock(now - 3 * an_hour)) as before:
        ana = before.as_host("ana")
        event_type = ana.add_event_type("Final interview")
        (expired,) = ana.generate(event_type.id, expires_at=now - an_hour)
        (valid,) = ana.generate(event_type.id, expires_at=now + an_hour)
    with Store.open(url) as store:
        with pytest.raises(LinkExpired):
            store.redeem(expired.token)
        used = store.redeem(valid.token)
        assert used.used_at is not None
        assert abs(used.used_at - now) < timedelta(minutes=1)


def test_statuses_counts_and_new_links_use_the_servers_clock(url: str, off: timedelta) -> None:
    an_hour, now = timedelta(hours=1), times.utc_now() - off
    with Store.open(url) as store:
        assert abs(store.now() - now) < timedelta(minutes=1)
        ana = store.as_host("ana")
        event_type = ana.add_event_type("Final interview")
        (link,) = ana.generate(event_type.id, expires_at=now + an_hour)
        assert abs(link.created_at - now) < timedelta(minutes=1)
        with pytest.raises(InvalidInput, match="has passed"):
            ana.generate(event_type.id, expires_at=now - an_hour)
        with ana.snapshot() as snapshot:
            assert abs(snapshot.now - now) < timedelta(minutes=1)
            assert snapshot.lists.window()[0].status_at(snapshot.now) is Status.ACTIVE
            assert snapshot.lists.counts().active == 1
        deletion = ana.delete([link.id])
        assert abs(deletion.deleted_at - now) < timedelta(minutes=1)
        assert store.purge() == 0
        assert ana.restore(deletion.id) == 1
