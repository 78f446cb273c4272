"""Copying without a screen: what is sent, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from secret_links import EventType, HostStore, Link, LinkSet, Store, StoreUnusable
from secret_links_tui.reading.host_access import HostAccess
from secret_links_tui.screens.links.copier import Copier
from secret_links_tui.settings import Way
from secret_links_tui.terminal.clipboard import Clipboards
from support import ON_BOTH, SetClock

pytestmark = ON_BOTH

BASE = "https://42min.us/s"


class Desk:
    """A copier on a real store, and all that comes out of it."""

    def __init__(self, access: HostAccess, way: Way) -> None:
        self.sent: list[str] = []
        self.printed: list[str] = []
        self.said: list[str] = []
        self.refused: list[str] = []
        self.copier = Copier(
            Clipboards(),
            access,
            BASE,
            send=self.sent.append,
            step_aside=self.printed.append,
            say=self.said.append,
            refuse=self.refused.append,
        )
        self.copier.choose_clipboard(way, {})


@pytest.fixture
def three(ana: HostStore, interview: EventType) -> list[Link]:
    return ana.generate(interview.id, labels=["Ana", "Bo", "Chen"])


@pytest.fixture
async def open_desk(store: Store, clock: SetClock) -> Callable[[Way], Desk]:
    access = HostAccess(clock)
    access.use(await access.open(lambda: store, "ana"))
    return lambda way: Desk(access, way)


async def test_selected_links_are_sent_newest_first_one_a_line(
    open_desk: Callable[[Way], Desk], three: list[Link]
) -> None:
    desk = open_desk(Way.OSC52)
    await desk.copier.copy_chosen(LinkSet(frozenset(link.id for link in three)), labelled=False)
    assert desk.sent == ["\n".join(link.url(BASE) for link in reversed(three))]
    assert [sentence.partition(":")[2].partition(" (")[0] for sentence in desk.said] == [" 3 URLs"]


async def test_links_just_generated_are_sent_in_their_order_but_for_those_that_are_gone(
    open_desk: Callable[[Way], Desk], ana: HostStore, three: list[Link]
) -> None:
    ana.delete([three[1].id])
    desk = open_desk(Way.OSC52)
    await desk.copier.copy_in_order(three, labelled=True)
    assert desk.sent == [f"Ana\t{three[0].url(BASE)}\nChen\t{three[2].url(BASE)}"]


async def test_without_a_clipboard_the_text_is_printed_and_nothing_is_called_copied(
    open_desk: Callable[[Way], Desk], three: list[Link]
) -> None:
    desk = open_desk(Way.OFF)
    await desk.copier.copy(three[:1])
    assert (desk.sent, desk.printed, desk.said) == ([], [three[0].url(BASE)], [])


async def test_a_store_that_cannot_be_read_is_a_refusal(
    open_desk: Callable[[Way], Desk], three: list[Link], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreUnusable("The store cannot be read.")

    desk = open_desk(Way.OSC52)
    monkeypatch.setattr(HostStore, "snapshot", fail)
    await desk.copier.copy_chosen(LinkSet(frozenset([three[0].id])), labelled=False)
    assert (desk.sent, desk.refused) == ([], ["The store cannot be read."])
