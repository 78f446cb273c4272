"""Segments of lists: links that share some conditions, in the order of an index, queried from any link on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Select, String, cast, literal, select

from secret_links.lists.conditions import Condition
from secret_links.odd_values import OddText
from secret_links.tables.core import links
from secret_links.text import fold

Query = Select[Any]

LINKS = select(
    links.c.id,
    links.c.event_type_id,
    links.c.token,
    links.c.label,
    links.c.created_at,
    links.c.expires_at,
    links.c.used_at,
    links.c.used_by,
    links.c.used_reference,
    links.c.note_names,
    links.c.notes,
)
"""Selects the columns of a Link; built once, because building it takes as long as running it."""


FIRST_TEXT = ""
"""The text before all others: the bound of keys without another one, which are texts.

SQLite has those without a key first in an index, and passes over all of them where it is asked for any other.
"""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a link stands in a list, or would stand: its segment, and the values that this is ordered by."""

    slot: int
    key: Any
    id: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a list: links that share some conditions, ordered by `key` and id, or by id alone."""

    slot: int
    """Its place among the segments; it comes after those with lower slots."""
    conditions: tuple[Condition, ...]
    descending: bool = True
    key: ColumnElement[Any] | None = None
    """What rows are ordered by before the id; links without it are not in this segment."""
    above: Any = None
    """The value that keys are greater than, if any."""
    up_to: Any = None
    """The greatest value that keys can have, if any."""
    compared: ColumnElement[int] = links.c.id
    """The id, as others are compared with it."""

    def queries(
        self, since: Position | None, until: Position | None, *, inclusive: bool, forward: bool
    ) -> Iterator[Query]:
        """Returns queries for the rows from one position to another, each a single scan of an index.

        `since` is where they begin, `until` where they end, itself left out. Ties in the key are a query of their
        own: SQLite uses only the first column of a comparison of pairs, and only one lower bound of an index.
        """
        down = self.descending is forward
        if self.key is None:
            yield self._query(down, *self._ids(since, until, inclusive=inclusive, down=down))
        elif since and until and since.key == until.key:
            if self._has(since.key):
                tied = self.key == _bound(since.key)
                yield self._query(down, tied, *self._ids(since, until, inclusive=inclusive, down=down))
        else:
            if since and self._has(since.key):
                tied = self.key == _bound(since.key)
                yield self._query(down, tied, *self._ids(since, None, inclusive=inclusive, down=down))
            yield self._query(down, *self._between(since, until, down=down))
            if until and self._has(until.key):
                tied = self.key == _bound(until.key)
                yield self._query(down, tied, *self._ids(None, until, inclusive=inclusive, down=down))

    def _has(self, key: Any) -> bool:  # noqa: ANN401
        """Returns whether a link with this key can be here; one that expired since it was read is elsewhere now."""
        return (self.above is None or key > self.above) and (self.up_to is None or key <= self.up_to)

    def _query(self, down: bool, *bounds: Condition) -> Query:
        by = [links.c.id] if self.key is None else [self.key, links.c.id]
        ordered = [column.desc() if down else column.asc() for column in by]
        return LINKS.where(*self.conditions, *bounds).order_by(*ordered)

    def _ids(self, since: Position | None, until: Position | None, *, inclusive: bool, down: bool) -> list[Condition]:
        bounds: list[Condition] = []
        if since is not None and inclusive:
            bounds.append(self.compared <= since.id if down else self.compared >= since.id)
        elif since is not None:
            bounds.append(self.compared < since.id if down else self.compared > since.id)
        if until is not None:
            bounds.append(self.compared > until.id if down else self.compared < until.id)
        return bounds

    def _between(self, since: Position | None, until: Position | None, *, down: bool) -> list[Condition]:
        assert self.key is not None  # noqa: S101  # for the type checker
        low, high = (until, since) if down else (since, until)
        bounds = []
        if above := [key for key in (low.key if low else None, self.above) if key is not None]:
            bounds.append(self.key > _bound(max(above)))
        if high is not None and (self.up_to is None or high.key <= self.up_to):
            bounds.append(self.key < _bound(high.key))
        elif self.up_to is not None:
            bounds.append(self.key <= self.up_to)
        return bounds or [self.key >= FIRST_TEXT]


def label_key(label: str | None) -> str | None:
    """Returns what a list by labels goes by, as the database has it: SQLite folds A to Z in texts, and no bytes."""
    if not isinstance(label, OddText):
        return None if label is None else fold(label)
    written = label.written or b""
    return OddText.of(written.lower() if label.is_text else written, is_text=label.is_text)


def comparable(key: Any) -> object:  # noqa: ANN401
    """Returns what sorts keys in Python as the database sorts them: texts by their bytes, other bytes last."""
    if isinstance(key, OddText):
        return not key.is_text, key.written
    return (False, key.encode()) if isinstance(key, str) else key


def _bound(key: Any) -> Any:  # noqa: ANN401
    """Returns a key as a statement takes it: what is no text of Python's goes as bytes."""
    if not isinstance(key, OddText):
        return key
    written = literal(key.written, LargeBinary())
    return cast(written, String()) if key.is_text else written
