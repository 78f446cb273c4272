"""Secret links: single-use booking links that exactly one visitor can spend.

`Store.open()` is the way in. It is loaded on first use, because the database libraries behind it take longer to import
than a terminal program takes to draw its first screen; everything else here is light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from secret_links.errors import (
    AlreadyActive,
    Conflict,
    EventTypeExists,
    EventTypeInUse,
    EventTypeNotFound,
    InvalidInput,
    LinkDamaged,
    LinkExpired,
    LinkNotAvailable,
    LinkUnclear,
    LinkUnknown,
    LinkUsed,
    NoLongerActive,
    NotFound,
    NothingToUndo,
    OutcomeUnknown,
    PartlyDone,
    QueryCancelled,
    SecretLinksError,
    StoreBusy,
    StoreClosed,
    StoreError,
    StoreFull,
    StoreGone,
    StoreReadOnly,
    StoreUnreachable,
    StoreUnusable,
    StoreUpgraded,
    TooManyLinks,
)
from secret_links.link_set import LinkSet
from secret_links.values import (
    NO_EVENT_TYPE,
    Checkpoint,
    Column,
    EventType,
    Link,
    LinkFilter,
    NewEventType,
    Order,
    Status,
)

if TYPE_CHECKING:
    from secret_links.booking import redeem_in
    from secret_links.cursors import Cursor
    from secret_links.database import Restoration, Watch
    from secret_links.first_looks import FirstLook
    from secret_links.following import Follower, Told
    from secret_links.host_store import HostStore
    from secret_links.lists.anchors import Anchors
    from secret_links.lists.limits import ReadingLimits
    from secret_links.lists.snapshot import Snapshot
    from secret_links.lists.stream import LinkStream
    from secret_links.lists.window import LinkWindow, Place, View
    from secret_links.new_values import Change, NewExpiry, Reissue
    from secret_links.postgres.first_look import first_look_at_server
    from secret_links.reports import (
        Changed,
        Contents,
        Counts,
        DeletedLink,
        Deletion,
        Ends,
        EventKind,
        LastChange,
        LinkEvent,
        Losses,
        Offer,
        Reissued,
        Story,
        Tally,
    )
    from secret_links.sqlite.first_look import first_look
    from secret_links.store import Store

__all__ = [
    "NO_EVENT_TYPE",
    "AlreadyActive",
    "Anchors",
    "Change",
    "Changed",
    "Checkpoint",
    "Column",
    "Conflict",
    "Contents",
    "Counts",
    "Cursor",
    "DeletedLink",
    "Deletion",
    "Ends",
    "EventKind",
    "EventType",
    "EventTypeExists",
    "EventTypeInUse",
    "EventTypeNotFound",
    "FirstLook",
    "Follower",
    "HostStore",
    "InvalidInput",
    "LastChange",
    "Link",
    "LinkDamaged",
    "LinkEvent",
    "LinkExpired",
    "LinkFilter",
    "LinkNotAvailable",
    "LinkSet",
    "LinkStream",
    "LinkUnclear",
    "LinkUnknown",
    "LinkUsed",
    "LinkWindow",
    "Losses",
    "NewEventType",
    "NewExpiry",
    "NoLongerActive",
    "NotFound",
    "NothingToUndo",
    "Offer",
    "Order",
    "OutcomeUnknown",
    "PartlyDone",
    "Place",
    "QueryCancelled",
    "ReadingLimits",
    "Reissue",
    "Reissued",
    "Restoration",
    "SecretLinksError",
    "Snapshot",
    "Status",
    "Store",
    "StoreBusy",
    "StoreClosed",
    "StoreError",
    "StoreFull",
    "StoreGone",
    "StoreReadOnly",
    "StoreUnreachable",
    "StoreUnusable",
    "StoreUpgraded",
    "Story",
    "Tally",
    "Told",
    "TooManyLinks",
    "View",
    "Watch",
    "first_look",
    "first_look_at_server",
    "redeem_in",
]


_LATER = {
    "Store": "secret_links.store",
    "HostStore": "secret_links.host_store",
    "Anchors": "secret_links.lists.anchors",
    "ReadingLimits": "secret_links.lists.limits",
    "FirstLook": "secret_links.first_looks",
    "first_look": "secret_links.sqlite.first_look",
    "first_look_at_server": "secret_links.postgres.first_look",
    **dict.fromkeys(("LinkWindow", "Place", "View"), "secret_links.lists.window"),
    "Snapshot": "secret_links.lists.snapshot",
    "LinkStream": "secret_links.lists.stream",
    **dict.fromkeys(("Restoration", "Watch"), "secret_links.database"),
    "redeem_in": "secret_links.booking",
    "Reissue": "secret_links.new_values",
    "Change": "secret_links.new_values",
    "NewExpiry": "secret_links.new_values",
    "Cursor": "secret_links.cursors",
    **dict.fromkeys(("Follower", "Told"), "secret_links.following"),
    **dict.fromkeys(
        (
            *("Changed", "Contents", "Counts", "DeletedLink", "Deletion", "Ends", "EventKind", "LastChange"),
            *("LinkEvent", "Losses", "Offer", "Reissued", "Story", "Tally"),
        ),
        "secret_links.reports",
    ),
}
"""What is loaded on first use, and from where."""


def __getattr__(name: str) -> object:
    """Loads what is not needed before a screen is drawn when it is first asked for."""
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
