"""Sets of links that a host has chosen, however many they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from secret_links.times import EPOCH
from secret_links.values import Link, LinkFilter, Status


@dataclass(frozen=True, slots=True)
class LinkSet:
    """Some links by their ids, and perhaps all that pass a filter, but for a few.

    Choosing ten million costs nothing: "all that pass" is kept as such, as of the instant of choosing. What is
    generated, used or expires later is not chosen by that; and a link that was chosen because nobody had booked with it
    is no longer chosen once somebody has.
    """

    ids: frozenset[int] = frozenset()
    """Chosen one by one."""
    every: LinkFilter | None = None
    """Chosen all at once: those that pass this."""
    up_to: int = 0
    """The newest of those."""
    as_of: datetime = EPOCH
    """When they were chosen."""
    but: frozenset[int] = frozenset()
    """Those of them that were let go again."""

    def __bool__(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.ids) or self.every is not None

    def holds(self, link: Link) -> bool:
        """Says whether a link is chosen."""
        return link.id in self.ids or self._holds_with_all(link)

    def toggled(self, link: Link) -> LinkSet:
        """Chooses a link, or lets it go."""
        if not self.holds(link):
            return replace(self, ids=self.ids | {link.id}, but=self.but - {link.id})
        but = self.but | {link.id} if self._holds_with_all(link) else self.but
        return replace(self, ids=self.ids - {link.id}, but=but)

    def with_ids(self, ids: Collection[int]) -> LinkSet:
        """Chooses some more."""
        return replace(self, ids=self.ids.union(ids), but=self.but.difference(ids))

    def without_ids(self, ids: Collection[int]) -> LinkSet:
        """Forgets some that were chosen one by one."""
        return replace(self, ids=self.ids.difference(ids))

    def without(self, other: LinkSet) -> LinkSet:
        """Lets go of what another set holds, one by one or as all that pass the same filter."""
        rest = self.without_ids(other.ids)
        return LinkSet(rest.ids) if self.every == other.every else rest

    def _holds_with_all(self, link: Link) -> bool:
        if self.every is None or link.id > self.up_to or link.id in self.but:
            return False
        used_later = link.used_at is not None and link.used_at > self.as_of
        return self.every.passes(link, self.as_of) and not (used_later and self.every.status is Status.USED)
