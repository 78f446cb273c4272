"""What the screen of links asks its reader, and the messages that come back.

Each job reads one moment of the store: rows, count and positions in an answer belong together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from textual.message import Message

from secret_links import Counts, DeletedLink, Deletion, Link, LinkFilter, LinkUnknown, Order, Tally
from secret_links_tui.pages import PAGE, pages_of

if TYPE_CHECKING:
    from secret_links import Moment


@dataclass(frozen=True, slots=True)
class View:
    """Which links are listed, and in which order."""

    wanted: LinkFilter = field(default_factory=LinkFilter)
    order: Order = field(default_factory=Order)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the host is in a list, so that they are still there when it has been read again."""

    cursor: int = 0
    cursor_link: Link | None = None
    """The link to stay on; it may be anywhere after the reading, or gone."""
    top: int = 0
    top_link: Link | None = None
    """The link to keep under the head, where the list is to stand still and it is known."""
    still: bool = False
    """Whether the list is to stand still: the same list, read again."""
    height: int = 1
    """Rows on the screen."""
    visible: tuple[Link, ...] = ()
    """The links on the screen, to be told what became of them."""


@dataclass
class ListRead(Message):
    """A list was read, around the place where the host is."""

    view: View
    asked: Place
    """Where the host was when it was asked for."""
    count: int
    cursor: int
    top: int
    pages: dict[int, list[Link]]
    as_of: datetime
    """The instant by which statuses are told."""
    seen: list[Link]
    """What the links that were on the screen are now; those that were deleted are missing."""


@dataclass
class PagesRead(Message):
    """Some more pages of a list were read."""

    view: View
    pages: dict[int, list[Link]]


@dataclass
class CountsRead(Message):
    """What stands around the list was counted."""

    view: View
    counts: Counts
    """By status, for the list's other filters."""
    total: int
    """All links of the host."""
    tally: Tally
    """What has become of the selected links."""
    gone: set[int]
    """Those of the selected and the new links that are no longer there."""
    as_of: datetime
    """The instant of the counting."""
    next_expiry: datetime | None
    last_deletion: Deletion | None
    deleted: DeletedLink | None
    """The deleted link that the search names, if it names one."""


@dataclass
class IdsRead(Message):
    """The links to select were found."""

    view: View
    ids: list[int]


def read_list(view: View, place: Place) -> Callable[[Moment], ListRead]:
    """Makes the job that reads a list around a place."""

    def job(moment: Moment) -> ListRead:
        count = moment.count(view.wanted)
        cursor = _found(moment, view, place.cursor_link, place.cursor, count)
        unmoved = place.top if place.still else cursor - (place.cursor - place.top)
        top = _found(moment, view, place.top_link, unmoved, count)
        sticks_to_first = place.top == 0 and place.still and cursor < place.height
        top = 0 if sticks_to_first else max(0, min(top, count - place.height))
        around = pages_of(top - PAGE // 2, min(top + place.height + PAGE // 2, count) - 1)
        pages = _read_pages(moment, view, around)
        cursor = max(0, min(cursor, count - 1))
        seen = moment.links(link.id for link in place.visible)
        return ListRead(view, place, count, cursor, top, pages, moment.now, seen)

    return job


def read_pages(view: View, numbers: Sequence[int]) -> Callable[[Moment], PagesRead]:
    """Makes the job that reads pages of a list."""
    return lambda moment: PagesRead(view, _read_pages(moment, view, numbers))


def read_counts(view: View, selected: frozenset[int], fresh: frozenset[int]) -> Callable[[Moment], CountsRead]:
    """Makes the job that counts."""

    def job(moment: Moment) -> CountsRead:
        tally = moment.tally(selected, view.wanted)
        gone = set(fresh) - {link.id for link in moment.links(fresh)}
        if tally.counts.total != len(selected):
            gone |= selected - {link.id for link in moment.links(selected)}
        return CountsRead(
            view=view,
            counts=moment.counts(view.wanted),
            total=moment.count(LinkFilter()),
            tally=tally,
            gone=gone,
            as_of=moment.now,
            next_expiry=moment.next_expiry(),
            last_deletion=moment.last_deletion(),
            deleted=_deleted(moment, view.wanted.search),
        )

    return job


def read_ids(view: View, start: int, count: int | None) -> Callable[[Moment], IdsRead]:
    """Makes the job that finds which links some rows of a list are."""
    return lambda moment: IdsRead(view, moment.ids(view.wanted, view.order, start, count))


def _found(moment: Moment, view: View, link: Link | None, otherwise: int, count: int) -> int:
    """Finds where a link stands now; where it would stand if it is gone from a list that is otherwise the same."""
    if link is None or not count:
        return otherwise
    now_is = next(iter(moment.links([link.id])), link)
    return moment.position(view.wanted, view.order, now_is)


def _read_pages(moment: Moment, view: View, numbers: Iterable[int]) -> dict[int, list[Link]]:
    return {number: moment.window(view.wanted, view.order, number * PAGE, PAGE) for number in numbers}


def _deleted(moment: Moment, search: str) -> DeletedLink | None:
    try:
        found = moment.find(search) if search else None
    except LinkUnknown:
        return None
    return found if isinstance(found, DeletedLink) else None
