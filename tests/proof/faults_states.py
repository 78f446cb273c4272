"""All that is in a store, and whether two stores hold the same but for what an operation chooses by chance."""

from __future__ import annotations

from typing import Any

Rows = list[dict[str, Any]]
State = dict[str, Rows]
"""The rows of each table, and the schema."""

_FAMILIES = {
    **dict.fromkeys([("link", "id"), ("deleted_link", "id"), ("link", "replaces"), ("link_event", "link_id")], "link"),
    ("link_event", "up_to"): "link",
    **dict.fromkeys([("link_event", "id"), ("link_event", "change_id")], "event"),
    **dict.fromkeys([("deletion", "id"), ("deleted_link", "deletion_id")], "deletion"),
    ("booking", "id"): "booking",
    ("event_type", "id"): "event type",
    ("host", "id"): "host",
    ("link", "token"): "token",
    ("booking", "token"): "token",
    ("link", "used_at"): "instant",
    ("link_event", "at"): "instant",
}
"""Columns with names that a store gives to rows: an operation that is tried again may give others."""


_CHOSEN = ("token", "instant")
"""Values that are other ones in each run, in no order: a page's own clock cannot be set."""


def compared(state: State, before: State) -> dict[str, list[str]]:
    """A state as it is compared: what is new is named by its place among the new."""
    state = _without_empty_deletions(state)
    known: dict[str, set[Any]] = {}
    new: dict[str, set[Any]] = {}
    for rows, found in ((before, known), (state, new)):
        for table, column, value in _named(rows):
            found.setdefault(_FAMILIES[table, column], set()).add(value)
    places = {
        family: {value: 0 if family in _CHOSEN else place for place, value in enumerate(sorted(values))}
        for family, values in ((family, values - known.get(family, set())) for family, values in new.items())
    }
    return {
        table: sorted(
            repr({column: _called(places, table, column, value) for column, value in row.items()}) for row in rows
        )
        for table, rows in state.items()
    }


def _without_empty_deletions(state: State) -> State:
    """Leaves out deletions with no link: whoever deletes what is gone leaves one, and so does an undo."""
    if "deletion" not in state:
        return state
    kept = {row["deletion_id"] for row in state["deleted_link"]}
    return {**state, "deletion": [row for row in state["deletion"] if row["id"] in kept]}


def _called(places: dict[str, dict[Any, int]], table: str, column: str, value: Any) -> Any:
    family = _FAMILIES.get((table, column))
    if family is None or value not in places.get(family, {}):
        return value
    return f"new {family} {places[family][value]}"


def _named(state: State) -> list[tuple[str, str, Any]]:
    return [
        (table, column, value)
        for table, rows in state.items()
        for row in rows
        for column, value in row.items()
        if (table, column) in _FAMILIES and value is not None
    ]
