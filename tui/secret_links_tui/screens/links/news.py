"""What others, and time, do to the host's links: said once each, whether or not the link is on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from secret_links import Link
from secret_links_tui import sentences
from secret_links_tui.reading.messages import NewsRead
from secret_links_tui.widgets.link_rows import LinkRows
from secret_links_tui.widgets.message_line import MessageLine

if TYPE_CHECKING:
    from secret_links_tui.reading.feed import LinkFeed

TOGETHER = timedelta(seconds=4)
"""What happens within this time of a sentence is said together with it: nobody could have read it yet."""

REMEMBERED = timedelta(minutes=15)
"""For how long it is remembered what was said; longer than what is read again."""


class LatestNews:
    """Says which links were used, and which expired, since the list was opened; `ring` is called for a booking.

    `shown` are the links that were shown before the store was open.
    """

    def __init__(
        self, rows: LinkRows, feed: LinkFeed, line: MessageLine, ring: Callable[[], None], shown: Sequence[Link]
    ) -> None:
        self._rows = rows
        self._feed = feed
        self._line = line
        self._ring = ring
        self._since: datetime | None = None
        self._unused_at_first = {link.id for link in shown if link.used_at is None}
        self._said: dict[tuple[int, bool], datetime] = {}
        self._shown: tuple[Sequence[Link], Sequence[Link]] = ((), ())
        self._shown_at: datetime | None = None

    def request(self) -> None:
        """Asks what has happened."""
        self._feed.request_news(self._since)

    def take(self, message: NewsRead) -> None:
        """Says what has happened since the last time; the first time, since links were shown."""
        self._feed.take_news(message)
        used, expired = self._new(message.used, is_used=True), self._new(message.expired, is_used=False)
        now = message.as_of
        self._remember(used, expired, now)
        if self._since is None:
            used = [link for link in used if link.id in self._unused_at_first]
        self._since = now
        if not (used or expired):
            return
        latest = sentences.happened(used, expired, now, self._rows.zone)
        if self._shown_at is not None and now - self._shown_at < TOGETHER:
            used, expired = [*used, *self._shown[0]], [*expired, *self._shown[1]]
        self._shown, self._shown_at = (used, expired), now
        self._line.tell(sentences.happened(used, expired, now, self._rows.zone), logged=latest.sentence)
        if used:
            self._ring()

    def _new(self, links: Sequence[Link], *, is_used: bool) -> list[Link]:
        return [link for link in links if (link.id, is_used) not in self._said]

    def _remember(self, used: Sequence[Link], expired: Sequence[Link], now: datetime) -> None:
        self._said = {key: at for key, at in self._said.items() if now - at < REMEMBERED}
        self._said |= {(link.id, True): now for link in used} | {(link.id, False): now for link in expired}
