"""change: another label or expiry for links that were sent; their URLs stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from secret_links import InvalidInput, Link, LinkSet, Status
from secret_links_tui.ages import exact_end_or_never
from secret_links_tui.commands.command import Command, Verbs, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE, REFUSED, WRONG_USAGE
from secret_links_tui.commands.filters import Filtered, add_filters
from secret_links_tui.commands.named_links import find_all
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:  # help is given without a database library
    from secret_links import NewExpiry


@dataclass(frozen=True, slots=True)
class Change(Filtered, Command):
    """Changes links by token or URL, all or none; or all that pass filters, which takes --yes."""

    gives_urls: ClassVar[bool] = True

    links: Sequence[str]
    label: str | None
    expires: str | None
    dry_run: bool
    yes: bool

    def run(self, context: Context) -> int:
        """Changes them, and gives the URL of each with its expiry; WRONG_USAGE for filters without --yes."""
        if self.label is None and self.expires is None:
            raise InvalidInput("links", "Say what to change: --label, --expires, or both.")
        filtered = self.is_filtered
        if filtered == bool(self.links):
            raise InvalidInput("links", "Name the links to change, or say which with --status, --search and the like.")
        expiry = self._expiry(context)
        return self._change_matching(context, expiry) if filtered else self._change_named(context, expiry)

    def _expiry(self, context: Context) -> NewExpiry | None:
        if self.expires is None:
            return None
        from secret_links.changing import parse_new_expiry  # noqa: PLC0415

        return parse_new_expiry(self.expires, context.now, context.zone_of(self.expires.removeprefix("+")))

    def _change_named(self, context: Context, expiry: NewExpiry | None) -> int:
        links = find_all(self.links, context, "changed")
        if links is None:
            return REFUSED
        wrong = [link for link in links if expiry is not None and link.status_at(context.now) is not Status.ACTIVE]
        if wrong:
            from secret_links.changing import why_not  # noqa: PLC0415

            context.err.writelines(f"{context.url(link)}: {why_not(link, context.now)}\n" for link in wrong)
            context.say("nothing was changed")
            return REFUSED
        return self._change(context, LinkSet(frozenset(link.id for link in links)), links, expiry)

    def _change_matching(self, context: Context, expiry: NewExpiry | None) -> int:
        wanted = self.wanted(context)
        if wanted.status is None and self.label is None:
            wanted = replace(wanted, status=Status.ACTIVE)
        if expiry is not None and wanted.status is not Status.ACTIVE:
            raise InvalidInput("status", "Only Active links can have another expiry: add --status active.")
        from secret_links.generating import MOST_AT_ONCE  # noqa: PLC0415

        with context.host.snapshot() as snapshot:
            chosen = snapshot.selections.every(wanted)
            links = snapshot.selections.links(chosen, MOST_AT_ONCE)
        if len(links) > MOST_AT_ONCE:
            raise InvalidInput("links", f"Change up to {MOST_AT_ONCE:,} links at a time; add --search or --event-type.")
        if not links:
            context.say("no such links; nothing was changed")
            return DONE
        if not (self.yes or self.dry_run):
            context.say(f"{len(links):,} would be changed; --dry-run lists them, --yes changes them")
            return WRONG_USAGE
        return self._change(context, chosen, links, expiry)

    def _change(self, context: Context, chosen: LinkSet, links: Sequence[Link], expiry: NewExpiry | None) -> int:
        if self.dry_run:
            for link in links:
                _give(context, link, link if expiry is None else expiry.given_to(link, context.now))
            context.say(f"{len(links):,} would be changed")
            return DONE
        from secret_links.changing import Change as Wanted  # noqa: PLC0415
        from secret_links.changing import why_not  # noqa: PLC0415

        done = context.host.change(chosen, Wanted(self.label, expiry))
        for link in done.after:
            _give(context, link, link)
        for link in done.kept:
            context.say(f"{context.url(link)}: {why_not(link, context.now)}")
        context.say(f"{len(done.after):,} changed")
        return REFUSED if done.kept else DONE


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
        "change the label or expiry of links; their URLs stay",
        "change https://42min.us/s/TOKEN --expires +7d",
    )
    change.add_argument(
        "links", metavar="TOKEN_OR_URL", nargs="*", help="- for those on standard input, as generate or list gave them"
    )
    change.add_argument("--label", metavar="TEXT", help="who they are for; empty for nobody")
    change.add_argument(
        "--expires", metavar="WHEN", help="as in generate; +7d for as much later than before, never for no expiry"
    )
    add_filters(change)
    change.add_argument("--dry-run", action="store_true", help="list what would be changed, and change nothing")
    change.add_argument("--yes", action="store_true", help="change all that match the filters")
