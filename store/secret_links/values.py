"""Links, filters and orders: small, frozen, free of any library.

Importing this module costs nothing, so that a screen can be drawn with its types before a database library is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from secret_links.notes import Notes
from secret_links.odd_values import is_unreadable
from secret_links.text import fold

Expiries = datetime | Sequence[datetime | None] | None
"""When new links expire: all at one instant, each at its own, or never."""


class Status(StrEnum):
    """Whether a link still opens a booking; derived, never stored."""

    ACTIVE = "active"
    USED = "used"
    EXPIRED = "expired"
    DAMAGED = "damaged"
    """Nobody has booked with it, and its expiry cannot be read: another program wrote it. It opens no booking."""


DAY_MINUTES = 24 * 60
"""The longest meeting, in minutes."""


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of meeting that a host offers."""

    id: int
    slug: str
    """Unique for the host; its name on the command line."""
    name: str
    minutes: int
    links: int | None = None
    """How many links of any status belong to it; None if they were not counted."""


NO_EVENT_TYPE = EventType(0, "-", "–", 0)
"""Stands for an event type that another program removed from the store."""


def by_name(event_types: Iterable[EventType]) -> list[EventType]:
    """Returns event types in the order in which they are offered."""
    return sorted(event_types, key=lambda each: (fold(each.name), each.id))


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
    reference: str | None = None
    """What the booking page calls the booking."""
    notes: Notes = ()
    """The host's own notes."""

    def __hash__(self) -> int:
        """Is the id, which is quick: a table looks up every line that it draws."""
        return self.id

    def status_at(self, now: datetime) -> Status:
        """Gives the status at an instant: Used for ever, else Expired from its expiry on, else Active.

        A link with any value in `used_at` is Used, also if it cannot be read; an unused one whose expiry cannot be read
        is Damaged.
        """
        if self.used_at is not None:
            return Status.USED
        if self.expires_at is None or self.expires_at > now:
            return Status.ACTIVE
        return Status.DAMAGED if is_unreadable(self.expires_at) else Status.EXPIRED

    @property
    def texts(self) -> tuple[str | None, ...]:
        """Gives the texts that a search looks into."""
        return self.label, self.event_type.name, self.used_by, self.reference, *(note for _, note in self.notes)

    @property
    def lifetime(self) -> timedelta | None:
        """How long it was valid; None if it never expires, or if an instant cannot be read."""
        if self.expires_at is None or is_unreadable(self.expires_at) or is_unreadable(self.created_at):
            return None
        return self.expires_at - self.created_at

    def url(self, base_url: str) -> str:
        """Gives the whole URL."""
        return f"{base_url}/{self.token}"


@dataclass(frozen=True, slots=True)
class LinkFilter:
    """Which of a host's links to list; the conditions add up."""

    event_type_id: int | None = None
    status: Status | None = None
    search: str = ""
    """A URL or a token; or words, each of which is in the label, a note, the event type's name, the booker, the
    reference or the token."""
    expires_within: timedelta | None = None
    """Active links that expire within this time only; `status` is then ACTIVE."""
    among: frozenset[int] | None = None
    """Those of these links only, by their ids; up to 10,000."""

    def passes(self, link: Link, now: datetime) -> bool:
        """Says whether a link is listed, as the store would."""
        from secret_links.searching import is_found  # noqa: PLC0415  # the first picture searches nothing

        return (
            self.event_type_id in (None, link.event_type.id)
            and self.status in (None, link.status_at(now))
            and self._is_soon(link, now)
            and (self.among is None or link.id in self.among)
            and is_found(link.token, link.texts, self.search)
        )

    def _is_soon(self, link: Link, now: datetime) -> bool:
        if self.expires_within is None:
            return True
        return link.expires_at is not None and link.expires_at <= now + self.expires_within


class Column(StrEnum):
    """What a list of links can be ordered by."""

    LABEL = "label"
    EVENT_TYPE = "event_type"
    STATUS = "status"
    CREATED = "created"
    EXPIRES = "expires"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Order:
    """How to order a list of links.

    By label, links without one come last either way. By expiry, Active links that expire come first, then Active ones
    that never do, then Expired ones, the latest first, Used ones, and Damaged ones. By use, Used links come first,
    those whose use cannot be read last among them, then all others. Of links with the same label, expiry or use, the
    newest comes first if descending; of all others that are alike, always.
    """

    column: Column = Column.CREATED
    descending: bool = True


class Checkpoint(NamedTuple):
    """A row of a list at a known number, from 0: the link in it, None behind the last one."""

    row: int
    link: Link | None
