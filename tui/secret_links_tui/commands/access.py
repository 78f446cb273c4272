"""access: which SSH keys open whose links."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from typing import ClassVar

from secret_links import InvalidInput
from secret_links_tui.commands.authorized_keys import (
    LONGEST_KEY,
    AccessRefused,
    Key,
    keys_in,
    path_of_keys,
    read_lines,
    read_public_key,
    rewriting,
)
from secret_links_tui.commands.command import Command, Verbs, add_group, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE, REFUSED
from secret_links_tui.commands.laptop import for_laptop
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.text_files import TextTooLong

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


@dataclass(frozen=True, slots=True)
class AddKey(Command):
    """Lets a key in, as one host, and says what the host puts on their laptop."""

    needs_store: ClassVar[bool] = False
    needs_output: ClassVar[bool] = False
    is_for_hosts: ClassVar[bool] = False

    name: str
    key: str

    def run(self, context: Context) -> int:
        """Adds its line."""
        if not _NAME.fullmatch(self.name):
            raise InvalidInput(
                "host", "A host's name for SSH has letters, digits and . _ @ -, and begins with one of the first two."
            )
        key = _read_key(self.key, context)
        with rewriting() as lines:
            for name, present in keys_in(lines):
                if present.data == key.data:
                    whose = "this host's" if name == self.name else f"{name}'s"
                    raise AccessRefused(f"This key is {whose} already; nothing was changed.")
            if any(key.data in line for line in lines):
                raise AccessRefused("This key is in authorized_keys already, with other rights; nothing was changed.")
            command = shlex.join(_command(self.name, context)).replace('"', '\\"')
            lines.append(" ".join(filter(None, (f'restrict,pty,command="{command}"', key.kind, key.data, key.comment))))
        context.say(f"{self.name} is let in with {key.fingerprint}")
        context.out.write(for_laptop(self.name, os.environ))
        return DONE


@dataclass(frozen=True, slots=True)
class RemoveKeys(Command):
    """Lets a host's keys in no more; sessions that are open stay open."""

    needs_store: ClassVar[bool] = False
    needs_output: ClassVar[bool] = False
    is_for_hosts: ClassVar[bool] = False

    name: str

    def run(self, context: Context) -> int:
        """Removes their lines; REFUSED where there are none."""
        with rewriting() as lines:
            kept = [line for line in lines if not any(name == self.name for name, _ in keys_in([line]))]
            gone, lines[:] = len(lines) - len(kept), kept
        context.say(
            f"{gone} {'key' if gone == 1 else 'keys'} of {self.name} removed" if gone else f"{self.name} has no key"
        )
        return DONE if gone else REFUSED


@dataclass(frozen=True, slots=True)
class ListKeys(Command):
    """Lists whose keys are let in."""

    needs_store: ClassVar[bool] = False
    needs_output: ClassVar[bool] = False
    is_for_hosts: ClassVar[bool] = False

    def run(self, context: Context) -> int:
        """Lists them."""
        keys = list(keys_in(read_lines(path_of_keys())))
        for name, key in keys:
            fields = (visible(name), key.kind, key.fingerprint, visible(key.comment))
            context.out.write("\t".join(fields).rstrip() + "\n")
        if not keys:
            context.say("no keys yet; add one with: secret-links access add HOST KEYFILE")
        return DONE


def add_to(verbs: Verbs) -> None:
    """Adds the noun with its verbs."""
    own_verbs = add_group(verbs, "access", "say which SSH keys open whose links, on an account of their own")
    add = add_verb(
        own_verbs,
        "add",
        AddKey,
        "let a key in, as one host; prints what the host puts on the laptop",
        "access add ana ana.pub",
    )
    add.add_argument("name", metavar="HOST")
    add.add_argument("key", metavar="KEYFILE", help="a public key; - for standard input")
    remove = add_verb(own_verbs, "remove", RemoveKeys, "let a host's keys in no more", "access remove ana")
    remove.add_argument("name", metavar="HOST")
    add_verb(own_verbs, "list", ListKeys, "list the keys", "access list")


def _read_key(source: str, context: Context) -> Key:
    try:
        text = context.read_text(source, LONGEST_KEY)
    except TextTooLong as error:
        raise InvalidInput("key", f"{source} is too long for a public key; give one that ends in .pub.") from error
    return read_public_key(text, "FILE" if source == "-" else source)


def _command(name: str, context: Context) -> list[str]:
    """The program as it stands here, for one host, with the options that this was called with."""
    found = shutil.which(sys.argv[0])
    words = [os.path.abspath(found)] if found else [sys.executable, "-m", "secret_links_tui"]  # noqa: PTH100  # no symlinks resolved
    names = ("store", "base_url", "time_zone", "clipboard", "ask_terminal", "idle_logout", "most_links")
    options = {f"--{option.replace('_', '-')}": context.settings.options.get(option) for option in names}
    if any(not value.isprintable() for value in options.values() if value):
        raise InvalidInput("store", "An option with a line break or the like cannot stand in authorized_keys.")
    if options["--store"]:
        options["--store"] = context.settings.store  # a whole path: sshd runs it in the account's home
    given = [word for option, value in options.items() if value for word in (option, value)]
    return [*words, "--host", name, *given]
