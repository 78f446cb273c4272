"""`secret-links`: the screen, or one verb."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from secret_links_tui import cli
from secret_links_tui.settings import BadSetting, Settings, config_path, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program; gives its exit code."""
    parsed = cli.parser().parse_args(arguments)
    if parsed.version:
        from importlib.metadata import version

        sys.stdout.write(f"secret-links {version('secret-links')}\n")
        return cli.DONE
    try:
        settings = load_settings(vars(parsed), os.environ, config_path())
    except BadSetting as error:
        sys.stderr.write(f"secret-links: {error}\n")
        return cli.WRONG_USAGE
    if parsed.verb is not None:
        return _run_verb(parsed, settings)
    if not (sys.stdin.isatty() and sys.stderr.isatty()) or os.environ.get("TERM", "dumb") in ("", "dumb"):
        sys.stderr.write(
            "secret-links: the screen needs a terminal (over ssh: ssh -t); for scripts: secret-links --help\n"
        )
        return cli.WRONG_USAGE
    from secret_links_tui.opening import run_demo, run_screen

    return (run_demo if parsed.demo else run_screen)(settings, os.environ)


def _run_verb(parsed: argparse.Namespace, settings: Settings) -> int:
    try:
        code = cli.run_verb(parsed, settings, sys.stdout, sys.stderr)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has read enough. What Python still holds must not be flushed into the broken pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return cli.DONE
    return code


if __name__ == "__main__":
    sys.exit(main())
