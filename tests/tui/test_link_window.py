"""What the window shows, held against a plain list, while hosts and visitors do what they like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from plain_list import plain_list
from secret_links import (
    Column,
    EventType,
    HostStore,
    Link,
    LinkFilter,
    LinkSet,
    LinkWindow,
    Order,
    Place,
    ReadingLimits,
    Status,
    Store,
    View,
)
from secret_links_tui.reading.jobs import read_anchors, read_list, read_rows
from secret_links_tui.reading.messages import ListRead
from support import ON_BOTH, SetClock

HEIGHT = 6
"""Rows on the screen."""

LABELS = st.lists(st.sampled_from(["Ana", "ana", "Bo", "Zoë", "carla"]), max_size=7)
FILTERS = st.tuples(st.sampled_from([None, 0, 1]), st.sampled_from([None, *Status]))
ORDERS = st.builds(Order, st.sampled_from(list(Column)), st.booleans())


LIMITS = ReadingLimits(page=4, kept_pages=4, short=12, near=10, sample=5, anchors=4, anchor_step=5)
"""A hundred links are far too many to be counted at once."""


class Host(RuleBasedStateMachine):
    """A host at a screen of six rows; reading takes no time, but each thing is read when the screen would read it."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.clock = SetClock()
        self.store = Store.open(url, clock=self.clock)
        self.host = self.store.as_host("ana")
        self.event_types = [self.host.add_event_type("beta"), self.host.add_event_type("Alpha")]
        self.window = LinkWindow(limits=LIMITS)
        self.cursor = self.top = 0
        self.upwards = False
        self.as_of = self.clock()
        self.selected = LinkSet()
        self.held: set[int] = set()

    def teardown(self) -> None:
        self.store.close()

    # What the screen does

    @property
    def cursor_link(self) -> Link | None:
        return self.window.row(self.cursor)

    def take(self, read: ListRead) -> None:
        self.window, self.as_of, self.cursor, self.top = read.window, read.as_of, read.cursor, read.top
        self.fill()

    def fill(self) -> None:
        """Reads what is missing on the screen, and then what comes next, as the screen does."""
        for _ in range(6):
            last = self.top + HEIGHT - 1
            ahead = range(max(0, self.top - 4), self.top) if self.upwards else range(last + 1, last + 5)
            missing = self.window.missing(self.top, last) or self.window.missing(ahead.start, ahead.stop - 1)
            if not missing:
                return
            with self.host.snapshot(self.as_of) as snapshot:
                answer = read_rows(self.window, missing)(snapshot)
            if answer is None:
                return  # nothing can be estimated: anchors are needed
            self.window.put_rows(answer.rows, answer.links, estimated=answer.estimated, begins=answer.begins)
            self.top, self.cursor = self.top - answer.begins, self.cursor - answer.begins
            self.top = max(0, min(self.top, self.window.count - HEIGHT))
            self.cursor = max(0, min(self.cursor, self.window.count - 1))
        raise AssertionError("it asks again for what it was given")

    def read_again(self, earlier: LinkWindow | None = None) -> None:
        here = Place(self.cursor, self.cursor_link, self.top, self.window.row(self.top), still=True, height=HEIGHT)
        with self.host.snapshot() as snapshot:
            self.take(read_list(self.window.view, here, earlier or self.window, LIMITS)(snapshot))

    def changed(self) -> None:
        if self.window.anchors is not None:
            self.window.exact = False
        self.read_again()

    def show(self, view: View) -> None:
        here = Place(self.cursor, self.cursor_link, self.top, height=HEIGHT)
        with self.host.snapshot() as snapshot:
            self.take(read_list(view, here, None, LIMITS)(snapshot))

    # What happens

    @initialize(number=st.sampled_from([0, 3, 11, 30, 90]))
    def begin(self, number: int) -> None:
        for start in range(0, number, 10):
            self.generate(["Ana", "bo", "Zoë"][start % 3 : 3], start % 20 == 0, start % 30 == 0, number=10)
        self.show(View())

    @rule(labels=LABELS, first=st.booleans(), lasts=st.booleans())
    def generated(self, labels: list[str], first: bool, lasts: bool) -> None:
        self.generate(labels, first, lasts, number=len(labels) or 1)
        self.changed()

    def generate(self, labels: list[str], first: bool, lasts: bool, number: int) -> None:
        self.clock.forward(minutes=7)
        event_type_id = self.event_types[0 if first else 1].id
        expires = None if lasts else self.clock() + timedelta(hours=number)
        label = labels[:1] if number != len(labels) else labels
        self.host.generate(event_type_id, number, labels=label, expires_at=expires)

    @rule(data=st.data())
    def redeemed(self, data: st.DataObject) -> None:
        active = self.host.window(LinkFilter(status=Status.ACTIVE), count=None)
        for link in data.draw(st.lists(st.sampled_from(active), max_size=3, unique=True)) if active else []:
            self.store.redeem(link.token)
        self.changed()

    @rule(data=st.data())
    def deleted(self, data: st.DataObject) -> None:
        links = self.host.window(count=None)
        gone = data.draw(st.lists(st.sampled_from(links), max_size=8, unique=True)) if links else []
        self.host.delete([link.id for link in gone])
        self.changed()

    @rule(hours=st.integers(1, 9))
    def time_passed(self, hours: int) -> None:
        self.clock.forward(hours=hours)
        view = self.window.view
        if view.wanted.status is not None or view.order.column in (Column.STATUS, Column.EXPIRES):
            self.changed()
        else:
            self.read_again()

    @rule(wanted=FILTERS, order=ORDERS)
    def viewed(self, wanted: tuple[int | None, Status | None], order: Order) -> None:
        event_type_id, link = None if wanted[0] is None else self.event_types[wanted[0]].id, self.cursor_link
        self.show(View(LinkFilter(event_type_id, wanted[1]), order))
        if link is not None and link in self.listed:
            assert self.cursor_link == link

    @rule(part=st.floats(0, 1))
    def jumped(self, part: float) -> None:
        top, self.top = self.top, round(part * max(0, self.window.count - HEIGHT))
        self.upwards = self.top < top
        self.fill()

    @rule(pages=st.integers(-3, 3))
    def paged(self, pages: int) -> None:
        self.upwards = pages < 0
        self.top = max(0, min(self.top + pages * HEIGHT, self.window.count - HEIGHT))
        self.cursor = max(0, min(self.cursor + pages * HEIGHT, self.window.count - 1))
        self.fill()
        self.window.hold(self.cursor)

    @rule(row=st.integers(0, HEIGHT - 1))
    def chosen(self, row: int) -> None:
        self.cursor = max(0, min(self.top + row, self.window.count - 1))
        self.window.hold(self.cursor)
        if (link := self.cursor_link) is not None:
            self.selected = self.selected.toggled(link)
            self.held ^= {link.id}

    @rule()
    def scanned_whole(self) -> None:
        with self.host.snapshot() as snapshot:
            read = read_anchors(self.window.view, self.window.count, 0, LIMITS)(snapshot)
        link = self.cursor_link
        scanned = LinkWindow(self.window.view, read.anchors.count, limits=LIMITS)
        scanned.anchors = read.anchors
        self.read_again(scanned)
        if link is not None and link in self.listed:
            assert self.cursor_link == link
        assert self.window.count == len(self.listed)
        assert self.shown == self.listed[self.top : self.top + HEIGHT]

    # What must be true

    @property
    def listed(self) -> list[Link]:
        view = self.window.view
        return plain_list(self.host.window(count=None), view.wanted, view.order, self.clock)

    @property
    def shown(self) -> list[Link | None]:
        return [self.window.row(row) for row in range(self.top, min(self.top + HEIGHT, self.window.count))]

    @invariant()
    def what_is_shown_is_what_the_list_says(self) -> None:
        there = [link for link in self.shown if link is not None]
        if self.window.exact:
            assert self.window.count == len(self.listed)
            assert self.shown == self.listed[self.top : self.top + HEIGHT]
        elif there:
            start = self.listed.index(there[0])
            assert there == self.listed[start : start + len(there)]

    @invariant()
    def the_selection_stays_on_its_links(self) -> None:
        assert self.selected.ids == self.held


