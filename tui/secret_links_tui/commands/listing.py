"""list: the links of a host, in a form for people or for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from secret_links import Column, InvalidInput, Link, Order
from secret_links_tui.commands.command import Command, Verbs, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE
from secret_links_tui.commands.filters import Filtered, add_filters
from secret_links_tui.commands.formats import FORMAT_HELP, Format, read_format
from secret_links_tui.commands.link_records import as_item, stamp
from secret_links_tui.commands.records import give_csv
from secret_links_tui.commands.words import whole_number
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from secret_links import LinkStream

MOST_NOTE_COLUMNS = 200
"""Columns for the host's notes, at the most: the names of those on all links, whichever are listed."""

FLUSH_EVERY = 100
"""Links after which what was written is sent on its way."""


@dataclass(frozen=True, slots=True)
class ListLinks(Filtered, Command):
    """Lists links, newest first; those that expire soon, the soonest first. Each is written as it is read."""

    gives_urls: ClassVar[bool] = True

    order: str | None
    reverse: bool
    limit: int | None
    json: bool
    csv: bool
    format: str | None

    def run(self, context: Context) -> int:
        """Lists them."""
        if self.limit is not None and self.limit < 1:
            raise InvalidInput("limit", "--limit takes a number from 1 on.")
        form = read_format(self.format, context)
        with context.host.stream(self.wanted(context), self._order(), context.now) as found:
            number = self._give(found, form, context)
            if not found.is_one_state:
                context.say("not all of these links are as they were at one instant, since listing them took long")
        if not number and not self.json:
            context.say("no links")
        return DONE

    def _give(self, found: LinkStream, form: Format | None, context: Context) -> int:
        """Writes the links; returns how many."""
        notes = found.note_names(MOST_NOTE_COLUMNS) if self.csv else []
        links = _sent(islice(found, self.limit), context)
        if self.json:
            base_url, now = context.settings.base_url, context.now
            return context.give_array(as_item(link, base_url, now) for link in links)
        if form is not None:
            return form.write(links, context)
        return give_csv(links, notes, context) if self.csv else _give_lines(links, context)

    def _order(self) -> Order:
        usual = Column.EXPIRES if self.expires_within else Column.CREATED
        column = Column(self.order) if self.order else usual
        return Order(column, (column in (Column.CREATED, Column.USED)) is not self.reverse)


def add_to(verbs: Verbs) -> None:
    """Adds the verb."""
    listing = add_verb(
        verbs, "list", ListLinks, "list links, newest first", "list --status active --expires-within 3d --json"
    )
    add_filters(listing)
    listing.add_argument(
        "--order",
        choices=[*Column],
        help="what to order by (default: created, newest first; with --expires-within: expires, soonest first)",
    )
    listing.add_argument("--reverse", action="store_true", help="the other way round")
    listing.add_argument("--limit", type=whole_number, metavar="N", help="so many at the most")
    form = listing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as a JSON array")
    form.add_argument("--csv", action="store_true", help="as CSV, for spreadsheets")
    form.add_argument("--format", metavar="TEXT", help=FORMAT_HELP)


def _sent(links: Iterable[Link], context: Context) -> Iterator[Link]:
    """Returns the same links; what was written of them is sent on its way while more are read."""
    for number, link in enumerate(links):
        if number % FLUSH_EVERY == 1:
            context.out.flush()
        yield link


def _give_lines(links: Iterable[Link], context: Context) -> int:
    """Writes a line for each link, without columns: they would need the widest of all; returns how many."""
    number = 0
    for number, link in enumerate(links, start=1):  # noqa: B007  # the last one is how many
        fields = (
            context.url(link),
            link.status_at(context.now).value,
            visible(link.event_type.slug),
            stamp(link.created_at) or "-",
            stamp(link.expires_at) or "-",
            visible(link.label or ""),
        )
        context.out.write("\t".join(fields).rstrip() + "\n")
    return number
