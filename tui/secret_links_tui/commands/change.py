"""change: another label or expiry for links that were sent; their URLs stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from secret_links import Changed, Ends, InvalidInput, Link, LinkSet, LinkUnknown, Status
from secret_links.new_values import Change as Wanted
from secret_links.new_values import NewExpiry, parse_new_expiry, why_not
from secret_links_tui.ages import exact_end_or_never
from secret_links_tui.commands.command import Command, Verbs, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE, REFUSED, WRONG_USAGE
from secret_links_tui.commands.filters import Filtered, add_filters
from secret_links_tui.commands.named_links import find_all
from secret_links_tui.streams import OutputLost
from secret_links_tui.terminal.plain_text import visible


@dataclass(frozen=True, slots=True)
class Change(Filtered, Command):
    """Changes links by token or URL, all or none; or all that pass filters, which takes --yes."""

    gives_urls: ClassVar[bool] = True

    links: Sequence[str]
    label: str | None
    expires: str | None
    note: Sequence[str]
    dry_run: bool
    yes: bool

    def run(self, context: Context) -> int:
        """Changes them, and gives the URL of each with its expiry; WRONG_USAGE for filters without --yes."""
        if self.label is None and self.expires is None and not self.note:
            raise InvalidInput("links", "Say what to change: --label, --expires or --note.")
        filtered = self.is_filtered
        if filtered == bool(self.links):
            raise InvalidInput("links", "Name the links to change, or say which with --status, --search and the like.")
        expiry = self._expiry(context)
        self._notes()
        return self._change_matching(context, expiry) if filtered else self._change_named(context, expiry)

    def _notes(self) -> dict[str, str]:
        """Reads NAME=TEXT; InvalidInput where it is none."""
        parts = [given.partition("=") for given in self.note]
        if not all(name.strip() and equals for name, equals, _ in parts):
            raise InvalidInput("notes", "--note takes NAME=TEXT; NAME= alone removes the note.")
        return {name.strip(): text for name, _, text in parts}

    def _expiry(self, context: Context) -> NewExpiry | None:
        if self.expires is None:
            return None
        return parse_new_expiry(self.expires, context.now, context.zone_of(self.expires.removeprefix("+")))

    def _change_named(self, context: Context, expiry: NewExpiry | None) -> int:
        links = find_all(self.links, context, "changed")
        if links is None:
            return REFUSED
        wrong = [link for link in links if expiry is not None and link.status_at(context.now) is not Status.ACTIVE]
        if wrong:
            context.err.writelines(f"{context.url(link)}: {why_not(link, context.now)}\n" for link in wrong)
            context.say("nothing was changed")
            return REFUSED
        if self.dry_run:
            return _list(context, links, expiry)
        return self._change(context, LinkSet(frozenset(link.id for link in links)), expiry)

    def _change_matching(self, context: Context, expiry: NewExpiry | None) -> int:
        wanted = self.wanted(context)
        if wanted.status is None and expiry is not None and self.label is None and not self.note:
            wanted = replace(wanted, status=Status.ACTIVE)
        if expiry is not None and wanted.status is not Status.ACTIVE:
            raise InvalidInput("status", "Only Active links can have another expiry: add --status active.")
        with context.host.snapshot() as snapshot:
            chosen = snapshot.selections.every(wanted)
            number = 0 if self.yes and not self.dry_run else snapshot.lists.count(wanted)
            ends = snapshot.selections.ends(chosen) if self.dry_run else Ends()
        if self.dry_run:
            if expiry is not None and number:
                expiry.instead_of(ends.last, context.now)  # what would be refused is, before anything is listed
            with context.host.stream(wanted, as_of=chosen.as_of) as links:
                return _list(context, links, expiry)
        if not self.yes and number:
            context.say(f"{number:,} would be changed; --dry-run lists them, --yes changes them")
            return WRONG_USAGE
        try:
            return self._change(context, chosen if self.yes else LinkSet(), expiry)
        except LinkUnknown:
            context.say("no such links; nothing was changed")
            return DONE

    def _change(self, context: Context, chosen: LinkSet, expiry: NewExpiry | None) -> int:
        written = _Written(context)
        done = context.host.change(chosen, Wanted(self.label, expiry, self._notes()), told=written.write)
        written.require()
        context.say(f"{done.links:,} changed")
        return REFUSED if done.kept else DONE


class _Written:
    """Writes what has become of links, as they are changed: all of them are changed, whether or not it can be read."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lost: OutputLost | None = None

    def write(self, some: Changed) -> None:
        """Writes some links that were changed, and says why others were not."""
        for link in some.first_kept:
            self._context.say(f"{self._context.url(link)}: {why_not(link, self._context.now)}")
        if self._lost is None:
            try:
                for link in some.after:
                    _give(self._context, link, link)
            except OutputLost as error:
                self._lost = error

    def require(self) -> None:
        """Raises OutputLost where not all could be written."""
        if self._lost is not None:
            raise self._lost


def _list(context: Context, links: Iterable[Link], expiry: NewExpiry | None) -> int:
    """Writes what would become of links."""
    number = 0
    for link in links:
        number += 1
        _give(context, link, link if expiry is None else expiry.given_to(link, context.now))
    context.say(f"{number:,} would be changed" if number else "no such links; nothing was changed")
    return DONE


def _give(context: Context, link: Link, changed: Link) -> None:
    """Writes a link's URL, and when it expires, exactly."""
    until = exact_end_or_never(changed.expires_at, context.settings.time_zone)
    context.out.write(f"{context.url(link)}\t{visible(until)}\n")


def add_to(verbs: Verbs) -> None:
    """Adds the verb."""
    change = add_verb(
        verbs,
        "change",
        Change,
        "change the label, expiry or notes of links; their URLs stay",
        "change https://42min.us/s/TOKEN --expires +7d",
    )
    change.add_argument(
        "links", metavar="TOKEN_OR_URL", nargs="*", help="- for those on standard input, as generate or list gave them"
    )
    change.add_argument("--label", metavar="TEXT", help="who they are for; empty for nobody")
    change.add_argument(
        "--expires", metavar="WHEN", help="as in generate; +7d for as much later than before, never for no expiry"
    )
    change.add_argument(
        "--note", metavar="NAME=TEXT", action="append", default=[], help="a note of your own; NAME= removes it"
    )
    add_filters(change)
    change.add_argument("--dry-run", action="store_true", help="list what would be changed, and change nothing")
    change.add_argument("--yes", action="store_true", help="change all that match the filters")
