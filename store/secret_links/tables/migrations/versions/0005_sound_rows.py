"""Checks against values of a wrong type, and against instants that no clock shows; existing ones are repaired.

A value with a clear meaning gets its right form: for example `2026-11-23 09:00:00` becomes milliseconds, since SQLite's
own functions write and read it as UTC. Any other value is left as it is, and the store shows the row as damaged.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import context, op

revision = "0005"
down_revision = "0004"

_FIRST, _LAST = -62104060800000, 253370678400000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FROM = "TIMESTAMPTZ '0002-01-01 00:00:00+00:00'"
_TO = "TIMESTAMPTZ '9998-12-31 00:00:00+00:00'"

_NUMBER = "{0} = CAST({0} AS INTEGER)"
_INSTANT = f"{{0}} BETWEEN {_FIRST} AND {_LAST} AND {_NUMBER}"
_TEXT = "{0} < x''"
_TOKEN = "{0} > '' AND {0} < x''"  # noqa: S105  # a rule, not a secret
_MINUTES = f"{{0}} BETWEEN 1 AND 1440 AND {_NUMBER}"
"""Rules for a column of a file, which let NULL pass. Numbers come before texts there, and texts before bytes.

In the words of typeof(), a call for each value, they made 10,000 inserts a tenth dearer; so it is a twentieth.
"""

_LINK = {
    "host_id": _NUMBER,
    "event_type_id": _NUMBER,
    "token": _TOKEN,
    "label": _TEXT,
    "created_at": _INSTANT,
    "expires_at": _INSTANT,
    "used_at": _INSTANT,
    "used_by": _TEXT,
    "used_reference": _TEXT,
    "replaces": _NUMBER,
}
_RULES = {
    "host": {"name": _TEXT, "preferences": _TEXT, "created_at": _INSTANT},
    "event_type": {
        "host_id": _NUMBER,
        "slug": _TEXT,
        "name": _TEXT,
        "minutes": _MINUTES,
        "created_at": _INSTANT,
        "removed_at": _INSTANT,
    },
    "link": _LINK,
    "deletion": {"host_id": _NUMBER, "deleted_at": _INSTANT, "deleted_by": _TEXT},
    "deleted_link": {**_LINK, "deletion_id": _NUMBER},
}
"""Of each table in a file, what is true of the values in a column."""

_INSTANTS = {
    "host": ("created_at",),
    "event_type": ("created_at", "removed_at"),
    "link": ("created_at", "expires_at", "used_at"),
    "deletion": ("deleted_at",),
}
"""The same on a server, where columns have types. `deleted_link` takes any, or a damaged link could not be deleted."""

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?")

_PLAUSIBLE = (946684800000, 7258118400000)
"""Milliseconds of the years 2000 to 2199. Days and seconds, in which others count, are far less."""


def upgrade() -> None:
    """Repairs what it can, and adds checks to the tables."""
    if op.get_bind().dialect.name == "postgresql":
        _repair_on_server()
        where = f"expires_at < {_FROM} OR expires_at > {_TO}"
        op.create_index("link_damaged", "link", ["host_id", "id"], postgresql_where=sa.text(where))
        return
    repaired, left = _repair()
    _report(repaired, left)
    _add_rules()
    where = f"expires_at < {_FIRST} OR expires_at > {_LAST}"
    columns = ["host_id", "id", "event_type_id", "expires_at", "used_at"]
    op.create_index("link_damaged", "link", columns, sqlite_where=sa.text(where))
    op.execute("INSERT INTO sqlite_stat1 VALUES ('link', 'link_damaged', '1 1 1 1 1 1')")


def _report(repaired: Counter[str], left: Counter[str]) -> None:
    """Adds sentences to the notes of the migration."""
    notes: list[str] = context.config.attributes.setdefault("notes", [])
    if repaired:
        named = ", ".join(f"{number:,} in {place}" for place, number in sorted(repaired.items()))
        notes.append(f"Values that another program had written in a wrong form were repaired: {named}.")
    if left:
        named = ", ".join(f"{number:,} in {place}" for place, number in sorted(left.items()))
        notes.append(f"Values that cannot be read were left as they are, and are shown as such: {named}.")


def _repair() -> tuple[Counter[str], Counter[str]]:
    """Gives values of wrong types their right form; counts those that were, and those that are left, by column."""
    connection = op.get_bind()
    repaired, left = Counter[str](), Counter[str]()
    for table, rules in _RULES.items():
        columns = ", ".join(rules)
        broken = [f"NOT coalesce({rule.format(column)}, 1)" for column, rule in rules.items()]
        query = f"SELECT id, {columns}, {', '.join(broken)} FROM {table} WHERE {' OR '.join(broken)}"  # noqa: S608
        for row in connection.exec_driver_sql(query).all():
            row_id, values, wrong = row[0], row[1 : 1 + len(rules)], row[1 + len(rules) :]
            for (column, rule), value, is_wrong in zip(rules.items(), values, wrong, strict=True):
                if not is_wrong:
                    continue
                place, right = f"{table}.{column}", _repaired(rule, value)
                if right is None or not _is_replaced(place, right, row_id):
                    left[place] += 1
                else:
                    repaired[place] += 1
    return repaired, left


def _is_replaced(place: str, right: object, row_id: int) -> bool:
    """Replaces a value, unless another row has this one already and no two can."""
    table, column = place.split(".")
    try:
        op.get_bind().exec_driver_sql(f"UPDATE {table} SET {column} = ? WHERE id = ?", (right, row_id))  # noqa: S608
    except sa.exc.IntegrityError:
        return False
    return True


def _repaired(rule: str, value: object) -> object:
    """Gives a value the form that a rule asks for; None where it does not say clearly what it means."""
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            return None
    if rule == _INSTANT:
        return _milliseconds(value)
    if rule in (_TEXT, _TOKEN):
        return value or None if isinstance(value, str) else None
    if rule == _MINUTES and isinstance(value, int | float):
        return max(1, min(1440, int(value)))
    return None


def _milliseconds(value: object) -> int | None:
    if isinstance(value, float) and _PLAUSIBLE[0] <= value <= _PLAUSIBLE[1]:
        return int(value)
    if isinstance(value, str) and _WRITTEN.fullmatch(value.strip()):
        with suppress(ValueError, OverflowError):
            at = datetime.fromisoformat(value.strip())
            milliseconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)
            return milliseconds if _FIRST <= milliseconds <= _LAST else None
    return None


def _add_rules() -> None:
    """Adds the rules to what the file says of its tables.

    No rows are written: SQLite permits editing the schema for a rule that does not change how rows are stored. A new
    table for each would rewrite millions of rows and their indexes, and triggers made inserts slower.
    """
    connection = op.get_bind()
    driver = connection.connection.driver_connection
    if hasattr(sqlite3.Connection, "setconfig"):  # Python 3.12; some builds of SQLite forbid it unless it is asked for
        driver.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, False)  # type: ignore[union-attr, attr-defined]
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for table, rules in _RULES.items():
        named = (_NAMES[rule].format(table, column) for column, rule in rules.items())
        checks = "".join(
            f", \n\tCONSTRAINT {name} CHECK ({rule.format(column)})"
            for name, (column, rule) in zip(named, rules.items(), strict=True)
        )
        query = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?"
        made_by: str = connection.exec_driver_sql(query, (table,)).scalar_one().rstrip()
        changed = f"{made_by.removesuffix(')').rstrip()}{checks}\n)"
        connection.exec_driver_sql(
            "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", (changed, table)
        )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")  # all who have the file open read it again
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


_NAMES = {
    _INSTANT: "{}_{}_in_milliseconds",
    _TEXT: "{}_{}_is_text",
    _TOKEN: "{}_{}_is_text",
    _NUMBER: "{}_{}_is_number",
    _MINUTES: "{}_{}_of_a_day",
}
"""The names of the rules; SQLite's error names the one that a statement broke."""


