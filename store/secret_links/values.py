"""What the store is asked with and what it answers: small, frozen, free of any library.

Importing this module costs nothing, so that a screen can be drawn with its types before a database library is loaded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from secret_links.searching import is_found


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
    links: int | None = None
    """How many links belong to it, whatever their status; None where they were not counted."""


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
class Offer:
    """What a visitor may know of a link that opens a booking: nothing of whom it was made for."""

    event_type: EventType
    host: str
    """The name of the host, whose time it is."""


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

    def passes(self, link: Link, now: datetime) -> bool:
        """Says whether a link is listed, as the store would."""
        return (
            self.event_type_id in (None, link.event_type.id)
            and self.status in (None, link.status_at(now))
            and is_found(link.token, link.label, self.search)
        )


class Column(StrEnum):
    """What a list of links can be ordered by."""

    LABEL = "label"
    EVENT_TYPE = "event_type"
    STATUS = "status"
    CREATED = "created"
    EXPIRES = "expires"


@dataclass(frozen=True, slots=True)
class Order:
    """How to order a list of links.

    Links without a label, or that can no longer expire, come last either way. Of links with the same label or expiry,
    the newest comes first if descending; of those with the same status or event type, always.
    """

    column: Column = Column.CREATED
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """A row of a list that is known: its number, from 0, and the link in it; None behind the last one."""

    row: int
    link: Link | None


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
    gone: frozenset[int] = frozenset()
    """Those of them, as far as they were chosen one by one, that are no longer there."""


@dataclass(frozen=True, slots=True)
class Story:
    """What else is known of a link: the booking it went to, and the links before and after it."""

    reference: str | None = None
    """What the booking page calls the booking."""
    replaces: Link | DeletedLink | None = None
    """The link that it was reissued for, as long as anything is known of that."""
    replaced_by: tuple[Link | DeletedLink, ...] = ()
    """The links that were reissued for it, the oldest first."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """One act of deleting, which can be undone as a whole."""

    id: int
    deleted_at: datetime
    links: int
    """How many links it took away."""


def preferences_of(written: str) -> dict[str, str]:
    """Reads what a host chose; whatever another program wrote in place of choices is none."""
    try:
        chosen = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    named = chosen.items() if isinstance(chosen, dict) else ()
    return {name: choice for name, choice in named if isinstance(choice, str)}
