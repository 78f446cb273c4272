"""What must not come of an upgrade or a copy, found by comparing all values before and after.

What a rule or a repair is, is said here once more in other words: by the types that the databases give, and by SQLite's
own reading of dates.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime

from proof.upgrades_reading import Rows, Value

FIRST, LAST = -62104060800000, 253370678400000
"""The first and the last instant of a store, in milliseconds."""

CHECKED_SINCE = 5
"""The schema whose migration repairs values, and says what it has repaired and left."""

NUMBERS = {"host_id", "event_type_id", "deletion_id", "replaces", "link_id", "up_to", "change_id", "id"}
REQUIRED = {"name", "preferences", "slug", "token", "kind", "deleted_by"}


def is_instant(column: str) -> bool:
    return column == "at" or column.endswith("_at") or column in {"expires_before", "expires_after"}


def is_sound(column: str, value: Value) -> bool:
    """Whether a value of a file is of its column's type, and in its range."""
    kind, written = value
    if kind == "null":
        return True
    if column in NUMBERS:
        return kind == "integer"
    if is_instant(column):
        return kind == "integer" and FIRST <= int(written) <= LAST
    if column == "minutes":
        return kind == "integer" and 1 <= int(written) <= 1440
    return kind == "text" and (column != "token" or written != b"")


def lost_in_upgrade(before: Rows, after: Rows, notes: Sequence[str], version: int) -> Iterator[str]:
    """Yields what an upgrade of a file has lost, or has changed without saying so."""
    said = _counted(notes)
    repaired, left = Counter[str](), Counter[str]()
    for table, rows in before.items():
        if set(rows) != set(after[table]) and not (table == "link_event" and version < 8):
            yield f"{table} has other rows: {sorted(set(rows) ^ set(after[table]))[:5]}"
            continue
        for row_id, row in rows.items():
            for column, value in row.items():
                now, place = after[table][row_id][column], f"{table}.{column}"
                if now == value:
                    left[place] += not is_sound(column, value) and table != "link_event"
                elif version >= CHECKED_SINCE or not is_repair(column, value, now):
                    yield f"{place} of row {row_id} was {value}, and is {now}"
                else:
                    repaired[place] += 1
            added = {column: value for column, value in after[table][row_id].items() if column not in row}
            yield from (f"{table}.{column} of {row_id} is {value}" for column, value in added.items() if value[1])
    if version < CHECKED_SINCE and (+repaired, +left) != said:
        yield f"what was repaired and left is {repaired}, {left}, and the notes say {said}"
    if version >= CHECKED_SINCE and notes:
        yield f"notes on what was not looked at: {notes}"
    if version < 8:
        yield from _wrong_events(after)
    yield from came_back(before, after)