@ON_BOTH
def test_what_is_shown_is_what_a_plain_list_says(emptied: Callable[[], str]) -> None:
    class AtThisStore(Host):
        def __init__(self) -> None:
            super().__init__(emptied())

    # A failing example is not made small: that can take minutes.
    tried = settings(max_examples=16, stateful_step_count=25, phases=[Phase.reuse, Phase.generate])
    run_state_machine_as_test(AtThisStore, settings=tried)


@ON_BOTH
def test_rows_with_estimated_places_are_not_taken_to_follow_each_other(ana: HostStore, interview: EventType) -> None:
    made = ana.generate(interview.id, 120, labels=["Ana"])
    window = LinkWindow(View(order=Order(Column.LABEL)), len(made), exact=False, limits=LIMITS)
    jobs = [read_rows(window, rows) for rows in (range(60, 68), range(68, 76))]
    for job in jobs:
        with ana.snapshot() as snapshot:
            answer = job(snapshot)
        assert answer is not None
        assert answer.estimated
        window.put_rows(answer.rows, answer.links, estimated=answer.estimated)
    assert len(list(window.links())) == len({link.id for link in window.links()}) == 8
    assert not window.missing(68, 75)


@ON_BOTH
def test_the_cursor_of_a_long_search_stays_on_its_link_where_one_above_it_went(
    ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 30, labels=["Ana"])[::-1]
    view = View(LinkFilter(search="ana"))
    with ana.snapshot() as snapshot:
        window = read_list(view, Place(height=HEIGHT), None, LIMITS)(snapshot).window
    ana.delete([made[0].id, made[2].id])
    here = Place(3, window.row(3), 1, window.row(1), still=True, height=HEIGHT)
    with ana.snapshot() as snapshot:
        read = read_list(view, here, window, LIMITS)(snapshot)
    assert read.window.row(read.cursor) == made[3]
    assert (read.cursor, read.top) == (1, 0)


