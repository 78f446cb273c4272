"""What a filter asks of links is what the database is asked: every list is compared with `LinkFilter.passes`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from odd_rows import Wrong, opened_up, put_in
from secret_links import Column, EventType, HostStore, Link, LinkFilter, LinkSet, Order, Status, Store
from secret_links.times import FIRST, LAST, to_milliseconds
from support import BOTH, SetClock

DATABASES = BOTH

BOUNDS = {
    "sqlite": (str(to_milliseconds(FIRST)), str(to_milliseconds(LAST))),
    "postgresql": (f"'{FIRST.isoformat()}'", f"'{LAST.isoformat()}'"),
}
"""The first and the last instant that can be read, as SQL."""

LATE = {"sqlite": "'later'", "postgresql": "'infinity'"}
EARLY = {"sqlite": "-4611686018427387904", "postgresql": "'-infinity'"}


@pytest.fixture
def links(store: Store, ana: HostStore, interview: EventType, clock: SetClock, url: str, database: str) -> list[Link]:
    """Links of each status, newest first, at the bounds of an hour and with instants that cannot be read."""
    hour = timedelta(hours=1)
    call = ana.add_event_type("Rückruf")
    in_turn = [None, clock() + hour, clock() + hour + timedelta(milliseconds=1), clock() + 2 * hour]
    made = ana.generate(interview.id, labels=["Zoë", "bo", "Bo Chen", "cy"], expires_at=in_turn)
    named = ["used", "used late", "used early", "used first", "used last", "late", "early", "first", "last"]
    made += ana.generate(call.id, labels=named, expires_at=clock() + hour)
    for link in made[4:9]:
        store.redeem(link.token, by="Di Fell", reference="B-17")
    opened_up(url)
    values = (LATE[database], EARLY[database], *BOUNDS[database])
    put = [Wrong(column, value) for column in ("used_at", "expires_at") for value in values]
    assert len(put_in(url, "link", [link.id for link in made[5:]], put)) == len(put)
    return ana.window()


LISTS = (
    *(LinkFilter(status=status) for status in Status),
    LinkFilter(status=Status.ACTIVE, expires_within=timedelta(hours=1)),
    LinkFilter(status=Status.ACTIVE, expires_within=timedelta(hours=2)),
    LinkFilter(search="early"),
    LinkFilter(status=Status.EXPIRED, search="bo"),
)


def listed(ana: HostStore, wanted: LinkFilter) -> list[Link]:
    return ana.window(wanted, count=None)


@pytest.mark.parametrize("minutes", [0, 60, 61, 120])
def test_each_status_has_the_links_that_it_says(
    ana: HostStore, links: list[Link], clock: SetClock, minutes: int
) -> None:
    clock.forward(minutes=minutes)
    expected = {status: [link for link in links if link.status_at(clock()) is status] for status in Status}
    assert {status: listed(ana, LinkFilter(status=status)) for status in Status} == expected
    assert len(expected[Status.USED]) == 5
    assert len(expected[Status.DAMAGED]) == 2
    counts = ana.counts()
    assert [counts.of(status) for status in Status] == [len(expected[status]) for status in Status]


@pytest.mark.parametrize("minutes", [0, 60, 61, 120])
def test_selected_links_are_told_by_status_and_by_whether_a_list_has_them(
    ana: HostStore, links: list[Link], clock: SetClock, minutes: int
) -> None:
    clock.forward(minutes=minutes)
    statuses = Counter(link.status_at(clock()) for link in links)
    selected = LinkSet(frozenset(link.id for link in links))
    some = frozenset(link.id for link in links[::3])
    none = LinkFilter(search=f"/s/{links[0].token} /s/{links[1].token}")  # of two tokens, no one is looked for
    with ana.snapshot() as snapshot:
        for wanted in (*LISTS, *(replace(each, among=some) for each in LISTS), LinkFilter(among=some), none):
            tally = snapshot.selections.tally(selected, wanted)
            assert tally.shown == sum(wanted.passes(link, clock()) for link in links), wanted
            assert {status: tally.counts.of(status) for status in Status} == {s: statuses[s] for s in Status}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", Column)
def test_every_order_has_each_link_once(ana: HostStore, links: list[Link], column: Column, *, descending: bool) -> None:
    in_order = ana.window(order=Order(column, descending), count=None)
    assert sorted(link.id for link in in_order) == sorted(link.id for link in links)


@pytest.mark.parametrize("minutes", [59, 60, 61, 121])
def test_links_expire_within_a_time_that_includes_its_end(
    ana: HostStore, links: list[Link], clock: SetClock, minutes: int
) -> None:
    wanted = LinkFilter(status=Status.ACTIVE, expires_within=timedelta(minutes=minutes))
    expected = [link for link in links if wanted.passes(link, clock())]
    assert listed(ana, wanted) == expected
    assert len(expected) == {59: 0, 60: 1, 61: 2, 121: 3}[minutes]


def test_links_are_of_an_event_type_and_among_those_that_are_named(
    ana: HostStore, links: list[Link], interview: EventType, clock: SetClock
) -> None:
    some = frozenset(link.id for link in links[::2])
    for wanted in (
        LinkFilter(interview.id),
        LinkFilter(among=some),
        LinkFilter(interview.id, Status.ACTIVE, among=some),
    ):
        expected = [link for link in links if wanted.passes(link, clock())]
        assert listed(ana, wanted) == expected
        assert 0 < len(expected) < len(links)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("BO", {"bo", "Bo Chen"}),
        ("chen bo", {"Bo Chen"}),
        ("zoË", {"Zoë"}),
        ("fell", {"used", "used late", "used early", "used first", "used last"}),
        ("b-17 EARLY", {"used early"}),
        ("rückRUF late", {"used late", "late"}),
        ("final", {"Zoë", "bo", "Bo Chen", "cy"}),
        ("nobody", set()),
    ],
)
def test_words_are_looked_for_in_all_that_is_kept_of_a_link(
    ana: HostStore, links: list[Link], clock: SetClock, search: str, found: set[str]
) -> None:
    expected = [link for link in links if LinkFilter(search=search).passes(link, clock())]
    assert listed(ana, LinkFilter(search=search)) == expected
    by_chance = {link.label for link in links if search in link.token} - found
    assert {link.label for link in expected} - by_chance == found


def test_a_token_is_found_by_its_beginning_and_by_a_part_of_three_characters(
    ana: HostStore, links: list[Link], clock: SetClock
) -> None:
    for link in links:
        token = link.token
        parts = [token, token[:1], token[:2], token[:9], token[7:10], token[7:9], token[-3:]]
        row = f"somebody /s/{token[:6]}… Active"
        for search in (*parts, f"/s/{token[:6]}…", f"https://42min.us/s/{token}", f"{token[:4]} {link.label}", row):
            wanted = LinkFilter(search=search)
            assert listed(ana, wanted) == [each for each in links if wanted.passes(each, clock())], search
        assert listed(ana, LinkFilter(search=row)) == [link]
        assert link in listed(ana, LinkFilter(search=token[7:10]))


@pytest.mark.parametrize("token", ["zzzzzzzzzzzzzzzzzzzzzz", "9" * 22, "Z" * 22, "0" * 22])
def test_a_beginning_ends_at_the_last_character_of_tokens(
    ana: HostStore, interview: EventType, url: str, token: str
) -> None:
    links = ana.generate(interview.id, 2, labels=["x"])
    put_in(
        url, "link", [link.id for link in links], [Wrong("token", f"'{text}'") for text in (token, f"{token[:-1]}a")]
    )
    for length, found in ((1, 2), (21, 2), (22, 1)):
        assert len(listed(ana, LinkFilter(search=token[:length]))) == found
