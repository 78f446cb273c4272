"""Whole stores, of all hosts: store copy, store grant."""

from __future__ import annotations

import time
from argparse import Namespace
from typing import TYPE_CHECKING

from secret_links import InvalidInput
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE, REFUSED
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from secret_links.whole.copying import Copied, Progress, Step

EVERY = 1.0
"""Seconds between two words on how far a long deed is."""

NAMED = 10
"""Values that a server has no form for and that are named, each on a line; the others are counted."""


def copy(asked: Namespace, context: Context) -> int:
    """Copies a whole store into an empty one, and compares both."""
    from secret_links import Store  # noqa: PLC0415
    from secret_links.whole import copying  # noqa: PLC0415  # other verbs here need no store

    if "-" in (asked.source, asked.target):
        raise InvalidInput(
            "store", "A store is a file or a database, not a stream; give its path or URL in place of -."
        )
    try:
        with copying.open_source(asked.source) as source, Store.open(asked.target) as target:
            copied = copying.copy(source, target, _telling(context))
            context.say(f"{target.name} has all {copied.rows:,} rows of {source.name}, each compared")
            if copied.found:
                context.say(f"{copied.found:,} of them were there from before")
            context.say(f"that is {_contents(copied)}")
            for table, known, column in copied.nearest[:NAMED]:
                context.say(
                    f"in {table}, the row with the id {known} has the nearest that a server takes for its {column}"
                )
            if len(copied.nearest) > NAMED:
                context.say(f"so have {len(copied.nearest) - NAMED:,} more values")
            if copied.changed:
                context.say(f"{source.name} was changed meanwhile; the copy has it as it was when this began")
    except KeyboardInterrupt:
        context.say("stopped; the same command goes on where this was")
        return REFUSED
    return DONE


def _contents(copied: Copied) -> str:
    """Says what a store holds, so that who restores one sees at once whether it is the one they mean."""
    numbers = ((copied.links, "link"), (copied.event_types, "event type"), (copied.hosts, "host"))
    links, event_types, hosts = (f"{number:,} {name}{'' if number == 1 else 's'}" for number, name in numbers)
    return f"{links} and {event_types} of {hosts}, and {copied.deleted:,} deleted"


def _telling(context: Context) -> Progress:
    """Gives what says how far a copy is: on one line in a terminal, on a line each elsewhere."""
    terminal = context.err.isatty()
    told = time.monotonic()

    def tell(step: Step) -> None:
        nonlocal told
        if step.done < step.total and time.monotonic() - told < EVERY:
            return
        told = time.monotonic()
        sentence = visible(f"{step.table}: {step.done:,} of {step.total:,} rows {step.verb}")
        context.err.write(f"\r\x1b[K{sentence}" if terminal and step.done < step.total else f"{sentence}\n")
        context.err.flush()

    return tell


def grant(asked: Namespace, context: Context) -> int:
    """Prints the SQL that gives terminals and booking pages their rights on a server; nothing is executed."""
    from secret_links.postgres.rights import PAGE, SCHEMA, TERMINAL, rights  # noqa: PLC0415  # loads the driver

    named = (asked.terminal_role, TERMINAL), (asked.page_role, PAGE), (asked.schema, SCHEMA)
    terminal, page, schema = (default if given is None else given for given, default in named)
    context.out.write(rights(terminal, page, schema))
    return DONE
