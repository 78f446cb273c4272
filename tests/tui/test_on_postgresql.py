"""The program on a server's store: what is different for the person at the keyboard."""

from __future__ import annotations

import asyncio
import select
import shlex
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from textual.geometry import Region
from textual.widgets import Input, Static

from command_line import Answer, Run
from driver import PATIENCE, Drive, Driver
from postgres_server import EmbeddedServer
from secret_links import EventType, FirstLook, HostStore, Store, Watch, first_look
from secret_links.postgres.first_look import first_look_at_server
from secret_links.postgres.watch import PostgresWatch
from secret_links_tui import theme_names
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.commands.watch import is_read_on
from secret_links_tui.reading.first_rows import FirstRows
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.clipboard import Clipboard
from secret_links_tui.widgets.link_table import LinkTable
from support import SetClock


@pytest.fixture
def database() -> str:
    """All of it is about servers."""
    return "postgresql"


async def test_a_server_that_goes_away_is_reported_and_the_screen_goes_on_when_it_is_back(
    drive: Drive, embedded: EmbeddedServer, ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 5, labels=["Ana Pires"])
    async with drive() as app:
        await app.until(lambda: app.table.row_count == 5)
        embedded.stop()
        try:
            await app.until(lambda: "does not answer" in app.said)
            await app.press("down", "down", "space", "x", "r", "c", "4", "1")
            assert app.app.screen is app.links
            assert app.cursor == made[2]
            assert app.selected_ids == {made[2].id}
        finally:
            embedded.start()
        await app.until(lambda: app.said == "The store answers again.")
        ana.generate(interview.id, 2)
        await app.until(lambda: app.table.row_count == 7)
        assert app.cursor == made[2]
        await app.press("g")
        await app.dialog(GenerateLinks)
        await app.press("ctrl+g")
        await app.until(lambda: app.table.row_count == 8)


async def test_what_was_typed_is_kept_while_the_server_is_away(
    drive: Drive, embedded: EmbeddedServer, ana: HostStore, interview: EventType
) -> None:
    async with drive() as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        app.one("#count", Input).value = "7"
        embedded.stop()
        try:
            await app.press("ctrl+g")
            await app.until(lambda: "does not answer" in str(app.one("#notice", Static).content))
        finally:
            embedded.start()
        await app.press("ctrl+g")
        await app.until(lambda: app.table.row_count == 7)
        assert ana.counts().total == 7


async def test_connections_that_the_server_ended_are_not_even_noticed(
    drive: Drive, url: str, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 3)
    async with drive() as app:
        with psycopg.connect(url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND query !~ 'FROM \"public\"|pg_snapshot_xip'"  # the watch's own
            )
        await app.press("2")
        await app.until(lambda: app.counts is not None and app.counts.view == app.links.board.view)
        assert app.said == ""
        assert app.table.row_count == 3


async def test_a_hosts_preferences_are_applied_once_the_store_is_open(drive: Drive, ana: HostStore) -> None:
    ana.prefer({"theme": theme_names.PAPER, Clipboard().preference: "1000"})
    async with drive() as app:
        assert theme_names.kept_as(app.app.theme) == theme_names.PAPER
        assert app.links.copier.clipboard.proved == 1000
    assert set(ana.preferences()) == {"theme", Clipboard().preference}


@asynccontextmanager
async def on_a_laptop_days_off(url: str, days: int) -> AsyncIterator[Driver]:
    def wrong_now() -> datetime:
        return datetime.now(UTC) + timedelta(days=days)

    settings = Settings(url, "ana", "https://42min.us/s", ZoneInfo("UTC"))
    app = SecretLinksApp(settings, lambda: Store.open(url), now=wrong_now)
    async with app.run_test(size=(120, 34)) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: app.links.board.counts is not None)
        yield driver


@pytest.mark.parametrize("days", [-2, 2])
async def test_a_laptop_whose_clock_is_days_off_shows_and_makes_what_is_right(
    url: str, ana: HostStore, interview: EventType, clock: Callable[[], datetime], days: int
) -> None:
    with Store.open(url) as rightly:
        host = rightly.as_host("ana")
        host.generate(interview.id, expires_at=datetime.now(UTC) + timedelta(hours=30))
    async with on_a_laptop_days_off(url, days) as app:
        assert "● Active" in app.line(1)
        assert "just now" in app.line(1)
        await app.press("g")
        await app.dialog(GenerateLinks)
        app.one("#expires", Input).value = "1h"
        await app.press("ctrl+g")
        await app.until(lambda: app.table.row_count == 2 and app.cursor.id == 2)
        assert app.cursor.expires_at is not None
        assert abs(app.cursor.expires_at - datetime.now(UTC) - timedelta(hours=1)) < timedelta(minutes=1)


def test_a_backup_is_the_servers_own_business(run: Run, url: str, embedded: EmbeddedServer) -> None:
    answer = run("backup", "copy.dump")
    assert answer.code == 1
    assert "pg_dump --format=custom --file=copy.dump postgresql://" in answer.err
    assert "Traceback" not in answer.err


def test_a_backup_is_restored_as_the_sentence_says(
    run: Run, url: str, embedded: EmbeddedServer, tmp_path: Path
) -> None:
    kind = run("event-type", "add", "Intro call").out.strip()
    kept = run("generate", kind).lines

    def follow(answer: Answer) -> None:
        program, *arguments = shlex.split(answer.err.partition("own tool: ")[2])
        where = {"PGHOST": str(embedded.folder)}  # options behind a URL are not repeated
        subprocess.run(
            [embedded.programs / program, *arguments], env=where, check=True, capture_output=True, timeout=60
        )

    follow(run("backup", str(tmp_path / "copy.dump")))
    later = run("generate", kind).lines
    answer = run("store", "restore", str(tmp_path / "copy.dump"), "--yes")
    assert answer.code == 1
    follow(answer)
    assert run("list", "--format", "{url}").lines == kept
    assert run("redeem", *later).code != 0
    assert run("redeem", *kept).code == 0


