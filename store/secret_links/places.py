"""Where a store is, as people write it: a path, a `sqlite:///` URL, or the URL of a server's database.

A mistyped URL would be taken for a path, and a new, empty store would be made with the password in its name. So text
that looks like a URL is refused, unless there is such a file, or it begins as only a path does. No message here repeats
the text, since any part of it may be a password.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

from secret_links.errors import StoreUnusable

SERVER_URLS = ("postgresql://", "postgres://")
"""The beginnings of the URL of a store on a server."""

FILE_URLS = "sqlite:///"
"""The beginning of the URL of a store in a file."""

STORE_FORMS = "give a path, or postgresql://USER@HOST/NAME"

_KNOWN_SCHEMES = (
    r"(?i)cockroachdb|file|ftp|https?|jdbc|mariadb|mongodb|mssql|mysql|oracle|postgis|psql|redis|s3|sftp|sqlite3?|ssh"
    r"|postgres(ql)?(\+(psycopg2?|asyncpg|pg8000))?"
)
"""Schemes that may be repeated in a message, since they are no passwords."""

_PATHS = ("/", "./", "../", "~")
"""Beginnings of text that can only be a path."""

_FAULTS = (
    (r"\s*|:memory:", "A store needs a path to keep its links at; give one with --store."),
    (
        r"(?s)\s.*|.*\s|.*[\x00-\x1f\x7f-\x9f].*",
        "The path of the store has a blank at an end, or a character in it that cannot be seen; take it out.",
    ),
    (r"[\"'].*|.*[\"']", "The path of the store has a quotation mark at an end; leave the marks out."),
    (r".*/(\.{1,2})?|\.{1,2}|~", "The path of the store names a folder; give the path of a file for the store."),
    (r"-.*", "The path of the store begins with a dash; to mean a file of that name, put ./ before it."),
    (
        r"(?i)(?!/|\.{1,2}/|~).*([:@=;]|//).*|postgres(ql)?(?![\w.-]).*",
        f"The store looks like a mistyped URL, and there is no such file: {STORE_FORMS}; to mean a file of that name, "
        "put ./ before it.",
    ),
    (r"(?!/|\.{1,2}/|~).*\\.*", "The path of the store has a \\ in it; write / between folders."),
    (r".*\$[\w{].*", "A $ in the path of the store is not expanded here; write the whole path out."),
)
"""Patterns of text that is no path of a store, each with its message."""


def check_there(url: str | Path) -> None:
    """Raises StoreUnusable if a store's file is missing; does not ask a server."""
    if not is_on_server(url) and not path_of(url).exists():
        raise StoreUnusable(f"There is no store at {path_of(url)}.")


def is_on_server(url: str | Path) -> bool:
    """Says whether this is the URL of a database on a server."""
    return str(url).startswith(SERVER_URLS)


def is_there(text: str, base: Path | None) -> bool:
    """Says whether there is a file of exactly this name."""
    try:
        return bool(text.strip()) and not text.endswith("/") and ((base or Path()) / text).is_file()
    except (OSError, ValueError):
        return False


def path_of(url: str | Path, base: Path | None = None) -> Path:
    """Reads a path, or a `sqlite:///` URL, as the absolute path of a store; StoreUnusable says why it is none.

    A relative path begins at `base`, or at the working directory.
    """
    text = os.fspath(url)
    try:
        os.fsencode(text)
    except UnicodeError as error:
        raise StoreUnusable("The path of the store has an incomplete character in it; take it out.") from error
    return _whole(_text(text, base), base)


def _text(text: str, base: Path | None) -> str:
    if text.startswith(FILE_URLS):
        text = os.fsdecode(unquote_to_bytes(os.fsencode(text.removeprefix(FILE_URLS))))
        if "?" in text:
            raise StoreUnusable("A sqlite:/// URL has no options here; leave out what follows the question mark.")
        as_path = text if text.startswith(_PATHS) else f"./{text}"
        if fault := _fault(as_path if text.strip() else text):
            raise StoreUnusable(fault)
        return text
    if is_there(text, base):
        return text
    scheme, separator, _ = text.partition("://")
    if separator and scheme == scheme.strip():
        named = f"A store at {scheme}://" if re.fullmatch(_KNOWN_SCHEMES, scheme) else "A store at such a URL"
        raise StoreUnusable(f"{named} cannot be opened; {STORE_FORMS}.")
    if fault := _fault(text):
        raise StoreUnusable(fault)
    return text


def _fault(text: str) -> str | None:
    return next((sentence for form, sentence in _FAULTS if re.fullmatch(form, text)), None)


def _whole(text: str, base: Path | None) -> Path:
    if text.startswith("~") and not os.path.isabs(os.environ.get("HOME", "/")):  # noqa: PTH117  # no such path is made
        raise StoreUnusable("HOME is no whole path, so ~ is nowhere; give the whole path of the store.")
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:
        raise StoreUnusable("The path of the store names nobody's home; give the whole path.") from error
    try:
        return ((base or Path()) / path).absolute()
    except OSError as error:
        raise StoreUnusable(
            "The working directory is no longer there; go to another one, or give the whole path of the store."
        ) from error
