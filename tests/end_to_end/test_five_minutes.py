"""The README's chapter for administrators, followed line by line: from nothing to two hosts."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from end_to_end.servers import SSHD, skip_without_sshd
from end_to_end.terminals import Start

PROJECT = Path(__file__).parent.parent.parent
ACCOUNT = "links"
MADE = (Path("/opt/secret-links"), Path("/srv/links"), Path("/usr/local/bin/secret-links"))
"""What the chapter puts onto the machine beside the account."""


def chapter() -> list[list[str]]:
    """The lines of each block of the chapter: root's, the account's, and those of a laptop."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8").split("\n## On a server\n")[1].split("\n## ")[0]
    return [block.splitlines() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]


@pytest.fixture
def machine() -> Iterator[None]:
    """A machine that may be changed, and is as it was afterwards."""
    skip_without_sshd()
    if not os.environ.get("CI"):
        pytest.skip("it makes an account and installs the program on this machine: CI does")
    if not Path("/usr/bin/python3").exists():
        pytest.skip("there is no Python that every account can run")
    known = [account.pw_name for account in pwd.getpwall()]
    if ACCOUNT in known or any(path.exists() for path in MADE):
        pytest.skip("this machine serves links already")
    yield
    subprocess.run(["userdel", "--remove", ACCOUNT], check=False, capture_output=True)
    for path in MADE:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def shell(line: str, *, folder: Path, account: str = "root", path: str = "") -> str:
    """Runs one line of the README as an account; gives what it wrote."""
    command = ["sh", "-c", line] if account == "root" else ["su", "-", account, "-c", line]
    environment = {**os.environ, "PATH": f"{path}{os.environ['PATH']}"}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env=environment, check=False, timeout=240
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


def sshd(folder: Path) -> tuple[subprocess.Popen[bytes], Path]:
    """Starts the server's sshd as distributions set it up; gives the settings with which a laptop finds it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("server", "ana", "bo"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    config = folder / "sshd_config"
    config.write_text(f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'server'}\nUsePAM no\nPidFile none\n")
    Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen([SSHD, "-D", "-f", str(config), "-E", str(folder / "sshd.log")])
    laptop = folder / "ssh_config"
    laptop.write_text(
        f"Host server\n HostName 127.0.0.1\n Port {port}\n IdentityFile {folder / 'ana'}\n IdentitiesOnly yes\n"
        " StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n LogLevel ERROR\n ConnectionAttempts 20\n"
    )
    return process, laptop


@pytest.mark.usefixtures("machine")
def test_the_chapter_leads_from_nothing_to_two_hosts(tmp_path: Path, open_line: Start) -> None:
    as_root, as_account, on_laptop = chapter()
    for line in as_root:
        shell(line, folder=PROJECT)
    server, config = sshd(tmp_path)
    try:
        home = Path(pwd.getpwnam(ACCOUNT).pw_dir)
        for name in ("ana", "bo"):
            shutil.copy(tmp_path / f"{name}.pub", home)
        told = [shell(line, folder=tmp_path, account=ACCOUNT) for line in as_account]
        assert [line.split("\t")[0] for line in told[-1].splitlines()] == ["ana", "bo"]

        (tmp_path / "names.txt").write_text("Ana Pires\nZoë Berg\n", encoding="utf-8")
        pbcopy = tmp_path / "pbcopy"  # a laptop's, where it is no Mac
        pbcopy.write_text(f"#!/bin/sh\ncat > {tmp_path / 'pasteboard'}\n")
        pbcopy.chmod(0o755)
        screen, *commands = [line.replace("ssh ", f"ssh -F {config} ", 1) for line in on_laptop]
        given = [shell(line, folder=tmp_path, path=f"{tmp_path}:") for line in commands]
        urls = (tmp_path / "pasteboard").read_text().splitlines()
        assert [link["label"] for link in json.loads(given[-1])] == ["Zoë Berg", "Ana Pires"]
        assert sorted(link["url"] for link in json.loads(given[-1])) == sorted(urls)
        assert all(url.startswith("https://book.example/s/") for url in urls)

        opened = open_line(*screen.split())
        opened.shows("ana · book.example/s")
        opened.shows("Zoë Berg")
        opened.keys("q")
        opened.is_gone_at_once()
        assert opened.exit_code == 0
    finally:
        server.terminate()
        server.wait()
