"""Lists of links as plain Python lists: what the store and the screen are held against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from secret_links import Column, Link, LinkFilter, Order, Status
from support import START, SetClock


def plain_list(links: list[Link], wanted: LinkFilter, order: Order, clock: SetClock) -> list[Link]:
    """The links that pass a filter, in an order."""
    return in_order([link for link in links if passes(link, wanted, clock)], order, clock)


def passes(link: Link, wanted: LinkFilter, clock: SetClock) -> bool:
    return (
        wanted.event_type_id in (None, link.event_type.id)
        and wanted.status in (None, link.status_at(clock()))
        and (wanted.expires_within is None or ends_in_time(link, clock() + wanted.expires_within))
        and wanted.among in (None, (wanted.among or frozenset()) | {link.id})
        and (
            not wanted.search
            or any(wanted.search.lower() in (text or "").lower() for text in link.texts)
            or link.token.startswith(wanted.search)
            or (len(wanted.search) > 2 and wanted.search in link.token)
        )
    )


def ends_in_time(link: Link, instant: datetime) -> bool:
    return link.expires_at is not None and link.expires_at <= instant


def in_order(links: list[Link], order: Order, clock: SetClock) -> list[Link]:
    newest_first = sorted(links, key=lambda link: link.id, reverse=True)
    match order.column:
        case Column.CREATED:
            return sorted(links, key=lambda link: link.id, reverse=order.descending)
        case Column.STATUS:
            ranks = (Status.ACTIVE, Status.USED, Status.EXPIRED)
            return by_groups(newest_first, lambda link: ranks.index(link.status_at(clock())), order)
        case Column.EVENT_TYPE:
            return by_groups(
                newest_first, lambda link: (link.event_type.name.translate(FOLD), link.event_type.id), order
            )
        case Column.LABEL:
            labelled = [link for link in links if link.label is not None]
            labelled.sort(key=lambda link: ((link.label or "").translate(FOLD), link.id), reverse=order.descending)
            return labelled + [link for link in newest_first if link.label is None]
        case Column.EXPIRES:
            return by_expiry(newest_first, clock, descending=order.descending)
        case Column.USED:
            used = [link for link in links if link.used_at is not None]
            used.sort(key=lambda link: (link.used_at or START, link.id), reverse=order.descending)
            return used + [link for link in newest_first if link.used_at is None]


def by_expiry(newest_first: list[Link], clock: SetClock, *, descending: bool) -> list[Link]:
    def having(*statuses: Status) -> list[Link]:
        return [link for link in newest_first if link.status_at(clock()) in statuses]

    def ends(link: Link) -> tuple[datetime, int]:
        return link.expires_at or START, link.id

    ahead = sorted((link for link in having(Status.ACTIVE) if link.expires_at), key=ends, reverse=descending)
    never = [link for link in having(Status.ACTIVE) if link.expires_at is None]
    past = sorted(having(Status.EXPIRED), key=ends, reverse=True)
    return ahead + never + past + having(Status.USED)


def by_groups(links: list[Link], group: Callable[[Link], Any], order: Order) -> list[Link]:
    groups = sorted({group(link) for link in links}, reverse=order.descending)
    return [link for known in groups for link in links if group(link) == known]


FOLD = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
"""As SQLite's NOCASE: ASCII only."""
