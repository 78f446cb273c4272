"""What the screen of links says by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from secret_links import Link
from secret_links.odd_values import is_unreadable
from secret_links.tokens import find_token
from secret_links_tui.ages import relative
from secret_links_tui.clipboard import Clipboard
from secret_links_tui.plain_text import visible
from secret_links_tui.widgets.link_table import SIGNS, shown_token

if TYPE_CHECKING:
    from secret_links_tui.link_reading import CountsRead


def links_of(number: int) -> str:
    """Gives `1 link`, `12 links`."""
    return f"{number:,} link" if number == 1 else f"{number:,} links"


def why_empty(counted: CountsRead, now: datetime, zone: tzinfo) -> tuple[str, ...]:
    """Says why a list shows nothing, and what to do."""
    if counted.deleted is not None:
        when, who = relative(counted.deleted.deleted_at, now, zone), visible(counted.deleted.deleted_by)
        return f"This link was deleted {when} by {who}.", "Its URL opens no booking any more."
    if find_token(counted.view.wanted.search) and not counted.counts.total:
        return "You have no link with this token.", "Escape shows all links."
    if counted.total == 1:
        return "Your one link does not pass these filters.", "Escape shows it."
    if counted.total:
        return f"None of your {counted.total:,} links pass these filters.", "Escape shows them all."
    return "No links yet.", "Press g to generate the first one."


def flipped(links: Sequence[Link], now: datetime, zone: tzinfo) -> str:
    """Says what became of links whose status has changed: the first by name, the others by number."""
    first, others = links[0], len(links) - 1
    at = first.used_at or first.expires_at or now
    at = (now if is_unreadable(at) else at).astimezone(zone)
    more = f", and {others:,} more" if others else ""
    name = first.label or shown_token(first)
    return f"{SIGNS[first.status_at(now)]} at {at:%H:%M}: {name}, {first.event_type.name}{more}"


def copied(what: str, clipboard: Clipboard, *, confirmed: bool) -> str:
    """Says what is known of a copy, and what to do if it does not arrive."""
    if confirmed:
        return f"Copied {what}"
    cure = f" ({clipboard.cure})" if clipboard.cure else ""
    return f"Sent to {clipboard.where}: {what}{cure}"
