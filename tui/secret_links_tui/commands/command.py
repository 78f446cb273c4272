"""What a command is: a small dataclass of what was asked for, which is filled by a parser, and runs."""

from __future__ import annotations

import argparse
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from secret_links_tui.commands.exit_codes import REFUSED
from secret_links_tui.commands.options import options_behind

if TYPE_CHECKING:
    from secret_links_tui.commands.context import Context

Verbs = Any
"""What argparse adds verbs to; it has no public name for it."""


@dataclass(frozen=True, slots=True)
class Command(ABC):
    """What was asked for; each field is an argument of the same name."""

    needs_store: ClassVar[bool] = True
    """Whether the store is opened before it runs."""
    generates: ClassVar[bool] = False
    """Whether it is held to the most links that a host may have."""
    gives_urls: ClassVar[bool] = False
    """Whether it needs a base URL, which is looked at before anything is made that could then not be given."""
    is_answer: ClassVar[bool] = False
    """Whether REFUSED is an answer about a link: no store is made for it, and UNANSWERED says that none was asked."""
    needs_output: ClassVar[bool] = True
    """Whether its exit code, and what it says to people, are not enough."""
    is_for_hosts: ClassVar[bool] = True
    """Whether it is about a host's links, and not for the server's administrator."""
    code_without_output: ClassVar[int] = REFUSED
    """The exit code where its output could not be written."""

    @abstractmethod
    def run(self, context: Context) -> int:
        """Does it; returns the exit code."""


def add_verb(verbs: Verbs, name: str, command: type[Command], what: str, example: str) -> argparse.ArgumentParser:
    """Adds a verb, with an example below its options, which fills a command."""
    verb: argparse.ArgumentParser = verbs.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog=f"example:\n  secret-links {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[options_behind()],
    )
    verb.set_defaults(command=command)
    return verb


def add_group(verbs: Verbs, name: str, what: str) -> Verbs:
    """Adds a noun that has verbs of its own; returns what these are added to."""
    group: argparse.ArgumentParser = verbs.add_parser(name, help=what, parents=[options_behind()])
    return group.add_subparsers(dest=f"verb_of_{name.replace('-', '_')}", metavar="COMMAND", required=True)
