"""A PostgreSQL server and its standby, which takes over when it is told to; both may live by a clock of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from postgres_server import NOBODY, PATIENCE, SUPERUSER, EmbeddedServer, until_it_answers

RIGHTS = """\
local all all trust
local replication all trust
"""

SETTINGS = """\
fsync = off
synchronous_commit = on
max_connections = 100
max_wal_senders = 4
shared_buffers = 16MB
autovacuum = off
listen_addresses = ''
wal_receiver_status_interval = 1
wal_retrieve_retry_interval = 100ms
"""
"""As they are by default where it is about what is kept; nothing need be flushed, since the machine itself goes on."""


def programs_beside(embedded: EmbeddedServer) -> Path:
    """The folder of the programs of Debian's newest PostgreSQL, or else of the tests' own."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    return installed[-1].parent if installed else embedded.programs


class Server:
    """One server in a folder, reached through a socket in it."""

    def __init__(self, programs: Path, folder: Path, variables: Mapping[str, str]) -> None:
        self.folder, self._programs = folder, programs
        self._data = folder / "data"
        self._environment = {**os.environ, **variables}
        self._as_nobody: dict[str, Any] = (
            {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        if self._as_nobody:
            os.chown(folder, NOBODY, NOBODY)

    def make(self) -> None:
        """Makes a cluster with nothing in it."""
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", SUPERUSER, "-E", "UTF8", "--no-sync")
        (self._data / "pg_hba.conf").write_text(RIGHTS)
        with (self._data / "postgresql.conf").open("a") as configuration:
            configuration.write(f"{SETTINGS}unix_socket_directories = '{self.folder}'\n")

    def follow(self, primary: Server) -> None:
        """Makes a standby of another server, as it is now."""
        source = f"host={primary.folder} user={SUPERUSER} application_name=standby"
        self._run("pg_basebackup", "-D", str(self._data), "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        with (self._data / "postgresql.conf").open("a") as configuration:
            configuration.write(f"unix_socket_directories = '{self.folder}'\n")

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data],
                stdout=log, stderr=log, env=self._environment, **self._as_nobody,
            )  # fmt: skip
        until_it_answers(self.url(), self._process, self.folder / "log")

    def stop(self) -> None:
        """Kills it, as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(PATIENCE)
            self._process = None

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={self.folder}"

    def asked(self, query: str) -> Any:
        """The one value that a query has."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None

    def run(self, *statements: str) -> None:
        """Runs statements, each in a transaction of its own."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def until(self, query: str) -> None:
        """Waits until a query says yes."""
        deadline = time.monotonic() + PATIENCE
        while not self.asked(query):
            assert time.monotonic() < deadline, query
            time.sleep(0.02)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments], check=True, capture_output=True, env=self._environment,
            **self._as_nobody,
        )  # fmt: skip


class Pair:
    """A primary server and its standby, which may have to have each commit before it is acknowledged."""

    def __init__(self, programs: Path, *, variables: Mapping[str, str] | None = None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="night-"))
        self._folder.chmod(0o755)
        self.primary = Server(programs, self._folder / "a", variables or {})
        self.standby = Server(programs, self._folder / "b", variables or {})

    def __enter__(self) -> Self:
        try:
            self.primary.make()
            self.primary.start()
            self.primary.run("CREATE DATABASE links")
            self.standby.follow(self.primary)
            self.standby.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.primary.stop()
        self.standby.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def hosts(self) -> str:
        """Both, as libpq names them."""
        return f"{self.primary.folder},{self.standby.folder}"

    @property
    def url(self) -> str:
        """Where the store is, whichever of the two has it."""
        return f"postgresql://{SUPERUSER}@/links?host={self.hosts}&target_session_attrs=read-write"

    def catch_up(self) -> None:
        """Waits until the standby has all that was committed."""
        position = self.primary.asked("SELECT pg_current_wal_lsn()")
        self.standby.until(f"SELECT pg_last_wal_replay_lsn() >= '{position}'")
