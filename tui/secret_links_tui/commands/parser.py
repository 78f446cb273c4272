"""The parser of the command line: what was asked for, as typed values."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from secret_links.text import clean
from secret_links_tui.commands.exit_codes import WRONG_USAGE
from secret_links_tui.commands.options import add_options
from secret_links_tui.settings import NAMES
from secret_links_tui.streams import messages, output
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from secret_links_tui.commands.command import Command

NEVER_EMPTY = ("search", "event_type", "older_than", "expires_within", "labels", "people", "format", "expires")
"""Options that would mean everything, or nothing, if a script has mistyped the name of a variable."""


class Asked(NamedTuple):
    """What was asked for on the command line."""

    options: Mapping[str, str | None]
    """The settings that were given as options; None for those that were not."""
    version: bool
    demo: bool
    demo_links: int | None
    """How many links the demo is to have."""
    verb: str | None
    """The first word of the command; None for the screen."""
    command: Command | None


class _NotOptionsOnly(Exception):
    """There is more than options, or something wrong with them."""


class _NotOneVerb(Exception):
    """There is no verb, or something wrong, or help is asked for."""


class _Unseen(argparse.HelpFormatter):
    """What nobody sees: it is made for each option, and would ask for the terminal's width each time."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80)


class _Options(argparse.ArgumentParser):
    """The options that need no verb: all that is read to open the screen."""

    def error(self, message: str) -> NoReturn:
        """Leaves it to the whole parser to say what is wrong."""
        raise _NotOptionsOnly(message)


class _Parser(argparse.ArgumentParser):
    """The parser of everything: it takes no option for another one, and says what it says wherever that goes."""

    def __init__(self, **how: Any) -> None:  # noqa: ANN401  # whatever argparse has
        super().__init__(**how, allow_abbrev=False)

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Writes the help."""
        (file or output()).write(self.format_help())

    def error(self, message: str) -> NoReturn:
        """Says what is wrong, and leaves with exit code 2."""
        messages().write(f"{self.format_usage()}{self.prog}: error: {visible(message)}\n")
        sys.exit(WRONG_USAGE)


class _OneVerb(_Parser):
    """The parser of one verb: all that is read to run it."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Leaves it to the whole parser to give help."""
        raise _NotOneVerb(file)

    def error(self, message: str) -> NoReturn:
        """Leaves it to the whole parser to say what is wrong."""
        raise _NotOneVerb(message)


def parser() -> argparse.ArgumentParser:
    """Makes the parser of the command line."""
    from secret_links_tui.commands.verbs import add_verbs  # noqa: PLC0415  # the screen needs no verb

    root = _Parser(prog="secret-links", description="Single-use booking links. Without a command it opens the screen.")
    add_options(root)
    add_verbs(root)
    return root


def parse(given: Sequence[str]) -> Asked:
    """Reads the arguments; leaves with exit code 2 where they are wrong."""
    parsed = _parsed(given)
    command = getattr(parsed, "command", None)
    if command is not None:
        command = command(**{field.name: getattr(parsed, field.name) for field in fields(command)})
    options = {name: getattr(parsed, name) for name in NAMES}
    return Asked(options, parsed.version, parsed.demo, parsed.demo_links, parsed.verb, command)


def _parsed(given: Sequence[str]) -> argparse.Namespace:
    try:
        options = _Options(add_help=False, allow_abbrev=False, formatter_class=_Unseen)
        add_options(options)
        options.set_defaults(verb=None)
        parsed, rest = options.parse_known_args(given)
        if not rest and not any(map(_is_empty_option, given)):
            return parsed
    except _NotOptionsOnly:
        pass
    return _parse_all(given)


def _parse_all(given: Sequence[str]) -> argparse.Namespace:
    try:
        return _parse_with(_parser_of_verb(given), given)
    except _NotOneVerb:
        return _parse_with(parser(), given)


def _parser_of_verb(given: Sequence[str]) -> argparse.ArgumentParser:
    """Makes a parser that knows, of all verbs, those among the arguments: the one that is asked for is one of them."""
    from secret_links_tui.commands.verbs import add_verbs  # noqa: PLC0415  # the screen needs no verb

    root = _OneVerb(prog="secret-links")
    add_options(root)
    if "completion" in given or not add_verbs(root, given):
        raise _NotOneVerb
    return root


def _parse_with(root: argparse.ArgumentParser, given: Sequence[str]) -> argparse.Namespace:
    _check_names(root, given)
    parsed = root.parse_args(given)
    for word in filter(_is_empty_option, given):
        root.error(f"argument {word[:-3]}: expected a value")
    for name in NEVER_EMPTY:
        value = getattr(parsed, name, None)
        if value is not None and not clean(value):
            root.error(f"argument --{name.replace('_', '-')}: expected a value, not an empty one")
    return parsed


def _check_names(root: argparse.ArgumentParser, given: Sequence[str]) -> None:
    """Refuses an option that does not exist; argparse would take the word after it for a verb, and complain of that."""
    names = set(_option_names(root))
    for word in given:
        name = word.partition("=")[0]
        if word == "--":
            return
        if name.startswith("--") and name not in names and " " not in word:
            from difflib import get_close_matches  # noqa: PLC0415  # for who mistypes

            alike = get_close_matches(name, names, 1) or [each for each in sorted(names) if each.startswith(name)]
            root.error(f"there is no option {name}" + (f"; did you mean {alike[0]}?" if alike else ""))


def _option_names(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Returns the options of a parser and of its verbs; argparse has no public way to."""
    for action in parser._actions:  # noqa: SLF001
        yield from action.option_strings
        if isinstance(action.choices, dict):
            for verb in action.choices.values():
                yield from _option_names(verb)


def _is_empty_option(word: str) -> bool:
    """Says whether a word is `--name=--`, which argparse reads as an empty list."""
    return word.startswith("--") and word.endswith("=--")
