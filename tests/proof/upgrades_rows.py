"""Rows that other programs may have broken, put into stores of any schema: wrong values, orphans, hostile texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass

import psycopg
from hypothesis import strategies as some

from odd_rows import ANYTHING, BY_TYPE
from proof.faults_operations import NOW

TABLES = ("host", "event_type", "link", "deletion", "deleted_link", "link_event")
"""All tables of a store, each after those that its rows refer to; the last is there from schema 8 on."""

FIRST_ODD = 1_000
"""The ids of broken rows begin here; sound rows have lower ones."""

HOSTILE = (
    *("char(27) || '[2J' || char(7)", "char(8238) || 'anA' || char(8203)", "'\"''; DROP TABLE link; --'"),
    *("CAST(x'eda080' AS TEXT)", "replace(hex(zeroblob(1500)), '0', 'w')", "hex(randomblob(2000))"),
)
"""Escape codes, a text that runs backwards, a zero width, half of a surrogate pair, texts that are very long."""

IN_FILES = (
    *ANYTHING,
    *HOSTILE,
    *("'five'", "'1795165200000'", "1795165200000.5", "x'323032362d31312d32342031303a3030'", "'2026-11-24 10:00:00'"),
    *("9223372036854775807", "-9223372036854775808", "99", "'2026-11-24T10:00:00.250+02:00'", "'NaN'"),
)
"""What SQLite keeps in a column; 99 is the id of no row."""

LONG = "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 999) AS n)"
"""A text that PostgreSQL takes where no index is."""

ON_SERVERS = {
    **BY_TYPE,
    "character varying": (*BY_TYPE["character varying"], r"E'\ufffd\u200b'", "repeat('é', 1200)", LONG),
    "bigint": (*BY_TYPE["bigint"], "99"),
}


@dataclass(frozen=True)
class Odd:
    """A row like a sound one, but for a value; or one whose id is odd."""

    table: str
    column: str
    value: str


def odd_in_files() -> list[Odd]:
    """Every value in every column that any schema has; most schemas have not all of them."""
    return [Odd(table, column, value) for table in TABLES for column in _columns_of_today(table) for value in IN_FILES]


def compositions() -> some.SearchStrategy[list[Odd]]:
    """Some broken rows, in any order and company."""
    return some.lists(some.sampled_from(odd_in_files()), min_size=1, max_size=40)


def _columns_of_today(table: str) -> list[str]:
    from secret_links.tables.core import links

    return [column.name for column in links.metadata.tables[table].columns if column.name != "id"]


def break_file(path: str, odd: Iterable[Odd]) -> int:
    """Adds broken rows to a file of any schema, as far as it takes them; gives how many it took."""
    taken = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        file.execute("BEGIN")
        like = {table: _example(file, table) for table in TABLES}
        for number, row in enumerate(odd, FIRST_ODD):
            if row.column not in like[row.table]:
                continue
            with suppress(sqlite3.IntegrityError):  # two rows with the same token, or NULL
                file.execute(_insert(row, like[row.table], number))
                taken += 1
        with suppress(sqlite3.IntegrityError):
            file.execute(_insert(Odd("link", "id", str(-(2**63))), like["link"], 1))
            file.execute(_insert(Odd("deleted_link", "id", str(1 - 2**63)), like["deleted_link"], 2))
        file.execute("COMMIT")
    return taken


def _example(file: sqlite3.Connection, table: str) -> dict[str, str]:
    """Gives the first row of a table, as SQL; nothing if there is no such table."""
    columns = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
    if not columns:
        return {}
    quoted = ", ".join(f"quote({column})" for column in columns)
    found = file.execute(f"SELECT {quoted} FROM {table} ORDER BY id LIMIT 1").fetchone()
    return dict(zip(columns, found, strict=True)) if found else {}


def _insert(row: Odd, like: dict[str, str], number: int) -> str:
    own = {"id": str(number), "token": f"'odd{number:019}'", "slug": f"'odd{number}'", row.column: row.value}
    if row.table == "host":
        own = {"name": f"'odd{number}'", **own}
    values = {**like, **{column: value for column, value in own.items() if column in like}}
    return f"INSERT INTO {row.table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"


def break_server(url: str, every: int = 1) -> int:
    """Adds a broken row for every n-th value that a server's tables take in a column; gives how many it took."""
    taken, number = 0, FIRST_ODD
    with psycopg.connect(url, autocommit=True) as server:
        for table in TABLES:
            columns = _types(server, table)
            like = _example_on_server(server, table, list(columns))
            for column, value in list(_each(columns))[::every] if like else ():
                number += 1
                with suppress(psycopg.Error):
                    server.execute(_insert(Odd(table, column, value), like, number).encode())
                    taken += 1
    return taken


