"""Stores of newer versions, all that an older program may try with one, and what it is to the byte."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from command_line import PROGRAM
from postgres_server import Databases, EmbeddedServer
from secret_links_tui.terminal.plain_text import visible

TOKEN = "c6MnrmWsrEib5LtSFpimDH"

COMMANDS = (
    *("list", "list --json", "deleted", f"show {TOKEN}", f"redeem {TOKEN}", "generate final-interview", "undo"),
    *(f"reissue {TOKEN}", f"change {TOKEN} --label Bo", f"delete {TOKEN}", "event-type list", "event-type add Call"),
    *("event-type remove final-interview", "template", "backup {folder}/backup.db", "store upgrade", "watch"),
    *("store copy {store} {folder}/copy.db", "store copy {folder}/other.db {store}"),
)
"""Every command that opens a store."""

SAYS = "update the program to open it"
"""The sentence that says what to do."""


class Stat(NamedTuple):
    """A file as it is, to the byte."""

    content: bytes
    changed_at: int


def files_as_they_are(folder: Path) -> dict[str, Stat]:
    return {path.name: Stat(path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def in_the_file(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute(f"PRAGMA user_version = {version}")


def with_a_log(path: Path, version: int) -> None:
    """The newer program was killed after a change, which is in the log."""
    in_the_file(path, version)
    _killed_after(path, "UPDATE link SET label = 'Chloé Martin' WHERE id = 3")


def in_the_log(path: Path, version: int) -> None:
    """The newer program was killed right after its upgrade, which is in the log."""
    _killed_after(path, f"PRAGMA user_version = {version}")


def without_a_log(path: Path, version: int) -> None:
    """Somebody has gone back to a journal."""
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute(f"PRAGMA user_version = {version}")
        file.execute("PRAGMA journal_mode = DELETE")


def read_only(path: Path, version: int) -> None:
    in_the_file(path, version)
    path.chmod(0o400)


NEWER = {made.__name__: made for made in (in_the_file, with_a_log, in_the_log, without_a_log, read_only)}


def _killed_after(path: Path, statement: str) -> None:
    if (child := os.fork()) == 0:
        sqlite3.connect(path, isolation_level=None).execute(statement)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


def on_the_screen(store: str) -> tuple[int, str]:
    """Opens the screen in a terminal, as a host does; gives its exit code, and what it left there."""
    host, program = pty.openpty()
    asked = [*PROGRAM, "--ask-terminal", "no", "--store", store, "--host", "ana"]
    with subprocess.Popen(
        asked, stdin=program, stdout=program, stderr=program, env={**os.environ, "TERM": "xterm-256color"}
    ) as running:
        os.close(program)
        shown = b"".join(_read(host))
    os.close(host)
    said = shown.rpartition(b"secret-links: ")[2].decode()
    return running.returncode, visible(" ".join(said.split()))


def _read(host: int) -> Iterator[bytes]:
    while True:
        try:
            some = os.read(host, 65_536)
        except OSError:  # the other end is closed
            return
        if not some:
            return
        yield some


def dumped(databases: Databases, url: str) -> list[str]:
    """What pg_dump writes of a database, without the word that it makes up each time."""
    server = databases.server
    program = server.programs / "pg_dump" if isinstance(server, EmbeddedServer) else shutil.which("pg_dump")
    assert program is not None
    said = subprocess.run([str(program), url], capture_output=True, check=True, text=True).stdout
    return [line for line in said.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]
