"""What happened to a link, in words: for its details, `show` and `watch`."""

from __future__ import annotations

from datetime import tzinfo

from secret_links import EventKind, LinkEvent, Story
from secret_links_tui.ages import end_on_clock


def words_of(event: LinkEvent, host: str, zone: tzinfo) -> str:
    """Says what happened, and who did it; `host` is whose link it is. Without the instant, and without a token."""
    link = event.link
    match event.kind:
        case EventKind.CHANGED:
            return ": ".join((f"changed by {host}", *_changes(event, zone)))
        case EventKind.USED:
            who = f"used by {link.used_by}" if link.used_by else "used"
            return f"{who}, reference {link.reference}" if link.reference else who
        case EventKind.EXPIRED:
            return "expired, not used"
        case kind:
            return f"{kind.value} by {host}"


def is_in_row(story: Story) -> bool:
    """Whether a link's own row says all that happened to it, so that a list of it would say nothing more."""
    said = (EventKind.GENERATED, EventKind.USED, EventKind.EXPIRED)
    return all(event.kind in said for event in story.events)


def _changes(event: LinkEvent, zone: tzinfo) -> list[str]:
    before, after = event.before, event.after
    if before is None or after is None:
        return []
    parts = []
    if before.label != after.label:
        parts.append(f"for {before.label or '–'} → {after.label or '–'}")
    if before.expires_at != after.expires_at:
        old, new = (end_on_clock(at, zone) if at else "never" for at in (before.expires_at, after.expires_at))
        parts.append(f"expires {old} → {new}")
    if before.notes != after.notes:
        ours, theirs = dict(before.notes), dict(after.notes)
        parts.append(f"notes ({', '.join(name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name))})")
    return [", ".join(parts)]
