"""What readers post: their answers, and what became of the store.

Plain classes: each dataclass would cost every start most of a millisecond, and nothing compares messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from datetime import datetime

    from secret_links import (
        Anchors,
        Counts,
        DeletedLink,
        FirstLook,
        Link,
        LinkEvent,
        LinkSet,
        LinkWindow,
        Place,
        SecretLinksError,
        Tally,
        View,
    )


class JobKind(StrEnum):
    """What is asked of readers."""

    AT_ONCE = "at once"
    LIST = "list"
    ROWS = "rows"
    ROWS_AHEAD = "rows ahead"
    IDS = "ids"
    COUNTS = "counts"
    NEWS = "news"
    ANCHORS = "anchors"


class FromReader(Message):
    """What a reader found, or why it could not. That it crashed is none of these: it is raised whenever it comes."""


class FirstRowsRead(FromReader):
    """A server's newest links were read, perhaps before its store is open."""

    def __init__(self, first: FirstLook) -> None:
        super().__init__()
        self.first = first
        """Empty where they could not be read; then the opening says why."""


class ListRead(FromReader):
    """A list was read, around the place where the host is."""

    def __init__(
        self,
        asked: Place,
        window: LinkWindow,
        *,
        cursor: int,
        top: int,
        as_of: datetime,
        seen: Sequence[Link] = (),
        partial: bool = False,
    ) -> None:
        super().__init__()
        self.asked = asked
        """Where the host was when it was asked for."""
        self.window = window
        """What has been read of the list."""
        self.cursor = cursor
        self.top = top
        self.as_of = as_of
        """The instant that statuses refer to."""
        self.seen = seen
        """What the links that were on the screen are now; those that were deleted are missing."""
        self.partial = partial
        """Whether these are only some of its links, shown until all are found."""


class RowsRead(FromReader):
    """Some more rows of a list were read."""

    def __init__(
        self, window: LinkWindow, rows: range, links: Sequence[Link], *, estimated: bool = False, begins: int = 0
    ) -> None:
        super().__init__()
        self.window = window
        """Of which list."""
        self.rows = rows
        """Which ones were asked for."""
        self.links = links
        """Fewer, where the list ends."""
        self.estimated = estimated
        """Whether it was estimated where they are."""
        self.begins = begins
        """The row with which the list turned out to begin."""


class AnchorsRead(FromReader):
    """A long list was scanned."""

    def __init__(self, view: View, anchors: Anchors, changes: int, took: float) -> None:
        super().__init__()
        self.view = view
        self.anchors = anchors
        self.changes = changes
        """How many changes of the store had been seen when it was asked for."""
        self.took = took
        """Seconds."""


class CountsRead(FromReader):
    """What stands around the list was counted."""

    def __init__(
        self,
        view: View,
        *,
        counts: Counts,
        soon: int,
        total: int,
        selected: LinkSet,
        tally: Tally,
        gone: frozenset[int],
        as_of: datetime,
        next_expiry: datetime | None,
        can_undo: bool,
        named: Link | DeletedLink | None,
        took: float,
    ) -> None:
        super().__init__()
        self.view = view
        self.counts = counts
        """By status, for the list's other filters."""
        self.soon = soon
        """How many of the Active ones expire within a day."""
        self.total = total
        """All links of the host."""
        self.selected = selected
        self.tally = tally
        """What has become of the selected links."""
        self.gone = gone
        """Those of the new links that are no longer there."""
        self.as_of = as_of
        """The instant of the counting."""
        self.next_expiry = next_expiry
        self.can_undo = can_undo
        """Whether a deletion, or a change, can be undone."""
        self.named = named
        """The link that the search names by its token or URL, if it names one, also a deleted one."""
        self.took = took
        """Seconds."""

    @property
    def listed(self) -> int:
        """How many links the list has."""
        wanted = self.view.wanted
        return self.counts.of(wanted.status) if wanted.expires_within is None else self.soon


class NewsRead(FromReader):
    """What happened since the last time was read."""

    def __init__(self, events: Sequence[LinkEvent], cursor: str, *, more: bool, as_of: datetime, took: float) -> None:
        super().__init__()
        self.events = events
        """In their order, each told once."""
        self.cursor = cursor
        """Where the next reading goes on."""
        self.more = more
        """Whether there is more to be read at once."""
        self.as_of = as_of
        """The instant up to which it was read."""
        self.took = took
        """Seconds."""


class IdsRead(FromReader):
    """The links to select were found."""

    def __init__(self, view: View, ids: Sequence[int]) -> None:
        super().__init__()
        self.view = view
        self.ids = ids


class AllChosen(FromReader):
    """What "all links that pass the filters" means was found: all up to the newest link."""

    def __init__(self, view: View, newest_id: int, as_of: datetime) -> None:
        super().__init__()
        self.view = view
        self.newest_id = newest_id
        self.as_of = as_of


class StoreChanged(FromReader):
    """Somebody, perhaps this program, changed the store."""

    def __init__(self, *, listed: bool = False) -> None:
        super().__init__()
        self.listed = listed
        """Whether the list is read after the change already: it was asked for before the change was noticed."""


class StoreBack(FromReader):
    """The store answers again; what was changed while it did not is unknown."""


class StoreFailed(FromReader):
    """A job failed, and gets no answer; or watching the store did. It is posted as often as that happens."""

    def __init__(self, error: SecretLinksError, kind: JobKind | None) -> None:
        super().__init__()
        self.error = error
        self.kind = kind
        """Which job; None for watching."""


class ReaderCrashed(Message):
    """Reading met a bug; this is raised where it is handled, so that it is seen."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
