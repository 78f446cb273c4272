"""Taking links away, and bringing them back: delete, undo."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime

from secret_links import InvalidInput, Link, LinkFilter, LinkUnclear, LinkUnknown, Status
from secret_links.expiry import parse_length
from secret_links.odd_values import is_unreadable
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE, REFUSED, WRONG_USAGE
from secret_links_tui.commands.looking import filter_of
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.text_files import TextTooLong


def delete(asked: Namespace, context: Context) -> int:
    """Deletes links by token or URL, all or none; or all that pass filters, which takes --yes."""
    filtered = bool(asked.event_type or asked.status or asked.search or asked.older_than)
    if filtered == bool(asked.links):
        raise InvalidInput("links", "Name the links to delete, or say which with --status, --older-than and the like.")
    return _delete_matching(asked, context) if filtered else _delete_named(asked, context)


def _delete_named(asked: Namespace, context: Context) -> int:
    ids, unknown = [], []
    for text in _named(asked.links, context):
        why = ""
        try:
            found = context.host.find(text)
        except LinkUnclear as error:
            found, why = None, f" ({error})"
        except LinkUnknown:
            found = None
        if isinstance(found, Link):
            ids.append(found.id)
        else:
            unknown.append(f"no such link: {visible(text)}{why}\n")
    if unknown:
        context.err.write("".join(unknown) + "nothing was deleted\n")
        return REFUSED
    if asked.dry_run:
        context.say(f"{len(set(ids)):,} would be deleted")
        return DONE
    context.say(f"{context.host.delete(ids).links:,} deleted")
    return DONE


def _named(words: Sequence[str], context: Context) -> Sequence[str]:
    """Gives what was named: words, or for `-` the links on standard input."""
    if "-" not in words:
        return words
    if len(words) > 1:
        raise InvalidInput("links", "Name links, or read them from standard input (-), not both.")
    from secret_links_tui.commands.link_files import LONGEST, links_of  # noqa: PLC0415  # few links come that way

    try:
        return links_of(context.read_text("-", LONGEST))
    except TextTooLong as error:
        raise InvalidInput("links", f"{error} Say which links with --status, --search and the like.") from error


def _delete_matching(asked: Namespace, context: Context) -> int:
    wanted = filter_of(asked, context)
    if asked.older_than is None:
        number = context.host.counts(wanted).of(wanted.status)
        ids = None
    else:
        ids = _older(context, wanted, _instant(asked.older_than, context))
        number = len(ids)
    if asked.dry_run or not number:
        context.say(f"{number:,} would be deleted" if asked.dry_run else "no such links; nothing was deleted")
        return DONE
    if not asked.yes:
        context.say(f"{number:,} would be deleted; add --yes to delete them (undo brings them back for 30 days)")
        return WRONG_USAGE
    done = context.host.delete(ids) if ids is not None else context.host.delete_matching(wanted)
    context.say(f"{done.links:,} deleted")
    return DONE


def _older(context: Context, wanted: LinkFilter, before: datetime) -> list[int]:
    """Finds links whose status is older than that: used, or expired, or made before it; says of how many nobody can."""
    found, unknown = [], 0
    for link in context.host.stream(wanted, as_of=context.now):
        since = _since(link, context.now)
        if is_unreadable(since):
            unknown += 1
        elif since < before:
            found.append(link.id)
    if unknown:
        context.say(f"{unknown:,} left out: it cannot be read since when they have their status")
    return found


def _since(link: Link, now: datetime) -> datetime:
    """Since when a link has had its status."""
    match link.status_at(now):
        case Status.USED:
            return link.used_at or link.created_at
        case Status.EXPIRED:
            return link.expires_at or link.created_at
        case Status.ACTIVE | Status.DAMAGED:
            return link.created_at


def _instant(span: str, context: Context) -> datetime:
    """Reads how long ago."""
    try:
        return context.now - parse_length(span)
    except InvalidInput as error:
        raise InvalidInput("older_than", str(error)) from error


def undo(asked: Namespace, context: Context) -> int:
    """Brings back what was deleted last."""
    del asked
    last = context.host.last_deletion()
    if last is None:
        context.say("there is no deletion of the last 30 days to undo")
        return REFUSED
    context.say(f"{context.host.restore(last.id):,} back, with the same URLs")
    return DONE
