"""What a host does is read once: by the list that is asked for afterwards, not by the watch again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.message import Message

from driver import Drive, Driver
from secret_links import EventType, HostStore, Place, Store, View, Watch
from secret_links_tui.reading.feed import LinkFeed
from secret_links_tui.reading.messages import CountsRead, ListRead
from secret_links_tui.screens.dialogs import Confirm, GenerateLinks
from secret_links_tui.screens.links.board import LinkBoard
from support import IN_TURN

DATABASES = IN_TURN


class Seen:
    """What the board was sent, and how often the store was looked at for changes."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.looks = 0
        self.may_look = True
        """Not between a change and the reading that follows it: a look just then asks for one of its own, rightly."""

    def number_of(self, kind: type[Message]) -> int:
        return sum(isinstance(message, kind) for message in self.messages)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    seen = Seen()
    post, watch = LinkBoard.post_message, Store.watch

    def recording(board: LinkBoard, message: Message) -> bool:
        seen.messages.append(message)
        return post(board, message)

    def counted(store: Store) -> Watch:
        watching = watch(store)
        changed = watching.changed

        def look() -> bool:
            seen.looks += 1
            return seen.may_look and changed()

        monkeypatch.setattr(watching, "changed", look)
        return watching

    read = LinkFeed.read

    def asked(feed: LinkFeed, view: View, place: Place) -> None:
        seen.may_look = True
        read(feed, view, place)

    monkeypatch.setattr(LinkFeed, "read", asked)
    monkeypatch.setattr(LinkBoard, "post_message", recording)
    monkeypatch.setattr(Store, "watch", counted)
    return seen


async def generate(app: Driver) -> None:
    await app.press("g")
    await app.dialog(GenerateLinks)
    await app.press("ctrl+g")
    await app.closed()
    await app.until(lambda: app.table.row_count == 2)


async def delete(app: Driver) -> None:
    await app.press("x")
    await app.dialog(Confirm)
    await app.press("y")
    await app.closed()
    await app.until(lambda: app.table.row_count == 0)


@pytest.mark.parametrize("act", [generate, delete])
async def test_what_a_host_does_is_listed_and_counted_once(
    drive: Drive, ana: HostStore, interview: EventType, seen: Seen, act: Callable[[Driver], Awaitable[None]]
) -> None:
    ana.generate(interview.id)
    async with drive() as app:
        await app.until(lambda: app.table.row_count == 1)
        await looked_at(app, seen)
        seen.messages.clear()
        seen.may_look = False
        await act(app)
        await app.until(lambda: app.counts and app.counts.total == app.table.row_count)
        await looked_at(app, seen)
        assert (seen.number_of(ListRead), seen.number_of(CountsRead)) == (1, 1)


async def looked_at(app: Driver, seen: Seen) -> None:
    """Waits until the store was looked at for changes three more times, and what came of it has been handled."""
    looks = seen.looks
    await app.until(lambda: seen.looks > looks + 3)
    await app.settled()