def test_the_cursor_stays_on_its_link_where_a_list_is_read_to_its_end(ana: HostStore, interview: EventType) -> None:
    limits = LIMITS._replace(kept_pages=12)
    (link,) = ana.generate(interview.id)
    ana.generate(interview.id, LIMITS.short)
    with ana.snapshot() as snapshot:
        earlier = read_list(View(), Place(0, link, height=28), None, limits)(snapshot)
    assert earlier.cursor == LIMITS.short
    ana.generate(interview.id, 2)
    here = Place(earlier.cursor, link, 0, earlier.window.row(0), still=True, height=28)
    with ana.snapshot() as snapshot:
        read = read_list(View(), here, earlier.window, limits)(snapshot)
    assert read.cursor == LIMITS.short + 2
    assert read.window.row(read.cursor) == link


def test_the_cursor_stays_on_its_link_where_one_above_it_was_used_since_the_anchors_were_taken(
    store: Store, ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 30)[::-1]
    view = View(LinkFilter(status=Status.ACTIVE))
    with ana.snapshot() as snapshot:
        earlier = LinkWindow(view, len(made), limits=LIMITS)
        earlier.anchors = read_anchors(view, len(made), 0, LIMITS)(snapshot).anchors
    store.redeem(made[0].token)
    here = Place(8, made[8], 2, made[2], still=True, height=8)  # its rows are read from the first one on
    with ana.snapshot() as snapshot:
        read = read_list(view, here, earlier, LIMITS)(snapshot)
    assert read.window.row(read.cursor) == made[8]


@ON_BOTH
@pytest.mark.parametrize("upwards", [8, 4])
def test_a_list_that_begins_sooner_than_its_numbers_say_is_counted_from_its_first_row(
    upwards: int, store: Store, ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 30)[::-1]
    window = LinkWindow(View(LinkFilter(status=Status.ACTIVE)), len(made), exact=False, limits=LIMITS)
    window.put_rows(range(upwards, 16), made[upwards:16])
    window.hold(9)
    store.redeem(made[1].token)
    store.redeem(made[2].token)
    with ana.snapshot() as snapshot:
        answer = read_rows(window, window.missing(0, upwards - 1))(snapshot)
    assert answer is not None
    window.put_rows(answer.rows, answer.links, estimated=answer.estimated, begins=answer.begins)
    assert (answer.begins, window.count) == (2, len(made) - 2)
    assert [window.row(row) for row in range(12)] == [made[0], *made[3:14]]
    assert window.find(made[9]) == 7


@ON_BOTH
def test_what_is_shown_stays_where_the_rows_above_it_are_fewer_than_its_number(
    store: Store, ana: HostStore, interview: EventType
) -> None:
    made = ana.generate(interview.id, 30)[::-1]
    view = View(LinkFilter(status=Status.ACTIVE))
    earlier = LinkWindow(view, len(made), exact=False, limits=LIMITS)
    for link in made[:13]:
        store.redeem(link.token)
    here = Place(16, made[16], 14, made[14], still=True, height=8)
    with ana.snapshot() as snapshot:
        read = read_list(view, here, earlier, LIMITS)(snapshot)
    assert read.window.row(read.cursor) == made[16]
    assert read.window.row(read.top) == made[14]
