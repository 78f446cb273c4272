"""`secret-links`: the screen, or one verb."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import StringIO, TextIOWrapper
from typing import TextIO

from secret_links_tui.commands import cli, over_ssh
from secret_links_tui.entering import checked, set_process_up, tidy
from secret_links_tui.settings import BadSetting, LazySettings, config_path
from secret_links_tui.streams import OutputLost, messages, output
from secret_links_tui.terminal.plain_text import visible

NEED_NO_OUTPUT = ("redeem", "delete", "undo", "backup", "access")
"""Verbs that say all there is to say by their exit code, or to people."""

INTERRUPTED = 130
"""The exit code of who was stopped by ctrl+c, as shells have it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program; gives its exit code."""
    if arguments is None:
        set_process_up()
    tidy(os.environ)
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        output().flush()
    except SystemExit as left:  # argparse has said what is wrong, or given help
        return _flushed(int(left.code or 0))
    except (BadSetting, over_ssh.NotServed) as error:
        return _wrong(str(error))
    except OutputLost as lost:
        return _lost(lost)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _run(arguments: Sequence[str]) -> int:
    parsed = cli.parse(checked(arguments))
    served = over_ssh.is_served(parsed, os.environ)
    if served:
        parsed = over_ssh.asked_from_afar(parsed, os.environ["SSH_ORIGINAL_COMMAND"])
    if parsed.version:
        from importlib.metadata import version

        output().write(f"secret-links {version('secret-links')}\n")
        return cli.DONE
    _check_demo(parsed)
    settings = LazySettings(vars(parsed), os.environ, config_path())
    return _run_screen(parsed, settings) if parsed.verb is None else _run_verb(parsed, settings, served=served)


def _check_demo(parsed: argparse.Namespace) -> None:
    if parsed.demo and parsed.verb is not None:
        raise BadSetting("--demo goes with the screen, not with a command")
    if parsed.demo_links is not None and not parsed.demo:
        raise BadSetting("--links goes with --demo")
    if parsed.demo_links is not None and not 1 <= parsed.demo_links <= cli.MOST_IN_DEMO:
        raise BadSetting(f"a demo has 1 to {cli.MOST_IN_DEMO:,} links, not {parsed.demo_links:,}")


def _run_screen(parsed: argparse.Namespace, settings: LazySettings) -> int:
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        return _wrong("the screen needs a terminal (over ssh: ssh -t); for scripts: secret-links --help")
    if (name := os.environ.get("TERM")) in (None, "dumb"):
        known = "is not set" if name is None else f"is {name}"
        return _wrong(f"TERM {known}, so it is not known what the terminal can; try: TERM=xterm-256color secret-links")
    from secret_links_tui.start import run_demo, run_screen

    every = settings.all()
    return run_demo(every, os.environ, parsed.demo_links) if parsed.demo else run_screen(every, os.environ)


def _run_verb(parsed: argparse.Namespace, settings: LazySettings, *, served: bool) -> int:
    if sys.stdout is None and parsed.verb not in NEED_NO_OUTPUT:  # closed by whoever started the program
        return _wrong("there is no output to write to")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig")
    out: TextIO = output() if sys.stdout is not None else StringIO()
    try:
        code = cli.run_verb(parsed, settings, sys.stdin or StringIO(), out, messages(), served=served)
        out.flush()
    except OutputLost as lost:
        # redeem writes only a link that it has spent, which must not pass for one that is not available.
        return _lost(lost, cli.DONE if parsed.verb == "redeem" else cli.REFUSED)
    return code


def _flushed(code: int) -> int:
    try:
        output().flush()
    except OutputLost as lost:
        return _lost(lost)
    return code


def _lost(lost: OutputLost, code: int = cli.REFUSED) -> int:
    """Says that the output could not be written, unless its reader has read enough: that is no fault."""
    if not str(lost):
        return cli.DONE
    messages().write(f"secret-links: {lost}\n")
    return code


def _wrong(sentence: str) -> int:
    messages().write(f"secret-links: {visible(sentence)}\n")
    return cli.WRONG_USAGE


if __name__ == "__main__":
    sys.exit(main())
