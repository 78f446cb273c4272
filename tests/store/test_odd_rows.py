"""A row that another program has broken does not affect other rows, in any column and with any value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from odd_rows import Wrong, asked, contents, opened_up, put_in, wrong_values
from postgres_server import Databases
from secret_links import (
    Checkpoint,
    Column,
    DeletedLink,
    HostStore,
    Link,
    LinkFilter,
    LinkNotAvailable,
    LinkSet,
    LinkUnknown,
    NothingToUndo,
    Order,
    PartlyDone,
    SecretLinksError,
    Snapshot,
    Status,
    Store,
    redeem_in,
)
from secret_links.sqlite.first_look import first_look
from secret_links.whole.copying import copy
from support import BOTH, SetClock, estimates

DATABASES = BOTH

ORDERS = [Order(column, descending) for column, descending in product(Column, (True, False))]


@pytest.fixture
def bo(store: Store) -> HostStore:
    """Another host, whose rows are intact."""
    bo = store.as_host("bo")
    made = bo.generate(bo.add_event_type("Intro").id, 6, labels=["Zoë"])
    bo.delete([made[0].id])
    return bo


@pytest.fixture
def good(ana: HostStore, clock: SetClock) -> list[Link]:
    """Links of Ana's that nobody has broken, among them some of each status."""
    event_type = ana.add_event_type("Final interview")
    made = ana.generate(event_type.id, 4, labels=["a", "b", "z", "Zoë"], expires_at=clock() + timedelta(days=9))
    made += ana.generate(event_type.id, 3, expires_at=clock() + timedelta(minutes=1))
    made += ana.generate(event_type.id, 2, labels=["m"])
    clock.forward(minutes=2)
    return made


def broken_links(url: str, ana: HostStore, clock: SetClock) -> dict[int, Wrong]:
    values = wrong_values(url, "link")
    event_type = ana.add_event_type("Broken")
    made = ana.generate(event_type.id, len(values), labels=["n"], expires_at=clock() + timedelta(days=9))
    return put_in(url, "link", [link.id for link in made], values)


def broken_event_types(url: str, ana: HostStore) -> dict[int, Wrong]:
    values = wrong_values(url, "event_type")
    event_types = [ana.add_event_type(f"Broken {number}") for number in range(len(values))]
    for event_type in event_types:
        ana.generate(event_type.id)
    return put_in(url, "event_type", [event_type.id for event_type in event_types], values)


def broken_deletions(url: str, ana: HostStore, table: str) -> dict[int, Wrong]:
    values = wrong_values(url, table)
    made = ana.generate(ana.add_event_type("Broken").id, len(values), labels=["n"])
    ids = [ana.delete([link.id]).id for link in made]
    return put_in(url, table, ids if table == "deletion" else [link.id for link in made], values)


def read_everything(snapshot: Snapshot, url: str, host: str = "ana") -> None:
    """Reads all that a screen and verbs read of a host; every list has every link, once.

    A list by event types has the links of the host's event types, whosever they are by themselves.
    """
    there, by_type = ids_of(url, host), ids_by_type(url, host)
    event_types = snapshot.event_types(counted=True)
    counts = snapshot.lists.counts()
    assert counts.total == len(there)
    for order in ORDERS:
        rows = snapshot.lists.window(order=order, count=None)
        is_by_type = order.column is Column.EVENT_TYPE
        assert sorted(link.id for link in rows) == sorted(by_type if is_by_type else there), order
        assert list(in_pages(snapshot, LinkFilter(), order)) == rows, order
        for status in Status:
            wanted = LinkFilter(status=status)
            found = list(in_pages(snapshot, wanted, order))
            assert {link.status_at(snapshot.now) for link in found} <= {status}
            expected = {link.id for link in rows if link.status_at(snapshot.now) is status}
            assert sorted(link.id for link in found) == sorted(expected), (order, status)
            assert len(found) == counts.of(status) or (is_by_type and by_type != there)
            assert [mark.row for mark in snapshot.lists.checkpoints(wanted, order, 50)] == list(
                range(50, len(found), 50)
            )
        for row, link in list(enumerate(rows))[::11]:
            assert snapshot.lists.position(LinkFilter(), order, link, Checkpoint(0, rows[0])) == row
            assert (
                snapshot.lists.rows(snapshot.lists.listing(LinkFilter(), order), 0, row, Checkpoint(row, link))
                == rows[:row]
            )
            estimates(snapshot).checkpoint(LinkFilter(), order, row, len(rows))
            estimates(snapshot).row(LinkFilter(), order, link, len(rows))
    for event_type in event_types[:3]:
        assert (
            sum(len(snapshot.lists.window(LinkFilter(event_type.id, status), count=None)) for status in Status)
            == event_type.links
        )
    for search in ("n", "zoë", "ana", "3xk", "\ufffd"):
        snapshot.lists.window(LinkFilter(search=search))
        snapshot.lists.beginning_with(LinkFilter(search=search), Order(), 5)
        estimates(snapshot).count(LinkFilter(search=search))
    chosen = LinkSet(every=LinkFilter(), up_to=snapshot.selections.newest_id(), as_of=snapshot.now)
    assert snapshot.selections.tally(chosen).counts == counts
    snapshot.selections.links(chosen, 10)
    snapshot.next_expiry()
    snapshot.last_deletion()
    snapshot.preferences()


