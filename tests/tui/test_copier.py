"""Copying without a screen: what is sent, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from secret_links import EventType, HostStore, Link, LinkSet, Store, StoreUnusable
from secret_links_tui.keys import BY_ACTION
from secret_links_tui.reading.host_access import HostAccess
from secret_links_tui.screens.copy_form import CopyForm
from secret_links_tui.screens.links.copier import Copier
from secret_links_tui.settings import Way
from secret_links_tui.terminal.clipboard import Clipboards
from support import SetClock

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
            compose=lambda links: f"{len(links)} messages",
            send=self.sent.append,
            step_aside=self.printed.append,
            say=self.said.append,
            refuse=self.refused.append,
            key_of=lambda action: BY_ACTION[action].key,
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
    await desk.copier.copy_chosen(LinkSet(frozenset(link.id for link in three)))
    assert desk.sent == ["\n".join(link.url(BASE) for link in reversed(three))]
    assert [sentence.partition(":")[2].partition(".")[0] for sentence in desk.said] == [" 3 links"]


async def test_links_just_generated_are_sent_in_their_order_but_for_those_that_are_gone(
    open_desk: Callable[[Way], Desk], ana: HostStore, three: list[Link]
) -> None:
    ana.delete([three[1].id])
    desk = open_desk(Way.OSC52)
    await desk.copier.copy_in_order(three, CopyForm.NAMED)
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
    await desk.copier.copy_chosen(LinkSet(frozenset([three[0].id])))
    assert (desk.sent, desk.refused) == ([], ["The store cannot be read."])


@pytest.mark.parametrize("way", [Way.OSC52, Way.OFF])
async def test_a_link_that_opens_nothing_is_not_copied_as_if_it_did(
    open_desk: Callable[[Way], Desk], store: Store, three: list[Link], way: Way
) -> None:
    store.redeem(three[0].token)
    desk = open_desk(way)
    for chosen, said in (
        ([0], "But it is Used: it opens nothing. r makes a fresh one."),
        ([0, 1, 2], "But 1 of them is no longer Active."),
    ):
        await desk.copier.copy_chosen(LinkSet(frozenset(three[number].id for number in chosen)))
        assert (desk.said if way is Way.OSC52 else desk.printed)[-1].endswith(said)
    used = await links_now(desk)
    desk.copier.show_url(used[-1])
    assert desk.printed[-1] == f"{used[-1].url(BASE)}\n\nBut it is Used: it opens nothing. r makes a fresh one."


async def links_now(desk: Desk) -> list[Link]:
    """The links as they are now."""
    return await desk.copier._store.read(lambda snapshot: snapshot.lists.window())


async def test_no_whole_url_is_said_of_a_copy(open_desk: Callable[[Way], Desk], three: list[Link]) -> None:
    desk = open_desk(Way.OSC52)
    await desk.copier.copy(three[:1])
    assert desk.said == ["Sent to your terminal: the link for Ana. v checks that it arrives."]
