"""The command line: what can be asked, and which verb answers."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn, TextIO

from secret_links import InvalidInput, SecretLinksError
from secret_links.text import clean
from secret_links_tui.opening import open_store
from secret_links_tui.plain_text import visible
from secret_links_tui.preferences import Preferences
from secret_links_tui.settings import Settings
from secret_links_tui.verbs.codes import DONE, REFUSED, WRONG_USAGE
from secret_links_tui.verbs.words import whole_number

__all__ = ["DONE", "MOST_IN_DEMO", "REFUSED", "WRONG_USAGE", "parse", "parser", "run_verb"]

WITHOUT_STORE = ("access", "completion", "store")
"""Verbs for which the store is not opened beforehand."""

NEVER_EMPTY = ("search", "event_type", "older_than", "expires_within", "labels", "format", "expires")
"""What means everything, or nothing, to who has mistyped a variable's name in a script."""

MOST_IN_DEMO = 100_000_000
"""The most links that a demo can be asked to have."""


class _NotOptionsOnly(Exception):
    """There is more than options, or something wrong with them."""


class _Options(argparse.ArgumentParser):
    """The options that need no verb: all that is read to open the screen."""

    def error(self, message: str) -> NoReturn:
        """Leaves it to the whole parser to say what is wrong."""
        raise _NotOptionsOnly(message)


def parser() -> argparse.ArgumentParser:
    """Makes the parser of the command line."""
    from secret_links_tui.verbs.grammar import add_verbs  # noqa: PLC0415  # the screen needs no verb

    root = argparse.ArgumentParser(
        prog="secret-links", description="Single-use booking links. Without a command it opens the screen."
    )
    _add_options(root)
    add_verbs(root)
    return root


def _add_options(root: argparse.ArgumentParser) -> None:
    root.add_argument("--store", metavar="PATH_OR_URL", help="where the links are kept")
    root.add_argument("--host", metavar="NAME", help="whose links these are (default: the login name)")
    root.add_argument("--base-url", metavar="URL", help="what stands before a token (default: https://42min.us/s)")
    root.add_argument("--time-zone", metavar="ZONE", help="the zone of expiries (default: this machine's)")
    root.add_argument("--clipboard", metavar="WAY", help="auto, osc52, tmux, screen, system or off (default: auto)")
    root.add_argument("--ask-terminal", metavar="YES_OR_NO", help="ask the terminal what it is (default: yes)")
    root.add_argument("--idle-logout", metavar="SPAN", help="leave the screen after 30m without a key (default: never)")
    root.add_argument("--most-links", metavar="N", help="the most links that each host may have (default: none)")
    root.add_argument("--demo", action="store_true", help="try everything in a store that is thrown away afterwards")
    root.add_argument(
        "--links",
        dest="demo_links",
        type=whole_number,
        metavar="N",
        help="so many in the demo; more than 10,000 are kept for the next time",
    )
    root.add_argument("--version", action="store_true", help="say which version this is")


def parse(words: Sequence[str] | None) -> argparse.Namespace:
    """Reads the arguments; leaves with exit code 2 where they are wrong."""
    given = sys.argv[1:] if words is None else words
    try:
        options = _Options(add_help=False)
        _add_options(options)
        options.set_defaults(verb=None)
        parsed, rest = options.parse_known_args(given)
        if not rest and not any(map(_is_nothing, given)):
            return parsed
    except _NotOptionsOnly:
        pass
    return _parse_all(given)


def _parse_all(given: Sequence[str]) -> argparse.Namespace:
    root = parser()
    parsed = root.parse_args(given)
    for word in filter(_is_nothing, given):
        root.error(f"argument {word[:-3]}: expected a value")
    for name in NEVER_EMPTY:
        value = getattr(parsed, name, None)
        if value is not None and not clean(value):
            root.error(f"argument --{name.replace('_', '-')}: expected a value, not an empty one")
    return parsed


def _is_nothing(word: str) -> bool:
    """Says whether argparse takes a word for an option with a list that has nothing in it."""
    return word.startswith("--") and word.endswith("=--")


def run_verb(
    arguments: argparse.Namespace, settings: Settings, read: TextIO, out: TextIO, err: TextIO, *, served: bool = False
) -> int:
    """Runs a verb; what it gives goes to `out`, what it says to `err`."""
    from secret_links_tui.verbs.desk import Desk  # noqa: PLC0415  # the screen comes this way too, and needs no verb

    module, name = arguments.run.split(":")
    run: Callable[[argparse.Namespace, Desk], int] = getattr(import_module(f"secret_links_tui.verbs.{module}"), name)
    try:
        if arguments.verb in WITHOUT_STORE:
            return run(arguments, Desk(settings, None, read, out, err))
        with open_store(settings) as store:
            if not served and (caution := store.caution()):
                err.write(f"secret-links: {visible(caution)}\n")
            settings = Preferences.read(store.as_host(settings.host).preferences()).applied_to(settings)
            return run(arguments, Desk(settings, store, read, out, err, served=served))
    except SecretLinksError as error:
        sentence = str(error)
        if served:
            sentence = _without_places(sentence, settings)
        err.write(f"secret-links: {visible(sentence)}\n")
        return WRONG_USAGE if isinstance(error, InvalidInput) else REFUSED


def _without_places(sentence: str, settings: Settings) -> str:
    """Says the same without where the store is: that is the server's business."""
    if "://" in settings.store:
        return re.sub(r"postgres(ql)?://\S+", "the store", sentence)
    return sentence.replace(str(Path(settings.store).expanduser().absolute()), "the store")