def in_pages(snapshot: Snapshot, wanted: LinkFilter, order: Order) -> Iterator[Link]:
    """Goes through a list as verbs do, a few rows at a time from the last one read."""
    row, near = 0, None
    while rows := snapshot.lists.window(wanted, order, row, 17, near):
        yield from rows
        row, near = row + len(rows), Checkpoint(row + len(rows) - 1, rows[-1])


def ids_of(url: str, host: str) -> set[int]:
    found = asked(url, f"SELECT link.id FROM link JOIN host ON host.id = host_id WHERE name = '{host}'")
    return {row[0] for row in found}


def ids_by_type(url: str, host: str) -> set[int]:
    event_types = "SELECT event_type.id FROM event_type JOIN host ON host.id = host_id"
    query = f"SELECT id FROM link WHERE event_type_id IN ({event_types} WHERE host.name = '{host}')"
    return {row[0] for row in asked(url, query)}


def use_everything(url: str, store: Store, ana: HostStore, good: Sequence[Link]) -> None:
    """Does all that a host and visitors do, with good links and with all others."""
    with ana.snapshot() as snapshot:
        read_everything(snapshot, url)
        shown = snapshot.lists.window(count=None)
        for link in shown:
            snapshot.story(link)
    for link in good:
        assert ana.find(link.token) == next(other for other in shown if other.id == link.id)
    if not url.startswith("postgresql"):
        assert first_look(url, "ana", 500).newest == tuple(shown)
    for link in shown:
        try_to_redeem(store, link)
    with suppress(SecretLinksError):
        ana.find("A" * 22)
    ana.prefer({"theme": "paper"})
    for event_type in ana.event_types():
        with suppress(SecretLinksError):
            ana.change_event_type(event_type.id, f"{event_type.name} again", None, 45)
    assert len(ana.generate(ana.add_event_type("Fresh").id, 2, replaces=good[0].id)) == 2
    for link in shown:
        assert ana.delete([link.id]).links == 1, link
        with suppress(NothingToUndo):
            deletion = ana.last_deletion()
            assert deletion is not None
            assert ana.restore(deletion.id) >= 1, link
    for status in Status:
        counted = ana.counts().of(status)
        assert ana.delete_matching(LinkFilter(status=status)).links == counted
    assert ana.counts().total == 0


def try_to_redeem(store: Store, link: Link) -> None:
    """Redeems a link: what is not Active opens no booking."""
    status = link.status_at(store.now())
    try:
        store.look_up(link.token)
        won = store.redeem(link.token, "Zoë")
    except LinkNotAvailable:
        return
    assert won.id == link.id
    assert status is Status.ACTIVE, link
    with pytest.raises(LinkNotAvailable):
        store.redeem(link.token)


def check_copies(url: str, store: Store, emptied: Callable[[str], str]) -> None:
    """Copies the store: exactly to the same type of database, and as nearly as possible to the other."""
    for other in BOTH:
        target_url = emptied(other)
        is_same = (other == "postgresql") == url.startswith("postgresql")
        with Store.open(target_url) as target:
            if is_same:
                opened_up(target_url)
            with suppress(*() if is_same else (SecretLinksError,)):
                copied = copy(store, target)
                assert not (is_same and copied.nearest)
                assert copy(store, target).found == copied.rows
        if is_same:
            assert contents(target_url) == contents(url)


@pytest.fixture
def new_place(tmp_path: Path, databases: Databases) -> Callable[[str], str]:
    return lambda database: databases.new() if database == "postgresql" else str(tmp_path / "copy.db")


@pytest.mark.parametrize("table", ["link", "event_type", "deletion", "deleted_link"])
def test_a_broken_row_does_not_affect_other_rows(
    url: str,
    store: Store,
    ana: HostStore,
    bo: HostStore,
    good: list[Link],
    clock: SetClock,
    table: str,
    new_place: Callable[[str], str],
) -> None:
    opened_up(url)
    match table:
        case "link":
            broken = broken_links(url, ana, clock)
        case "event_type":
            broken = broken_event_types(url, ana)
        case _:
            broken = broken_deletions(url, ana, table)
    assert len({wrong.column for wrong in broken.values()}) == len({w.column for w in wrong_values(url, table)})
    before = bo.window(), bo.counts()
    check_copies(url, store, new_place)
    if table == "deleted_link":
        look_at_what_was_deleted(url, ana)
    use_everything(url, store, ana, good)
    undo_everything(ana)
    assert (bo.window(), bo.counts()) == before
    assert store.redeem(before[0][0].token).event_type.name == "Intro"
    clock.forward(days=40)
    store.purge()
    assert isinstance(bo.find(before[0][0].token), Link)


