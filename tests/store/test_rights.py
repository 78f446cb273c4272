"""Two roles on a server: terminals do all that hosts do, booking pages spend only links whose tokens they have."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import NullPool, create_engine
from sqlmodel import Session

from postgres_server import Databases, EmbeddedServer
from secret_links import (
    EventType,
    HostStore,
    InvalidInput,
    Link,
    LinkExpired,
    LinkFilter,
    LinkNotAvailable,
    LinkUnknown,
    LinkUsed,
    Status,
    Store,
    StoreBusy,
    StoreError,
    redeem_in,
)
from secret_links.postgres.rights import rights
from secret_links.text import LABEL_LENGTH
from secret_links_tui.__main__ import main
from support import SetClock, at_version

NUMBERS = count(1)


@pytest.fixture
def database() -> str:
    """All tests here need a server."""
    return "postgresql"


@pytest.fixture
def clock() -> SetClock:
    """Begins with the server's clock, which decides."""
    return SetClock(datetime.now(UTC).replace(microsecond=0))


class Roles:
    """Roles of one test, dropped after it."""

    def __init__(self, url: str, embedded: EmbeddedServer) -> None:
        self.url = url
        self._made: list[str] = []
        self._server = embedded

    def new(self, name: str) -> str:
        """Makes a role that can log in; gives its name, which no other test has."""
        name = f"{name}_{os.getpid()}_{next(NUMBERS)}"
        self.do(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)).as_string())
        self._made.append(name)
        return name

    def as_role(self, name: str) -> str:
        return self.url.replace("postgres@", f"{quote(name, safe='')}@")

    def do(self, statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statements.encode())

    def end(self) -> None:
        for name in self._made:
            role = sql.Identifier(name)
            self.do(sql.SQL("DROP OWNED BY {}; DROP ROLE {}").format(role, role).as_string())


@pytest.fixture
def roles(url: str, embedded: EmbeddedServer) -> Iterator[Roles]:
    made = Roles(url, embedded)
    yield made
    made.end()


@pytest.fixture
def granted(roles: Roles, store: Store) -> tuple[str, str]:
    """The store's URL for a terminal's role and for a page's, with the rights that are printed."""
    terminal, page = roles.new("terminal"), roles.new("page")
    roles.do(rights(terminal, page))
    return roles.as_role(terminal), roles.as_role(page)


@pytest.fixture
def terminal(granted: tuple[str, str]) -> str:
    return granted[0]


@pytest.fixture
def page(granted: tuple[str, str]) -> str:
    return granted[1]


@pytest.fixture
def links(store: Store, ana: HostStore, interview: EventType, clock: SetClock) -> tuple[Link, Link, Link]:
    """One that is Active, one that is Used, and one that has expired."""
    clock.forward(hours=-2)
    (expired,) = ana.generate(interview.id, labels=["Carla"], expires_at=clock() + timedelta(hours=1))
    clock.forward(hours=2)
    active, used = ana.generate(interview.id, labels=["Ana Pires", "Bo Chen"])
    return active, store.redeem(used.token, by="Bo"), expired


