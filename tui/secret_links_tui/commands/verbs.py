"""All verbs of the command line, in the order in which the help lists them; loading all of them takes a while."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # so that the import contracts see what `add_verbs` loads
    from secret_links_tui.commands import (  # noqa: F401
        access,
        change,
        completion,
        delete,
        event_types,
        generate,
        listing,
        redeem,
        restoring,
        show,
        stores,
        template,
        watch,
    )

MODULES = {
    "generate": ("generate", "reissue"),
    "redeem": ("redeem",),
    "listing": ("list",),
    "watch": ("watch",),
    "show": ("show",),
    "change": ("change",),
    "delete": ("delete",),
    "restoring": ("undo", "deleted"),
    "event_types": ("event-type",),
    "template": ("template",),
    "stores": ("backup", "store"),
    "access": ("access",),
    "completion": ("completion",),
}
"""The modules of this room that have verbs, each with its own."""


def add_verbs(root: argparse.ArgumentParser, among: Collection[str] | None = None) -> bool:
    """Adds verbs to the parser of the whole command line: those that are `among` some words, or all of them.

    Returns whether any was added.
    """
    verbs = root.add_subparsers(dest="verb", metavar="COMMAND", prog=root.prog)  # found out otherwise, by a formatter
    chosen = [name for name, own in MODULES.items() if among is None or not set(own).isdisjoint(among)]
    for name in chosen:
        module = import_module(f"secret_links_tui.commands.{name}")
        module.add_to(verbs, root) if name == "completion" else module.add_to(verbs)
    return bool(chosen)
