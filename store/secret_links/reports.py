"""Answers about links: counts, deletions and the like; small, frozen, free of any library."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from secret_links.values import EventType, Link, Status

KEPT_FOR = timedelta(days=30)
"""How long a deletion can be undone (the product's rule 6)."""

MOST_NAMED = 100
"""Links that a report of any number has by themselves."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a visitor may see of a link that opens a booking: not whom it was made for."""

    event_type: EventType
    host: str
    """The name of the host, whose time it is."""


@dataclass(frozen=True, slots=True)
class DeletedLink:
    """A link that was deleted, and can be restored for 30 days."""

    link: Link
    deleted_at: datetime
    deleted_by: str
    deletion_id: int
    """The deletion that it was deleted with."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many links there are of each status."""

    active: int = 0
    used: int = 0
    expired: int = 0
    damaged: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.active + self.used + self.expired + self.damaged

    def of(self, status: Status | None) -> int:
        """Gives the number for one status, or for all."""
        number: int = self.total if status is None else getattr(self, status.value)
        return number


@dataclass(frozen=True, slots=True)
class Contents:
    """How much is in a whole store, of all hosts."""

    hosts: int
    event_types: int
    """Including those that were removed, and can be restored."""
    links: int
    deleted: int
    """How many links are deleted, and can be restored."""


@dataclass(frozen=True, slots=True)
class Losses:
    """What a store loses, of all hosts, when a backup is put in the place of its content."""

    generated: int
    """Links that the backup does not have: their URLs will open nothing."""
    used: int
    """Links that were used, and which the backup has as not used: they can be booked once more."""
    deleted: int
    """Links that were deleted, and which the backup still has: their URLs will work again, or could."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The present state of a set of links."""

    counts: Counts = field(default_factory=Counts)
    """Those that are still there, by status."""
    shown: int = 0
    """How many of those pass a filter."""
    gone: frozenset[int] = frozenset()
    """The ids of those chosen one by one that are no longer there."""


@dataclass(frozen=True, slots=True)
class Reissued:
    """Fresh links, in the order of the old ones, and the deletion of these, if any were deleted."""

    links: tuple[Link, ...]
    deletion: Deletion | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did, or taking one back: in numbers, and the first of the links themselves."""

    id: int = 0
    """The change, by which it is taken back; 0 where nothing was changed."""
    links: int = 0
    """How many links are not what they were."""
    kept: int = 0
    """How many expiries had to stay: their links are not Active, or were changed again since."""
    before: tuple[Link, ...] = ()
    """The first links that were changed, as they were."""
    after: tuple[Link, ...] = ()
    """The same links as they are."""
    first_kept: tuple[Link, ...] = ()
    """The first links whose expiry had to stay."""

    def __add__(self, more: Changed) -> Changed:
        """Returns both in one: of the links themselves, the first `MOST_NAMED`."""
        return Changed(
            self.id or more.id,
            self.links + more.links,
            self.kept + more.kept,
            (*self.before, *more.before)[:MOST_NAMED],
            (*self.after, *more.after)[:MOST_NAMED],
            (*self.first_kept, *more.first_kept)[:MOST_NAMED],
        )


@dataclass(frozen=True, slots=True)
class LastChange:
    """The newest change that was not taken back."""

    id: int
    changed_at: datetime
    links: int
    """How many links there are to take back."""


@dataclass(frozen=True, slots=True)
class Ends:
    """When the Active ones of some links expire."""

    first: datetime | None = None
    """The first expiry; None where none of them expires."""
    last: datetime | None = None
    """The last one."""
    never: int = 0
    """How many never expire."""


class EventKind(StrEnum):
    """What can happen to a link."""

    GENERATED = "generated"
    CHANGED = "changed"
    USED = "used"
    EXPIRED = "expired"
    """An instant that passed; derived, never stored."""
    DELETED = "deleted"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """What happened to a link: a visitor used it, time has passed, or its host did something with it."""

    kind: EventKind
    at: datetime
    link: Link
    """The link as it is now, also if it is deleted."""
    before: Link | None = None
    """What a changed link was before, with notes only if these were changed; None for any other event."""
    after: Link | None = None
    """What it was then changed to."""


@dataclass(frozen=True, slots=True)
class Story:
    """A link's booking, the links that it replaces and that replace it, and all that happened to it."""

    reference: str | None = None
    """What the booking page calls the booking."""
    replaces: Link | DeletedLink | None = None
    """The link that it was reissued for, unless that is deleted for good."""
    replaced_by: tuple[Link | DeletedLink, ...] = ()
    """The links that were reissued for it, the oldest first."""
    events: tuple[LinkEvent, ...] = ()
    """What happened to it, the oldest first."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """One act of deleting, which can be undone as a whole."""

    id: int
    deleted_at: datetime
    links: int
    """How many links it deleted."""
    refused: int = 0
    """How many could not be deleted, since another program has changed them, or the tables."""
    deleted_by: str = ""
    """Who deleted them."""