def outcome(url: str, statements: str, token: str = "") -> int:
    """How many rows the last statement found, after a token was named."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT set_config('secret_links.token', %s, true)", [token])
        return connection.execute(statements.encode()).rowcount


def is_refused(url: str, statements: str, token: str = "") -> bool:
    try:
        outcome(url, statements, token)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


# Terminals


def test_a_terminal_does_all_that_hosts_do(terminal: str) -> None:
    with Store.open(terminal) as store, closing(store.watch()) as watch:
        assert not store.read_only
        host = store.as_host("zoe")
        event_type = host.add_event_type("Intro call")
        old, other = host.generate(event_type.id, labels=["Ana Pires", "Bo Chen"])
        assert host.change_event_type(event_type.id, "Intro", "intro", 45).links == 2
        (fresh,) = host.generate(event_type.id, replaces=old.id)
        host.prefer({"theme": "paper"})
        assert host.preferences() == {"theme": "paper"}
        assert store.look_up(other.token).host == "zoe"
        assert store.redeem(other.token, by="Bo", reference="17").label == "Bo Chen"
        with host.snapshot() as snapshot:
            assert snapshot.story(old).replaced_by == (replace(fresh, event_type=snapshot.event_type("intro")),)
        assert host.counts(LinkFilter(search="bo")).used == 1
        deletion = host.delete([old.id])
        assert host.restore(deletion.id) == 1
        removal = host.remove_event_type(event_type.id, with_links=True)
        assert removal is not None
        assert host.restore(removal.id) == 3
        assert isinstance(host.find(old.token), Link)
        assert watch.changed()
        host.delete_matching(LinkFilter(status=Status.ACTIVE))
    with Store.open(terminal, clock=lambda: datetime.now(UTC) + timedelta(days=31)) as later:
        assert later.purge() == 2


NOT_FOR_TERMINALS = (
    "CREATE TABLE notes (id integer)",
    "CREATE SCHEMA notes",
    "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "ALTER TABLE link ADD COLUMN note text",
    "ALTER TABLE link DISABLE ROW LEVEL SECURITY",
    "DROP TABLE deleted_link",
    "DROP POLICY secret_links_page_reads ON link",
    "TRUNCATE deleted_link",
    "CREATE INDEX ON link (used_by)",
    "UPDATE link SET token = 'x'",
    "UPDATE link_event SET kind = 'used'",
    "UPDATE link SET host_id = 1",
    "UPDATE host SET name = 'ana'",
    "DELETE FROM host",
    "DELETE FROM event_type",
    "SELECT setval('change_count', 1)",
    "ALTER SEQUENCE change_count RESTART",
    "UPDATE secret_links_schema SET version_num = '0001'",
    "SELECT setval('link_id_seq', 1)",
    "SELECT * FROM elsewhere.secret",
)


def test_a_terminal_can_do_nothing_else(terminal: str, roles: Roles) -> None:
    roles.do("CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.secret (id integer)")
    assert [statement for statement in NOT_FOR_TERMINALS if not is_refused(terminal, statement)] == []


LISTS = (
    "SELECT id FROM link WHERE host_id = 1 ORDER BY id DESC LIMIT 100",
    """SELECT id FROM link WHERE host_id = 1 AND lower(label COLLATE "C") > 'b'
        ORDER BY lower(label COLLATE "C"), id LIMIT 100""",
    """SELECT id FROM link WHERE host_id = 1 AND strpos(lower(label COLLATE "C"), 'ana') > 0 ORDER BY id DESC""",
    "SELECT id FROM link WHERE event_type_id = 1 AND expires_at > now() ORDER BY expires_at, id LIMIT 100",
    "SELECT id FROM link WHERE token >= 'k3' AND token < 'k4' AND host_id = 1",
    "SELECT event_type.name FROM link JOIN event_type ON event_type.id = event_type_id WHERE token = 'x'",
    "UPDATE link SET used_at = now() WHERE token = 'x' AND used_at IS NULL RETURNING label",
)


def test_a_terminals_lists_are_read_as_its_owners_are(terminal: str, url: str, links: tuple[Link, ...]) -> None:
    def plans(whose: str) -> list[list[tuple[str, ...]]]:
        with psycopg.connect(whose, options="-c enable_seqscan=off") as connection:
            return [connection.execute(f"EXPLAIN (COSTS OFF) {asked}".encode()).fetchall() for asked in LISTS]

    assert plans(terminal) == plans(url)


# Pages


def test_a_page_looks_links_up_and_redeems_them(
    page: str, ana: HostStore, interview: EventType, links: tuple[Link, ...]
) -> None:
    first, second, third = ana.generate(interview.id, labels=["Dmitri", "Elise", "Farid"])
    with Store.open(page) as store, closing(store.watch()) as watch:
        assert not store.read_only
        offer = store.look_up(first.token)
        assert (offer.event_type, offer.host) == (replace(interview, links=None), "ana")
        won = store.redeem(first.token, by="Dmitri", reference="booking 17")
        assert [replace(won, label="Dmitri")] == [ana.find(first.token)]
        with store.redeeming(second.token, by="Elise") as spent:
            assert (spent.label, spent.event_type) == (None, offer.event_type)
        with pytest.raises(ZeroDivisionError), store.redeeming(third.token):
            raise ZeroDivisionError
        assert watch.changed()
    assert ana.find(third.token) == third
    with ana.snapshot() as snapshot:
        assert snapshot.story(first).reference == "booking 17"


def test_a_page_learns_why_a_link_is_not_available_and_a_visitor_does_not(page: str, links: tuple[Link, ...]) -> None:
    _, used, expired = links
    with Store.open(page) as store:
        with pytest.raises(LinkUsed) as refused:
            store.redeem(used.token)
        assert (refused.value.used_at, refused.value.used_by) == (used.used_at, "Bo")
        with pytest.raises(LinkExpired):
            store.redeem(expired.token)
        with pytest.raises(LinkUnknown):
            store.redeem("x" * 22)
        for token in (used.token, expired.token, "x" * 22):
            with pytest.raises(LinkNotAvailable, match="This link is not available"):
                store.look_up(token)


def test_a_page_redeems_in_its_own_transaction(page: str, ana: HostStore, links: tuple[Link, ...]) -> None:
    engine = create_engine(page.replace("postgresql:", "postgresql+psycopg:"))
    with Session(engine) as session:
        redeem_in(session, links[0].token, by="Ana")
        session.rollback()
    assert ana.find(links[0].token) == links[0]
    with Session(engine) as session:
        assert redeem_in(session, links[0].token, by="Ana").used_by == "Ana"
        with pytest.raises(LinkUsed):
            redeem_in(session, links[0].token)
        session.commit()
    engine.dispose()
    assert ana.counts().used == 2


def test_a_page_redeems_by_the_command_with_its_rights_alone(
    page: str, ana: HostStore, links: tuple[Link, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    active, used, expired = links

    def redeem(token: str) -> tuple[int, str, str]:
        code = main(["--store", page, "redeem", token, "--by", "Ana", "--reference", "booking 17"])
        return code, *capsys.readouterr()

    assert redeem(active.token) == (0, active.url("https://42min.us/s") + "\n", "")
    for token in (active.token, used.token, expired.token, "x" * 22):
        assert redeem(token) == (1, "", "not available\n")
    with ana.snapshot() as snapshot:
        assert snapshot.story(active).reference == "booking 17"
    assert ana.counts().used == 2


def test_one_of_two_racing_pages_wins(page: str, ana: HostStore, interview: EventType) -> None:
    made = ana.generate(interview.id, 20)
    won: list[Link] = []
    begin = threading.Barrier(4)

    def redeem_all() -> None:
        with Store.open(page) as store:
            begin.wait(10)
            for link in made:
                try:
                    won.append(store.redeem(link.token))
                except LinkUsed:
                    continue

    racers = [threading.Thread(target=redeem_all) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(link.token for link in won) == sorted(link.token for link in made)


CLAIM = """
    UPDATE link SET used_at = clock_timestamp(), used_by = 'Ana', used_reference = '17'
    WHERE token = '{token}' AND used_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
    RETURNING event_type_id, nextval('change_count')
