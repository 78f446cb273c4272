"""event-type: adding, changing, removing and listing a host's event types."""

from __future__ import annotations

from dataclasses import dataclass

from secret_links import InvalidInput
from secret_links_tui.commands.command import Command, Verbs, add_group, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE
from secret_links_tui.commands.words import whole_number
from secret_links_tui.terminal.plain_text import visible


@dataclass(frozen=True, slots=True)
class AddEventType(Command):
    """Adds an event type, and gives its slug."""

    name: str
    slug: str | None
    minutes: int

    def run(self, context: Context) -> int:
        """Adds it."""
        try:
            added = context.host.add_event_type(self.name, self.slug, self.minutes)
        except InvalidInput as error:
            if error.field != "slug" or self.slug:
                raise
            raise InvalidInput("slug", f"{str(error).rstrip('.')}: --slug SLUG") from error
        context.out.write(f"{visible(added.slug)}\n")
        return DONE


@dataclass(frozen=True, slots=True)
class ChangeEventType(Command):
    """Changes what was named of an event type; its links stay."""

    event_type: str
    name: str | None
    slug: str | None
    minutes: int | None

    def run(self, context: Context) -> int:
        """Changes it."""
        old = context.host.event_type(self.event_type)
        minutes = old.minutes if self.minutes is None else self.minutes
        changed = context.host.change_event_type(old.id, self.name or old.name, self.slug or old.slug, minutes)
        context.out.write(f"{visible(changed.slug)}\n")
        return DONE


@dataclass(frozen=True, slots=True)
class RemoveEventType(Command):
    """Removes an event type, with its links if that was asked for."""

    event_type: str
    with_links: bool

    def run(self, context: Context) -> int:
        """Removes it."""
        event_type = context.host.event_type(self.event_type)
        deletion = context.host.remove_event_type(event_type.id, with_links=self.with_links)
        context.say(f"removed, with {deletion.links:,} links; undo brings them back" if deletion else "removed")
        return DONE


@dataclass(frozen=True, slots=True)
class ListEventTypes(Command):
    """Lists the event types by name."""

    json: bool

    def run(self, context: Context) -> int:
        """Lists them."""
        event_types = context.host.event_types()
        if self.json:
            context.give_json(
                [
                    {"slug": each.slug, "name": each.name, "minutes": each.minutes, "links": each.links}
                    for each in event_types
                ]
            )
            return DONE
        for each in event_types:
            context.out.write(f"{visible(each.slug)}\t{visible(each.name)}\t{each.minutes} min\t{each.links}\n")
        if not event_types:
            context.say("no event types yet; add one with: secret-links event-type add NAME")
        return DONE


def add_to(verbs: Verbs) -> None:
    """Adds the noun with its verbs."""
    own_verbs = add_group(verbs, "event-type", "add, change, remove or list event types")
    add = add_verb(
        own_verbs,
        "add",
        AddEventType,
        "add an event type; prints its slug",
        "event-type add 'Final round' --minutes 60",
    )
    add.add_argument("name", metavar="NAME")
    add.add_argument("--slug", help="what the command line calls it (default: made from the name)")
    add.add_argument("--minutes", type=whole_number, default=30, metavar="N", help="how long it takes (default: 30)")
    change = add_verb(
        own_verbs,
        "change",
        ChangeEventType,
        "change an event type; its links stay",
        "event-type change final-round --minutes 45",
    )
    change.add_argument("event_type", metavar="SLUG")
    change.add_argument("--name")
    change.add_argument("--slug", help="what the command line calls it from now on")
    change.add_argument("--minutes", type=whole_number, metavar="N")
    remove = add_verb(
        own_verbs,
        "remove",
        RemoveEventType,
        "remove an event type",
        "event-type remove final-round --with-links",
    )
    remove.add_argument("event_type", metavar="SLUG")
    remove.add_argument("--with-links", action="store_true", help="delete its links too")
    listed = add_verb(own_verbs, "list", ListEventTypes, "list event types", "event-type list --json")
    listed.add_argument("--json", action="store_true", help="as a JSON array")
