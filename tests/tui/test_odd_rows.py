"""Rows that another program has broken, as hosts see them: on the screen, and from the command line."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from command_line import Run
from driver import Drive
from odd_rows import Wrong, opened_up, put_in, wrong_values
from secret_links import Counts, EventType, HostStore, Link, LinkFilter, Status
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.details import Details
from support import ON_BOTH, SetClock

pytestmark = ON_BOTH


@pytest.fixture
def broken(url: str, ana: HostStore, interview: EventType, clock: SetClock) -> dict[int, Wrong]:
    """A link for each column and each kind of wrong value, and one that is as it should be."""
    values = [wrong for wrong in wrong_values(url, "link") if wrong.column not in ("host_id", "event_type_id")]
    made = ana.generate(interview.id, len(values) + 1, labels=["n"], expires_at=clock() + timedelta(days=9))
    opened_up(url)
    return put_in(url, "link", [link.id for link in made[1:]], values)


@pytest.fixture
def damaged(url: str, ana: HostStore, interview: EventType, clock: SetClock) -> Link:
    """A link whose expiry cannot be read, among others."""
    made = ana.generate(interview.id, 3, labels=["Ana", "Bo", "Zoë"], expires_at=clock() + timedelta(days=9))
    opened_up(url)
    value = "'infinity'" if url.startswith("postgresql") else "'2026-12-01'"
    assert put_in(url, "link", [made[1].id], [Wrong("expires_at", value)])
    return made[1]


async def test_the_screen_shows_every_broken_row_and_stays(drive: Drive, broken: dict[int, Wrong]) -> None:
    async with drive((140, 40)) as app:
        await app.until(lambda: app.table.row_count == len(broken) + 1)
        for _ in range(5):
            await app.press("o", "end", "home", "O", "end", "pageup", "home")
            await app.until(lambda: app.table.cursor_link is not None)
        for _ in range(6):
            await app.press("enter")
            await app.dialog(Details)
            await app.press("escape", "pagedown")
            await app.closed()
        await app.press("a")
        await app.until(lambda: app.selection_text.startswith(f"{len(broken) + 1} selected"))
        assert app.app.is_running


async def test_a_damaged_link_has_a_tab_of_its_own_until_it_is_deleted(
    drive: Drive, ana: HostStore, damaged: Link
) -> None:
    async with drive() as app:
        tabs = app.links.filter_bar.tabs
        await app.until(lambda: tabs.texts == ["All 3", "● Active 2", "✓ Used 0", "○ Expired 0", "! Damaged 1"])
        await app.click_tab(Status.DAMAGED)
        await app.until(lambda: app.shown_labels == ["Bo"])
        assert "! Damaged" in app.line(1)
        assert "unreadable" in app.line(1)
        await app.press("enter")
        await app.dialog(Details)
        await app.press("escape", "x")
        await app.dialog(Confirm)
        await app.press("y")
        await app.until(lambda: app.said == "1 link deleted. u brings it back.")
        await app.press("1")
        await app.until(lambda: tabs.texts == ["All 2", "● Active 2", "✓ Used 0", "○ Expired 0"])
        await app.press("u")
        await app.until(lambda: ana.counts() == Counts(active=2, damaged=1))


async def test_s_shows_each_status_that_there_is(drive: Drive, ana: HostStore, damaged: Link) -> None:
    async with drive() as app:
        tabs = app.links.filter_bar.tabs
        await app.until(lambda: tabs.texts[-1] == "! Damaged 1")
        for status in (*Status, None):
            await app.press("s")
            assert app.links.board.view.wanted.status is status
        ana.delete([damaged.id])
        await app.until(lambda: len(tabs.texts) == 4)
        await app.press("s", "s", "s", "s")
        assert app.links.board.view.wanted.status is None


def test_verbs_show_a_damaged_link_as_what_it_is(run: Run, url: str, damaged: Link) -> None:
    written = "infinity" if url.startswith("postgresql") else "2026-12-01"
    (listed,) = json.loads(run("list", "--status", "damaged", "--json").out)
    assert (listed["token"], listed["status"], listed["expires_at"]) == (damaged.token, "damaged", written)
    assert run("list", "--status", "damaged").out.split("\t")[1:] == [
        *("damaged", "final-interview", "2026-11-23T09:00:00.000Z", written, "Bo\n"),
    ]
    shown = run("show", damaged.token).out
    assert f"opens       no: damaged: it expires at a time that cannot be read (“{written}”)" in shown
    refused = run("redeem", damaged.token)
    assert refused.code != 0
    assert "not available" in refused.err
    assert "it expires at a time that cannot be read" in refused.err
    assert "say it with --expires" in run("reissue", damaged.token).err
    assert run("reissue", damaged.token, "--expires", "3000d").code == 0


def test_what_verbs_count_they_delete(run: Run, url: str, ana: HostStore, broken: dict[int, Wrong]) -> None:
    for status in Status:
        number = ana.counts().of(status)
        assert len(json.loads(run("list", "--status", status, "--json").out)) == number > 0 or status is Status.EXPIRED
        assert len(list(csv.DictReader(io.StringIO(run("list", "--status", status, "--csv").out)))) == number
        said = run("delete", "--status", status, "--yes").err
        assert said.startswith(f"{number:,} deleted" if number else "no such links"), said
        if number:
            assert run("undo").err.startswith(f"{number:,} back")
    assert run("list").code == run("event-type", "list").code == 0
    assert ana.counts().total == len(broken) + 1


def test_links_with_an_unreadable_age_are_not_deleted_by_age(
    run: Run, url: str, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, 2)
    opened_up(url)
    value = "'-infinity'" if url.startswith("postgresql") else "'long ago'"
    assert put_in(url, "link", [ana.window()[0].id], [Wrong("created_at", value)])
    said = run("delete", "--status", "active", "--older-than", "1h", "--dry-run").err
    assert said.startswith("1 left out: it cannot be read since when they have their status\n")
    assert len(ana.window(LinkFilter(status=Status.ACTIVE))) == 2
