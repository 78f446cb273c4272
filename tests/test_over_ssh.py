"""The real program behind a real sshd: two hosts, their screens, their verbs, and their clipboards."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from secret_links import Store
from test_end_to_end import Terminal

SSHD = "/usr/sbin/sshd"

pytestmark = [
    pytest.mark.skipif(not Path(SSHD).exists() or shutil.which("ssh") is None, reason="openssh is not installed"),
    pytest.mark.skipif(os.geteuid() != 0, reason="an sshd that gives out terminals needs root's rights"),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


class Server:
    """An sshd of its own, whose one account serves two hosts."""

    def __init__(self, folder: Path, store: Path) -> None:
        self.folder = folder
        self.store = store
        self.authorized = folder / ".ssh" / "authorized_keys"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        for name in ("server", "ana", "bo"):
            generated = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(generated, check=True)
        wrapper = folder / "secret-links"  # as it is installed: a command of its own
        wrapper.write_text(f'#!/bin/sh\nexec {sys.executable} -m secret_links_tui "$@"\n')
        wrapper.chmod(0o755)
        for host in ("ana", "bo"):
            self.administer("access", "add", host, str(folder / f"{host}.pub"))
        config = folder / "sshd_config"
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder / 'server'}\nUsePAM no\nStrictModes no\n"
            f"AuthorizedKeysFile {self.authorized}\nPasswordAuthentication no\nPermitRootLogin yes\nPidFile none\n"
            f"SetEnv HOME={folder} PYTHONPATH={os.environ.get('PYTHONPATH', '')} LANG=C.UTF-8\n"
        )
        Path("/run/sshd").mkdir(exist_ok=True)
        self._sshd = subprocess.Popen([SSHD, "-D", "-f", str(config), "-E", str(folder / "sshd.log")])

    def administer(self, *arguments: str) -> None:
        """Runs the program as the server's administrator."""
        environment = {**os.environ, "HOME": str(self.folder), "PATH": f"{self.folder}:{os.environ['PATH']}"}
        code = "import sys; sys.argv[0] = 'secret-links'; from secret_links_tui.__main__ import main; sys.exit(main())"
        command = [sys.executable, "-c", code, "--store", str(self.store), *arguments]
        subprocess.run(command, check=True, env=environment, capture_output=True)

    def ssh(self, host: str, *more: str) -> list[str]:
        """The command with which a host comes in."""
        key = ["-i", str(self.folder / host), "-p", str(self.port), "-F", "none", "-o", "IdentitiesOnly=yes"]
        trust = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
        return ["ssh", *key, *trust, *more[:-1], f"{getpass.getuser()}@127.0.0.1", "--", more[-1]]

    def ask(self, host: str, command: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a command as a host."""
        return subprocess.run(
            self.ssh(host, "-T", command), input=given, capture_output=True, text=True, check=False, timeout=60
        )

    def wait(self) -> None:
        deadline = time.monotonic() + 30
        while self.ask("ana", "--version").returncode != 0:
            assert time.monotonic() < deadline, (self.folder / "sshd.log").read_text()
            time.sleep(0.1)

    def close(self) -> None:
        self._sshd.terminate()
        self._sshd.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    opened = Server(folder, folder / "links.db")
    try:
        opened.wait()
        yield opened
    finally:
        opened.close()


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Terminal]:
    """A laptop's terminal that takes what is copied: a tmux that was told to."""
    opened = Terminal(tmp_path)
    yield opened
    opened.close()


def connect(laptop: Terminal, server: Server, host: str, *inner: str) -> None:
    """Opens a host's screen from their laptop."""
    laptop.tmux(*laptop._new, "--", *server.ssh(host, "-tt", *(inner or ("secret-links",))))


def test_verbs_are_run_as_the_host_whose_key_it_is(server: Server) -> None:
    assert server.ask("ana", "event-type add 'Final round'").returncode == 0
    made = server.ask("ana", "generate final-round --expires 7d --labels -", given="Ana Pires\nZoë\n")
    urls = made.stdout.splitlines()
    assert len(urls) == 2
    assert all(url.startswith("https://42min.us/s/") for url in urls)
    assert "valid until" in made.stderr
    assert server.ask("bo", "list").stdout == ""
    theirs, none = server.ask("bo", f"show {urls[0]}"), server.ask("bo", f"show {'x' * 22}")
    assert (theirs.returncode, theirs.stdout, theirs.stderr) == (none.returncode, none.stdout, none.stderr)


@pytest.mark.parametrize(
    "command",
    [
        "sh",
        "id",
        "--host bo list",
        "--store /etc/passwd list",
        "list; id",
        "$(id)",
        "`id`",
        "list && id",
        "backup /tmp/x.db",
        "access list",
        "generate final-round --labels /etc/passwd",
        "scp -t /tmp",
        "sftp-server",
    ],
)
def test_no_command_reaches_the_server_or_another_host(server: Server, command: str) -> None:
    answer = server.ask("ana", command)
    assert answer.returncode in (1, 2)
    assert answer.stdout == ""
    assert "uid=" not in answer.stderr
    assert "root:" not in answer.stderr


def test_no_port_is_forwarded_and_no_file_transferred(server: Server) -> None:
    forwarded = subprocess.run(
        server.ssh("ana", "-T", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:22", "list"),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert forwarded.returncode == 255


def test_without_a_terminal_the_screen_is_refused_and_no_process_stays(server: Server) -> None:
    answer = server.ask("ana", "secret-links")
    assert answer.returncode == 2
    assert "the screen needs a terminal" in answer.stderr


def test_a_copy_lands_on_the_laptop(server: Server, laptop: Terminal) -> None:
    server.ask("bo", "event-type add Call")
    url = server.ask("bo", "generate call --label 'Bo Chen'").stdout.strip()
    connect(laptop, server, "bo")
    laptop.shows("Bo Chen", "All 1")
    laptop.keys("c")
    laptop.shows("Sent to your terminal (tmux)", "set-clipboard")
    laptop.until(lambda: laptop.tmux("show-buffer", check=False).strip() == url, "the URL on the laptop")


def test_a_row_flips_while_the_host_watches_from_afar(server: Server, laptop: Terminal) -> None:
    server.ask("bo", "event-type add 'Intro call'")
    url = server.ask("bo", "generate intro-call --label Carla").stdout.strip()
    connect(laptop, server, "bo")
    laptop.shows("Carla")
    laptop.until(lambda: re.search(r"All \d", laptop.screen), "the count: the store is open, and watched")
    with Store.open(server.store) as store:
        store.redeem(url, "Carla")
    laptop.shows("✓ Used at")
    laptop.keys("q")
    laptop.until(lambda: laptop.tmux("display", "-p", "-t", "t", "#{pane_dead}").strip() == "1", "the end")


def test_a_killed_client_takes_the_program_with_it(server: Server, laptop: Terminal) -> None:
    server.ask("ana", "event-type add Killed")
    connect(laptop, server, "ana")
    laptop.shows("ana")
    running = ["pgrep", "-f", f"secret_links_tui --host ana --store {server.store}"]
    laptop.until(lambda: subprocess.run(running, check=False, capture_output=True).stdout, "the program to run")
    laptop.close()
    laptop.until(lambda: not subprocess.run(running, check=False, capture_output=True).stdout, "the program to leave")
