"""Where keys lead in a table: the row of the cursor, and the row under the head."""

from __future__ import annotations

from typing import NamedTuple


class Position(NamedTuple):
    """Where somebody is in a table, in rows from 0."""

    cursor: int = 0
    top: int = 0


def moved(position: Position, rows: int, count: int, page: int) -> Position:
    """Moves the cursor by some rows, of `count` rows of which `page` are shown; it stays on the screen."""
    cursor = max(0, min(position.cursor + rows, count - 1))
    top = min(cursor, max(position.top, cursor - page + 1))
    return Position(cursor, top)


def moved_by_pages(position: Position, pages: int, count: int, page: int) -> Position:
    """Moves the cursor, and what is shown, by some screens."""
    top = max(0, min(position.top + pages * page, count - page))
    return moved(Position(position.cursor, top), pages * page, count, page)
