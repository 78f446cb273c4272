"""Everything the store refuses or fails with, as one family.

Every message is one sentence for the person at the keyboard: what is wrong, and what to do.

    SecretLinksError
    ├── InvalidInput              a value cannot be stored; says which field
    ├── NotFound
    │   ├── EventTypeNotFound
    │   └── NothingToUndo
    ├── Conflict
    │   ├── AlreadyActive         somebody has an Active link of the event type already
    │   ├── EventTypeExists
    │   ├── EventTypeInUse        it still has links
    │   ├── NoLongerActive        its expiry cannot be changed any more
    │   └── TooManyLinks          the host has as many as the store was opened to allow
    ├── LinkNotAvailable          a visitor's link opens no booking
    │   ├── LinkUsed
    │   ├── LinkExpired
    │   ├── LinkDamaged           another program wrote an expiry that cannot be read
    │   └── LinkUnknown           deleted, or never existed
    │       └── LinkUnclear       the text has no link in it, or several
    └── StoreError                the file or the server under the store failed
        ├── StoreBusy             another writer kept it locked for too long
        │   └── InTheWay          on a server: a conflict with another transaction, after all retries
        ├── StoreReadOnly
        ├── StoreFull             the disk has no room
        ├── StoreUnusable         not a store, newer, damaged, or not accessible
        ├── StoreUnreachable      the server does not answer; it may be back soon
        │   ├── ConnectionLost    an open connection was cut, after all retries
        │   └── OutcomeUnknown    the connection was lost, or the disk failed, during a commit
        │       └── CommitLost    the same, with the transaction's number
        ├── PartlyDone            a long operation was cut short; says how far it came
        └── StoreGone             the file was removed or replaced while open
            ├── StoreUpgraded     a newer program changed the tables while open
            └── StoreClosed       this program closed it

InTheWay, ConnectionLost and CommitLost are the PostgreSQL store's own, for its retries: callers catch the class above.

QueryCancelled is none of the family: it is not a failure, but the end that a reader asked for by cancelling.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

Field = Literal[
    # of the library
    "by",
    "change",
    "count",
    "deletion",
    "event_type",
    "expires",
    "filter",
    "host",
    "instant",
    "label",
    "links",
    "minutes",
    "name",
    "notes",
    "order",
    "preferences",
    "reference",
    "replaces",
    "search",
    "since",
    "slug",
    "start",
    "status",
    # of the command line besides
    "file",
    "format",
    "key",
    "length",
    "limit",
    "older_than",
    "role",
    "store",
]
"""The argument of a call, or of the command line, that InvalidInput is about: all that are raised, and no others."""


class SecretLinksError(Exception):
    """The store's refusals and failures."""


class InvalidInput(SecretLinksError):
    """A value that cannot be stored; `field` names which one."""

    def __init__(self, field: Field, sentence: str) -> None:
        super().__init__(sentence)
        self.field: Field = field
        """The argument that is wrong."""


class NotFound(SecretLinksError):
    """Nothing of this host's has the given name or id."""


class EventTypeNotFound(NotFound):
    """The host has no such event type; somebody else may have removed it."""


class NothingToUndo(NotFound):
    """No deletion or change of the last 30 days is left to undo."""


class Conflict(SecretLinksError):
    """The change does not fit what is already there."""


class AlreadyActive(Conflict):
    """Active links of the event type have some of the labels that links were to be made with; none was made."""

    def __init__(self, labels: Collection[str]) -> None:
        number = "1 label has" if len(labels) == 1 else f"{len(labels):,} labels have"
        super().__init__(f"{number} an Active link of this event type already; nothing was generated.")
        self.labels = frozenset(labels)
        """The labels, as they were given."""


class EventTypeExists(Conflict):
    """The host already has an event type with this slug."""


class EventTypeInUse(Conflict):
    """The event type still has links, and removing them was not asked for."""

    def __init__(self, sentence: str, links: int) -> None:
        super().__init__(sentence)
        self.links = links
        """How many links belong to the event type."""


class NoLongerActive(Conflict):
    """The expiry of a link was to be changed that is Used, Expired or Damaged."""


class TooManyLinks(Conflict):
    """The host has, or has deleted, as many links as the store was opened to let each host have; none was made."""


class LinkNotAvailable(SecretLinksError):
    """The link opens no booking; the subclass is for the host, never for the visitor."""


class LinkUsed(LinkNotAvailable):
    """Somebody booked with the link before."""

    def __init__(self, used_at: datetime, used_by: str | None) -> None:
        super().__init__("This link has been used.")
        self.used_at = used_at
        """When it was redeemed, in UTC."""
        self.used_by = used_by
        """Who redeemed it, if the booking page said so."""


class LinkExpired(LinkNotAvailable):
    """The link's expiry has passed."""

    def __init__(self, expires_at: datetime) -> None:
        super().__init__("This link has expired.")
        self.expires_at = expires_at
        """When it stopped being valid, in UTC."""


class LinkDamaged(LinkNotAvailable):
    """Nobody can say whether the link has expired: another program wrote its expiry."""

    def __init__(self) -> None:
        super().__init__("This link is damaged: its expiry cannot be read.")


class LinkUnknown(LinkNotAvailable):
    """The link was deleted, or there never was one."""

    def __init__(self, sentence: str = "There is no such link.") -> None:
        super().__init__(sentence)


class LinkUnclear(LinkUnknown):
    """The text that should name a link has none in it, or several."""


class StoreError(SecretLinksError):
    """The file, disk, lock or server under the store failed."""


class StoreBusy(StoreError):
    """Another program kept the store locked for longer than a writer waits."""


class StoreReadOnly(StoreError):
    """The store can be read, but not written."""


class StoreFull(StoreError):
    """The disk under the store has no room left; nothing was changed."""


class StoreUnusable(StoreError):
    """The file or the database cannot serve as a store."""


class StoreUnreachable(StoreError):
    """The server under the store does not answer, or the connection was lost; it may be back soon."""


class OutcomeUnknown(StoreUnreachable):
    """The connection was lost, or the disk failed, while a change was committed: all of it is kept, or nothing."""


class PartlyDone(StoreError):
    """The store cut an operation on many links short; what was done is kept, and can be undone."""

    def __init__(self, sentence: str, done: int) -> None:
        super().__init__(sentence)
        self.done = done
        """How many links were done."""


class StoreGone(StoreError):
    """The store's file was removed or replaced while it was open."""


class StoreUpgraded(StoreGone):
    """A newer version of the program upgraded the store while it was open; this one must not write to it any more."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} was upgraded by a newer version of Secret Links while it was open; nothing was changed. Quit, and "
            "start the newer program."
        )


class StoreClosed(StoreGone):
    """This program has closed the store, or the watch."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was closed by this program; nothing was changed. Open it again to go on.")


class QueryCancelled(Exception):
    """A query was cancelled from another thread before it was answered.

    It is control flow, so `except SecretLinksError` does not catch it: the caller that cancels catches it by name.
    """

    def __init__(self) -> None:
        super().__init__("The query was cancelled.")
