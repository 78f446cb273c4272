"""All verbs of the command line, in the order in which the help lists them."""

from __future__ import annotations

import argparse

from secret_links_tui.commands import (
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


def add_verbs(root: argparse.ArgumentParser) -> None:
    """Adds all verbs to the parser of the whole command line."""
    verbs = root.add_subparsers(dest="verb", metavar="COMMAND")
    links = (generate, redeem, listing, watch, show, change, delete, restoring)
    for module in (*links, event_types, template, stores, access):
        module.add_to(verbs)
    completion.add_to(verbs, root)
