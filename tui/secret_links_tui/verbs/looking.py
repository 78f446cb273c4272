"""Looking at links: list, show."""

from __future__ import annotations

import csv
from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from secret_links import Column, DeletedLink, InvalidInput, Link, LinkFilter, LinkUnknown, Mark, Order, Status
from secret_links.expiry import parse_expiry
from secret_links_tui.ages import exact
from secret_links_tui.plain_text import visible
from secret_links_tui.verbs.codes import DONE, REFUSED
from secret_links_tui.verbs.desk import Desk, as_json, stamp
from secret_links_tui.verbs.making import opens, why_closed

if TYPE_CHECKING:
    from secret_links import Moment

AT_ONCE = 2000
"""Links that are read at once."""


def list_links(asked: Namespace, desk: Desk) -> int:
    """Lists links, newest first; those that expire soon, the soonest first."""
    if asked.limit is not None and asked.limit < 1:
        raise InvalidInput("limit", "--limit takes a number from 1 on.")
    wanted = filter_of(asked, desk)
    with desk.host.moment() as moment:
        found = through(moment, wanted)
        if asked.expires_within:
            found = _expiring(moment, asked, desk, wanted)
        links = list(islice(found, asked.limit))
        now = moment.now
    if asked.json:
        desk.give_json([as_json(link, desk.settings.base_url, now) for link in links])
    elif asked.csv:
        _give_csv(links, desk, now)
    else:
        _give_lines(links, desk, now)
    if not links and not asked.json:
        desk.say("no links")
    return DONE


def filter_of(asked: Namespace, desk: Desk) -> LinkFilter:
    """Gives the filter that was asked for."""
    kind = desk.host.event_type(asked.event_type).id if asked.event_type else None
    return LinkFilter(kind, Status(asked.status) if asked.status else None, asked.search or "")


def through(moment: Moment, wanted: LinkFilter, order: Order | None = None) -> Iterator[Link]:
    """Goes through a list, however long, as of one moment."""
    row, near = 0, None
    while links := moment.window(wanted, order or Order(), row, AT_ONCE, near):
        yield from links
        row += len(links)
        near = Mark(row - 1, links[-1])
        if len(links) < AT_ONCE:
            return


def _expiring(moment: Moment, asked: Namespace, desk: Desk, wanted: LinkFilter) -> Iterator[Link]:
    if wanted.status not in (None, Status.ACTIVE):
        raise InvalidInput("status", "Only Active links can still expire; leave --status out.")
    expiry = parse_expiry(asked.expires_within, desk.now, desk.zone_of(asked.expires_within))
    if expiry is None:
        raise InvalidInput("expires", "--expires-within takes a span, like 3d.")
    active = LinkFilter(wanted.event_type_id, Status.ACTIVE, wanted.search)
    for link in through(moment, active, Order(Column.EXPIRES, descending=False)):
        if link.expires_at is None or link.expires_at > expiry.at:
            return
        yield link


def _give_lines(links: list[Link], desk: Desk, now: datetime) -> None:
    for link in links:
        fields = (
            desk.url(link),
            link.status_at(now).value,
            visible(link.event_type.slug),
            stamp(link.created_at) or "-",
            stamp(link.expires_at) or "-",
            visible(link.label or ""),
        )
        desk.out.write("\t".join(fields).rstrip() + "\n")


def _give_csv(links: list[Link], desk: Desk, now: datetime) -> None:
    """Writes CSV; a text that a spreadsheet would take for a formula gets an apostrophe, as spreadsheets expect."""
    table = csv.writer(desk.out, lineterminator="\n")
    for number, link in enumerate(links):
        known = as_json(link, desk.settings.base_url, now)
        if not number:
            table.writerow(known)
        values = [visible(value or "") for value in known.values()]
        table.writerow([f"'{value}" if value.startswith(("=", "+", "-", "@")) else value for value in values])


def show(asked: Namespace, desk: Desk) -> int:
    """Tells everything known of a link, and why it does not open if it does not."""
    try:
        found = desk.host.find(asked.link)
    except LinkUnknown:
        desk.say("no such link")
        return REFUSED
    link = found.link if isinstance(found, DeletedLink) else found
    with desk.host.moment() as moment:
        story = moment.story(link)
    if asked.json:
        known: dict[str, object] = {**as_json(link, desk.settings.base_url, desk.now), "opens": opens(found, desk)}
        deleted = found if isinstance(found, DeletedLink) else None
        known["deleted_at"] = stamp(deleted.deleted_at) if deleted else None
        known["deleted_by"] = deleted.deleted_by if deleted else None
        known["reference"] = story.reference
        known["replaces"] = _token(story.replaces) if story.replaces else None
        known["replaced_by"] = [_token(later) for later in story.replaced_by]
        desk.give_json(known)
        return DONE
    zone, why = desk.settings.time_zone, why_closed(found, desk)
    facts = {
        "link": desk.url(link),
        "opens": f"no: {why}" if why else "yes",
        "status": link.status_at(desk.now).value,
        "for": link.label or "–",
        "event type": f"{link.event_type.name} ({link.event_type.slug}), {link.event_type.minutes} min",
        "created": exact(link.created_at, zone),
        "expires": exact(link.expires_at, zone) if link.expires_at else "never",
    }
    if link.used_at:
        facts |= {"used": exact(link.used_at, zone), "used by": link.used_by or "not recorded"}
    if story.reference:
        facts["booking"] = story.reference
    if story.replaces:
        facts["replaces"] = _url(story.replaces, desk)
    if story.replaced_by:
        facts["replaced by"] = ", ".join(_url(later, desk) for later in story.replaced_by)
    desk.out.writelines(f"{name:<11} {visible(value)}\n" for name, value in facts.items())
    return DONE


def _token(known: Link | DeletedLink) -> str:
    return known.link.token if isinstance(known, DeletedLink) else known.token


def _url(known: Link | DeletedLink, desk: Desk) -> str:
    return f"{desk.settings.base_url}/{_token(known)}" + (" (deleted)" if isinstance(known, DeletedLink) else "")
