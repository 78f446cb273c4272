"""`secret-links`: the screen, or one verb."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import StringIO, TextIOWrapper
from typing import TextIO

from secret_links_tui import cli, serving
from secret_links_tui.plain_text import visible
from secret_links_tui.settings import BadSetting, Settings, config_path, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program; gives its exit code."""
    parsed = cli.parse(arguments)
    served = serving.is_served(parsed, os.environ)
    try:
        if served:
            parsed = serving.asked_from_afar(parsed, os.environ["SSH_ORIGINAL_COMMAND"])
        if parsed.version:
            from importlib.metadata import version

            sys.stdout.write(f"secret-links {version('secret-links')}\n")
            return cli.DONE
        _check_demo(parsed)
        settings = load_settings(vars(parsed), os.environ, config_path())
    except (BadSetting, serving.NotServed) as error:
        return _wrong(str(error))
    return _run_screen(parsed, settings) if parsed.verb is None else _run_verb(parsed, settings, served=served)


def _check_demo(parsed: argparse.Namespace) -> None:
    if parsed.demo and parsed.verb is not None:
        raise BadSetting("--demo goes with the screen, not with a command")
    if parsed.demo_links is not None and not parsed.demo:
        raise BadSetting("--links goes with --demo")
    if parsed.demo_links is not None and not 1 <= parsed.demo_links <= cli.MOST_IN_DEMO:
        raise BadSetting(f"a demo has 1 to {cli.MOST_IN_DEMO:,} links, not {parsed.demo_links:,}")


def _run_screen(parsed: argparse.Namespace, settings: Settings) -> int:
    terminal = sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()
    if not terminal or os.environ.get("TERM", "dumb") in ("", "dumb"):
        return _wrong("the screen needs a terminal (over ssh: ssh -t); for scripts: secret-links --help")
    from secret_links_tui.opening import run_demo, run_screen

    return run_demo(settings, os.environ, parsed.demo_links) if parsed.demo else run_screen(settings, os.environ)


def _run_verb(parsed: argparse.Namespace, settings: Settings, *, served: bool) -> int:
    if sys.stdout is None:  # closed by whoever started the program
        return _wrong("there is no output to write to")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(
            encoding="utf-8", newline="\n"
        )  # URLs and JSON are read by programs, whatever the locale
    out = StringIO()
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig")
    code = cli.run_verb(parsed, settings, sys.stdin or StringIO(), out, Told(sys.stderr), served=served)
    try:
        sys.stdout.write(out.getvalue())
        sys.stdout.flush()
    except OSError as error:
        # What Python still holds must not be flushed once more. A reader that has read enough is no fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"secret-links: the output cannot be written: {error.strerror}\n")
            # A link that was spent is spent: whoever asked must not take it for one that is not available.
            return code if parsed.verb == "redeem" else cli.REFUSED
    return code


class Told(StringIO):
    """What is said to people, wherever that goes: a deed that is done is done, whether or not it can be told."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str) -> int:
        """Says something, to nobody where it cannot be said."""
        if self._stream is not None:
            try:
                self._stream.write(text)
                self._stream.flush()
            except OSError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())  # what Python still holds goes there
        return len(text)

    def isatty(self) -> bool:
        """Whether somebody looks on."""
        return self._stream is not None and self._stream.isatty()


def _wrong(sentence: str) -> int:
    Told(sys.stderr).write(f"secret-links: {visible(sentence)}\n")
    return cli.WRONG_USAGE


if __name__ == "__main__":
    sys.exit(main())
