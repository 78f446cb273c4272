"""A host who looks elsewhere is notified: of several at once, by names that a terminal only shows, never of a token."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from driver import Drive, Driver
from secret_links import EventType, HostStore, Link, Store
from secret_links_tui.preferences import Notify, Preferences
from secret_links_tui.terminal import attention
from secret_links_tui.terminal.attention import Attention, Protocol, notification

BODIES = {
    Protocol.OSC99: r"\x1b\]99;i=secret-links:d=0;Secret Links\x1b\\"
    r"\x1b\]99;i=secret-links:d=1:p=body;([^\x1b\x07]*)\x1b\\",
    Protocol.OSC777: r"\x1b\]777;notify;Secret Links;([^\x1b\x07;]*)\x1b\\",
    Protocol.OSC9: r"\x1b\]9;Secret Links: ([^\x1b\x07]*)\x07",
}

HOSTILE = st.text() | st.sampled_from(
    ["\x1b]52;c;ZXZpbA==\x07", "a;b;c", "\x9d9;x\x9c", "4;1;50", "\u202eevil", "\x07" * 9, "x" * 9999, "a\nb\r\tc"]
)


@given(st.sampled_from(list(BODIES)), HOSTILE)
def test_no_label_gets_out_of_a_notification(protocol: Protocol, label: str) -> None:
    found = re.fullmatch(BODIES[protocol], notification(protocol, label), re.DOTALL)
    assert found is not None
    assert len(found[1]) <= attention.LONGEST
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", found[1])


def test_where_no_protocol_is_known_the_bell_rings() -> None:
    assert notification(Protocol.NONE, "anything") == "\x07"


@pytest.fixture
def three(ana: HostStore, interview: EventType) -> list[Link]:
    return ana.generate(interview.id, labels=["Ana Pires", "Bo", ""])


def heard(app: Driver, monkeypatch: pytest.MonkeyPatch, protocol: Protocol = Protocol.OSC9) -> list[str]:
    """What is sent to the terminal from now on, to notify the host."""
    sent: list[str] = []
    app.app.attention.protocol = protocol
    monkeypatch.setattr(app.app.attention, "_write", sent.append)
    monkeypatch.setattr(attention, "TOGETHER", 0.2)
    return sent


async def test_several_bookings_are_one_notification(
    drive: Drive, three: list[Link], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with drive() as app:
        sent = heard(app, monkeypatch)
        app.app.post_message(events.AppBlur())
        await app.until(lambda: app.app.attention.is_away)
        monkeypatch.setattr(attention, "TOGETHER", 2.0)
        for link in three:
            store.redeem(link.token)
        await app.until(lambda: sent and "]9;" in sent[-1])
        assert sent[-1] == "\x1b]9;Secret Links: ✓ 3 booked: Ana Pires, Bo, Final interview\x07"
        assert sum("]9;" in text for text in sent) == 1
        assert not any(link.token[:6] in text for link in three for text in sent)
        app.app.post_message(events.AppFocus())
        await app.until(lambda: sent[-1] == "\x1b]2;Secret Links\x1b\\\x1b[23;2t")


async def test_a_hundred_bookings_at_once_are_one_notification(
    drive: Drive, ana: HostStore, interview: EventType, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = ana.generate(interview.id, labels=[f"Guest {number}" for number in range(100)])
    async with drive() as app:
        sent = heard(app, monkeypatch)
        monkeypatch.setattr(attention, "TOGETHER", 2.0)
        with store.database.writing() as connection:
            connection.exec_driver_sql("UPDATE link SET used_at = created_at")
        await app.until(lambda: any("]9;" in text for text in sent))
        assert sent[-1] == "\x1b]9;Secret Links: ✓ 100 booked: Guest 0, Guest 1, Guest 2 and 97 more\x07"
        assert len(links) == 100
        assert sent[:-1] == ["\x1b[22;2t\x1b]2;(100) Secret Links\x1b\\"]


async def test_who_comes_back_in_time_is_not_notified(
    drive: Drive, three: list[Link], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with drive() as app:
        sent = heard(app, monkeypatch)
        monkeypatch.setattr(attention, "TOGETHER", 60.0)
        app.app.post_message(events.AppBlur())
        store.redeem(three[0].token)
        await app.until(lambda: sent == ["\x1b[22;2t\x1b]2;(1) Secret Links\x1b\\"])
        await app.press("down")
        await app.until(lambda: len(sent) == 2)
        assert app.app.attention._timer is None


@pytest.mark.parametrize("way", Notify)
async def test_a_host_is_notified_as_they_prefer(
    drive: Drive, ana: HostStore, three: list[Link], store: Store, way: Notify, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana.prefer(Preferences(notify=way).kept())
    expected = {
        Notify.OFF: [],
        Notify.TITLE: ["\x1b[22;2t\x1b]2;(1) Secret Links\x1b\\"],
        Notify.BELL: ["\x1b[22;2t\x1b]2;(1) Secret Links\x1b\\", "\x07"],
        Notify.NOTIFICATION: [
            "\x1b[22;2t\x1b]2;(1) Secret Links\x1b\\",
            "\x1b]9;Secret Links: ✓ Ana Pires: Final interview booked\x07",
        ],
    }
    async with drive() as app:
        sent = heard(app, monkeypatch)
        store.redeem(three[0].token)
        await app.until(lambda: app.said.startswith("✓ Ana Pires"))
        await app.until(lambda: app.app.attention._timer is None)
        assert sent == expected[way]


def test_a_terminal_that_tells_has_not_been_left_until_it_says_so() -> None:
    noticed = Attention(lambda _: None, lambda *_: None)  # type: ignore[arg-type]
    seen = [noticed.is_away]  # it may tell nothing
    for said in (noticed.can_tell, noticed.left, noticed.can_tell, noticed.back):
        said()
        seen.append(noticed.is_away)
    assert seen == [True, False, True, True, False]
