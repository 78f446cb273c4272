"""Arguments of wrong types and values are refused by the store's own errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, get_args
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from booking_site.site import engine_of
from secret_links import (
    Column,
    Counts,
    EventType,
    EventTypeNotFound,
    HostStore,
    InvalidInput,
    Link,
    LinkFilter,
    LinkNotAvailable,
    LinkSet,
    LinkUnknown,
    NewEventType,
    NothingToUndo,
    Order,
    Status,
    Store,
    StoreUnusable,
    redeem_in,
)
from secret_links.errors import Field
from support import BOTH

DATABASES = BOTH

NO_TOKENS: list[Any] = [
    None,
    b"x" * 22,
    5,
    1.5,
    True,
    [],
    ["x" * 22],
    {},
    Ellipsis,
    "",
    "\0",
    "\ud800" * 22,
    "x" * 10**6,
]
NO_TEXTS: list[Any] = [b"Bo", 1.5, True, ["Bo"], Ellipsis, "Bo\0Chen", "J\udcf6rg", "\ud83d"]
NO_WHOLE_NUMBERS: list[Any] = ["3", b"3", 3.0, True, [3], Ellipsis, 10**5000, -(10**30)]
NO_INSTANTS: list[Any] = ["2099-01-01", 4070908800, date(2099, 1, 1), datetime(2099, 1, 1), Ellipsis]  # noqa: DTZ001
NO_IDS: list[Any] = [None, "1", b"1", 1.0, True, [1], Ellipsis]
IDS_OF_NOTHING = [0, -1, 2**31, 2**63, 2**64, 10**400, -(10**400)]


@pytest.fixture
def engine(url: str) -> Any:
    engine = engine_of(url)
    yield engine
    engine.dispose()


@pytest.fixture
def link(ana: HostStore, interview: EventType) -> Link:
    return ana.generate(interview.id)[0]


def field_of(ask: Callable[[], object]) -> str:
    """The field that InvalidInput names for a call."""
    with pytest.raises(InvalidInput) as refused:
        ask()
    assert str(refused.value).endswith(".")
    assert refused.value.field in get_args(Field)
    return refused.value.field


def redeem_elsewhere(store: Store, *arguments: Any) -> None:
    with store.redeeming(*arguments):
        pytest.fail("nothing is redeemed")


def redeem_here(engine: Engine, token: Any, by: Any = None, reference: Any = None) -> Link:
    with Session(engine) as session:
        won = redeem_in(session, token, by=by, reference=reference)
        session.commit()
    return won


@pytest.mark.parametrize("token", NO_TOKENS, ids=repr)
def test_text_without_a_token_is_not_available(store: Store, ana: HostStore, engine: Engine, token: Any) -> None:
    with pytest.raises(LinkNotAvailable, match="This link is not available") as refused:
        store.look_up(token)
    assert type(refused.value) is LinkNotAvailable
    asked: list[Callable[[], object]] = [
        lambda: store.redeem(token),
        lambda: redeem_elsewhere(store, token),
        lambda: redeem_here(engine, token),
        lambda: ana.find(token),
    ]
    for ask in asked:
        with pytest.raises(LinkUnknown):
            ask()


@pytest.mark.parametrize("note", [*NO_TEXTS, 5], ids=repr)
def test_who_redeemed_is_a_text_that_can_be_kept_as_it_is(
    store: Store, ana: HostStore, engine: Engine, link: Link, note: Any
) -> None:
    assert field_of(lambda: store.redeem(link.token, note)) == "by"
    assert field_of(lambda: redeem_elsewhere(store, link.token, note)) == "by"
    assert field_of(lambda: redeem_here(engine, link.token, note)) == "by"
    assert ana.window() == [link]


@pytest.mark.parametrize("note", [*NO_TEXTS, 10**5000], ids=lambda note: repr(note) if note != 10**5000 else "huge")
def test_a_reference_is_a_text_or_an_id(store: Store, ana: HostStore, engine: Engine, link: Link, note: Any) -> None:
    assert field_of(lambda: store.redeem(link.token, None, note)) == "reference"
    assert field_of(lambda: redeem_elsewhere(store, link.token, None, note)) == "reference"
    assert field_of(lambda: redeem_here(engine, link.token, None, note)) == "reference"
    assert ana.window() == [link]


@pytest.mark.parametrize(
    ("booking_id", "kept"),
    [
        (17, "17"),
        (0, "0"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("booking 17", "booking 17"),
        ("", None),
        (None, None),
    ],
)
def test_an_id_of_a_booking_is_kept_as_text(
    store: Store, ana: HostStore, engine: Engine, interview: EventType, booking_id: Any, kept: str | None
) -> None:
    first, second = ana.generate(interview.id, 2)
    for won in (store.redeem(first.token, reference=booking_id), redeem_here(engine, second.token, None, booking_id)):
        with ana.snapshot() as snapshot:
            assert snapshot.story(won).reference == kept


def test_what_is_no_name_of_a_host_is_refused(store: Store) -> None:
    for name in (None, 5, *NO_TEXTS, "", "  "):
        assert field_of(lambda: store.as_host(name)) == "host"  # noqa: B023  # called at once


def test_generating_refuses_wrong_arguments(ana: HostStore, interview: EventType) -> None:
    generate: Any = ana.generate
    for count in [0, -1, 10_001, *NO_WHOLE_NUMBERS]:
        assert field_of(lambda: generate(interview.id, count)) == "count"  # noqa: B023
    for labels in ("Bo", b"Bo", None, 5, {"Bo"}, iter(["Bo"]), *([label] for label in (5, *NO_TEXTS))):
        assert field_of(lambda: generate(interview.id, labels=labels)) == "label"  # noqa: B023
    for expires_at in [*NO_INSTANTS, datetime(2099, 1, 1, tzinfo=Nowhere())]:
        assert field_of(lambda: generate(interview.id, expires_at=expires_at)) == "expires"  # noqa: B023
    for given in NO_IDS:
        assert field_of(lambda: generate(given)) == "event_type"  # noqa: B023
    assert field_of(lambda: generate(interview)) == "event_type"
    for given in NO_IDS[1:]:
        assert field_of(lambda: generate(interview.id, replaces=given)) == "replaces"  # noqa: B023
    for given in IDS_OF_NOTHING:
        with pytest.raises(EventTypeNotFound):
            generate(given)
        with pytest.raises(LinkUnknown):
            generate(interview.id, replaces=given)
    assert ana.counts() == Counts()


class Nowhere(tzinfo):
    """A zone that does not say how far it is from UTC."""

    def utcoffset(self, _: datetime | None) -> timedelta | None:
        return None

    def dst(self, _: datetime | None) -> timedelta | None:
        return None

    def tzname(self, _: datetime | None) -> str | None:
        return None


def test_adding_an_event_type_refuses_wrong_arguments(ana: HostStore, interview: EventType) -> None:
    new: Any = NewEventType
    add: Any = ana.add_event_type
    change: Any = ana.change_event_type
    for name in (None, 5, "", *NO_TEXTS):
        assert field_of(lambda: add(name)) == "name"  # noqa: B023
        assert field_of(lambda: ana.generate(new(name))) == "name"  # noqa: B023
        assert field_of(lambda: change(interview.id, name, None, 30)) == "name"  # noqa: B023
    for slug in (5, *NO_TEXTS, "Not a slug"):
        assert field_of(lambda: add("Call", slug)) == "slug"  # noqa: B023
        assert field_of(lambda: ana.generate(new("Call", slug))) == "slug"  # noqa: B023
    for minutes in [0, -1, None, *NO_WHOLE_NUMBERS]:
        assert field_of(lambda: add("Call", None, minutes)) == "minutes"  # noqa: B023
        assert field_of(lambda: change(interview.id, "Call", None, minutes)) == "minutes"  # noqa: B023
    for given in NO_IDS:
        assert field_of(lambda: change(given, "Call", None, 30)) == "event_type"  # noqa: B023
        assert field_of(lambda: ana.remove_event_type(given)) == "event_type"  # noqa: B023
        assert field_of(lambda: ana.remove_event_type(given, with_links=True)) == "event_type"  # noqa: B023
    for given in IDS_OF_NOTHING:
        with pytest.raises(EventTypeNotFound):
            change(given, "Call", None, 30)
        with pytest.raises(EventTypeNotFound):
            ana.remove_event_type(given)
    for slug in (None, 5, *NO_TEXTS):
        assert field_of(lambda: ana.event_type(slug)) == "slug"  # noqa: B023
    assert [event_type.name for event_type in ana.event_types()] == ["Final interview"]


def test_deleting_refuses_what_is_no_id_and_finds_no_row_by_an_impossible_one(ana: HostStore, link: Link) -> None:
    delete: Any = ana.delete
    delete_chosen: Any = ana.delete_chosen
    chosen: Any = LinkSet
    for given in NO_IDS:
        assert field_of(lambda: delete([link.id, given])) == "links"  # noqa: B023
        assert field_of(lambda: ana.delete_chosen(chosen(ids=[given]))) == "links"  # noqa: B023
        assert field_of(lambda: ana.restore(given)) == "deletion"  # noqa: B023
    for links in (None, 5, "12", b"12", link):
        assert field_of(lambda: delete(links)) == "links"  # noqa: B023
        assert field_of(lambda: delete_chosen(links)) == "links"  # noqa: B023
    assert ana.delete(IDS_OF_NOTHING).links == 0
    for given in IDS_OF_NOTHING:
        with pytest.raises(NothingToUndo):
            ana.restore(given)
    assert ana.window() == [link]


def test_lists_refuse_wrong_filters_orders_and_rows(ana: HostStore, link: Link) -> None:
    wanted: Any = LinkFilter
    bad: list[tuple[Any, str]] = [
        (None, "filter"),
        ("active", "filter"),
        (wanted(status="active"), "status"),
        (wanted(search=None), "search"),
        (wanted(search=b"Bo"), "search"),
        (wanted(search="B\0"), "search"),
        *((wanted(event_type_id=given), "event_type") for given in NO_IDS[1:]),
    ]
    for asked, field in bad:
        assert field_of(lambda: ana.window(asked)) == field  # noqa: B023
        assert field_of(lambda: ana.counts(asked)) == field  # noqa: B023
        assert field_of(lambda: ana.delete_matching(asked)) == field  # noqa: B023
    window: Any = ana.window
    order: Any = Order
    for ordered in (None, "label", order("label"), Column.LABEL):
        assert field_of(lambda: window(order=ordered)) == "order"  # noqa: B023
    for number in [-1, *NO_WHOLE_NUMBERS]:
        assert field_of(lambda: window(start=number)) == "start"  # noqa: B023
        assert field_of(lambda: window(count=number)) == "count"  # noqa: B023
    for given in IDS_OF_NOTHING:
        assert ana.window(LinkFilter(event_type_id=given)) == []
        assert ana.counts(LinkFilter(given, Status.ACTIVE)) == Counts()
    assert ana.window(count=0) == []
    assert ana.window(start=10**12) == []
    assert ana.window() == [link]


def test_the_instant_of_a_snapshot_has_a_time_zone(ana: HostStore) -> None:
    for as_of in NO_INSTANTS:
        with pytest.raises(InvalidInput, match=r"has no time zone|with a time zone"), ana.snapshot(as_of):
            pytest.fail("nothing is read")


def test_preferences_are_texts(ana: HostStore) -> None:
    prefer: Any = ana.prefer
    for choices in (None, "theme", ["theme"], {"theme": 5}, {5: "paper"}, {"theme": None}):
        assert field_of(lambda: prefer(choices)) == "preferences"  # noqa: B023
    ana.prefer({"theme": "paper\0\ud800"})
    assert ana.preferences() == {"theme": "paper\0\ud800"}


@pytest.mark.parametrize("place", [None, 5, b"links.db", ["links.db"]])
def test_a_store_is_opened_by_a_path_or_a_url(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoreUnusable, match="opened by a path or a URL"):
        Store.open(place)
