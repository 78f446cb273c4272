"""What was asked for, run: the screen, or one command."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import StringIO, TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from secret_links_tui import __version__
from secret_links_tui.commands import over_ssh
from secret_links_tui.commands.cli import run_command
from secret_links_tui.commands.exit_codes import DONE, REFUSED, WRONG_USAGE
from secret_links_tui.commands.parser import Asked, parse
from secret_links_tui.entering import checked, set_process_up, tidy
from secret_links_tui.settings import BadSetting, LazySettings, config_path
from secret_links_tui.streams import OutputLost, messages, output
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from secret_links_tui.commands.command import Command

MOST_IN_DEMO = 100_000_000
"""The most links that a demo can be asked to have."""

INTERRUPTED = 130
"""The exit code of who was stopped by ctrl+c, as shells have it."""


def run(arguments: Sequence[str] | None) -> int:
    """Runs what the arguments say, those of the process where none are given; returns the exit code."""
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
    asked = parse(checked(arguments))
    served = over_ssh.is_served(asked, os.environ)
    if served:
        asked = over_ssh.asked_from_afar(asked, os.environ["SSH_ORIGINAL_COMMAND"])
    if asked.version:
        output().write(f"secret-links {__version__}\n")
        return DONE
    _check_demo(asked)
    settings = LazySettings(asked.options, os.environ, config_path())
    if asked.command is None:
        return _run_screen(asked, settings)
    return _run_command(asked.command, settings, served=served)


def _check_demo(asked: Asked) -> None:
    if asked.demo and asked.verb is not None:
        raise BadSetting("--demo goes with the screen, not with a command")
    if asked.demo_links is not None and not asked.demo:
        raise BadSetting("--links goes with --demo")
    if asked.demo_links is not None and not 1 <= asked.demo_links <= MOST_IN_DEMO:
        raise BadSetting(f"a demo has 1 to {MOST_IN_DEMO:,} links, not {asked.demo_links:,}")


def _run_screen(asked: Asked, settings: LazySettings) -> int:
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        return _wrong("the screen needs a terminal (over ssh: ssh -t); for scripts: secret-links --help")
    if (name := os.environ.get("TERM")) in (None, "dumb"):
        value = "is not set" if name is None else f"is {name}"
        return _wrong(f"TERM {value}, so what the terminal can do is unknown; try: TERM=xterm-256color secret-links")
    from secret_links_tui.start import run_demo, run_screen  # noqa: PLC0415  # commands need none of it

    every = settings.all()
    return run_demo(every, os.environ, asked.demo_links) if asked.demo else run_screen(every, os.environ)


def _run_command(command: Command, settings: LazySettings, *, served: bool) -> int:
    if sys.stdout is None and command.needs_output:  # closed by what started the program
        return _wrong("there is no output to write to")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig")
    out: TextIO = output() if sys.stdout is not None else StringIO()
    try:
        code = run_command(command, settings, sys.stdin or StringIO(), out, messages(), served=served)
        out.flush()
    except OutputLost as lost:
        return _lost(lost, command.code_without_output)
    return code


def _flushed(code: int) -> int:
    try:
        output().flush()
    except OutputLost as lost:
        return _lost(lost)
    return code


def _lost(lost: OutputLost, code: int = REFUSED) -> int:
    """Says that the output could not be written, unless its reader has read enough: that is no fault."""
    if not str(lost):
        return DONE
    messages().write(f"secret-links: {lost}\n")
    return code


def _wrong(sentence: str) -> int:
    messages().write(f"secret-links: {visible(sentence)}\n")
    return WRONG_USAGE
