"""What stands around the program: an sshd with one account for several hosts, and an X server without a monitor."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SSHD = "/usr/sbin/sshd"

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
needs_screen = pytest.mark.skipif(shutil.which("screen") is None, reason="GNU screen is not installed")
needs_x = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xclip")), reason="Xvfb and xclip are not installed"
)
needs_proc = pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this system has no /proc of Linux's")
needs_xclip = pytest.mark.skipif(shutil.which("xclip") is None, reason="xclip is not installed")


def skip_without_sshd() -> None:
    """Skips where no sshd can be run that gives out terminals."""
    if not Path(SSHD).exists() or shutil.which("ssh") is None:
        pytest.skip("openssh is not installed")
    if os.geteuid() != 0:
        pytest.skip("an sshd that gives out terminals needs root's rights")


_LAPTOP = """\
Host links
    HostName 127.0.0.1
    Port {port}
    IdentityFile {folder}/{who}
    IdentitiesOnly yes
    StrictHostKeyChecking no
    UserKnownHostsFile /dev/null
    LogLevel ERROR
    ControlPath {sockets}/%C
    ServerAliveInterval 1
    ServerAliveCountMax 1
"""


class Server:
    """An sshd of its own, whose one account serves two hosts; the administrator has a shell besides."""

    def __init__(self, folder: Path, store: Path) -> None:
        self.folder = folder
        self.store = store
        self.authorized = folder / ".ssh" / "authorized_keys"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        for name in ("server", "ana", "bo", "administrator"):
            generated = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(generated, check=True)
        self.program = folder / "secret-links"  # as it is installed: a command of its own
        self.program.write_text(f'#!/bin/sh\nexec {sys.executable} -m secret_links_tui "$@"\n')
        self.program.chmod(0o755)
        for host in ("ana", "bo"):
            self.administer("access", "add", host, str(folder / f"{host}.pub"))
        with self.authorized.open("a") as authorized:
            authorized.write((folder / "administrator.pub").read_text())
        config = folder / "sshd_config"
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder / 'server'}\nUsePAM no\nStrictModes no\n"
            f"AuthorizedKeysFile {self.authorized}\nPasswordAuthentication no\nPermitRootLogin yes\nPidFile none\n"
            f"SetEnv HOME={folder} PYTHONPATH={os.environ.get('PYTHONPATH', '')} LANG=C.UTF-8\n"
        )
        Path("/run/sshd").mkdir(exist_ok=True)
        self._sshd = subprocess.Popen([SSHD, "-D", "-f", str(config), "-E", str(folder / "sshd.log")])

    def administer(self, *arguments: str) -> str:
        """Runs the program as the server's administrator; gives what it wrote."""
        environment = {**os.environ, "HOME": str(self.folder), "PATH": f"{self.folder}:{os.environ['PATH']}"}
        code = "import sys; sys.argv[0] = 'secret-links'; from secret_links_tui.__main__ import main; sys.exit(main())"
        command = [sys.executable, "-c", code, "--store", str(self.store), *arguments]
        return subprocess.run(command, check=True, env=environment, capture_output=True, text=True).stdout

    def ssh(self, who: str, *more: str) -> list[str]:
        """The command with which a host, or the administrator, comes in."""
        key = ["-i", str(self.folder / who), "-p", str(self.port), "-F", "none", "-o", "IdentitiesOnly=yes"]
        trust = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
        return ["ssh", *key, *trust, *more[:-1], f"{getpass.getuser()}@127.0.0.1", "--", more[-1]]

    def laptop(self, who: str, port: int, sockets: str) -> str:
        """What ssh on a laptop has before what `access add` prints: it finds the server at a port, and has no home."""
        return _LAPTOP.format(folder=self.folder, who=who, port=port, sockets=sockets)

    def ask(self, host: str, command: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a command as a host."""
        return subprocess.run(
            self.ssh(host, "-T", command), input=given, capture_output=True, text=True, check=False, timeout=60
        )

    def running(self, host: str) -> list[int]:
        """The processes of a host's screens."""
        pattern = f"secret_links_tui --host {host} --store {self.store}"
        found = subprocess.run(["pgrep", "-f", pattern], check=False, capture_output=True, text=True)
        return [int(pid) for pid in found.stdout.split()]

    def wait(self) -> None:
        deadline = time.monotonic() + 30
        while self.ask("ana", "--version").returncode != 0:
            assert time.monotonic() < deadline, (self.folder / "sshd.log").read_text()
            time.sleep(0.1)

    def close(self) -> None:
        self._sshd.terminate()
        self._sshd.wait()


@contextmanager
def x_server() -> Iterator[str]:
    """An X server without a monitor; gives the name of its display."""
    receiver, sender = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(sender), "-screen", "0", "320x200x8"], pass_fds=[sender], stderr=subprocess.DEVNULL
    )
    os.close(sender)
    try:
        with os.fdopen(receiver) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        server.terminate()
        server.wait()