def _counted(notes: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
    """Reads the numbers of repaired and left values, by column, out of sentences."""
    found = Counter[str](), Counter[str]()
    for note in notes:
        for number, place in re.findall(r"([\d,]+) in (\w+\.\w+)", note):
            found["were left as they are" in note][place] += int(number.replace(",", ""))
    return found


def is_repair(column: str, before: Value, after: Value) -> bool:
    """Whether a value of a file has become a sound one that means the same."""
    kind, written = before
    if not is_sound(column, after) or is_sound(column, before) or after[0] == "null":
        return False
    if column == "minutes":
        number = _as_sqlite("CAST(? AS REAL)", written.decode())
        return kind in {"integer", "real"} and int(after[1]) == max(1, min(1440, int(number)))
    if not is_instant(column):
        return kind == "blob" and written == after[1]
    if kind == "real":
        return int(float(written)) == int(after[1])
    read = _as_sqlite("(julianday(?) - 2440587.5) * 86400000", written.decode())
    return kind in {"text", "blob"} and abs(read - int(after[1])) < 1


def _as_sqlite(expression: str, value: str) -> float:
    """Has SQLite read a value; what it cannot read is not a number."""
    with closing(sqlite3.connect(":memory:")) as memory:
        (read,) = memory.execute(f"SELECT {expression}", [value]).fetchone()
    return float("nan") if read is None else float(read)


def _wrong_events(after: Rows) -> Iterator[str]:
    """Yields what is wrong with the events that schema 8 begins with: one for each deletion that can be undone."""
    expected = Counter(
        (link["host_id"], link["id"], deletion["deleted_at"])
        for link in after["deleted_link"].values()
        for deletion in (after["deletion"].get(_number(link["deletion_id"])),)
        if deletion is not None and "null" not in {link["host_id"][0], deletion["deleted_at"][0]}
    )
    found = Counter(
        (event["host_id"], event["link_id"], event["at"])
        for event in after["link_event"].values()
        if event["kind"][1] == b"deleted"
    )
    if found != expected or found.total() != len(after["link_event"]):
        yield f"events of deletions: {list((found - expected) + (expected - found))[:5]}"


def _number(value: Value) -> int:
    return int(value[1]) if value[0] in {"integer", "bigint"} else -1


def came_back(before: Rows, after: Rows) -> Iterator[str]:
    """Yields links that were used, and are not any more."""
    for table in ("link", "deleted_link"):
        for row_id, row in before[table].items():
            if row["used_at"][0] != "null" and after[table].get(row_id, row)["used_at"][0] == "null":
                yield f"{table} {row_id} was used, and is not any more"


def lost_in_server_upgrade(before: Rows, after: Rows, notes: Sequence[str], version: int) -> Iterator[str]:
    """The same of a server, where instants out of range become the nearest, and minutes those of a day."""
    said, _ = _counted(notes)
    repaired = Counter[str]()
    for table, rows in before.items():
        if set(rows) != set(after[table]) and not (table == "link_event" and version < 8):
            yield f"{table} has other rows: {sorted(set(rows) ^ set(after[table]))[:5]}"
            continue
        for row_id, row in rows.items():
            for column, value in row.items():
                now = after[table][row_id][column]
                is_cut = version < CUT_SINCE and column == "label" and now[1].decode() == value[1].decode()[:CUT]
                is_nearest = version < CHECKED_SINCE and _is_nearest(table, column, value, now)
                if now != value and not is_cut and not is_nearest:
                    yield f"{table}.{column} of row {row_id} was {value}, and is {now}"
                repaired[f"{table}.{column}"] += now != value
    if +repaired != said:
        yield f"what was repaired is {+repaired}, and the notes say {said}"
    if version < 8:
        yield from _wrong_events(after)
    yield from came_back(before, after)


CUT, CUT_SINCE = 600, 3
"""Characters of the longest label that a server's index takes, and the schema that it came with."""

ENDS = {"0002-01-01 00:00:00+00", "9998-12-31 00:00:00+00"}


def _is_nearest(table: str, column: str, before: Value, after: Value) -> bool:
    if column == "minutes":
        return int(after[1]) == max(1, min(1440, int(before[1]))) != int(before[1])
    if (table, column, before[1]) == ("link", "expires_at", b"infinity"):
        return after[0] == "null"
    return is_instant(column) and table != "deleted_link" and after[1].decode() in ENDS


def lost_in_copy(source: Rows, target: Rows, nearest: Sequence[Sequence[object]], rows: int) -> Iterator[str]:
    """Yields what a copy has left out, or has changed without saying so."""
    named = {tuple(place) for place in nearest}
    differing = set()
    if rows != sum(map(len, source.values())):
        yield f"it says {rows} rows of {sum(map(len, source.values()))}"
    for table, kept in source.items():
        if set(kept) != set(target[table]):
            yield f"{table} has other rows: {sorted(set(kept) ^ set(target[table]))[:5]}"
            continue
        differing |= {
            (table, row_id, column)
            for row_id, row in kept.items()
            for column, value in row.items()
            if not means_the_same(column, value, target[table][row_id][column])
        }
    if differing - named:
        yield f"changed, and not named: {sorted(differing - named)[:5]}"
    sound = [place for place in named if _is_sound_at(source, place)]
    if sound:
        yield f"named, and not odd: {sorted(sound)[:5]}"
    yield from came_back(source, target)


def _is_sound_at(rows: Rows, place: tuple[object, ...]) -> bool:
    table, row_id, column = place
    value = rows[str(table)][int(str(row_id))][str(column)]
    odd_text = value[0] == "text" and (b"\0" in value[1] or len(value[1]) > 600 or not _is_utf_8(value[1]))
    return is_sound(str(column), value) and not odd_text and not (value[0] == "null" and column in REQUIRED)


def _is_utf_8(written: bytes) -> bool:
    try:
        written.decode()
    except UnicodeDecodeError:
        return False
    return True


def means_the_same(column: str, one: Value, other: Value) -> bool:
    """Whether two values, of a file or of a server, mean the same."""
    return one == other or _meaning(column, one) == _meaning(column, other)


def _meaning(column: str, value: Value) -> object:
    kind, written = value
    if kind == "null":
        return None
    if kind == "timestamp with time zone" and not written.endswith((b"infinity", b"BC")) and len(written) < 36:
        text = written.decode()
        if text[:4].isdigit() and text[4] == "-":
            at = datetime.fromisoformat(f"{text}:00" if text[-3] in "+-" else text)
            return int((at - datetime.fromisoformat("1970-01-01T00:00:00+00:00")).total_seconds() * 1000 // 1)
    if kind in {"integer", "bigint"}:
        return int(written)
    return (kind == "blob", written)
