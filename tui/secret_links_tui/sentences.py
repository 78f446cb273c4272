"""What the screen of links says."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from secret_links import DeletedLink, EventKind, Link, LinkEvent, LinkFilter, Status
from secret_links.odd_values import is_unreadable
from secret_links.tokens import find_token, linked_tokens
from secret_links_tui.ages import at_clock, end_at_clock, relative
from secret_links_tui.drawing.link_rows import SIGNS, shown_token
from secret_links_tui.terminal.clipboard import Clipboard
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.message_line import News

if TYPE_CHECKING:
    from secret_links import View
    from secret_links_tui.reading.messages import CountsRead

SEARCHING = "Searching…"
"""Said while a search goes through a long list."""

READING = "Reading the list…"
"""Said where a list is empty because it is on its way."""

NAMED = 3
"""Links that a sentence names."""

SENTENCE_MARGIN = 4
"""Columns at the sides of a sentence in an empty table."""


GONE = "Already gone: somebody else deleted it."
"""Said of links that are no longer there."""


KeyOf = Callable[[str], str]
"""Returns the key of an action of the list, as sentences name it: hosts can choose keys."""


def links_of(number: int) -> str:
    """Returns `1 link`, `12 links`."""
    return f"{number:,} link" if number == 1 else f"{number:,} links"


def kept_expiry(number: int) -> str:
    """Says that some expiries had to stay."""
    return f"{links_of(number)} kept {'its' if number == 1 else 'their'} expiry."


def broken(sentence: str, width: int) -> tuple[str, ...]:
    """Breaks a sentence into the lines of a table of some width."""
    return tuple(textwrap.wrap(visible(sentence), max(width - SENTENCE_MARGIN, 1)))


def why_unread(reason: str, width: int, key_of: KeyOf) -> tuple[str, ...]:
    """Says that a list could not be read, why, and what to do; `width` is the table's."""
    return (
        "This list could not be read.",
        *broken(reason, width),
        f"It will be tried again; {key_of('back')} tries now.",
    )


def why_uncounted(view: View) -> tuple[str, ...]:
    """Says of an empty list what is certain before anything was counted."""
    return ("No links yet.",) if view.wanted == LinkFilter() else ("No link matches these filters.",)


def why_empty(counted: CountsRead, now: datetime, zone: tzinfo, key_of: KeyOf) -> tuple[str, ...]:
    """Says why a list has no links, and what to do."""
    if counted.listed:
        return (READING,)  # they were generated after the list was read: it is being read again
    if isinstance(counted.named, DeletedLink):
        when, who = relative(counted.named.deleted_at, now, zone), visible(counted.named.deleted_by)
        whose = f", for {visible(counted.named.link.label)}," if counted.named.link.label else ""
        return (
            f"This link{whose} was deleted {when} by {who}.",
            f"Its URL no longer works. {key_of('deleted_links')} brings it back.",
        )
    if why := _why_not_found(counted, key_of):
        return why
    if counted.total == 1:
        return "Your one link does not match these filters.", f"{key_of('back')} shows it."
    if counted.total:
        return f"No match in {counted.total:,} links.", f"{key_of('back')} shows them all."
    return (
        "No links yet.",
        "A link is a private URL that is good for one booking.",
        f"{key_of('generate')} generates the first one, {key_of('help')} shows all keys.",
    )


def _why_not_found(counted: CountsRead, key_of: KeyOf) -> tuple[str, ...]:
    """Says why no link has what was searched for, where that is a link."""
    search = counted.view.wanted.search
    if len(linked_tokens(search)) > 1:
        return "These are several links.", "Search for one at a time."
    if find_token(search) and not counted.counts.total:
        return "You have no link with this token.", f"{key_of('back')} shows all links."
    return ()


def fate_of(link: Link, now: datetime, zone: tzinfo) -> str:
    """Says what became of a link that somebody asks about: since when, and who booked."""
    booking = f", booking {link.reference}" if link.reference else ""
    match link.status_at(now):
        case Status.USED if link.used_at is not None:
            by = f" by {link.used_by}" if link.used_by else ""
            return f"✓ Used {at_clock(link.used_at, now, zone)}{by}{booking}. It opens nothing more."
        case Status.EXPIRED if link.expires_at is not None:
            when = end_at_clock(link.expires_at, now, zone)
            return f"○ Expired {'at ' if when.startswith('the end') else ''}{when}. It opens nothing more."
        case Status.ACTIVE:
            until = f" until {end_at_clock(link.expires_at, now, zone)}" if link.expires_at else ""
            return f"● Active{until}. Nobody has booked with it yet."
    return "! Damaged: its expiry cannot be read. It opens nothing."


