"""backup and store: whole stores, of all hosts."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from secret_links import InvalidInput
from secret_links_tui.commands.command import Command, Verbs, add_group, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE, REFUSED
from secret_links_tui.commands.restore_store import add_to_store, contents
from secret_links_tui.opening import open_store
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from secret_links.whole.copying import Progress, Step

EVERY = 1.0
"""Seconds between two sentences on how far a copy is."""

NAMED = 10
"""Values that a server has no form for and that are named, each on a line; the others are counted."""


@dataclass(frozen=True, slots=True)
class Backup(Command):
    """Copies the whole store while it is in use."""

    needs_output: ClassVar[bool] = False
    is_for_hosts: ClassVar[bool] = False

    file: str

    def run(self, context: Context) -> int:
        """Copies it."""
        if self.file == "-":
            raise InvalidInput(
                "file", "A backup goes into a file, not to standard output; name one, such as links-copy.db."
            )
        if Path(self.file).is_dir():
            raise InvalidInput(
                "file", f"{self.file} is a folder; name a file that is not there yet, such as links-copy.db."
            )
        context.store.copy_to(Path(self.file))
        context.say(f"copied to {self.file}")
        return DONE


@dataclass(frozen=True, slots=True)
class UpgradeStore(Command):
    """Brings a store to the schema of this program."""

    needs_store: ClassVar[bool] = False
    is_for_hosts: ClassVar[bool] = False

    def run(self, context: Context) -> int:
        """Upgrades it."""
        with open_store(context.settings, upgrade=True) as store:
            kept = f"; as it was, it is kept in {store.backup}" if store.backup is not None else ""
            context.say(f"{store.name} has the schema of this program{kept}")
            for note in store.notes:
                context.say(note)
        return DONE


@dataclass(frozen=True, slots=True)
class CopyStore(Command):
    """Copies a whole store into an empty one, and compares both."""

    needs_store: ClassVar[bool] = False
    is_for_hosts: ClassVar[bool] = False

    source: str
    target: str

    def run(self, context: Context) -> int:
        """Copies it; REFUSED where it was stopped."""
        from secret_links import Store  # noqa: PLC0415
        from secret_links.whole import copying  # noqa: PLC0415  # other verbs here need no store

        if "-" in (self.source, self.target):
            raise InvalidInput(
                "store", "A store is a file or a database, not a stream; give its path or URL in place of -."
            )
        try:
            with copying.open_source(self.source) as source, Store.open(self.target) as target:
                copied = copying.copy(source, target, _progress(context))
                context.say(f"{target.name} has all {copied.rows:,} rows of {source.name}, each compared")
                if copied.found:
                    context.say(f"{copied.found:,} of them were there from before")
                context.say(f"that is {contents(copied)}")
                for table, row_id, column in copied.nearest[:NAMED]:
                    context.say(
                        f"in {table}, the row with the id {row_id} has the nearest that a server takes for its {column}"
                    )
                if len(copied.nearest) > NAMED:
                    context.say(f"so have {len(copied.nearest) - NAMED:,} more values")
                if copied.changed:
                    context.say(f"{source.name} was changed on the way; the copy has it as it was when this began")
        except KeyboardInterrupt:
            context.say("stopped; the same command goes on where this was")
            return REFUSED
        return DONE


@dataclass(frozen=True, slots=True)
class Grant(Command):
    """Prints the SQL that gives terminals and booking pages their rights on a server; nothing is executed."""

    needs_store: ClassVar[bool] = False
    is_for_hosts: ClassVar[bool] = False

    terminal_role: str | None
    page_role: str | None
    schema: str | None

    def run(self, context: Context) -> int:
        """Prints it."""
        from secret_links.postgres.rights import PAGE, SCHEMA, TERMINAL, rights  # noqa: PLC0415  # loads the driver

        named = (self.terminal_role, TERMINAL), (self.page_role, PAGE), (self.schema, SCHEMA)
        terminal, page, schema = (default if given is None else given for given, default in named)
        context.out.write(rights(terminal, page, schema))
        return DONE


def add_to(verbs: Verbs) -> None:
    """Adds the verb `backup`, and the noun `store` with its verbs."""
    backup = add_verb(
        verbs, "backup", Backup, "copy the store, of all hosts, while it is in use", "backup links-copy.db"
    )
    backup.add_argument("file", metavar="FILE", help="a file that is not there yet")
    own_verbs = add_group(verbs, "store", "upgrade, copy or restore a whole store, or say who may do what with it")
    add_verb(
        own_verbs,
        "upgrade",
        UpgradeStore,
        "bring the store to the schema of this program; a file needs no such command",
        "--store postgresql://links@db.example/links store upgrade",
    )
    copy = add_verb(
        own_verbs,
        "copy",
        CopyStore,
        "copy a whole store, of all hosts, into an empty one; begun again, it goes on where it was",
        "store copy links.db postgresql://links@db.example/links",
    )
    copy.add_argument("source", metavar="FROM", help="a path, or the URL of a server's database")
    copy.add_argument("target", metavar="TO", help="the same; made where it is not there yet")
    add_to_store(own_verbs)
    grant = add_verb(
        own_verbs,
        "grant",
        Grant,
        "print the SQL that lets a role of terminals and one of booking pages use a store on PostgreSQL",
        "store grant --page-role booking | psql --set ON_ERROR_STOP=1 links",
    )
    grant.add_argument(
        "--terminal-role", metavar="NAME", help="who can do all that hosts do (default: secret_links_terminal)"
    )
    grant.add_argument(
        "--page-role", metavar="NAME", help="who can look one link up and redeem it (default: secret_links_page)"
    )
    grant.add_argument("--schema", metavar="NAME", help="where the store's tables are (default: public)")


def _progress(context: Context) -> Progress:
    """Returns what says how far a copy is: on one line in a terminal, on a line each elsewhere."""
    terminal = context.err.isatty()
    said_at = time.monotonic()

    def say(step: Step) -> None:
        nonlocal said_at
        if step.done < step.total and time.monotonic() - said_at < EVERY:
            return
        said_at = time.monotonic()
        sentence = visible(f"{step.table}: {step.done:,} of {step.total:,} rows {step.verb}")
        context.err.write(f"\r\x1b[K{sentence}" if terminal and step.done < step.total else f"{sentence}\n")
        context.err.flush()

    return say