def look_at_what_was_deleted(url: str, ana: HostStore) -> None:
    query = "SELECT token FROM deleted_link JOIN host ON host.id = host_id WHERE name = 'ana'"
    for (token,) in asked(url, query):
        text = token.decode("utf-8", "replace") if isinstance(token, bytes) else str(token)
        with suppress(LinkUnknown):
            found = ana.find(text)
            if isinstance(found, DeletedLink):
                with ana.snapshot() as snapshot:
                    snapshot.story(found.link)


def undo_everything(ana: HostStore) -> None:
    """Restores all deletions."""
    while (deletion := ana.last_deletion()) is not None:
        assert ana.restore(deletion.id) == deletion.links


def test_a_broken_host_does_not_affect_other_hosts(
    url: str, store: Store, ana: HostStore, bo: HostStore, good: list[Link]
) -> None:
    opened_up(url)
    before = bo.window(), bo.counts()
    for wrong in wrong_values(url, "host"):
        ((kept,),) = asked(url, "SELECT id FROM host WHERE name = 'bo'")
        ((ana_id,),) = asked(url, "SELECT min(id) FROM host WHERE id <> (SELECT id FROM host WHERE name = 'bo')")
        assert kept != ana_id
        assert put_in(url, "host", [ana_id], [wrong])
        with ana.snapshot() as snapshot:
            read_everything(snapshot, url)
        first_look(url, "ana", 10)
        with suppress(SecretLinksError):
            ana.prefer({"theme": "paper"})
        assert (bo.window(), bo.counts()) == before
        put_in(url, "host", [ana_id], [Wrong("name", f"'host {wrong.column}'")])


@pytest.mark.parametrize("column", ["created_at", "expires_at", "used_at", "label"])
def test_a_page_spends_no_link_whose_expiry_cannot_be_read(
    url: str, store: Store, ana: HostStore, clock: SetClock, column: str
) -> None:
    values = [wrong for wrong in wrong_values(url, "link") if wrong.column == column]
    opened_up(url)
    expiry = datetime.now(UTC) + timedelta(days=9)
    made = ana.generate(ana.add_event_type("Intro").id, len(values), labels=["n"], expires_at=expiry)
    put_in(url, "link", [link.id for link in made], values)
    scheme = "postgresql+psycopg:" if url.startswith("postgresql:") else "sqlite:///"
    engine = create_engine(scheme + url.removeprefix("postgresql:"))
    clock.instant = datetime.now(UTC)
    for link in ana.window():
        with engine.begin() as connection:
            if link.status_at(clock()) is Status.ACTIVE:
                assert redeem_in(connection, link.token, by="Zoë").id == link.id
            else:
                with pytest.raises(LinkNotAvailable):
                    redeem_in(connection, link.token)
    engine.dispose()
    assert ana.counts().active == 0


def test_a_link_that_cannot_be_deleted_stays_and_is_reported_and_others_go(url: str, ana: HostStore) -> None:
    made = ana.generate(ana.add_event_type("Intro").id, 5)
    opened_up(url, ["link"])  # so that the other table takes no link without an instant
    assert put_in(url, "link", [made[2].id], [Wrong("created_at", "NULL")])
    with pytest.raises(PartlyDone, match=r"^4 links were deleted; 1 could not be, for they are damaged") as partly:
        ana.delete_matching(LinkFilter())
    assert partly.value.done == 4
    assert [link.id for link in ana.window()] == [made[2].id]
    with pytest.raises(PartlyDone, match=r"^0 links were deleted; 1 could not be"):
        ana.remove_event_type(made[0].event_type.id, with_links=True)
    assert [event_type.links for event_type in ana.event_types()] == [1]


def test_a_deletion_that_cannot_be_undone_as_a_whole_is_undone_in_part(url: str, ana: HostStore) -> None:
    made = ana.generate(ana.add_event_type("Intro").id, 5)
    deletion = ana.delete_matching(LinkFilter())
    opened_up(url, ["deleted_link"])
    assert put_in(url, "deleted_link", [made[2].id], [Wrong("created_at", "NULL")])
    with pytest.raises(PartlyDone, match=r"^4 links were restored; 1 could not be"):
        ana.restore(deletion.id)
    assert ana.counts().total == 4


def test_links_of_several_slices_that_cannot_be_restored_are_all_counted(url: str, ana: HostStore) -> None:
    made = ana.generate(ana.add_event_type("Intro").id, 502)
    deletion = ana.delete_matching(LinkFilter())
    opened_up(url, ["deleted_link"])
    wrong = [Wrong("created_at", "NULL")] * 2
    assert len(put_in(url, "deleted_link", [made[0].id, made[-1].id], wrong)) == 2
    with pytest.raises(PartlyDone, match=r"^500 links were restored; 2 could not be"):
        ana.restore(deletion.id)
    assert ana.counts().total == 500
