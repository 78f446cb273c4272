"""One verb, asked for from afar: `ssh links@server list --json`, by somebody who is let in as one host.

The key's line in authorized_keys runs `secret-links --host NAME`, and sshd puts what was asked for beside it, into
SSH_ORIGINAL_COMMAND. It is parsed as arguments and never given to a shell. Whose links these are, where they are kept
and what the server's files are is settled by that line alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from secret_links_tui.commands import cli
from secret_links_tui.setting_values import text_of

SETTLED = {
    "store": "--store",
    "host": "--host",
    "base_url": "--base-url",
    "idle_logout": "--idle-logout",
    "most_links": "--most-links",
    "demo": "--demo",
    "demo_links": "--links",
}
"""Options that are not for whoever asks from afar."""

NOT_SERVED = ("access", "backup", "store")
"""Verbs that concern the server, not one host's links."""

LONGEST = 100_000
"""Characters that a command can have."""

MOST_WORDS = 2000
"""Words that it can have: reading 16,000 took four seconds."""


class NotServed(Exception):
    """What was asked for is not for whoever asked; the message says so."""


def is_served(parsed: argparse.Namespace, environ: Mapping[str, str]) -> bool:
    """Whether the arguments are those of a key's line, and somebody asks for a verb beside them."""
    return parsed.verb is None and bool(parsed.host) and bool(environ.get("SSH_ORIGINAL_COMMAND"))


def asked_from_afar(line: argparse.Namespace, command: str) -> argparse.Namespace:
    """Reads what was asked for, as the host of a key's line; NotServed says why it is not done."""
    if len(command) > LONGEST:
        raise NotServed("the command is too long")
    text_of(command, "The command")
    import shlex  # noqa: PLC0415  # for verbs from afar only

    try:
        words = shlex.split(command)
    except ValueError as error:
        raise NotServed("the command ends within quotation marks, or with a backslash") from error
    if len(words) > MOST_WORDS:
        raise NotServed("the command has too many words; give it in parts, or labels by --labels -")
    if words[:1] == ["secret-links"]:
        del words[0]
    asked = cli.parse(words)
    if taken := next((option for name, option in SETTLED.items() if _is_given(getattr(asked, name))), None):
        raise NotServed(f"{taken} is settled by the server")
    if asked.verb in NOT_SERVED:
        raise NotServed(f"{asked.verb} is for the server's administrator")
    for name in SETTLED:
        setattr(asked, name, getattr(line, name))
    for name in ("time_zone", "clipboard", "ask_terminal"):
        if getattr(asked, name) is None:
            setattr(asked, name, getattr(line, name))
    return asked


def _is_given(value: object) -> bool:
    """Whether an option stands there, also with an empty value, or 0."""
    return value is not None and value is not False
