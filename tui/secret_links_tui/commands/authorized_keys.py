"""authorized_keys of the account that this runs on: the lines that let hosts in, and the keys that can stand there.

Each key is bound to one host by `restrict,pty,command="secret-links --host NAME"`: its owner gets that host's screen,
or one command as that host (SSH_ORIGINAL_COMMAND), and nothing else of the server. Lines that other programs or people
wrote are left as they are.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from secret_links import InvalidInput, SecretLinksError
from secret_links.atomic_files import whole_file
from secret_links.text import clean
from secret_links_tui.folders import home_folder

KEY_TYPES = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
"""Kinds of keys that sshd takes."""

LONGEST_KEY = 20_000
"""Bytes that a file with a public key has, at the most."""

_LINE = re.compile(r'((?:[^\s"]|"(?:[^"\\]|\\.)*")+) (\S+) (\S+)(?: (.*))?', re.DOTALL)
_COMMAND = re.compile(r'(?:^|,)command="((?:[^"\\]|\\.)*)"')


class AccessRefused(SecretLinksError):
    """What was asked of authorized_keys cannot be done; the file is as it was."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key."""

    kind: str
    data: str
    """As it is written, in base64."""
    comment: str = ""

    @property
    def fingerprint(self) -> str:
        """What ssh shows when it connects: SHA256 of the key."""
        digest = hashlib.sha256(base64.b64decode(self.data)).digest()
        return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")


def read_public_key(text: str, name: str = "FILE") -> Key:
    """Reads the one public key in a text; InvalidInput says what is wrong with it, and how to mend the file `name`."""
    _refuse_other_forms(text, shlex.quote(name))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if len(lines) != 1:
        broken = "; a key that is broken over lines has to be on one" if lines else ""
        raise InvalidInput("key", f"A file with one public key is wanted; this one has {len(lines)} lines{broken}.")
    kind, _, rest = lines[0].partition(" ")
    data, _, comment = rest.strip().partition(" ")
    if kind.endswith("-cert-v01@openssh.com"):
        raise InvalidInput("key", "This is a certificate; give the public key that it was made for.")
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    length = len(kind).to_bytes(4, "big")
    if kind not in KEY_TYPES or not raw.startswith(length + kind.encode("ascii")) or len(raw) < len(kind) + 20:
        raise InvalidInput("key", f"This is no public key that sshd takes; there are {', '.join(KEY_TYPES)}.")
    return Key(kind, data, clean(comment)[:100])


def _refuse_other_forms(text: str, name: str) -> None:
    """Raises InvalidInput for a private key in any form, and for a public one that another program wrote."""
    if "PuTTY-User-Key-File" in text or "Private-Lines:" in text:
        raise InvalidInput(
            "key",
            "This is a private key, of PuTTY; it is for nobody but its owner. Give the public one: "
            f"puttygen {name} -O public-openssh -o key.pub",
        )
    if re.search(r"PRIVATE KEY|b3BlbnNzaC1rZXktdjE|AGE-SECRET-KEY", text):  # the base64 of openssh-key-v1
        raise InvalidInput(
            "key", "This is a private key; it is for nobody but its owner. Give the public one, which ends in .pub."
        )
    for beginning, form, how in (
        ("---- BEGIN SSH2 PUBLIC KEY", "SSH2's form, as PuTTYgen saves it", "ssh-keygen -i -f"),
        ("-----BEGIN PUBLIC KEY", "PKCS8's form", "ssh-keygen -i -m PKCS8 -f"),
        ("-----BEGIN RSA PUBLIC KEY", "PEM's form", "ssh-keygen -i -m PEM -f"),
    ):
        if beginning in text:
            raise InvalidInput("key", f"This public key is in {form}; convert it: {how} {name} > key.pub")
    if "-----BEGIN" in text:
        raise InvalidInput("key", "This is no SSH key; give the public one, which ends in .pub.")


def keys_in(lines: list[str]) -> Iterator[tuple[str, Key]]:
    """Finds the lines that let a host in, also with options that somebody has added: the host, and the key."""
    for line in lines:
        found = _LINE.fullmatch(line.rstrip("\r"))
        command = _COMMAND.search(found[1]) if found else None
        if found is None or command is None:
            continue
        _, kind, data, comment = found.groups()
        try:
            words = shlex.split(command[1].replace('\\"', '"'))
            base64.b64decode(data, validate=True)
        except ValueError:
            continue
        if "--host" in words[:-1]:
            yield words[words.index("--host") + 1], Key(kind, data, comment or "")


def path_of_keys() -> Path:
    """Returns where authorized_keys is; AccessRefused where there is no home."""
    home = home_folder()
    if home is None:
        raise AccessRefused("There is no home with authorized_keys in it, as HOME is not set; set it to a whole path.")
    return home / ".ssh" / "authorized_keys"


def read_lines(path: Path) -> list[str]:
    """Reads all lines, none where there is no file; AccessRefused where it cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            text = file.read()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise AccessRefused(f"{path} cannot be read: {error.strerror}.") from error
    lines = text.split("\n")  # as sshd does: Python sees more line breaks, and would make a key of half a comment
    return lines if lines[-1] else lines[:-1]


@contextmanager
def rewriting() -> Iterator[list[str]]:
    """Hands out the lines of authorized_keys to be changed; replaces the file as a whole, or leaves it as it was."""
    path = path_of_keys()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise AccessRefused(f"{path.parent} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # two administrators at once
        lines = read_lines(path)
        before = list(lines)
        yield lines
        if lines != before:
            _replace(path, "".join(f"{line}\n" for line in lines))
    finally:
        os.close(folder)


def _replace(path: Path, text: str) -> None:
    try:
        with whole_file(path, replace=True) as unfinished:
            unfinished.write_bytes(text.encode("utf-8", "surrogateescape"))
    except (OSError, RuntimeError) as error:  # a symbolic link that leads back to itself is a RuntimeError until 3.13
        reason = getattr(error, "strerror", None) or error
        raise AccessRefused(f"{path} cannot be written: {reason}; it is as it was.") from error
