"""PgBouncer before a PostgreSQL server, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from postgres_server import NOBODY, PATIENCE, SUPERUSER

_CONFIGURATION = """\
[databases]
* = host={server}
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = 5432
auth_type = trust
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = 12
server_round_robin = 1
logfile = {folder}/log
pidfile = {folder}/pid
"""


class Pooler:
    """Hands a few of the server's connections round; as `mode` says, for a session, a transaction or a statement."""

    def __init__(self, url: str, folder: Path, mode: str, users: Sequence[str] = (), more: str = "") -> None:
        program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        if program is None:
            pytest.skip("PgBouncer is not installed")
        self._program = program
        self._folder = folder
        configuration = _CONFIGURATION.format(server=parse_qs(urlsplit(url).query)["host"][0], folder=folder, mode=mode)
        (folder / "pgbouncer.ini").write_text(configuration + more)
        (folder / "users").write_text("".join(f'"{user}" ""\n' for user in (SUPERUSER, *users)))
        self.url = f"{url.partition('?')[0]}?host={folder}"

    def __enter__(self) -> Self:
        as_nobody: dict[str, Any] = {}
        if os.geteuid() == 0:
            as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            for place in (self._folder, *self._folder.iterdir()):
                os.chown(place, NOBODY, NOBODY)
        self._process = subprocess.Popen(
            [self._program, "-q", self._folder / "pgbouncer.ini"], stderr=subprocess.DEVNULL, **as_nobody
        )
        try:
            self._wait()
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        return self

    def _wait(self) -> None:
        """Waits until it answers."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.url, autocommit=True, prepare_threshold=None).close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                assert time.monotonic() < deadline, "PgBouncer did not start"
                time.sleep(0.02)
            else:
                return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