"""


def test_a_page_in_another_language_names_the_token_and_claims_it(page: str, links: tuple[Link, ...]) -> None:
    active, *others = links
    claim = CLAIM.format(token=active.token)
    assert outcome(page, claim) == 0, "it has named none"
    assert outcome(page, claim, others[0].token) == 0, "it has named another one"
    assert outcome(page, claim, active.token) == 1
    assert outcome(page, claim, active.token) == 0
    assert [outcome(page, CLAIM.format(token=link.token), link.token) for link in others] == [0, 0]


NOT_FOR_PAGES = (
    "SELECT label FROM link",
    "SELECT * FROM link",
    "SELECT used_reference FROM link",
    "SELECT replaces FROM link",
    "SELECT notes, note_names FROM link",
    "UPDATE link SET used_at = clock_timestamp() RETURNING label",
    "SELECT preferences FROM host",
    "SELECT * FROM deleted_link",
    "SELECT token FROM deleted_link",
    "SELECT * FROM deletion",
    "SELECT * FROM link_event",
    "INSERT INTO link_event (host_id, link_id, kind, at) VALUES (1, 1, 'used', now())",
    "UPDATE link SET expires_at = NULL",
    "UPDATE link SET token = 'x'",
    "UPDATE link SET label = 'x'",
    "UPDATE link SET event_type_id = 1",
    "DELETE FROM link",
    "TRUNCATE link",
    "INSERT INTO link (host_id, event_type_id, token, created_at) SELECT 1, 1, 'x', now()",
    "SELECT setval('change_count', 1)",
    "ALTER SEQUENCE change_count RESTART",
    "LOCK TABLE change IN ACCESS EXCLUSIVE MODE",
    "LOCK TABLE link IN ROW EXCLUSIVE MODE",
    "LOCK TABLE secret_links_schema IN ACCESS EXCLUSIVE MODE",
    "SELECT FROM host FOR KEY SHARE",
    "SELECT FROM event_type FOR KEY SHARE",
    "SELECT FROM secret_links_schema FOR KEY SHARE",
    "INSERT INTO host (name, created_at) VALUES ('x', now())",
    "UPDATE host SET name = 'x'",
    "UPDATE event_type SET name = 'x'",
    "UPDATE secret_links_schema SET version_num = '0001'",
    "SELECT nextval('link_id_seq')",
    "ALTER TABLE link DISABLE ROW LEVEL SECURITY",
    "DROP POLICY secret_links_page_reads ON link",
    "CREATE TABLE notes (id integer)",
    "SET row_security = off; SELECT token FROM link",
    "UPDATE link SET used_at = NULL",
    "UPDATE link SET used_by = 'x'",
)


def test_a_page_is_refused_everything_else(page: str, links: tuple[Link, ...]) -> None:
    assert [statement for statement in NOT_FOR_PAGES if not is_refused(page, statement, links[0].token)] == []


BLIND = (
    "SELECT token FROM link",
    "SELECT id, token FROM link WHERE used_at IS NULL",
    "SELECT id, name FROM event_type",
    "SELECT name FROM host",
    "UPDATE link SET used_at = clock_timestamp()",
    "UPDATE link SET used_at = clock_timestamp() WHERE token LIKE '%'",
    "UPDATE link SET used_by = 'x' WHERE used_at IS NOT NULL",
    "SELECT token FROM link FOR UPDATE",
    "SELECT most_common_vals FROM pg_stats WHERE tablename = 'link'",
)


def test_a_page_that_names_no_token_finds_nothing(
    page: str, ana: HostStore, roles: Roles, links: tuple[Link, ...]
) -> None:
    roles.do("ANALYZE")
    before = ana.window()
    assert [statement for statement in BLIND if outcome(page, statement) or outcome(page, statement, "%")] == []
    assert ana.window() == before


def test_a_page_cannot_change_a_used_or_an_expired_link(page: str, ana: HostStore, links: tuple[Link, ...]) -> None:
    before = ana.window()
    for link in links[1:]:
        for change in ("used_at = NULL", "used_by = 'x'", "used_at = clock_timestamp(), used_reference = 'x'"):
            assert outcome(page, f"UPDATE link SET {change}", link.token) == 0
        assert outcome(page, "SELECT token FROM link", link.token) == 1, "only that one"
    assert ana.window() == before


OTHER_INSTANTS = (
    "'infinity'",
    "'-infinity'",
    "'4000-01-01 00:00+00 BC'",
    "'290000-01-01 00:00+00'",
    "clock_timestamp() - interval '1 day'",
    "clock_timestamp() + interval '1 second'",
)


@pytest.mark.parametrize("instant", OTHER_INSTANTS)
def test_a_page_spends_a_link_now_and_at_no_other_instant(
    page: str, ana: HostStore, links: tuple[Link, ...], instant: str
) -> None:
    claim = f"UPDATE link SET used_at = {instant}, used_by = 'Ana' WHERE token = '{links[0].token}'"
    assert is_refused(page, claim, links[0].token)
    assert ana.find(links[0].token) == links[0]
    assert outcome(page, CLAIM.format(token=links[0].token), links[0].token) == 1


@pytest.mark.parametrize("column", ["used_by", "used_reference"])
def test_a_page_cannot_write_notes_longer_than_a_label(
    page: str, ana: HostStore, links: tuple[Link, ...], column: str
) -> None:
    token = links[0].token
    claim = f"UPDATE link SET used_at = clock_timestamp(), {column} = repeat('é', %d) WHERE token = '{token}'"
    assert is_refused(page, claim % (LABEL_LENGTH + 1), token)
    assert ana.find(token) == links[0]
    assert outcome(page, claim % LABEL_LENGTH, token) == 1


COUNTING = (
    "UPDATE change SET number = 9223372036854775807",
    "UPDATE change SET number = NULL",
    "UPDATE change SET number = number + 1 WHERE part = (SELECT part FROM change LIMIT 1 FOR UPDATE SKIP LOCKED)",
    "SELECT part FROM change FOR UPDATE",
    "SELECT nextval('change_count') FROM generate_series(1, 1000)",
    "SELECT FROM change_count",
)


@pytest.mark.parametrize("whose", [0, 1])
def test_no_role_can_block_the_counting_of_changes(
    granted: tuple[str, str], url: str, ana: HostStore, links: tuple[Link, ...], whose: int
) -> None:
    """Neither with a commit, nor with a transaction that stays open."""
    for statement in COUNTING:
        outcome(granted[whose], statement)
    with psycopg.connect(granted[whose]) as holding:
        for statement in COUNTING:
            holding.execute(statement.encode())
        others = [Store.open(place, wait=0.1) for place in (url, *granted)]
        fresh = ana.generate(links[0].event_type.id, len(others))
        with closing(others[0].watch()) as watch:
            for other, link in reversed([*zip(others, fresh, strict=True)]):  # the watch's own store is closed last
                watch.changed()
                assert other.redeem(link.token).token == link.token
                assert watch.changed()
                other.close()


def test_an_open_claim_on_a_link_does_not_block_other_links(
    granted: tuple[str, str], url: str, ana: HostStore, links: tuple[Link, ...]
) -> None:
    held, *others = ana.generate(links[0].event_type.id, 40)
    engine = create_engine(granted[1].replace("postgresql:", "postgresql+psycopg:"))
    with Session(engine) as session:
        redeem_in(session, held.token)
        with Store.open(url, wait=0.1) as store:
            assert len([store.redeem(link.token) for link in others]) == len(others)
            assert len(store.as_host("ana").generate(links[0].event_type.id, 3)) == 3
            with pytest.raises(StoreBusy):
                store.redeem(held.token)
        session.commit()
    engine.dispose()


def test_an_upgrade_restricts_roles_of_pages_that_were_granted_before(roles: Roles, databases: Databases) -> None:
    """Their statements still work; the owner can repeat the grants later."""
    empty = databases.empty()
    name = roles.new("page")
    older = create_engine(empty.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    with older.begin() as connection:
        at_version(connection, "0004")
        for statement in GRANTED_BEFORE:
            connection.exec_driver_sql(statement.format(page=name))
    with Store.open(empty, upgrade=True) as store, closing(store.watch()) as watch:
        host = store.as_host("ana")
        first, second = host.generate(host.add_event_type("Intro").id, 2)
        page = empty.replace("postgres@", f"{name}@")
        assert is_refused(page, f"UPDATE link SET used_at = 'infinity' WHERE token = '{first.token}'", first.token)
        watch.changed()
        assert outcome(page, OLDER_CLAIM.format(token=first.token), first.token) == 1
        assert watch.changed()
        with Store.open(page) as booking:
            assert booking.redeem(second.token).used_at
    databases.drop(empty)


GRANTED_BEFORE = (
    "GRANT USAGE ON SCHEMA public TO {page}",
    "GRANT SELECT ON secret_links_schema, change TO {page}",
    "GRANT UPDATE (number) ON change TO {page}",
    "GRANT SELECT (id, host_id, event_type_id, token, created_at, expires_at, used_at, used_by) ON link TO {page}",
    "GRANT UPDATE (used_at, used_by, used_reference) ON link TO {page}",
    "GRANT SELECT (id, slug, name, minutes) ON event_type TO {page}",
    "GRANT SELECT (id, name) ON host TO {page}",
    "ALTER TABLE link ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY secret_links_everybody ON link USING (true)",
    """CREATE POLICY secret_links_page_spends ON link AS RESTRICTIVE FOR UPDATE TO {page}
        USING (token = current_setting('secret_links.token', true)) WITH CHECK (used_at IS NOT NULL)""",
)
"""The relevant part of what an older version has printed."""

OLDER_CLAIM = """
    WITH told AS (
      UPDATE change SET number = number + 1
      WHERE part = (SELECT part FROM change ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED)
    )
    UPDATE link
    SET used_at = date_trunc('milliseconds', clock_timestamp()), used_by = 'Ana', used_reference = '17'
    WHERE token = '{token}' AND used_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
    RETURNING event_type_id
