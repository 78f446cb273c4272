"""The options that go with everything: before a verb, or behind it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from secret_links_tui.commands.words import whole_number

_OPTIONS: Sequence[tuple[str, dict[str, Any]]] = (
    ("--store", {"metavar": "PATH_OR_URL", "help": "where the links are kept"}),
    ("--host", {"metavar": "NAME", "help": "whose links these are (default: the login name)"}),
    ("--base-url", {"metavar": "URL", "help": "what stands before a token (default: https://42min.us/s)"}),
    ("--time-zone", {"metavar": "ZONE", "help": "the zone of expiries (default: this machine's)"}),
    ("--clipboard", {"metavar": "WAY", "help": "auto, osc52, tmux, screen, system or off (default: auto)"}),
    ("--ask-terminal", {"metavar": "YES_OR_NO", "help": "ask the terminal what it is (default: yes)"}),
    ("--idle-logout", {"metavar": "SPAN", "help": "leave the screen after 30m without a key (default: never)"}),
    ("--most-links", {"metavar": "N", "help": "the most links that each host may have (default: none)"}),
    ("--demo", {"action": "store_true", "help": "try everything in a store that is thrown away afterwards"}),
    (
        "--links",
        {
            "dest": "demo_links",
            "type": whole_number,
            "metavar": "N",
            "help": "so many in the demo; more than 10,000 are kept for the next time",
        },
    ),
    ("--version", {"action": "store_true", "help": "say which version this is"}),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds them to the parser of the whole command line."""
    for name, how in _OPTIONS:
        parser.add_argument(name, **how)


def options_behind() -> argparse.ArgumentParser:
    """Makes the parent of each verb's parser: there they are taken too, and change nothing where they are left out."""
    parent = argparse.ArgumentParser(add_help=False)
    for name, how in _OPTIONS:
        parent.add_argument(name, **{**how, "default": argparse.SUPPRESS, "help": argparse.SUPPRESS})
    return parent
