"""What the store is asked with and what it answers: small, frozen, free of any library.

Importing this module costs nothing, so that a screen can be drawn with its types before a database library is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Whether a link still opens a booking; derived, never stored."""

    ACTIVE = "active"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of meeting that a host offers."""

    id: int
    slug: str
    """Unique for the host: what the command line calls it."""
    name: str
    minutes: int
    links: int = 0
    """How many links belong to it, whatever their status."""


@dataclass(frozen=True, slots=True)
class NewEventType:
    """An event type that is yet to be added."""

    name: str
    slug: str | None = None
    """None to make one from the name."""
    minutes: int = 30


@dataclass(frozen=True, slots=True)
class Link:
    """One secret link, as its host sees it."""

    id: int
    """The store's own key; never shown. Outside, a link is its token."""
    token: str
    event_type: EventType
    """Without its number of links."""
    label: str | None
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    used_by: str | None

    def status_at(self, now: datetime) -> Status:
        """Says what the link is at an instant: Used for ever, else Expired from its expiry on, else Active."""
        if self.used_at is not None:
            return Status.USED
        if self.expires_at is not None and self.expires_at <= now:
            return Status.EXPIRED
        return Status.ACTIVE

    def url(self, base_url: str) -> str:
        """Gives the whole URL."""
        return f"{base_url}/{self.token}"


@dataclass(frozen=True, slots=True)
class DeletedLink:
    """A link that was deleted, and can be restored for 30 days."""

    link: Link
    deleted_at: datetime
    deleted_by: str


@dataclass(frozen=True, slots=True)
class LinkFilter:
    """Which of a host's links to list; the conditions add up."""

    event_type_id: int | None = None
    status: Status | None = None
    search: str = ""
    """A token, a part of one, a URL, or a part of a label."""


class Column(StrEnum):
    """What a list of links can be ordered by."""

    TOKEN = "token"  # noqa: S105  # a column's name
    LABEL = "label"
    EVENT_TYPE = "event_type"
    STATUS = "status"
    CREATED = "created"
    EXPIRES = "expires"


@dataclass(frozen=True, slots=True)
class Order:
    """How to order a list of links; ties fall back to newest first."""

    column: Column = Column.CREATED
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Counts:
    """How many links there are of each status."""

    active: int = 0
    used: int = 0
    expired: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.active + self.used + self.expired

    def of(self, status: Status | None) -> int:
        """Gives the number for one status, or for all."""
        by_status = {Status.ACTIVE: self.active, Status.USED: self.used, Status.EXPIRED: self.expired}
        return self.total if status is None else by_status[status]


@dataclass(frozen=True, slots=True)
class Tally:
    """What has become of a set of links."""

    counts: Counts = field(default_factory=Counts)
    """Those that are still there, by status."""
    shown: int = 0
    """How many of those pass a filter."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """One act of deleting, which can be undone as a whole."""

    id: int
    deleted_at: datetime
    links: int
    """How many links it took away."""
