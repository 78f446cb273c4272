"""What has happened to the host's links since they were last here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from secret_links import EventKind, LinkEvent
from secret_links_tui.ages import at_clock

MOST_LISTED = 5_000
"""The latest links that are listed as news."""


class LastVisit:
    """The links that were used, or expired, since an instant; None where the host was never here."""

    def __init__(self, since: datetime | None) -> None:
        self._since = since
        self.is_over = False
        """Whether all that happened before the host came has been read."""
        self._links: dict[int, None] = {}
        self._numbers = {EventKind.USED: 0, EventKind.EXPIRED: 0}

    def add(self, events: Iterable[LinkEvent]) -> None:
        """Counts events, and remembers their links."""
        for event in events:
            if event.kind in self._numbers:
                self._numbers[event.kind] += not self.is_over
                self._links.pop(event.link.id, None)
                self._links[event.link.id] = None

    @property
    def ids(self) -> frozenset[int]:
        """The ids of the latest of these links."""
        return frozenset(list(self._links)[-MOST_LISTED:])

    @property
    def number(self) -> int:
        """How many ids there are, without gathering them: it is asked for with every change of the store."""
        return min(len(self._links), MOST_LISTED)

    def sentence(self, soon: int, now: datetime, zone: tzinfo) -> str:
        """Says what happened while the host was away, and how many links expire within a day; empty for nothing."""
        booked, expired = self._numbers[EventKind.USED], self._numbers[EventKind.EXPIRED]
        if self._since is None or not (booked or expired):
            return ""
        parts = [(booked, "booked"), (expired, "expired"), (soon, "expires" if soon == 1 else "expire")]
        said = ", ".join(f"{number:,} {word}" for number, word in parts if number)
        return f"Since {at_clock(self._since, now, zone)}: {said}{' within a day' if soon else ''}."
