"""Sets of selected links, of any size."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from secret_links.times import EPOCH
from secret_links.values import Link, LinkFilter, Status


@dataclass(frozen=True, slots=True)
class LinkSet:
    """Links by their ids, and perhaps all that pass a filter, except some.

    Selecting ten million is quick: the filter itself is kept, with the instant of selecting. Links that are generated,
    used or expire later are not selected by it; and a link that was selected as not Used is no longer selected once it
    is.
    """

    ids: frozenset[int] = frozenset()
    """Selected one by one."""
    every: LinkFilter | None = None
    """All that pass this were selected at once."""
    up_to: int = 0
    """The id of the newest of those."""
    as_of: datetime = EPOCH
    """When they were selected."""
    but: frozenset[int] = frozenset()
    """Those of them that were deselected again."""

    def __bool__(self) -> bool:
        """Whether anything was selected."""
        return bool(self.ids) or self.every is not None

    def holds(self, link: Link) -> bool:
        """Returns whether a link is selected."""
        return link.id in self.ids or self._holds_with_all(link)

    def toggled(self, link: Link) -> LinkSet:
        """Returns the set with a link selected, or deselected if it was selected."""
        if not self.holds(link):
            return replace(self, ids=self.ids | {link.id}, but=self.but - {link.id})
        but = self.but | {link.id} if self._holds_with_all(link) else self.but
        return replace(self, ids=self.ids - {link.id}, but=but)

    def with_ids(self, ids: Collection[int]) -> LinkSet:
        """Returns the set with some more links."""
        return replace(self, ids=self.ids.union(ids), but=self.but.difference(ids))

    def without_ids(self, ids: Collection[int]) -> LinkSet:
        """Returns the set without some links that were selected one by one."""
        return replace(self, ids=self.ids.difference(ids))

    def without(self, other: LinkSet) -> LinkSet:
        """Returns the set without another's links, selected one by one or as all that pass the same filter."""
        rest = self.without_ids(other.ids)
        return LinkSet(rest.ids) if self.every == other.every else rest

    def _holds_with_all(self, link: Link) -> bool:
        if self.every is None or link.id > self.up_to or link.id in self.but:
            return False
        used_later = link.used_at is not None and link.used_at > self.as_of
        return self.every.passes(link, self.as_of) and not (used_later and self.every.status is Status.USED)
