"""Databases that a test has used: made like new where that is possible, which takes a fifth of making another one."""

from __future__ import annotations

import time
from typing import Any

import psycopg

PATIENCE = 0.03
"""Seconds in which sessions that a test has closed end; one that is left open ends with its database."""

_CATALOGS = (
    *("pg_attrdef", "pg_attribute", "pg_class", "pg_collation", "pg_constraint", "pg_default_acl", "pg_depend"),
    *("pg_description", "pg_index", "pg_namespace", "pg_policy", "pg_proc", "pg_rewrite", "pg_sequence"),
    *("pg_statistic", "pg_statistic_ext", "pg_trigger", "pg_type", "secret_links_schema"),
)
_STATE = " UNION ALL ".join(f"SELECT count(*), max(xmin::text::bigint) FROM {catalog}" for catalog in _CATALOGS)

_SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

_HAS_SETTINGS = """
    SELECT EXISTS (SELECT FROM pg_prepared_xacts WHERE database = current_database())
        OR EXISTS (SELECT FROM pg_db_role_setting WHERE setdatabase = pg_database.oid)
        OR NOT (datacl IS NULL AND datallowconn AND datconnlimit = -1)
    FROM pg_database WHERE datname = current_database()
"""

_IS_WORN = """
    SELECT bool_or(reltuples >= 0 OR pg_relation_size(oid) > 10 * current_setting('block_size')::integer)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'secret_links_schema'
"""
"""Whether the planner would see what was there: it takes any new table for one of ten pages."""

_EMPTY = """
    DELETE FROM link_event; DELETE FROM deleted_link; DELETE FROM deletion;
    DELETE FROM link; DELETE FROM event_type; DELETE FROM host;
    SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence WHERE seqrelid <> 'change_count'::regclass
"""
"""Takes out all rows; changes are counted on. TRUNCATE takes three times as long, and changes catalogs."""


def state(url: str) -> list[Any]:
    """Returns what differs between two copies of one database once anything but rows was changed in one of them."""
    with psycopg.connect(url) as connection:
        return connection.execute(_STATE).fetchall()


def empty(url: str) -> None:
    """Takes out of a database's store all that is in it."""
    with psycopg.connect(url) as connection:
        connection.execute(_EMPTY)


def emptied(url: str, new: list[Any]) -> bool:
    """Empties a database; says whether it is like new, by the state of a new one."""
    try:
        with psycopg.connect(url) as connection:
            is_like_new = (
                connection.execute(_STATE).fetchall() == new
                and connection.execute(_HAS_SETTINGS).fetchone() == (False,)
                and connection.execute(_IS_WORN).fetchone() == (False,)
                and _is_left(connection)
            )
            if is_like_new:
                connection.execute(_EMPTY)
            return is_like_new
    except psycopg.Error:
        return False


def _is_left(connection: psycopg.Connection[Any]) -> bool:
    """Waits until nobody else is connected; says whether that came true."""
    deadline = time.monotonic() + PATIENCE
    while connection.execute(_SESSIONS).fetchone() != (0,):
        if time.monotonic() > deadline:
            return False
        connection.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")
    return True
