"""One command, asked for from afar: `ssh links@server list --json`, by somebody who is let in as one host.

The key's line in authorized_keys runs `secret-links --host NAME`, and sshd puts what was asked for beside it, into
SSH_ORIGINAL_COMMAND. It is parsed as arguments and never given to a shell. Whose links these are, where they are kept
and what the server's files are is settled by that line alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from secret_links_tui.commands.parser import Asked, parse
from secret_links_tui.setting_values import text_of

SETTLED = ("store", "host", "base_url", "idle_logout", "most_links")
"""Settings that are not for those who ask from afar."""

LONGEST_COMMAND = 100_000
"""Characters that a command can have."""

MOST_WORDS = 2000
"""Words that it can have: reading 16,000 took four seconds."""


class NotServed(Exception):
    """What was asked for is not for those who ask from afar; the message says so."""


def is_served(asked: Asked, environ: Mapping[str, str]) -> bool:
    """Whether the arguments are those of a key's line, and a command is asked for beside them."""
    return asked.verb is None and bool(asked.options["host"]) and bool(environ.get("SSH_ORIGINAL_COMMAND"))


def asked_from_afar(line: Asked, command: str) -> Asked:
    """Reads what was asked for, as the host of a key's line; NotServed says why it is not done."""
    asked = parse(_words(command))
    given = (f"--{name.replace('_', '-')}" for name in SETTLED if asked.options[name] is not None)
    taken = next(given, "--demo" if asked.demo else "--links" if asked.demo_links is not None else None)
    if taken:
        raise NotServed(f"{taken} is settled by the server")
    if asked.command is not None and not asked.command.is_for_hosts:
        raise NotServed(f"{asked.verb} is for the server's administrator")
    others = {name: value for name, value in asked.options.items() if value is not None}
    return asked._replace(options={**line.options, **others}, demo=line.demo, demo_links=line.demo_links)


def _words(command: str) -> list[str]:
    if len(command) > LONGEST_COMMAND:
        raise NotServed("the command is too long")
    text_of(command, "The command")
    import shlex  # noqa: PLC0415  # for commands from afar only

    try:
        words = shlex.split(command)
    except ValueError as error:
        raise NotServed("the command ends within quotation marks, or with a backslash") from error
    if len(words) > MOST_WORDS:
        raise NotServed("the command has too many words; give it in parts, or labels by --labels -")
    return words[1:] if words[:1] == ["secret-links"] else words