"""
"""The statement that an older README has for pages in other languages."""


# Opening with too few rights, and what is printed


def test_opening_a_store_without_the_right_to_is_refused_in_a_sentence(page: str) -> None:
    with Store.open(page) as store:
        host = store.as_host("ana")
        for operation in (host.window, host.counts, store.purge, lambda: host.add_event_type("Intro")):
            with pytest.raises(StoreError, match=r"This user may not do that in .*: permission denied for table"):
                operation()


def test_a_terminal_that_may_not_delete_does_all_else(
    granted: tuple[str, str], roles: Roles, ana: HostStore, links: tuple[Link, ...]
) -> None:
    name = roles.new("careful")
    roles.do(f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {name}")
    with Store.open(roles.as_role(name)) as store:
        host = store.as_host("ana")
        assert host.window() == ana.window()
        with pytest.raises(StoreError, match="This user may not do that"):
            host.delete([links[0].id])
        assert store.redeem(links[0].token).label == "Ana Pires"
        assert store.purge() == 0


def test_a_role_that_may_only_read_sees_every_link(
    granted: tuple[str, str], roles: Roles, ana: HostStore, links: tuple[Link, ...]
) -> None:
    name = roles.new("reader")
    roles.do(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
    with Store.open(roles.as_role(name)) as store:
        assert store.read_only
        assert store.as_host("ana").window() == ana.window()


@pytest.mark.parametrize("name", ['o"brien; DROP TABLE link; --', "o'brien \\", "Ana Pires", "%s {x}", ":x"])
def test_names_of_roles_are_quoted(roles: Roles, store: Store, links: tuple[Link, ...], name: str) -> None:
    terminal, page = roles.new(name), roles.new(name)
    roles.do(rights(terminal, page))
    roles.do(rights(terminal, page))  # as after each upgrade
    with Store.open(roles.as_role(page)) as booking:
        assert booking.redeem(links[0].token).used_at
    with Store.open(roles.as_role(terminal)) as shown:
        assert len(shown.as_host("ana").window()) == 3


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 64, "é" * 32, "a\nb", "a\0b", "\u202egap", "pg_x", "public", "a$role$b"]
)
def test_what_cannot_name_a_role_is_refused(name: str) -> None:
    for terminal, page in ((name, "page"), ("terminal", name)):
        with pytest.raises(InvalidInput, match="cannot be the name of a role"):
            rights(terminal, page)


def test_both_roles_are_different_and_neither_owns_the_store(roles: Roles, store: Store) -> None:
    with pytest.raises(InvalidInput, match="need a role each"):
        rights("links", "links")
    with pytest.raises(psycopg.errors.RaiseException, match="owns the store, or is above all rights"):
        roles.do(rights("postgres", roles.new("page")))


def test_roles_that_are_missing_are_made_in_a_schema_of_ones_own(
    embedded: EmbeddedServer, roles: Roles, url: str
) -> None:
    roles.do('CREATE SCHEMA "My links"')
    inside = "&options=-csearch_path%3D%22My%5C%20links%22"
    member = roles.new("member")
    with Store.open(url + inside) as store:
        host = store.as_host("ana")
        (link,) = host.generate(host.add_event_type("Intro").id)
        roles.do(rights(f"{member}_t", f"{member}_p", "My links"))
        roles._made += [f"{member}_t", f"{member}_p"]
        roles.do(f"GRANT {member}_p TO {member}")
        with Store.open(roles.as_role(member) + inside) as booking:
            assert booking.redeem(link.token).event_type.slug == "intro"
            with pytest.raises(LinkUsed):
                booking.redeem(link.token)


def test_the_sql_runs_in_the_owners_psql_with_any_settings(
    roles: Roles, url: str, links: tuple[Link, ...], embedded: EmbeddedServer
) -> None:
    psql = embedded.programs / "psql"
    if not psql.exists():
        pytest.skip("the server comes without psql")
    terminal, page = roles.new("tërminal\\'"), roles.new("päge\\'")
    settings = "-c standard_conforming_strings=off -c default_transaction_read_only=on -c search_path=pg_catalog"
    environment = {"PGOPTIONS": settings, "PGCLIENTENCODING": "LATIN1", "PATH": os.environ["PATH"], "LC_ALL": "C"}
    program = [str(psql), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", url]
    script = rights(terminal, page).encode()
    ended = subprocess.run(program, input=script, env=environment, check=False, capture_output=True)
    assert ended.returncode == 0, ended.stderr
    with Store.open(roles.as_role(page)) as booking:
        assert booking.redeem(links[0].token).used_at
    with Store.open(roles.as_role(terminal)) as shown:
        assert len(shown.as_host("ana").window()) == 3


def test_the_verb_prints_the_sql_and_opens_no_store(capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = ("--store", "postgresql://nobody@/none?host=/nowhere", "store", "grant")
    assert main([*nowhere]) == 0
    assert capsys.readouterr().out == rights()
    assert main([*nowhere, "--terminal-role", "staff", "--page-role", "booking", "--schema", "links"]) == 0
    assert capsys.readouterr().out == rights("staff", "booking", "links")
    assert main([*nowhere, "--page-role", "pg_monitor"]) == 2
    assert "cannot be the name of a role for pages" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", "\n", "a\x07b", "x" * 64, "é" * 32, "pg_staff", "a$b"),
        *("public", "none", "user", "session_user", "current_user", "current_role"),
    ],
)
def test_what_means_something_else_is_no_name_of_a_role(name: str) -> None:
    for names, what in (((name, "page"), "a role for terminals"), (("terminal", name), "a role for pages")):
        with pytest.raises(InvalidInput, match=what) as refused:
            rights(*names)
        assert refused.value.field == "role"


@pytest.mark.parametrize("name", ["x" * 63, "é" * 31, "Staff of Ana", "apg_", "users"])
def test_any_other_text_is_a_name_of_a_role(name: str) -> None:
    assert f'CREATE ROLE "{name}" NOLOGIN' in rights(name)
    assert f'CREATE ROLE "{name}" NOLOGIN' in rights(page=name)


def test_a_schema_may_be_public_and_has_a_name_like_a_role() -> None:
    assert 'SET LOCAL search_path TO "public", pg_temp' in rights()
    assert 'SET LOCAL search_path TO "user", pg_temp' in rights(schema="user")
    for name in ("", "a$b", "pg_catalog", "x" * 64):
        with pytest.raises(InvalidInput, match="the name of a schema"):
            rights(schema=name)


def test_rights_that_were_given_before_are_taken_away(roles: Roles, store: Store) -> None:
    terminal, page = roles.new("terminal"), roles.new("page")

    def held() -> list[tuple[object, ...]]:
        query = """
            SELECT 'column', grantee, table_name, column_name, privilege_type FROM information_schema.column_privileges
            UNION ALL SELECT 'table', grantee, table_name, '', privilege_type FROM information_schema.table_privileges
            UNION ALL SELECT 'other', grantee, object_name, '', privilege_type FROM information_schema.usage_privileges
            UNION ALL SELECT 'schema', r, 'public', '', p
                FROM unnest(%(roles)s::text[]) r, unnest(ARRAY['USAGE', 'CREATE']) p
                WHERE has_schema_privilege(r, 'public', p)
            UNION ALL SELECT 'count', r, s.relname, '', p
                FROM unnest(%(roles)s::text[]) r, unnest(ARRAY['SELECT', 'UPDATE']) p, pg_class s
                WHERE s.relkind = 'S' AND has_sequence_privilege(r, s.oid, p)
        """
        with psycopg.connect(roles.url) as connection:
            asked = f"SELECT * FROM ({query}) held WHERE grantee = ANY(%(roles)s::text[]) ORDER BY 1, 2, 3, 4, 5"
            return connection.execute(asked.encode(), {"roles": [terminal, page]}).fetchall()

    roles.do(rights(terminal, page))
    wanted = held()
    both = sql.SQL(", ").join(map(sql.Identifier, (terminal, page))).as_string()
    for kind in ("ALL TABLES IN SCHEMA public", "ALL SEQUENCES IN SCHEMA public", "SCHEMA public"):
        roles.do(f"GRANT ALL ON {kind} TO {both}")
    assert held() != wanted
    roles.do(rights(terminal, page))
    assert held() == wanted
