"""The tables as statements name them: the columns of the models, without what SQLModel takes to be loaded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Table
from sqlalchemy.types import TypeEngine

from secret_links.tables.column_types import KEY, NOTE, SINCE, TEXT, TOKEN, Instant, Number

_ID = BigInteger()
_MAYBE = BigInteger()
"""The type of an id that may be NULL."""
_INSTANT = Instant()
_TABLES = MetaData()


def _table(name: str, /, **types: TypeEngine[Any]) -> Table:
    """Makes a table of columns by their types, behind an id."""
    optional = (_MAYBE, _INSTANT, NOTE)
    columns = (Column(column, kind, nullable=any(kind is each for each in optional)) for column, kind in types.items())
    return Table(name, _TABLES, Column("id", KEY, primary_key=True), *columns)


_OF_A_LINK: dict[str, TypeEngine[Any]] = {
    "host_id": _ID,
    "event_type_id": _ID,
    "token": TOKEN,
    "label": NOTE,
    "created_at": SINCE,
    "expires_at": _INSTANT,
    "used_at": _INSTANT,
    "used_by": NOTE,
    "used_reference": NOTE,
    "replaces": _MAYBE,
    "note_names": NOTE,
    "notes": NOTE,
}

hosts = _table("host", name=TEXT, preferences=TEXT, created_at=SINCE)
event_types = _table(
    "event_type", host_id=_ID, slug=TEXT, name=TEXT, minutes=Number(), created_at=SINCE, removed_at=_INSTANT
)
links = _table("link", **_OF_A_LINK)
deletions = _table("deletion", host_id=_ID, deleted_at=SINCE, deleted_by=TEXT)
deleted_links = _table("deleted_link", **_OF_A_LINK, deletion_id=_ID)
link_events = _table(
    "link_event",
    host_id=_ID,
    link_id=_ID,
    up_to=_MAYBE,
    kind=TEXT,
    at=SINCE,
    label_before=NOTE,
    label_after=NOTE,
    expires_before=_INSTANT,
    expires_after=_INSTANT,
    note_names_before=NOTE,
    notes_before=NOTE,
    note_names_after=NOTE,
    notes_after=NOTE,
    change_id=_MAYBE,
)

LINK_COLUMNS = tuple(column.name for column in links.columns)
"""The columns that a link keeps when it is deleted and when it comes back."""
