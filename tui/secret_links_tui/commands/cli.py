"""The command line: what can be asked, and which verb answers."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from secret_links import InvalidInput, SecretLinksError, StoreError
from secret_links.text import clean
from secret_links_tui.commands.exit_codes import DONE, REFUSED, UNANSWERED, WRONG_USAGE
from secret_links_tui.commands.options import add_options
from secret_links_tui.preferences import Preferences
from secret_links_tui.settings import BadSetting, LazySettings
from secret_links_tui.start import open_store
from secret_links_tui.streams import OutputLost, messages, output
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

__all__ = ["DONE", "MOST_IN_DEMO", "REFUSED", "UNANSWERED", "WRONG_USAGE", "parse", "parser", "run_verb"]

WITHOUT_STORE = ("access", "completion", "store")
"""Verbs for which the store is not opened beforehand."""

NEVER_EMPTY = ("search", "event_type", "older_than", "expires_within", "labels", "format", "expires")
"""What means everything, or nothing, to who has mistyped a variable's name in a script."""

MOST_IN_DEMO = 100_000_000
"""The most links that a demo can be asked to have."""


ANSWERING = ("redeem", "show")
"""Verbs whose exit code is an answer about a link, which must not be taken for one where there is none."""

GENERATING = ("generate", "reissue")
"""Verbs that are held to the most links that a host may have."""

GIVING_URLS = ("generate", "reissue", "list", "show")
"""Verbs that cannot do without a base URL; looked at before anything is made that could then not be given."""


class _NotOptionsOnly(Exception):
    """There is more than options, or something wrong with them."""


class _Options(argparse.ArgumentParser):
    """The options that need no verb: all that is read to open the screen."""

    def error(self, message: str) -> NoReturn:
        """Leaves it to the whole parser to say what is wrong."""
        raise _NotOptionsOnly(message)


class _Parser(argparse.ArgumentParser):
    """A parser that takes no option for another one, and says what it says wherever that goes."""

    def __init__(self, **how: Any) -> None:  # noqa: ANN401  # whatever argparse has
        super().__init__(**how, allow_abbrev=False)

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Gives the help."""
        (file or output()).write(self.format_help())

    def error(self, message: str) -> NoReturn:
        """Says what is wrong, and leaves with exit code 2."""
        messages().write(f"{self.format_usage()}{self.prog}: error: {visible(message)}\n")
        sys.exit(WRONG_USAGE)


def parser() -> argparse.ArgumentParser:
    """Makes the parser of the command line."""
    from secret_links_tui.commands.grammar import add_verbs  # noqa: PLC0415  # the screen needs no verb

    root = _Parser(prog="secret-links", description="Single-use booking links. Without a command it opens the screen.")
    add_options(root)
    add_verbs(root)
    return root


def parse(words: Sequence[str] | None) -> argparse.Namespace:
    """Reads the arguments; leaves with exit code 2 where they are wrong."""
    given = sys.argv[1:] if words is None else words
    try:
        options = _Options(add_help=False, allow_abbrev=False)
        add_options(options)
        options.set_defaults(verb=None)
        parsed, rest = options.parse_known_args(given)
        if not rest and not any(map(_is_nothing, given)):
            return parsed
    except _NotOptionsOnly:
        pass
    return _parse_all(given)


def _parse_all(given: Sequence[str]) -> argparse.Namespace:
    root = parser()
    _check_names(root, given)
    parsed = root.parse_args(given)
    for word in filter(_is_nothing, given):
        root.error(f"argument {word[:-3]}: expected a value")
    for name in NEVER_EMPTY:
        value = getattr(parsed, name, None)
        if value is not None and not clean(value):
            root.error(f"argument --{name.replace('_', '-')}: expected a value, not an empty one")
    return parsed


def _check_names(root: argparse.ArgumentParser, given: Sequence[str]) -> None:
    """Refuses an option that there is not; argparse would take the word behind it for a verb, and complain of that."""
    known = set(_option_names(root))
    for word in given:
        name = word.partition("=")[0]
        if word == "--":
            return
        if name.startswith("--") and name not in known and " " not in word:
            from difflib import get_close_matches  # noqa: PLC0415  # for who mistypes

            alike = get_close_matches(name, known, 1) or [each for each in sorted(known) if each.startswith(name)]
            root.error(f"there is no option {name}" + (f"; did you mean {alike[0]}?" if alike else ""))


def _option_names(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Goes through the options of a parser and of its verbs; argparse has no public way to."""
    for action in parser._actions:  # noqa: SLF001
        yield from action.option_strings
        if isinstance(action.choices, dict):
            for verb in action.choices.values():
                yield from _option_names(verb)


def _is_nothing(word: str) -> bool:
    """Says whether argparse takes a word for an option with a list that has nothing in it."""
    return word.startswith("--") and word.endswith("=--")


def run_verb(
    arguments: argparse.Namespace,
    settings: LazySettings,
    read: TextIO,
    out: TextIO,
    err: TextIO,
    *,
    served: bool = False,
) -> int:
    """Runs a verb; what it gives goes to `out`, what it says to `err`."""
    try:
        return _run(arguments, settings, read, out, err, served=served)
    except SecretLinksError as error:
        sentence = _without_places(str(error), settings) if served else str(error)
        err.write(f"secret-links: {visible(sentence)}\n")
        if isinstance(error, InvalidInput):
            return WRONG_USAGE
        return UNANSWERED if isinstance(error, StoreError) and arguments.verb in ANSWERING else REFUSED
    except (OutputLost, BadSetting):
        raise
    except Exception as error:  # noqa: BLE001  # a fault of the program's own, which a log tells more of
        from secret_links_tui.terminal.exits import crash_sentence, log_crash  # noqa: PLC0415

        log = log_crash(error)
        err.write(f"{visible(_crashed(error) if served else crash_sentence(error, log))}\n")
        return UNANSWERED if arguments.verb in ANSWERING else REFUSED


def _run(
    arguments: argparse.Namespace, settings: LazySettings, read: TextIO, out: TextIO, err: TextIO, *, served: bool
) -> int:
    from secret_links_tui.commands.context import Context  # noqa: PLC0415  # the screen comes this way too, and needs no verb

    module, name = arguments.run.split(":")
    run: Callable[[argparse.Namespace, Context], int] = getattr(
        import_module(f"secret_links_tui.commands.{module}"), name
    )
    settings.check_options()
    if arguments.verb in WITHOUT_STORE:
        return run(arguments, Context(settings, None, read, out, err))
    if arguments.verb in GIVING_URLS:
        _ = settings.base_url
    with open_store(settings, make=arguments.verb not in ANSWERING, limited=arguments.verb in GENERATING) as store:
        if not served:
            cautions = [caution] if (caution := store.caution()) else []
            err.writelines(f"secret-links: {visible(note)}\n" for note in (*cautions, *store.notes))

        def preferred_zone() -> str:
            return Preferences.read(store.as_host(settings.host).preferences()).time_zone

        return run(arguments, Context(settings.preferring(preferred_zone), store, read, out, err, served=served))


def _crashed(error: Exception) -> str:
    """Says the same as `crash_sentence` to who asks from afar: where the log is, is the server's business."""
    return (
        f"secret-links met a fault of its own ({type(error).__name__}); the server's administrator finds a log of it."
    )


def _without_places(sentence: str, settings: LazySettings) -> str:
    """Says the same without where the store is: that is the server's business."""
    if "://" in settings.store:
        return re.sub(r"postgres(ql)?://\S+", "the store", sentence)
    return sentence.replace(settings.store, "the store")
