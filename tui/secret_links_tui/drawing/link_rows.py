"""What a link looks like in a row of the table, and which rows there are."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from secret_links import Column, Link, LinkSet, LinkWindow, ReadingLimits, Status, View
from secret_links_tui.ages import relative
from secret_links_tui.drawing.table.lines import Cell
from secret_links_tui.preferences import ENDS_SOON, TOKEN, USED_BY
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from secret_links import FirstLook

TOKEN_SHOWN = 6
"""Characters of a token in the table: enough to tell rows apart, too few to be of use to somebody behind the host."""

PATH_SHOWN = 3
"""Characters of the base URL's path before it; a longer one would leave no room for the token."""

SIGNS = {
    Status.ACTIVE: "● Active",
    Status.USED: "✓ Used",
    Status.EXPIRED: "○ Expired",
    Status.DAMAGED: "! Damaged",
}
"""Each status as sign and word, so that colour never speaks alone."""

LOOKS = {status: (f"link-table--{status}",) for status in Status}
"""The component class of each status."""

MARK, LIVE, DONE, SELECTED, FLIPPED, SOON = (
    f"link-table--{name}" for name in ("mark", "live", "done", "selected", "flipped", "soon")
)

_NONE = "–"


def shown_token(link: Link) -> str:
    """Returns as much of a link's token as the screen shows."""
    return f"{visible(link.token[:TOKEN_SHOWN])}…"


class LinkRows:
    """The rows of a list of links, as far as they were read, and how each is shown."""

    def __init__(self, base_url: str, zone: tzinfo, limits: ReadingLimits, as_of: datetime) -> None:
        self.limits = limits
        self.window = LinkWindow(limits=limits)
        """The rows, as far as they were read."""
        self.selected = LinkSet()
        """The links whose checkbox is on, shown or not."""
        self.fresh: frozenset[int] = frozenset()
        """The ids of the links that were generated last, as far as they are still there."""
        self.flipped: frozenset[int] = frozenset()
        """The ids of the links whose status has just changed."""
        self.unseen: frozenset[int] = frozenset()
        """The ids of the links whose status changed while the host was away, and that have not been seen since."""
        self.as_of = as_of
        self.zone = zone
        """The zone in which times are shown."""
        path = f"/{base_url.rsplit('/', 1)[1]}/" if base_url.count("/") > 2 else "/"
        self._path = path if len(path) <= PATH_SHOWN else "…/"

    def show_first(self, first: FirstLook) -> None:
        """Takes the links that were seen before the store is open."""
        newest = first.newest
        self.window = LinkWindow(View(), first.count, exact=first.count == len(newest), limits=self.limits)
        self.window.put_rows(range(len(newest)), newest)
        if first.as_of is not None:
            self.as_of = first.as_of

    @property
    def as_of(self) -> datetime:
        """The instant that statuses and ages refer to."""
        return self._as_of

    @as_of.setter
    def as_of(self, instant: datetime) -> None:
        self._as_of, self._minute = instant, instant.replace(second=0, microsecond=0)

    def key(self, index: int) -> Hashable | None:
        """Returns what a link's line depends on: the link, its status, its marks, and the minute."""
        link = self.window.row(index)
        if link is None:
            return None
        status = link.status_at(self._as_of)
        marks = (link.id in self.flipped, link.id in self.unseen, link.id in self.fresh)
        return link, status, self.is_selected(link), marks, self._minute

    def looks(self, index: int) -> tuple[str, ...]:
        """Returns the component classes of a row: the colour of its status, and whether it is selected or flipped."""
        link = self.window.row(index)
        if link is None:
            return ()
        looks = LOOKS[link.status_at(self._as_of)]
        if link.id in self.flipped:
            return (*looks, FLIPPED)
        return (*looks, SELECTED) if self.is_selected(link) else looks

    def is_selected(self, link: Link) -> bool:
        """Returns whether a link's checkbox is on."""
        return bool(self.selected) and self.selected.holds(link)

    def cells(self, index: int, columns: Sequence[str], *, with_buttons: bool = True) -> Sequence[Cell] | None:
        """Returns a link's cells, with what can be pressed or without; None where it has not been read."""
        link = self.window.row(index)
        if link is None:
            return None
        cells = {
            "check": self._check(link),
            TOKEN: (self._path + shown_token(link), ""),
            Column.LABEL: (self._label(link, TOKEN in columns), ""),
            Column.EVENT_TYPE: (visible(link.event_type.name), ""),
            Column.STATUS: self._status(link),
            Column.CREATED: (self._age(link.created_at), ""),
            Column.EXPIRES: self._expires(link),
            Column.USED: (_NONE if link.used_at is None else self._age(link.used_at), ""),
            USED_BY: (_NONE if link.used_by is None else visible(link.used_by), ""),
            "copy": ("Copy" if with_buttons else "", ""),
            "delete": ("×" if with_buttons else "", ""),
        }
        return [cells[column] for column in columns]

    def _age(self, instant: datetime, *, is_end: bool = False) -> str:
        """Returns an instant as seen from the beginning of the minute: kept lines say the same as new ones."""
        now = max(self._minute, instant) if instant <= self._as_of else self._minute
        return relative(instant, now, self.zone, is_end=is_end)

    def _check(self, link: Link) -> Cell:
        is_news = link.id in self.flipped or link.id in self.unseen
        mark = "*" if is_news else "+" if link.id in self.fresh else " "
        box = "☑" if self.is_selected(link) else "☐"
        return mark + box, MARK if mark != " " or box == "☑" else ""

    def _label(self, link: Link, token_is_shown: bool) -> str:
        if link.label is not None:
            return visible(link.label)
        return _NONE if token_is_shown else shown_token(link)

    def _status(self, link: Link) -> Cell:
        """Returns the status; what can still be booked with, and what was, stands out."""
        status = link.status_at(self.as_of)
        return SIGNS[status], {Status.ACTIVE: LIVE, Status.USED: DONE}.get(status, "")

    def _expires(self, link: Link) -> Cell:
        """Returns the expiry; one that is near stands out."""
        if link.expires_at is None or link.used_at is not None:
            return _NONE, ""
        is_soon = link.status_at(self.as_of) is Status.ACTIVE and link.expires_at - self.as_of <= ENDS_SOON
        return self._age(link.expires_at, is_end=True), SOON if is_soon else ""