def happened(used: Sequence[Link], expired: Sequence[Link], now: datetime, zone: tzinfo) -> News:
    """Says which links were used, with who booked, and which expired; each kind has one at least, or none."""
    parts = [(used, Status.USED, "booked"), (expired, Status.EXPIRED, "expired")]
    said = [_of_status(links, status, word, now, zone) for links, status, word in parts if links]
    short = [f"{SIGNS[status].split()[0]} {len(links):,} {word}" for links, status, word in parts if links]
    return News("; ".join(said), ", ".join(short))


def notice(events: Sequence[LinkEvent]) -> str:
    """Says the same to a host who looks elsewhere: by names and event types, never with any of a token."""
    said = []
    for kind, status, word in ((EventKind.USED, Status.USED, "booked"), (EventKind.EXPIRED, Status.EXPIRED, "expired")):
        links = [event.link for event in events if event.kind is kind]
        named = [link.label or link.event_type.name for link in links[:NAMED]]
        more = f" and {len(links) - NAMED:,} more" if len(links) > NAMED else ""
        sign = SIGNS[status].split()[0]
        if len(links) == 1 and links[0].label:
            said.append(f"{sign} {named[0]}: {links[0].event_type.name} {word}")
        elif links:
            said.append(f"{sign} {len(links):,} {word}: {', '.join(named)}{more}")
    return ", ".join(said)


def _of_status(links: Sequence[Link], status: Status, word: str, now: datetime, zone: tzinfo) -> str:
    sign, first = SIGNS[status].split()[0], links[0]
    if len(links) > 1:
        return f"{sign} {len(links):,} {word}: {names(links)}"
    at = first.used_at or first.expires_at or now
    at = (now if is_unreadable(at) else at).astimezone(zone)
    by = f" by {first.used_by}" if status is Status.USED and first.used_by else ""
    return f"{sign} {name_of(first)}: {first.event_type.name} {word} at {at:%H:%M}{by}"


def name_of(link: Link) -> str:
    """Returns whom a link is for, or else as much of its token as is shown."""
    return link.label or shown_token(link)


def names(links: Sequence[Link], total: int | None = None) -> str:
    """Names the first three of some links, and says how many more there are, of `total` where not all are given."""
    named = [name_of(link) for link in links[:NAMED]]
    more = (len(links) if total is None else total) - len(named)
    return ", ".join([*named, f"and {more:,} more"] if more else named)


def copied(
    what: str, links: Sequence[Link], clipboard: Clipboard, now: datetime, key_of: KeyOf, *, confirmed: bool
) -> str:
    """Says what is certain of a copy, how to find out whether it arrived, and which links open nothing any more."""
    if confirmed:
        return f"Copied {what}.{dead(links, now, key_of)}"
    check = "" if clipboard.proved else f" {key_of('check_clipboard')} checks that it arrives."
    if clipboard.declined:
        check = f" ({clipboard.declined})"
    return f"Sent to {clipboard.where}: {what}.{dead(links, now, key_of) or check}"


def the_links(links: Sequence[Link]) -> str:
    """Returns `the link for Ana Pires`, or `12 links`."""
    return the_link(links[0]) if len(links) == 1 else f"{len(links):,} links"


def the_message(links: Sequence[Link]) -> str:
    """Returns `the message for Ana Pires`, or `12 messages`; and how many of the links are for nobody by name."""
    nameless = sum(not link.label for link in links)
    if len(links) == 1:
        return f"the message for {links[0].label}" if links[0].label else "a message that names nobody"
    return f"{len(links):,} messages" + (f" ({nameless:,} without a name)" if nameless else "")


def the_link(link: Link) -> str:
    """Returns `the link for Ana Pires`; never its URL, which would stay on the screen."""
    return f"the link for {link.label}" if link.label else f"the link {shown_token(link)}"


def dead(links: Sequence[Link], now: datetime, key_of: KeyOf) -> str:
    """Says of links that are handed out which of them open no booking; begins with a space where any do not."""
    statuses = [status for link in links if (status := link.status_at(now)) is not Status.ACTIVE]
    if not statuses:
        return ""
    if len(links) == 1:
        word = SIGNS[statuses[0]].split()[1]
        return f" But it is {word}: it opens nothing. {key_of('reissue')} makes a fresh one."
    if len(statuses) == len(links):
        return f" But none of them is Active: they open nothing. {key_of('reissue')} makes fresh ones."
    return f" But {len(statuses):,} of them {'is' if len(statuses) == 1 else 'are'} no longer Active."
