"""delete: taking links away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from secret_links import InvalidInput, Link, LinkFilter, Status
from secret_links.expiry import parse_length
from secret_links.odd_values import is_unreadable
from secret_links_tui.commands.command import Command, Verbs, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE, REFUSED, WRONG_USAGE
from secret_links_tui.commands.filters import Filtered, add_filters
from secret_links_tui.commands.named_links import find_all


@dataclass(frozen=True, slots=True)
class Delete(Filtered, Command):
    """Deletes links by token or URL, all or none; or all that pass filters, which takes --yes."""

    needs_output: ClassVar[bool] = False

    links: Sequence[str]
    older_than: str | None
    dry_run: bool
    yes: bool

    def run(self, context: Context) -> int:
        """Deletes them; WRONG_USAGE where all that pass filters are to go without --yes."""
        filtered = self.is_filtered or bool(self.older_than)
        if filtered == bool(self.links):
            raise InvalidInput(
                "links", "Name the links to delete, or say which with --status, --older-than and the like."
            )
        return self._delete_matching(context) if filtered else self._delete_named(context)

    def _delete_named(self, context: Context) -> int:
        links = find_all(self.links, context, "deleted")
        if links is None:
            return REFUSED
        ids = {link.id for link in links}
        if self.dry_run:
            context.say(f"{len(ids):,} would be deleted")
            return DONE
        context.say(f"{context.host.delete(ids).links:,} deleted")
        return DONE

    def _delete_matching(self, context: Context) -> int:
        wanted = self.wanted(context)
        if self.older_than is None:
            with context.host.snapshot() as snapshot:
                number = snapshot.lists.count(wanted)
            ids = None
        else:
            ids = _older(context, wanted, _instant(self.older_than, context))
            number = len(ids)
        if self.dry_run or not number:
            context.say(f"{number:,} would be deleted" if self.dry_run else "no such links; nothing was deleted")
            return DONE
        if not self.yes:
            context.say(f"{number:,} would be deleted; add --yes to delete them (undo brings them back for 30 days)")
            return WRONG_USAGE
        done = context.host.delete(ids) if ids is not None else context.host.delete_matching(wanted)
        context.say(f"{done.links:,} deleted")
        return DONE


def add_to(verbs: Verbs) -> None:
    """Adds the verb."""
    delete = add_verb(
        verbs,
        "delete",
        Delete,
        "delete links; their URLs stop working at once",
        "delete --status expired --older-than 30d --yes",
    )
    delete.add_argument(
        "links", metavar="TOKEN_OR_URL", nargs="*", help="- for those on standard input, as generate or list gave them"
    )
    add_filters(delete)
    delete.add_argument("--older-than", metavar="SPAN", help="used, expired or, if Active, made longer ago than 30d")
    delete.add_argument("--dry-run", action="store_true", help="say how many, and delete none")
    delete.add_argument("--yes", action="store_true", help="delete all that match the filters")


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
