"""Event types, and the store itself: event-type, backup, store."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from secret_links import InvalidInput
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE
from secret_links_tui.start import open_store
from secret_links_tui.terminal.plain_text import visible


def add_event_type(asked: Namespace, context: Context) -> int:
    """Adds an event type, and gives its slug."""
    try:
        added = context.host.add_event_type(asked.name, asked.slug, asked.minutes)
    except InvalidInput as error:
        if error.field != "slug" or asked.slug:
            raise
        raise InvalidInput("slug", f"{str(error).rstrip('.')}: --slug SLUG") from error
    context.out.write(f"{visible(added.slug)}\n")
    return DONE


def change_event_type(asked: Namespace, context: Context) -> int:
    """Changes what was named of an event type; its links stay."""
    old = context.host.event_type(asked.event_type)
    changed = context.host.change_event_type(
        old.id, asked.name or old.name, asked.slug or old.slug, old.minutes if asked.minutes is None else asked.minutes
    )
    context.out.write(f"{visible(changed.slug)}\n")
    return DONE


def remove_event_type(asked: Namespace, context: Context) -> int:
    """Removes an event type, with its links if that was asked for."""
    deletion = context.host.remove_event_type(context.host.event_type(asked.event_type).id, with_links=asked.with_links)
    context.say(f"removed, with {deletion.links:,} links; undo brings them back" if deletion else "removed")
    return DONE


def list_event_types(asked: Namespace, context: Context) -> int:
    """Lists the event types by name."""
    kinds = context.host.event_types()
    if asked.json:
        known = [{"slug": kind.slug, "name": kind.name, "minutes": kind.minutes, "links": kind.links} for kind in kinds]
        context.give_json(known)
        return DONE
    for kind in kinds:
        context.out.write(f"{visible(kind.slug)}\t{visible(kind.name)}\t{kind.minutes} min\t{kind.links}\n")
    if not kinds:
        context.say("no event types yet; add one with: secret-links event-type add NAME")
    return DONE


def backup(asked: Namespace, context: Context) -> int:
    """Copies the whole store, of all hosts, while it is in use."""
    if asked.file == "-":
        raise InvalidInput(
            "file", "A backup goes into a file, not to standard output; name one, such as links-copy.db."
        )
    if Path(asked.file).is_dir():
        raise InvalidInput(
            "file", f"{asked.file} is a folder; name a file that is not there yet, such as links-copy.db."
        )
    context.store.copy_to(Path(asked.file))
    context.say(f"copied to {asked.file}")
    return DONE


def upgrade(asked: Namespace, context: Context) -> int:
    """Brings a store to the schema of this program."""
    del asked
    with open_store(context.settings, upgrade=True) as store:
        kept = f"; as it was, it is kept in {store.backup}" if store.backup is not None else ""
        context.say(f"{store.name} has the schema of this program{kept}")
        for note in store.notes:
            context.say(note)
    return DONE
