"""A real booking site, on links in a file and on a server: exactly one visitor ever wins a link."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from booking_site.site import Booking, engine_of
from browser import Browser, needs_chromium
from end_to_end.terminals import Line, program
from secret_links import EventType, HostStore, Link, Store
from support import ON_BOTH

SITE = Path(__file__).parent / "booking_site"

VISITORS = 50
"""Who post the same link at the same instant."""

ROUNDS = int(os.environ.get("SECRET_LINKS_ROUNDS", "10"))
"""How often they do; a thousand times takes minutes."""

OpenSite = Callable[..., str]
"""Starts a site of its own process, perhaps with trouble; gives its address."""


@pytest.fixture
def open_site(url: str, store: Store) -> Iterator[OpenSite]:
    assert not store.read_only
    running: list[subprocess.Popen[str]] = []

    def begin(trouble: str = "") -> str:
        command = [sys.executable, str(SITE), url, "--port", "0", *(["--trouble", trouble] if trouble else [])]
        site = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        running.append(site)
        assert site.stderr is not None
        for line in site.stderr:
            if found := re.search(r"running on (http://\S+)", line):
                return found[1]
        pytest.fail("the site did not start")

    yield begin
    for site in running:
        site.kill()
        site.communicate()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = engine_of(url)
    yield engine
    engine.dispose()


def bookings(engine: Engine) -> list[Booking]:
    with Session(engine) as session:
        return list(session.exec(select(Booking)))


def generated(ana: HostStore, interview: EventType, count: int = 1) -> list[Link]:
    return ana.generate(interview.id, count, labels=["between Ana and Bo"])


@ON_BOTH
def test_a_visitor_sees_what_is_offered_books_it_and_nobody_books_it_again(
    open_site: OpenSite, store: Store, ana: HostStore, interview: EventType, engine: Engine
) -> None:
    (link,) = generated(ana, interview)
    page = f"{open_site()}/s/{link.token}"
    seen = httpx.get(page)
    assert seen.status_code == 200
    assert "Final interview with ana, 60 minutes." in seen.text
    assert "between Ana and Bo" not in seen.text
    for visitor, refused in ((" ", 422), ("x" * 201, 422), ("x" * 20_000, 413)):
        assert httpx.post(page, data={"visitor": visitor}).status_code == refused
    assert httpx.post(page, content=(b"visitor=" + b"x" * 9_000 for _ in range(9))).status_code == 413
    booked = httpx.post(page, data={"visitor": "Bo <Chen>"})
    assert booked.status_code == 201
    (booking,) = bookings(engine)
    assert (booking.visitor, booking.event_type) == ("Bo <Chen>", "Final interview")
    (used,) = ana.window()
    assert used.used_by == "Bo <Chen>"
    with ana.snapshot() as snapshot:
        assert snapshot.story(used).reference == booking.id
    assert httpx.get(page).status_code == 404
    assert httpx.post(page, data={"visitor": "Chloé"}).status_code == 404
    assert len(bookings(engine)) == 1
    assert store.read_only is False


@ON_BOTH
def test_used_expired_deleted_and_unknown_look_the_same(
    open_site: OpenSite, store: Store, ana: HostStore, interview: EventType
) -> None:
    used, expired, deleted = generated(ana, interview, 3)
    store.redeem(used.token)
    ana.delete([deleted.id])
    address = open_site()
    with store.database.writing() as connection:  # no clock of a test reaches another process
        connection.exec_driver_sql(f"UPDATE link SET expires_at = created_at WHERE id = {expired.id}")

    def answer(token: str, method: str) -> tuple[int, str, str]:
        came = httpx.request(method, f"{address}/s/{token}", data={"visitor": "Bo"} if method == "POST" else None)
        return came.status_code, came.text, str(sorted(set(came.headers.items()) - {("date", came.headers["date"])}))

    for method in ("GET", "HEAD", "POST"):
        answers = {answer(token, method) for token in (used.token, expired.token, deleted.token, "x" * 22, "y")}
        assert len(answers) == 1
        assert next(iter(answers))[0] == 404


@ON_BOTH
async def test_of_all_who_post_at_the_same_instant_to_two_processes_one_books(
    open_site: OpenSite, ana: HostStore, interview: EventType, engine: Engine
) -> None:
    sites = [open_site(), open_site()]
    links = generated(ana, interview, ROUNDS)
    async with httpx.AsyncClient(
        timeout=60, limits=httpx.Limits(max_connections=VISITORS, keepalive_expiry=1)
    ) as client:

        async def visit(link: Link, visitor: int) -> int:
            page = f"{sites[visitor % 2]}/s/{link.token}"
            return (await client.post(page, data={"visitor": f"visitor {visitor}"})).status_code

        for link in links:
            codes = Counter(await asyncio.gather(*(visit(link, visitor) for visitor in range(VISITORS))))
            assert codes == {201: 1, 404: VISITORS - 1}
    made = await asyncio.to_thread(bookings, engine)
    spent = await asyncio.to_thread(ana.window, count=None)
    assert len(made) == ROUNDS
    assert sorted(booking.visitor for booking in made) == sorted(str(link.used_by) for link in spent)


@ON_BOTH
async def test_programs_that_open_links_spend_nothing(
    open_site: OpenSite, ana: HostStore, interview: EventType
) -> None:
    (link,) = generated(ana, interview)
    page = f"{open_site()}/s/{link.token}"
    async with httpx.AsyncClient(timeout=60) as client:
        asked = [client.request(method, page) for method in ("GET", "HEAD") * 100]
        codes = {came.status_code for came in await asyncio.gather(*asked)}
    assert codes == {200}
    assert await asyncio.to_thread(ana.window) == [link]


@ON_BOTH
@pytest.mark.parametrize("trouble", ["fails", "dies"])
def test_a_booking_that_comes_to_nothing_leaves_the_link_active(
    open_site: OpenSite, ana: HostStore, interview: EventType, engine: Engine, trouble: str
) -> None:
    (link,) = generated(ana, interview)
    page = f"{open_site(trouble)}/s/{link.token}"
    if trouble == "fails":
        assert httpx.post(page, data={"visitor": "Bo"}).status_code == 500
    else:
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.post(page, data={"visitor": "Bo"})
    assert ana.window() == [link]
    assert bookings(engine) == []
    assert httpx.post(f"{open_site()}/s/{link.token}", data={"visitor": "Chloé"}).status_code == 201


@ON_BOTH
def test_a_visitor_who_gave_up_waiting_has_spent_nothing(
    open_site: OpenSite, ana: HostStore, interview: EventType, engine: Engine
) -> None:
    (link,) = generated(ana, interview)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{open_site('takes-too-long')}/s/{link.token}", data={"visitor": "Bo"}, timeout=1)
    assert ana.window() == [link]
    assert bookings(engine) == []


@pytest.fixture
def screen(url: str, interview: EventType) -> Iterator[Line]:
    """The terminal program beside the site, with everything read."""
    assert interview.name
    opened = Line(program("--store", url, "--host", "ana"))
    try:
        opened.until(lambda: re.search(r"All \d", opened.text))
        yield opened
    finally:
        opened.close()


def test_the_row_flips_on_the_screen_while_the_visitor_books(
    open_site: OpenSite, screen: Line, ana: HostStore, interview: EventType
) -> None:
    (link,) = generated(ana, interview)
    screen.shows("● Active")
    assert httpx.post(f"{open_site()}/s/{link.token}", data={"visitor": "Bo"}).status_code == 201
    screen.shows("booked at")


@needs_chromium
def test_a_visitor_books_in_a_browser_and_cannot_go_back_to_book_again(
    open_site: OpenSite, screen: Line, ana: HostStore, interview: EventType, tmp_path: Path
) -> None:
    (link,) = generated(ana, interview)
    page = f"{open_site()}/s/{link.token}"
    with Browser(tmp_path / "browser") as browser:
        browser.open(page)
        browser.shows("Final interview with ana, 60 minutes.")
        browser.run("document.querySelector('[name=visitor]').focus()")
        browser.type("Zoë Berg")
        browser.press_enter()
        browser.shows("Your booking:")
        screen.shows("booked at")
        browser.open(page)
        browser.shows("This link is not available.")
    assert [used.used_by for used in ana.window()] == ["Zoë Berg"]
