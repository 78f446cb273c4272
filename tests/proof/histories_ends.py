"""The links of a run before it and after it, as they are in the database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from proof.histories_checking import Final
from proof.histories_claiming import Wanted
from proof.histories_process import PAGES
from proof.histories_records import NEVER, OF_HOSTS, Answer, Histories, Log, What, name_of, visitor_of
from proof.histories_runs import Links
from secret_links import Store
from support import integrity

MOST_AT_ONCE = 10_000
"""Links that are generated in one transaction."""

_LINKS = """
    SELECT id, 1, used_by, {used_at}, {expires_at} FROM link
    UNION ALL SELECT id, 0, used_by, {used_at}, {expires_at} FROM deleted_link
"""
_MILLISECONDS = "(extract(epoch FROM {}) * 1000)::bigint"
_BOOKINGS = "SELECT token, visitor FROM booking"
_USES = "SELECT link_id, count(*) FROM link_event WHERE kind = 'used' GROUP BY link_id"


def furnish(url: str, folder: Path, links: int) -> Links:
    """Generates the links of a run, and makes the table of its bookings."""
    with Store.open(url) as store:
        ana = store.as_host("ana")
        event_type = ana.add_event_type("Final interview").id
        made = [
            link
            for start in range(0, links, MOST_AT_ONCE)
            for link in ana.generate(event_type, min(MOST_AT_ONCE, links - start))
        ]
    with closing(driver_of(url)) as connection:
        connection.execute("CREATE TABLE booking (visitor varchar(50) NOT NULL, token varchar(22) NOT NULL)")
        connection.execute("CREATE INDEX booking_visitor ON booking (visitor)")
    named = Links([link.token for link in made], [link.id for link in made])
    named.write(folder)
    return named


def driver_of(url: str) -> Any:
    """Opens a connection of the driver's own, which commits each statement."""
    if url.startswith("postgresql:"):
        return psycopg.connect(url, autocommit=True)
    return sqlite3.connect(url, isolation_level=None)


def finals(url: str, links: Links) -> dict[int, Final]:
    """Reads what has become of the links."""
    on_server = url.startswith("postgresql:")
    written = {name: _MILLISECONDS.format(name) if on_server else name for name in ("used_at", "expires_at")}
    by_id = {link_id: number for number, link_id in enumerate(links.ids)}
    by_token = {token: number for number, token in enumerate(links.tokens)}
    bookings: dict[int, list[int]] = {}
    found: dict[int, Final] = {}
    with closing(driver_of(url)) as connection:
        for token, visitor in connection.execute(_BOOKINGS):
            bookings.setdefault(by_token[token], []).append(visitor_of(visitor))
        uses = dict(connection.execute(_USES).fetchall())
        for link_id, kept, used_by, used_at, expires_at in connection.execute(_LINKS.format(**written)):
            number = by_id[link_id]
            booked = tuple(bookings.get(number, ()))
            used = visitor_of(used_by), used_at or 0
            assert number not in found, "a link is there twice"
            found[number] = Final(bool(kept), *used, expires_at or NEVER, booked, uses.get(link_id, 0))
    assert on_server or integrity(Path(url)) == "ok"
    return found


def ask_again(url: str, folder: Path, links: Links, histories: Histories) -> list[int]:
    """Claims again, as the same visitor, whatever was cut off; keeps the answers. Returns the links."""
    cut_off = [one for one in histories.operations() if one.answer == Answer.NONE and one.what not in OF_HOSTS]
    for what in {one.what for one in cut_off}:
        _, made = next(page for page in PAGES.values() if page[0] == what or what == What.COMMAND)
        page = made(url)
        for one in (one for one in cut_off if one.what == what):
            wanted = Wanted(links.tokens[one.link], name_of(one.visitor))
            answer, winner = page.claim(wanted, lambda: None, in_doubt=True)
            log = Log(folder, one.visitor >> 32)
            log.end(one.visitor & 0xFFFFFFFF, answer, one.link, winner)
            log.close()
        page.close()
    return [one.link for one in cut_off]
