"""Why a link opens no booking any more, as its own host learns."""

from __future__ import annotations

from secret_links import NO_EVENT_TYPE, DeletedLink, Link, Status
from secret_links.odd_values import is_unreadable
from secret_links_tui.ages import exact, exact_end
from secret_links_tui.commands.context import Context


def why_closed(found: Link | DeletedLink, context: Context) -> str | None:
    """Says why a link does not open any more; None where it does."""
    if opens(found, context):
        return None
    zone = context.settings.time_zone
    if isinstance(found, DeletedLink):
        return f"deleted {exact(found.deleted_at, zone)} by {found.deleted_by}"
    if found.used_at is not None:
        return f"used {exact(found.used_at, zone)}" + (f" by {found.used_by}" if found.used_by else "")
    if found.expires_at is not None and is_unreadable(found.expires_at):
        return f"damaged: it expires {exact(found.expires_at, zone)}"
    if found.expires_at is not None and found.expires_at <= context.now:
        when = exact_end(found.expires_at, zone)
        return f"expired {'at the ' if when.startswith('end') else ''}{when}"
    return "its event type is no longer in the store" if found.event_type == NO_EVENT_TYPE else None


def opens(found: Link | DeletedLink, context: Context) -> bool:
    """Says whether a link still opens a booking."""
    return isinstance(found, Link) and found.status_at(context.now) is Status.ACTIVE
