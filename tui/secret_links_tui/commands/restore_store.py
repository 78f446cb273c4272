"""store restore: a backup in the place of what is in a store, while others have it open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from secret_links import InvalidInput
from secret_links.places import is_on_server
from secret_links_tui.commands.command import Command, Verbs, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE, WRONG_USAGE
from secret_links_tui.opening import open_store

if TYPE_CHECKING:
    from secret_links import Contents, Losses
    from secret_links.whole.copying import Copied


@dataclass(frozen=True, slots=True)
class RestoreStore(Command):
    """Puts a backup in the place of what is in the store, which takes --yes."""

    needs_store: ClassVar[bool] = False
    needs_output: ClassVar[bool] = False
    is_for_hosts: ClassVar[bool] = False

    backup: str
    yes: bool

    def run(self, context: Context) -> int:
        """Does it; WRONG_USAGE, and what would be lost, without --yes."""
        if self.backup == "-" or is_on_server(self.backup):
            raise InvalidInput("file", "A backup is a file; name one that `secret-links backup` has made.")
        with (
            open_store(context.settings, make=False, limited=False) as store,
            store.restoring(Path(self.backup)) as restoration,
        ):
            context.say(f"{self.backup} has {contents(restoration.contents)}")
            for note in restoration.notes:
                context.say(note)
            if not self.yes:
                _say_losses(restoration.losses(), context)
                context.say(
                    f"add --yes to put this in the place of what is in {store.name}; a copy of that is kept beside it"
                )
                return WRONG_USAGE
            kept_in = restoration.put_in_place()
            context.say(f"{store.name} has now what is in the backup; what it had before is in {kept_in}")
            _say_losses(restoration.losses(), context)
        return DONE


def add_to_store(verbs: Verbs) -> None:
    """Adds the verb to the noun `store`."""
    restore = add_verb(
        verbs,
        "restore",
        RestoreStore,
        "put a backup in the place of what is in the store, of all hosts, while it is in use",
        "store restore links-copy.db --yes",
    )
    restore.add_argument("backup", metavar="BACKUP", help="a file that `backup` has made")
    restore.add_argument("--yes", action="store_true", help="do it; otherwise only say what would be lost")


def contents(found: Contents | Copied) -> str:
    """Says what a store holds, so that who restores one sees at once whether it is the one they mean."""
    numbers = ((found.links, "link"), (found.event_types, "event type"), (found.hosts, "host"))
    links, event_types, hosts = (f"{number:,} {name}{'' if number == 1 else 's'}" for number, name in numbers)
    return f"{links} and {event_types} of {hosts}, and {found.deleted:,} deleted"


def _say_losses(losses: Losses | None, context: Context) -> None:
    """Says what was done since the backup: with it in place, that is undone."""
    if losses is None:
        context.say("the store is too damaged to say what was done since")
        return
    numbers = (
        (losses.generated, "generated since, and gone with the backup in place"),
        (losses.used, "used since, and good for one more booking with the backup in place"),
        (losses.deleted, "deleted since, and back with the backup in place"),
    )
    for number, what in numbers:
        if number:
            context.say(f"{number:,} link{'' if number == 1 else 's'} {what}")
    if not any(number for number, _ in numbers):
        context.say("no link was generated, used or deleted since")
