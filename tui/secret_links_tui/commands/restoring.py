"""undo and deleted: bringing back what was deleted, and listing what can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from secret_links import DeletedLink, Deletion, InvalidInput, LastChange, Link
from secret_links_tui.commands.command import Command, Verbs, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE, REFUSED
from secret_links_tui.commands.link_records import as_record, stamp
from secret_links_tui.commands.named_links import find_each
from secret_links_tui.commands.words import whole_number
from secret_links_tui.terminal.plain_text import visible

NAMED = 3
"""Links that a sentence names."""

LISTED = 100
"""Deleted links that are listed unless another number is asked for."""


@dataclass(frozen=True, slots=True)
class Undo(Command):
    """Undoes the last deletion or change, whichever is later; or brings back the links that are named."""

    needs_output: ClassVar[bool] = False

    links: Sequence[str]

    def run(self, context: Context) -> int:
        """Does it; REFUSED where there is nothing to undo, or any link that is named is not deleted."""
        return self._named(context) if self.links else _last(context)

    def _named(self, context: Context) -> int:
        found = find_each(self.links, context, DeletedLink, "not deleted", "brought back")
        if found is None:
            return REFUSED
        number = context.host.restore_links([each.link.id for each in found])
        context.say(_sentence(number, [each.link for each in found]))
        return DONE


def _last(context: Context) -> int:
    with context.host.snapshot() as snapshot:
        last = snapshot.last_undoable()
        links = snapshot.deleted.of_deletion(last.id, NAMED) if isinstance(last, Deletion) else []
    if last is None:
        context.say("there is no deletion or change of the last 30 days to undo")
        return REFUSED
    if isinstance(last, LastChange):
        return _take_back(last, context)
    number = context.host.restore(last.id)
    context.say(f"{_sentence(number, [each.link for each in links])} (deleted by {visible(last.deleted_by)})")
    return DONE


def _take_back(change: LastChange, context: Context) -> int:
    done = context.host.take_back(change.id)
    for link in done.first_kept:
        context.say(f"{context.url(link)}: its expiry stays; it is not Active, or was changed again")
    if done.kept > len(done.first_kept):
        context.say(f"and {done.kept - len(done.first_kept):,} more")
    context.say(f"{done.links:,} as before the change")
    return REFUSED if done.kept else DONE


def _sentence(number: int, links: Sequence[Link]) -> str:
    """Says how many came back, and names the first of them."""
    names = [visible(link.label) if link.label else f"{link.token[:6]}…" for link in links[:NAMED]]
    more = [f"and {number - len(names):,} more"] if number > len(names) else []
    return f"{number:,} back, with the same URL{'' if number == 1 else 's'}: {', '.join([*names[:number], *more])}"


@dataclass(frozen=True, slots=True)
class ListDeleted(Command):
    """Lists deleted links that can be brought back, the latest deletion first."""

    gives_urls: ClassVar[bool] = True

    search: str | None
    limit: int | None
    json: bool

    def run(self, context: Context) -> int:
        """Lists them."""
        if self.limit is not None and self.limit < 1:
            raise InvalidInput("limit", "--limit takes a number from 1 on.")
        with context.host.snapshot() as snapshot:
            found = snapshot.deleted.listed(self.search or "", self.limit or LISTED)
        if self.json:
            base = context.settings.base_url
            context.give_json([as_record(each.link, base, context.now) | _about(each) for each in found])
            return DONE
        for each in found:
            link = each.link
            fields = (
                *(context.url(link), link.status_at(context.now).value, visible(link.event_type.slug)),
                *(stamp(each.deleted_at) or "-", visible(each.deleted_by), visible(link.label or "")),
            )
            context.out.write("\t".join(fields).rstrip() + "\n")
        if not found:
            context.say("no deleted links")
        return DONE


def _about(each: DeletedLink) -> dict[str, str | None]:
    return {"deleted_at": stamp(each.deleted_at), "deleted_by": each.deleted_by}


def add_to(verbs: Verbs) -> None:
    """Adds both verbs."""
    undo = add_verb(verbs, "undo", Undo, "undo the last deletion or change, or bring back links that are named", "undo")
    undo.add_argument("links", metavar="TOKEN_OR_URL", nargs="*", help="links to bring back, from any deletion")
    deleted = add_verb(
        verbs, "deleted", ListDeleted, "list deleted links that can be brought back", "deleted --search ana"
    )
    deleted.add_argument("--search", metavar="TEXT", help="those that a search finds")
    deleted.add_argument("--limit", type=whole_number, metavar="N", help=f"so many at the most (default: {LISTED})")
    deleted.add_argument("--json", action="store_true", help="as a JSON array")
