"""What others, and time, do to the host's links: said once each, whether or not the link is on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from secret_links import EventKind, InvalidInput, Link, LinkEvent
from secret_links_tui import sentences
from secret_links_tui.drawing.link_rows import LinkRows
from secret_links_tui.preferences import LAST_VISIT
from secret_links_tui.reading.messages import NewsRead
from secret_links_tui.screens.links.last_visit import LastVisit
from secret_links_tui.widgets.message_line import MessageLine

if TYPE_CHECKING:
    from secret_links import Cursor, Follower, HostStore
    from secret_links_tui.reading.feed import LinkFeed

TOGETHER = timedelta(seconds=4)
"""What happens within this time of a sentence is said together with it: nobody could have read it yet."""


class LatestNews:
    """Says which links were used, and which expired, since the host was last here; `notify` is called with them."""

    def __init__(
        self,
        rows: LinkRows,
        feed: LinkFeed,
        line: MessageLine,
        notify: Callable[[Sequence[LinkEvent]], None],
        first_cursor: Cursor | None,
    ) -> None:
        self._rows = rows
        self._feed = feed
        self._line = line
        self._notify = notify
        self._first_cursor = first_cursor
        self._follower: Follower | None = None
        self.visit = LastVisit(None)
        """What has happened since the host was last here."""
        self._shown: tuple[Sequence[Link], Sequence[Link]] = ((), ())
        self._shown_at: datetime | None = None

    def begin_at(self, first_cursor: Cursor | None) -> None:
        """Begins where links were shown before the store is open, for whoever was never told anything."""
        self._first_cursor = first_cursor

    def open(self, host: HostStore, kept: Mapping[str, str]) -> None:
        """Goes on from where the host was told everything, as it is kept with their preferences.

        Who was never told goes on from what was shown before the store was open.
        """
        try:
            self._follower = host.follow(kept[LAST_VISIT])
        except (KeyError, InvalidInput):  # an earlier version kept none, or another form
            self._follower = host.follow(self._first_cursor)
            self.visit.is_over = self._first_cursor is not None
        else:
            cursor = self._follower.cursor
            self.visit = LastVisit(cursor.expiries if cursor else None)
        self.request()

    def request(self) -> None:
        """Asks what has happened."""
        if self._follower is not None:
            self._feed.request_news(self._follower)

    def take(self, message: NewsRead) -> None:
        """Says what has happened since the last time; what happened before the host came is said as a whole."""
        self._feed.take_news(message)
        self.visit.add(message.events)
        if message.more:
            self.request()
        if not self.visit.is_over:
            self.visit.is_over = not message.more
            return
        events = [event for event in message.events if event.kind in (EventKind.USED, EventKind.EXPIRED)]
        used, expired = (_links(events, kind) for kind in (EventKind.USED, EventKind.EXPIRED))
        if not (used or expired):
            return
        now = message.as_of
        latest = sentences.happened(used, expired, now, self._rows.zone)
        if self._shown_at is not None and now - self._shown_at < TOGETHER:
            used, expired = [*used, *self._shown[0]], [*expired, *self._shown[1]]
        self._shown, self._shown_at = (used, expired), now
        self._line.tell(sentences.happened(used, expired, now, self._rows.zone), logged=latest.sentence)
        self._notify(events)


def _links(events: Sequence[LinkEvent], kind: EventKind) -> Sequence[Link]:
    """Returns the links of one kind of event, the latest first."""
    return [event.link for event in reversed(events) if event.kind is kind]
