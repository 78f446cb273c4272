"""A host's deleted links: those of the last 30 days, which can be restored."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select

from secret_links.lists.conditions import Condition
from secret_links.lists.context import ReadContext
from secret_links.reports import KEPT_FOR, DeletedLink, Deletion
from secret_links.searching import is_found
from secret_links.tables.core import deleted_links, deletions

PAGE = 500
"""Deleted links that are read at once to search among them."""

MOST_SEARCHED = 100_000
"""Deleted links, the latest ones, that a search goes through: a second or two."""

_IS_OF = deleted_links.c.deletion_id == deletions.c.id


class DeletedLinks:
    """Reads what a host, or somebody in their name, deleted."""

    def __init__(self, context: ReadContext) -> None:
        self._context = context

    def last(self) -> Deletion | None:
        """Returns the newest deletion that can still be undone."""
        number = select(func.count()).where(_IS_OF).scalar_subquery()
        left = select(1).where(_IS_OF).exists()
        columns = (deletions.c.id, deletions.c.deleted_at, number.label("links"), deletions.c.deleted_by)
        query = select(*columns).where(*self._recent(), left).order_by(deletions.c.id.desc()).limit(1)
        row = self._context.connection.execute(query).one_or_none()
        return Deletion(row.id, row.deleted_at, row.links, deleted_by=row.deleted_by) if row else None

    def is_any(self) -> bool:
        """Returns whether there is a deletion that can still be undone."""
        left = select(1).where(deleted_links.c.deletion_id == deletions.c.id).exists()
        return self._context.run(select(deletions.c.id).where(*self._recent(), left).limit(1)).first() is not None

    def having(self, *conditions: Condition) -> list[DeletedLink]:
        """Reads those that meet some conditions."""
        return self._read(*conditions)

    def of_deletion(self, deletion_id: int, at_most: int) -> list[DeletedLink]:
        """Reads up to `at_most` links of one deletion, the newest first."""
        return self._read(deleted_links.c.deletion_id == deletion_id, at_most=at_most)

    def listed(self, search: str = "", count: int = 100, before: DeletedLink | None = None) -> list[DeletedLink]:
        """Reads `count` of them that a search finds, those behind `before`: the latest deletion first.

        The links of one deletion come newest first. A search goes through the latest `MOST_SEARCHED` of them.
        """
        found: list[DeletedLink] = []
        for _ in range(0, MOST_SEARCHED, PAGE):
            some = self._read(*_behind(before), at_most=PAGE if search.strip() else count)
            found += [each for each in some if is_found(each.link.token, each.link.texts, search)]
            if len(some) < PAGE or len(found) >= count:
                break
            before = some[-1]
        return found[:count]

    def count(self, at_most: int) -> int:
        """Counts them, up to `at_most`."""
        mine = select(1).select_from(deleted_links).join(deletions, _IS_OF).where(*self._recent()).limit(at_most)
        return self._context.number(select(func.count()).select_from(mine.subquery()))

    def _recent(self) -> tuple[Condition, ...]:
        since = self._context.now - KEPT_FOR
        return deletions.c.host_id == self._context.host_id, deletions.c.deleted_at > since

    def _read(self, *conditions: Condition, at_most: int | None = None) -> list[DeletedLink]:
        about = (deletions.c.deleted_at, deletions.c.deleted_by)
        query = (
            select(deleted_links, *about)
            .join(deletions, _IS_OF)
            .where(deleted_links.c.host_id == self._context.host_id, *conditions, *self._recent())
        )
        ordered = query.order_by(deleted_links.c.deletion_id.desc(), deleted_links.c.id.desc()).limit(at_most)
        rows = self._context.run(ordered)
        link_of = self._context.link_of
        return [DeletedLink(link_of(row), row.deleted_at, row.deleted_by, row.deletion_id) for row in rows]


def _behind(before: DeletedLink | None) -> Sequence[Condition]:
    if before is None:
        return ()
    deletion_id, link_id = deleted_links.c.deletion_id, deleted_links.c.id
    same = and_(deletion_id == before.deletion_id, link_id < before.link.id)
    return (or_(deletion_id < before.deletion_id, same),)
