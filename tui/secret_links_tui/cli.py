"""The command line: what can be asked, and which verb answers."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import TextIO

from secret_links import InvalidInput, SecretLinksError
from secret_links_tui.opening import open_store
from secret_links_tui.plain_text import visible
from secret_links_tui.preferences import Preferences
from secret_links_tui.settings import Settings
from secret_links_tui.verbs.codes import DONE, REFUSED, WRONG_USAGE
from secret_links_tui.verbs.grammar import add_verbs, whole_number

__all__ = ["DONE", "MOST_IN_DEMO", "REFUSED", "WRONG_USAGE", "parser", "run_verb"]

WITHOUT_STORE = ("access", "completion", "store")
"""Verbs for which the store is not opened beforehand."""

MOST_IN_DEMO = 100_000_000
"""The most links that a demo can be asked to have."""


def parser() -> argparse.ArgumentParser:
    """Makes the parser of the command line."""
    root = argparse.ArgumentParser(
        prog="secret-links", description="Single-use booking links. Without a command it opens the screen."
    )
    root.add_argument("--store", metavar="PATH_OR_URL", help="where the links are kept")
    root.add_argument("--host", metavar="NAME", help="whose links these are (default: the login name)")
    root.add_argument("--base-url", metavar="URL", help="what stands before a token (default: https://42min.us/s)")
    root.add_argument("--time-zone", metavar="ZONE", help="the zone of expiries (default: this machine's)")
    root.add_argument("--clipboard", metavar="WAY", help="auto, osc52, tmux, screen, system or off (default: auto)")
    root.add_argument("--ask-terminal", metavar="YES_OR_NO", help="ask the terminal what it is (default: yes)")
    root.add_argument("--idle-logout", metavar="SPAN", help="leave the screen after 30m without a key (default: never)")
    root.add_argument("--demo", action="store_true", help="try everything in a store that is thrown away afterwards")
    root.add_argument(
        "--links",
        dest="demo_links",
        type=whole_number,
        metavar="N",
        help="so many in the demo; more than 10,000 are kept for the next time",
    )
    root.add_argument("--version", action="store_true", help="say which version this is")
    add_verbs(root)
    return root


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
    except InvalidInput as error:
        err.write(f"secret-links: {visible(str(error))}\n")
        return WRONG_USAGE
    except SecretLinksError as error:
        err.write(f"secret-links: {visible(str(error))}\n")
        return REFUSED