def test_a_password_is_never_repeated(run: Run, embedded: EmbeddedServer, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'tulip'")
    try:
        answer = run("--store", url.replace("postgres@", "guarded:rose@"), "list")
        assert answer.code == 1
        assert "does not let this user in" in answer.err
        assert "rose" not in answer.err + answer.out
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP ROLE guarded")


def test_an_upgrade_is_a_verb_and_harmless_where_there_is_nothing_to_do(run: Run, url: str) -> None:
    answer = run("store", "upgrade")
    assert answer.code == 0
    assert "has the schema of this program" in answer.err


async def test_a_change_is_shown_and_a_key_obeyed_without_waiting_for_the_next_look(
    drive: Drive, url: str, ana: HostStore, interview: EventType, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (link,) = ana.generate(interview.id, labels=["Bo"])
    monkeypatch.setattr(PostgresWatch, "every", 1000.0)
    async with drive() as app:
        await app.until(lambda: app.table.row_count == 1)
        with Store.open(url, clock=clock) as page:
            page.redeem(link.token)
        await app.until(lambda: "✓ Used" in app.line(1))
        await app.press("2")
        await app.until(lambda: app.table.row_count == 0)


@asynccontextmanager
async def looking_first(url: str, may_look: threading.Event, may_open: threading.Event) -> AsyncIterator[Driver]:
    """Opens the app on a server that answers a first look, and opens the store, when it may."""

    def look() -> FirstLook:
        may_look.wait(PATIENCE)
        return first_look_at_server(url, "ana", 200)

    def opened() -> Store:
        may_open.wait(PATIENCE)
        return Store.open(url)

    settings = Settings(url, "ana", "https://42min.us/s", ZoneInfo("UTC"))
    app = SecretLinksApp(settings, opened, first_rows=FirstRows(look))
    try:
        async with app.run_test(size=(120, 34)) as pilot:
            yield Driver(app, pilot)
    finally:
        may_look.set()
        may_open.set()


async def test_rows_come_before_the_store_is_open_and_stand_still_when_it_is(
    url: str, clock: SetClock, store: Store, ana: HostStore, interview: EventType, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.instant = datetime.now(UTC)
    *_, newest = ana.generate(interview.id, 40, labels=[f"Guest {number}" for number in range(40)])
    ana.prefer({"theme": theme_names.PAPER})
    may_look, may_open = threading.Event(), threading.Event()
    drawn: list[int] = []
    refresh = LinkTable.refresh

    def watched(table: LinkTable, *regions: Region, **how: bool) -> LinkTable:
        drawn.extend(region.y for region in regions)
        return refresh(table, *regions, **how)

    monkeypatch.setattr(LinkTable, "refresh", watched)
    async with looking_first(url, may_look, may_open) as app:
        drawn.clear()
        may_look.set()
        await app.until(lambda: app.table.row_count == 40)
        assert {*drawn} >= {*range(1, 1 + app.table.page_height)}
        assert not app.links.store.is_open
        assert theme_names.kept_as(app.app.theme) == theme_names.PAPER
        assert app.cursor == newest
        before = [app.line(y) for y in range(2, 30)]
        assert "Guest 39" in app.line(1)
        store.redeem(newest.token)
        may_open.set()
        await app.until(lambda: app.said.startswith("✓ Guest 39: "))
        assert app.cursor.id == newest.id
        assert [app.line(y) for y in range(2, 30)] == before


async def test_a_first_look_that_comes_late_changes_nothing(url: str, ana: HostStore, interview: EventType) -> None:
    made = ana.generate(interview.id, 3)
    may_look, may_open = threading.Event(), threading.Event()
    may_open.set()
    async with looking_first(url, may_look, may_open) as app:
        await app.until(lambda: app.counts is not None)
        await app.press("down", "space", "down")
        await app.until(lambda: app.selected_ids == {made[1].id})
        may_look.set()
        (look,) = (thread for thread in threading.enumerate() if thread.name == "first look")
        await asyncio.to_thread(look.join, PATIENCE)
        ana.generate(interview.id)
        await app.until(lambda: app.table.row_count == 4)
        assert app.cursor == made[0]
        assert app.selected_ids == {made[1].id}


def test_the_first_look_shows_nothing_and_asks_no_server(url: str) -> None:
    begun = time.monotonic()
    assert first_look(url, "ana", 50) == FirstLook()
    assert time.monotonic() - begun < 0.1


def test_the_command_that_watches_hears_of_a_commit_before_it_is_time_to_look(
    store: Store, ana: HostStore, interview: EventType
) -> None:
    """Its looks are an hour apart: without hearing of the commit it would not come back."""

    class Late(Watch):
        every = 3600.0

        def __init__(self) -> None:
            self._watch = store.watch()
            self.looks = 0

        def changed(self) -> bool:
            """Looks; right after the first look come commits, until one of them notifies: ten a second do."""
            self.looks += 1
            changed, connection = self._watch.changed(), self.descriptor()
            assert connection is not None
            while self.looks == 1 and not select.select([connection], [], [], 0)[0]:
                ana.generate(interview.id)
            return changed

        def descriptor(self) -> int | None:
            return self._watch.descriptor()

        def close(self) -> None:
            self._watch.close()

    follower = ana.follow()
    follower.read()
    with closing(Late()) as watch:
        assert is_read_on(follower, watch, StringIO())
        assert watch.looks == 2
