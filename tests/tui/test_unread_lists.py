"""What cannot be read is not taken for what is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from driver import Drive
from secret_links import EventType, HostStore, Snapshot, StoreUnusable
from secret_links.lists.queries import Lists
from secret_links_tui import sentences
from secret_links_tui.reading import retrying
from secret_links_tui.screens.dialogs.event_types import EventTypes, EventTypeTable
from secret_links_tui.screens.links import board
from support import IN_TURN

DATABASES = IN_TURN

FAULT = "links.db is damaged; restore it from a backup."

UNREAD = ("This list could not be read.", FAULT, "It will be tried again; Escape tries now.")

Failing = Callable[[str], AbstractContextManager[None]]
"""Has one question to the store fail for a while."""


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    def fail(*_: object, **__: object) -> None:
        raise StoreUnusable(FAULT)

    @contextmanager
    def for_a_while(question: str) -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setattr(Snapshot if hasattr(Snapshot, question) else Lists, question, fail)
            yield

    return for_a_while


@pytest.fixture
def never_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tried again but when the host asks for it."""
    monkeypatch.setattr(retrying, "FIRST_PAUSE", 600.0)


@pytest.mark.usefixtures("never_again")
async def test_a_list_that_cannot_be_read_says_so_and_why_until_escape_reads_it(
    drive: Drive, ana: HostStore, interview: EventType, failing: Failing
) -> None:
    ana.generate(interview.id, 3)
    async with drive() as app:
        with failing("window"):
            await app.press("2")
            await app.until(lambda: app.table.empty_lines == UNREAD)
            assert app.table.row_count == 0
            assert app.said == FAULT
            await app.press("escape")
            await app.until(lambda: app.links.board.view.wanted.status is None and app.table.empty_lines == UNREAD)
        await app.press("escape")
        await app.until(lambda: app.table.row_count == 3)


async def test_a_list_that_could_not_be_read_is_there_once_it_can(
    drive: Drive, ana: HostStore, interview: EventType, failing: Failing
) -> None:
    ana.generate(interview.id, 3)
    async with drive() as app:
        with failing("window"):
            await app.press("2")
            await app.until(lambda: app.table.empty_lines == UNREAD)
        await app.until(lambda: app.table.row_count == 3)


async def test_an_empty_list_that_can_no_longer_be_read_is_not_called_empty(
    drive: Drive, ana: HostStore, interview: EventType, failing: Failing
) -> None:
    async with drive() as app:
        await app.until(lambda: app.table.empty_lines[0] == "No links yet.")
        with failing("window"):
            ana.generate(interview.id, 3)
            await app.until(lambda: app.table.empty_lines == UNREAD)
        await app.until(lambda: app.table.row_count == 3)


async def test_a_list_is_not_called_empty_on_the_word_of_what_was_counted(
    drive: Drive, ana: HostStore, interview: EventType, failing: Failing
) -> None:
    ana.generate(interview.id, 3)
    with failing("window"):
        async with drive() as app:
            await app.until(lambda: app.table.empty_lines == UNREAD)
            assert app.links.board.counts is not None
            assert app.links.board.counts.total == 3


async def test_links_that_cannot_be_counted_are_counted_once_they_can(
    drive: Drive, ana: HostStore, interview: EventType, failing: Failing
) -> None:
    ana.generate(interview.id, 3)
    async with drive() as app:
        with failing("counts"):
            await app.press("3")
            await app.until(lambda: app.said == FAULT)
            await app.until(lambda: app.table.empty_lines == ("No link matches these filters.",))
            assert app.links.filter_bar.tabs.texts[0] == "All …"
        await app.until(lambda: app.links.filter_bar.tabs.texts[0] == "All 3")
        await app.until(lambda: app.table.empty_lines[0] == "No match in 3 links.")


async def test_a_search_that_fails_is_not_said_to_go_on(
    drive: Drive, ana: HostStore, interview: EventType, failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana.generate(interview.id, 3)
    monkeypatch.setattr(board, "LONG_WAIT", 0.001)
    async with drive() as app:
        with failing("window"):
            await app.press("slash", "a")
            await app.until(lambda: app.table.empty_lines == UNREAD)
            assert app.said == FAULT


async def test_what_somebody_else_said_stays_when_a_search_is_done(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 3)
    async with drive() as app:
        app.links.message_line.say(sentences.SEARCHING)
        ana.generate(interview.id)
        await app.until(lambda: app.table.row_count == 4)
        assert app.said == sentences.SEARCHING


async def test_event_types_that_cannot_be_read_are_not_said_to_be_none(
    drive: Drive, ana: HostStore, interview: EventType, failing: Failing
) -> None:
    async with drive() as app:
        with failing("event_types"):
            await app.press("t")
            await app.dialog(EventTypes)
            table = app.one("EventTypeTable", EventTypeTable)
            await app.until(lambda: table.empty_lines == ("They could not be read.",))
