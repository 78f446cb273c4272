"""What happened to a link, in words: for its details, `show` and `watch`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from secret_links import EventKind, LinkEvent
from secret_links_tui.ages import exact_end


def words_of(event: LinkEvent, host: str, zone: tzinfo) -> str:
    """Says what happened, and who did it; `host` is whose link it is. Without the instant, and without a token."""
    link = event.link
    match event.kind:
        case EventKind.CHANGED:
            return f"{', '.join(_changes(event, zone)) or 'changed'}, by {host}"
        case EventKind.USED:
            who = f"used by {link.used_by}" if link.used_by else "used"
            return f"{who}, booking {link.reference}" if link.reference else who
        case EventKind.EXPIRED:
            return "expired, not used"
        case kind:
            return f"{kind.value} by {host}"


def _changes(event: LinkEvent, zone: tzinfo) -> Iterator[str]:
    before, after = event.before, event.after
    if before is None or after is None:
        return
    if before.label != after.label:
        yield f"for {before.label or 'nobody'} → {after.label or 'nobody'}"
    if before.expires_at != after.expires_at:
        old, new = (exact_end(at, zone) if at else "never" for at in (before.expires_at, after.expires_at))
        yield f"expires {old} → {new}"