def _each(columns: dict[str, str]) -> Iterator[tuple[str, str]]:
    for column, kind in columns.items():
        if column != "id":
            yield from ((column, value) for value in ON_SERVERS[kind])


def _types(server: psycopg.Connection, table: str) -> dict[str, str]:
    query = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
    return dict(server.execute(query, [table]).fetchall())


def _example_on_server(server: psycopg.Connection, table: str, columns: Sequence[str]) -> dict[str, str]:
    if not columns:
        return {}
    quoted = ", ".join(f"quote_nullable({column})" for column in columns)
    found = server.execute(f"SELECT {quoted} FROM {table} ORDER BY id LIMIT 1".encode()).fetchone()
    return dict(zip(columns, found, strict=True)) if found else {}


SOUND = """
    INSERT INTO link_event (id, host_id, link_id, kind, at, label_before, label_after)
        VALUES (100, 1, 2, 'changed', {now}, 'Bo', 'Bo Chen');
"""
"""A sound event, where there are events."""

NOTED = "UPDATE link SET note_names = 'Team', notes = 'Blue' WHERE id = 2;"

DELETED_USED = """
    INSERT INTO deleted_link (id, host_id, event_type_id, token, created_at, used_at, used_by, deletion_id)
        VALUES (6, 1, 1, 'UsedAndDeleted00000006', {now}, {now}, 'Cid', 1);
"""

ON_SERVER = """
    INSERT INTO host (id, name, preferences, created_at) VALUES (1, 'ana', '{{"theme": "paper"}}', {now});
    INSERT INTO event_type (id, host_id, slug, name, minutes, created_at)
        VALUES (1, 1, 'final-interview', 'Final interview', 60, {now}), (2, 1, 'vip-demo', 'VIP demo', 30, {now});
    INSERT INTO link (id, host_id, event_type_id, token, label, created_at, expires_at, used_at, used_by) VALUES
        (1, 1, 1, 'c6MnrmWsrEib5LtSFpimDH', 'Ana Pires', {now}, {later}, {now}, 'Ana Pires'),
        (2, 1, 1, 'HcUP5u1y7506SL7UMdSgFT', 'Bo Chen', {now}, {later}, NULL, NULL),
        (5, 1, 2, '39Zg6xY3B8fuGrs0ZPboe1', NULL, {now}, NULL, NULL, NULL);
    INSERT INTO deletion (id, host_id, deleted_at, deleted_by) VALUES (1, 1, {now}, 'ana');
    INSERT INTO deleted_link (id, host_id, event_type_id, token, created_at, deletion_id)
        VALUES (4, 1, 2, 'LS7S9BQcDHXhFWUI7ftf4B', {now}, 1);
"""
"""The rows of the files' samples."""

NUMBERED = "SELECT setval(pg_get_serial_sequence('{0}', 'id'), 100)"

USED_TOKENS = ("c6MnrmWsrEib5LtSFpimDH", "UsedAndDeleted00000006")
ACTIVE_TOKENS = ("HcUP5u1y7506SL7UMdSgFT", "39Zg6xY3B8fuGrs0ZPboe1")
"""Of sound links, on both."""


def sound_on_server(url: str, version: int) -> None:
    """Adds sound rows to a server's store of any schema."""
    now, later = f"'{NOW}'", f"timestamptz '{NOW}' + interval '7 days'"
    with psycopg.connect(url) as server:
        server.execute((ON_SERVER + more_sound(version)).format(now=now, later=later).encode())
        for table in TABLES[: 4 if version < 8 else None]:
            if table != "deleted_link":
                server.execute(NUMBERED.format(table).encode())


def more_sound(version: int) -> str:
    """More sound rows, as far as a schema has room for them."""
    return DELETED_USED + (SOUND if version >= 8 else "") + (NOTED if version >= 9 else "")
