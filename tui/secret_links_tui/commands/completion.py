"""Shell completion: a script that a shell reads once, made from the parser itself."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Iterator

import shtab

from secret_links_tui.commands import cli
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE
from secret_links_tui.settings import Way

FILES = ("FILE", "KEYFILE", "PATH_OR_URL")
"""What stands in the help for a file."""

CHOICES = {"clipboard": tuple(Way), "ask_terminal": ("yes", "no")}
"""What settings can be: the parser takes any text, for the environment and the config file are checked elsewhere."""


def completion(asked: Namespace, context: Context) -> int:
    """Gives the script for one shell."""
    parser = cli.parser()
    for action in _actions(parser):
        if action.metavar in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # how shtab is told
        if action.dest in CHOICES:
            action.choices = CHOICES[action.dest]
    context.out.write(shtab.complete(parser, shell=asked.shell).rstrip() + "\n")
    return DONE


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Goes through all options and arguments, those of verbs too; argparse has no public way to."""
    for action in parser._actions:  # noqa: SLF001
        yield action
        if isinstance(action.choices, dict):
            for verb in action.choices.values():
                yield from _actions(verb)
