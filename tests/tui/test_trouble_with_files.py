"""Files that are broken, fail, or lie where they had better not, and what a host sees of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from command_line import Run
from driver import Drive, Driver
from secret_links import EventType, HostStore, Store, StoreUnusable
from secret_links.sqlite import mounts
from secret_links.sqlite.first_look import first_look
from secret_links.sqlite.watch import SqliteWatch
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.beginning import Beginning
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.settings import Settings
from support import SetClock


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM event_type",
        "UPDATE link SET expires_at = 999999999999999999",
        "UPDATE link SET created_at = -999999999999999999",
        "UPDATE link SET token = char(27) || ']52;c;QQ==' || char(7) || id",
    ],
)
async def test_what_another_program_broke_in_the_store_is_survived(
    drive: Drive, ana: HostStore, interview: EventType, path: Path, damage: str
) -> None:
    ana.generate(interview.id, 3)
    async with drive() as app:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(damage)
            connection.commit()
        await app.until(lambda: app.table.row_count == 3)
        await app.press("enter")
        await app.dialog(Details)
        await app.press("c", "escape", "c", "r", "escape")
        assert app.app.is_running


async def test_a_store_that_fails_while_it_is_watched_is_reported_once_and_watched_on(
    drive: Drive, ana: HostStore, interview: EventType, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def damaged(watch: SqliteWatch) -> bool:
        looks.append(watch)
        raise StoreUnusable("links.db is damaged; restore it from a backup.")

    async with drive() as app:
        with monkeypatch.context() as patch:
            patch.setattr(SqliteWatch, "changed", damaged)
            await app.until(lambda: app.said == "links.db is damaged; restore it from a backup." and len(looks) > 3)
        ana.generate(interview.id, 3)
        await app.until(lambda: app.table.row_count == 3)


async def test_a_store_on_a_network_is_shown_with_a_caution(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounts, "mounts", lambda: [("/", "cifs")])
    async with drive() as app:
        await app.until(lambda: "is on a network file system (cifs)" in app.said)


def test_verbs_print_a_warning_beside_their_output(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounts, "mounts", lambda: [("/", "cifs")])
    answer = run("event-type", "add", "Intro call")
    assert answer.out == "intro-call\n"
    assert "is on a network file system (cifs)" in answer.err


async def test_a_status_that_changes_before_the_store_is_open_is_reported_too(
    path: Path, store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    (link,) = ana.generate(interview.id, labels=["Bo Chen"])
    settings = Settings(str(path), "ana", "https://42min.us/s", ZoneInfo("Europe/Lisbon"))

    def opened() -> Store:
        store.redeem(link.token)
        return Store.open(path, clock=clock)

    app = SecretLinksApp(settings, opened, now=clock, beginning=Beginning(settings, first_look(path, "ana", 10), {}))
    async with app.run_test() as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: driver.said.startswith("✓ Bo Chen: "))