def _repair_on_server() -> None:
    """Brings instants into the years that every clock can show, and has the tables refuse others.

    All in one transaction: a constraint that is validated later would lock the tables no less.
    """
    connection = op.get_bind()
    repaired = Counter[str]()
    never = "UPDATE link SET expires_at = NULL WHERE expires_at = 'infinity'"
    repaired["link.expires_at"] += connection.exec_driver_sql(never).rowcount
    for table, columns in _INSTANTS.items():
        for column in columns:
            nearest = f"UPDATE {table} SET {column} = greatest(least({column}, {_TO}), {_FROM})"  # noqa: S608
            found = connection.exec_driver_sql(f"{nearest} WHERE NOT {column} BETWEEN {_FROM} AND {_TO}")
            repaired[f"{table}.{column}"] += found.rowcount
    nearest = "UPDATE event_type SET minutes = greatest(1, least(1440, minutes))"
    found = connection.exec_driver_sql(f"{nearest} WHERE NOT minutes BETWEEN 1 AND 1440")
    repaired["event_type.minutes"] += found.rowcount
    _report(+repaired, Counter())
    for table, columns in _INSTANTS.items():
        checks = {f"{table}_{column}_in_range": f"{column} BETWEEN {_FROM} AND {_TO}" for column in columns}
        if table == "event_type":
            checks["event_type_minutes_of_a_day"] = "minutes BETWEEN 1 AND 1440"
        added = ", ".join(f"ADD CONSTRAINT {name} CHECK ({check})" for name, check in checks.items())
        op.execute(f"ALTER TABLE {table} {added}")
