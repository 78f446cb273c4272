"""Looking at links: list, show."""

from __future__ import annotations

import csv
from argparse import Namespace
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from secret_links import Column, DeletedLink, InvalidInput, Link, LinkFilter, LinkUnclear, LinkUnknown, Order, Status
from secret_links.expiry import parse_expiry
from secret_links_tui.ages import exact
from secret_links_tui.commands.context import Context, as_json, stamp
from secret_links_tui.commands.exit_codes import DONE, REFUSED
from secret_links_tui.commands.making import opens, why_closed
from secret_links_tui.terminal.plain_text import visible

FLUSH_EVERY = 100
"""Links after which what was written is sent on its way."""


def list_links(asked: Namespace, context: Context) -> int:
    """Lists links, newest first; those that expire soon, the soonest first. Each is written as it is read."""
    if asked.limit is not None and asked.limit < 1:
        raise InvalidInput("limit", "--limit takes a number from 1 on.")
    wanted = filter_of(asked, context)
    found = (
        _expiring(asked, context, wanted) if asked.expires_within else context.host.stream(wanted, as_of=context.now)
    )
    links = _sent(islice(found, asked.limit), context)
    if asked.json:
        context.give_array(as_json(link, context.settings.base_url, context.now) for link in links)
    elif not (_give_csv if asked.csv else _give_lines)(links, context):
        context.say("no links")
    return DONE


def _sent(links: Iterable[Link], context: Context) -> Iterator[Link]:
    """Gives the same links, and has what was written of them sent on its way while more are read."""
    for number, link in enumerate(links):
        if number % FLUSH_EVERY == 1:
            context.out.flush()
        yield link


def filter_of(asked: Namespace, context: Context) -> LinkFilter:
    """Gives the filter that was asked for."""
    kind = context.host.event_type(asked.event_type).id if asked.event_type else None
    return LinkFilter(kind, Status(asked.status) if asked.status else None, asked.search or "")


def _expiring(asked: Namespace, context: Context, wanted: LinkFilter) -> Iterator[Link]:
    if wanted.status not in (None, Status.ACTIVE):
        raise InvalidInput("status", "Only Active links can still expire; leave --status out.")
    expiry = parse_expiry(asked.expires_within, context.now, context.zone_of(asked.expires_within))
    if expiry is None:
        raise InvalidInput("expires", "--expires-within takes a span, like 3d.")
    active = LinkFilter(wanted.event_type_id, Status.ACTIVE, wanted.search)
    soonest = Order(Column.EXPIRES, descending=False)
    return takewhile(
        lambda link: link.expires_at is not None and link.expires_at <= expiry.at,
        context.host.stream(active, soonest, context.now),
    )


def _give_lines(links: Iterable[Link], context: Context) -> int:
    """Writes a line for each link, without columns: they would need the widest of all; gives how many."""
    number = 0
    for number, link in enumerate(links, start=1):  # noqa: B007  # the last one is how many
        fields = (
            context.url(link),
            link.status_at(context.now).value,
            visible(link.event_type.slug),
            stamp(link.created_at) or "-",
            stamp(link.expires_at) or "-",
            visible(link.label or ""),
        )
        context.out.write("\t".join(fields).rstrip() + "\n")
    return number


def _give_csv(links: Iterable[Link], context: Context) -> int:
    """Writes CSV; a text that a spreadsheet would take for a formula gets an apostrophe, as spreadsheets expect."""
    table = csv.writer(context.out, lineterminator="\n")
    number = 0
    for number, link in enumerate(links, start=1):
        known = as_json(link, context.settings.base_url, context.now)
        if number == 1:
            table.writerow(known)
        values = [visible(value or "") for value in known.values()]
        table.writerow([f"'{value}" if value.startswith(("=", "+", "-", "@")) else value for value in values])
    return number


def show(asked: Namespace, context: Context) -> int:
    """Tells everything known of a link, and why it does not open if it does not."""
    try:
        found = context.host.find(asked.link)
    except LinkUnclear:
        raise  # it says what is wrong with the text, not with a link
    except LinkUnknown:
        context.say("no such link")
        return REFUSED
    link = found.link if isinstance(found, DeletedLink) else found
    with context.host.snapshot() as snapshot:
        story = snapshot.story(link)
    if asked.json:
        known: dict[str, object] = {
            **as_json(link, context.settings.base_url, context.now),
            "opens": opens(found, context),
        }
        deleted = found if isinstance(found, DeletedLink) else None
        known["deleted_at"] = stamp(deleted.deleted_at) if deleted else None
        known["deleted_by"] = deleted.deleted_by if deleted else None
        known["reference"] = story.reference
        known["replaces"] = _token(story.replaces) if story.replaces else None
        known["replaced_by"] = [_token(later) for later in story.replaced_by]
        context.give_json(known)
        return DONE
    zone, why = context.settings.time_zone, why_closed(found, context)
    facts = {
        "link": context.url(link),
        "opens": f"no: {why}" if why else "yes",
        "status": link.status_at(context.now).value,
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
        facts["replaces"] = _url(story.replaces, context)
    if story.replaced_by:
        facts["replaced by"] = ", ".join(_url(later, context) for later in story.replaced_by)
    context.out.writelines(f"{name:<11} {visible(value)}\n" for name, value in facts.items())
    return DONE


def _token(known: Link | DeletedLink) -> str:
    return known.link.token if isinstance(known, DeletedLink) else known.token


def _url(known: Link | DeletedLink, context: Context) -> str:
    return f"{context.settings.base_url}/{_token(known)}" + (" (deleted)" if isinstance(known, DeletedLink) else "")
