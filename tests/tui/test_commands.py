"""What parsers hand to commands: every argument has a field, and every field is filled."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import fields

import pytest

from secret_links_tui.commands.command import Command
from secret_links_tui.commands.generate import Generate
from secret_links_tui.commands.options import options_behind
from secret_links_tui.commands.parser import parse, parser
from secret_links_tui.commands.verbs import MODULES, add_verbs

OPTIONS = {action.dest for action in options_behind()._actions}


def verbs_of(root: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Every parser that fills a command."""
    for action in root._actions:
        for verb in action.choices.values() if isinstance(action.choices, dict) else ():
            if "command" in verb._defaults:
                yield verb
            else:
                yield from verbs_of(verb)


def test_every_argument_of_a_verb_is_a_field_of_its_command() -> None:
    verbs = list(verbs_of(parser()))
    assert len(verbs) > 15
    for verb in verbs:
        command: type[Command] = verb._defaults["command"]
        arguments = {action.dest for action in verb._actions} - OPTIONS - {"help"}
        defaults = set(verb._defaults) - {"command"}
        assert arguments | defaults == {field.name for field in fields(command)}, verb.prog


def test_a_command_has_what_was_asked_for() -> None:
    asked = parse(["--host", "ana", "generate", "intro", "-n", "3", "--label", "Ana"])
    assert asked.options["host"] == "ana"
    assert asked.verb == "generate"
    assert asked.command == Generate(
        "intro",
        3,
        None,
        ["Ana"],
        None,
        plain_lines=False,
        people=None,
        dry_run=False,
        csv=False,
        json=False,
        format=None,
    )


@pytest.mark.parametrize("words", [[], ["--version"], ["--demo", "--links", "20"]])
def test_opening_the_screen_is_no_command(words: list[str]) -> None:
    assert parse(words).command is None


def test_each_verb_is_parsed_by_the_module_that_is_said_to_have_it() -> None:
    for module, own in MODULES.items():
        root = argparse.ArgumentParser()
        assert add_verbs(root, own)
        assert {name for action in root._actions for name in action.choices or ()} == set(own), module
