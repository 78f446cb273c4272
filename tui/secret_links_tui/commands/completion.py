"""completion: a script that a shell reads once, made from the parser itself."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from secret_links_tui.commands.command import Command, Verbs, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE
from secret_links_tui.settings import Way

SHELLS = {
    "bash": "secret-links completion bash >> ~/.bashrc",
    "zsh": """echo 'autoload -Uz compinit && compinit && eval "$(secret-links completion zsh)"' >> ~/.zshrc""",
    "fish": "mkdir -p ~/.config/fish/completions && "
    "secret-links completion fish > ~/.config/fish/completions/secret-links.fish",
}
"""The shells that complete commands, and what has each do so from its next start on."""

FILES = ("BACKUP", "FILE", "KEYFILE", "PATH_OR_URL")
"""What stands in the help for a file."""

CHOICES = {"clipboard": tuple(Way), "ask_terminal": ("yes", "no")}
"""What settings can be: the parser takes any text, for the environment and the config file are checked elsewhere."""


@dataclass(frozen=True, slots=True)
class Completion(Command):
    """Writes the script for one shell."""

    needs_store: ClassVar[bool] = False

    shell: str
    root: argparse.ArgumentParser
    """The parser of the whole command line."""

    def run(self, context: Context) -> int:
        """Writes it."""
        import shtab  # noqa: PLC0415  # for this verb only

        for action in _actions(self.root):
            if action.metavar in FILES:
                action.complete = shtab.FILE  # type: ignore[attr-defined]  # how shtab learns of it
            if action.dest in CHOICES:
                action.choices = CHOICES[action.dest]
        context.out.write(shtab.complete(self.root, shell=self.shell).rstrip() + "\n")
        return DONE


def add_to(verbs: Verbs, root: argparse.ArgumentParser) -> None:
    """Adds the verb, which completes what `root` parses."""
    completion = add_verb(
        verbs, "completion", Completion, "give a script that completes commands in a shell", "completion bash"
    )
    set_up = "".join(f"\n  {line}" for line in SHELLS.values())
    completion.epilog = f"{completion.epilog}\n\nto have a shell use it from its next start on:{set_up}"
    completion.add_argument("shell", choices=tuple(SHELLS), help="which shell")
    completion.set_defaults(root=root)


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Returns all options and arguments, those of verbs too; argparse has no public way to."""
    for action in parser._actions:  # noqa: SLF001
        yield action
        if isinstance(action.choices, dict):
            for verb in action.choices.values():
                yield from _actions(verb)
