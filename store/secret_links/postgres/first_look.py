"""What a screen shows before its store on a server is open, read with the driver alone, in two round trips.

SQLAlchemy takes several times as long to import as the driver does. Nothing is prepared, and nothing is set but inside
the one transaction, so a pooler may stand before the server. Errors are left for the opening to report.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg
from psycopg import sql

from secret_links.cursors import LOOKED_BACK, Cursor, Ranges
from secret_links.errors import StoreError
from secret_links.first_looks import FirstLook
from secret_links.notes import as_read
from secret_links.odd_values import OddInstant, read_required_text, read_server_instant
from secret_links.postgres.address import Address
from secret_links.postgres.horizon import HORIZON
from secret_links.postgres.instants import read_instants
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links.tables.preferences import read_preferences
from secret_links.times import to_utc
from secret_links.values import NO_EVENT_TYPE, EventType, Link, by_name

_PATIENCE = "2s"
"""How long a statement may take: the opened store would have the rows by then."""

_BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    f"SET LOCAL statement_timeout = '{_PATIENCE}'",
    "SET LOCAL DateStyle = 'ISO, MDY'",
    "SET LOCAL TimeZone = 'UTC'",
    """SELECT set_config('search_path', quote_ident(nspname) || ', pg_temp', true)
    FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    WHERE pg_class.oid = pg_catalog.to_regclass('secret_links_schema')""",
)
_HOST = """
    SELECT (SELECT version_num FROM secret_links_schema), host.id, host.preferences,
        (SELECT coalesce(max(id), 0) FROM link_event), date_trunc('milliseconds', clock_timestamp()), ended < begun
    FROM host, ({horizon}) AS horizon WHERE name = {name}
"""
_TYPES = """
    SELECT event_type.id, slug, event_type.name, minutes, removed_at IS NULL
    FROM event_type JOIN host ON host.id = host_id WHERE host.name = {name}
"""
_NEWEST = """
    SELECT id, token, event_type_id, label, created_at, expires_at, used_at, used_by, used_reference, note_names, notes
    FROM link WHERE host_id = {host} ORDER BY id DESC LIMIT {rows}
"""
_OLDEST = "SELECT min(id) FROM link WHERE host_id = {host}"
_GAPS = """
    SELECT before + 1, id - 1
    FROM (SELECT id, lag(id, 1, {after}) OVER (ORDER BY id) AS before FROM link_event WHERE id > {after}) AS events
    WHERE {is_anything_open} AND id - before > 1 ORDER BY id
"""

Answer = list[tuple[Any, ...]]


def first_look_at_server(url: str, host_name: str, rows: int) -> FirstLook:
    """Reads the newest `rows` links of a host, if a store of today's schema is there; waits for a server that is slow.

    Unlike the look at a file it takes its time, so it is for a thread beside the opening.
    """
    try:
        parameters = Address.of(url).parameters
        connection = psycopg.connect(**parameters, autocommit=True, prepare_threshold=None)
        with closing(connection):
            read_instants(connection)
            return _look(connection, host_name, rows)
    except (StoreError, psycopg.Error, ArithmeticError, ValueError, TypeError, LookupError):
        return FirstLook()


def _look(connection: psycopg.Connection, host_name: str, rows: int) -> FirstLook:
    name, horizon = sql.Literal(host_name), sql.SQL(HORIZON)
    *_, found, types = _ask(connection, *_BEGIN, _HOST, _TYPES, name=name, horizon=horizon)
    if not found:
        return FirstLook()
    version, host, preferences, event, now, is_anything_open = found[0]
    if version != f"{SCHEMA_VERSION:04}":
        return FirstLook()
    asked = {"host": host, "rows": rows, "after": max(event - LOOKED_BACK, 0), "is_anything_open": is_anything_open}
    literals = {key: sql.Literal(value) for key, value in asked.items()}
    newest, oldest, gaps, _ = _ask(connection, _NEWEST, _OLDEST, _GAPS, "COMMIT", **literals)
    event_types = {row[0]: EventType(*row[:4]) for row in types}
    links = tuple(_link(row, event_types) for row in newest)
    count = links[0].id - oldest[0][0] + 1 if len(links) == rows else len(links)
    missing: Ranges = tuple((first, last) for first, last in gaps)
    kept = read_preferences(read_required_text(preferences))
    present = [event_types[row[0]] for row in types if row[4]]
    offered = tuple(by_name(present))
    return FirstLook(kept, links, count, Cursor(event, to_utc(now), missing), offered, to_utc(now))


def _ask(connection: psycopg.Connection, *statements: str, **values: sql.Composable) -> list[Answer]:
    """Sends statements in one message; gives what each answers."""
    query = sql.SQL("; ").join(sql.SQL(statement).format(**values) for statement in statements)
    cursor = connection.execute(query, prepare=False)
    answers: list[Answer] = []
    while True:
        answers.append(cursor.fetchall() if cursor.description else [])
        if not cursor.nextset():
            return answers


def _link(row: tuple[Any, ...], event_types: dict[int, EventType]) -> Link:
    link_id, token, type_id, label, created, expires, used, used_by, reference, names, notes = row
    return Link(
        link_id,
        token,
        event_types.get(type_id, NO_EVENT_TYPE),
        label,
        read_server_instant(created) or OddInstant.unreadable(None),
        read_server_instant(expires),
        read_server_instant(used),
        used_by,
        reference,
        as_read(names, notes),
    )
