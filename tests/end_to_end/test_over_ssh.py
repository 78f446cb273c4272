"""The real program behind a real sshd: two hosts, their screens, their verbs, and their clipboards."""

from __future__ import annotations

import re
import subprocess

import pytest

from end_to_end.servers import Server, needs_tmux
from end_to_end.terminals import Tmux
from secret_links import Store

pytestmark = needs_tmux


def connect(laptop: Tmux, server: Server, host: str) -> None:
    """Opens a host's screen from their laptop."""
    laptop.run(*server.ssh(host, "-tt", "secret-links"))


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


def test_a_copy_lands_on_the_laptop(server: Server, terminal: Tmux) -> None:
    server.ask("bo", "event-type add Call")
    url = server.ask("bo", "generate call --label 'Bo Chen'").stdout.strip()
    connect(terminal, server, "bo")
    terminal.shows("Bo Chen", "All 1")
    terminal.keys("c")
    terminal.shows("Sent to your terminal (tmux)", "v checks")
    terminal.until(lambda: terminal.copied.strip() == url, "the URL on the laptop")


def test_a_row_flips_while_the_host_watches_from_afar(server: Server, terminal: Tmux) -> None:
    server.ask("bo", "event-type add 'Intro call'")
    url = server.ask("bo", "generate intro-call --label Carla").stdout.strip()
    connect(terminal, server, "bo")
    terminal.shows("Carla")
    terminal.until(lambda: re.search(r"All \d", terminal.screen), "the count: the store is open, and watched")
    with Store.open(server.store) as store:
        store.redeem(url, "Carla")
    terminal.shows("booked at")
    terminal.keys("q")
    terminal.ends()


def test_a_screen_from_afar_has_no_shell_behind_it(server: Server, terminal: Tmux) -> None:
    connect(terminal, server, "ana")
    terminal.shows("Generate links")
    terminal.until(lambda: re.search(r"All \d", terminal.screen), "the count: the store is open")
    terminal.keys("C-z")
    terminal.shows("No shell waits behind this screen")
    terminal.keys("q")
    terminal.ends()


def test_a_killed_client_takes_the_program_with_it(server: Server, terminal: Tmux) -> None:
    server.ask("ana", "event-type add Killed")
    connect(terminal, server, "ana")
    terminal.shows("ana")
    terminal.until(lambda: server.running("ana"), "the program to run")
    terminal.close()
    terminal.until(lambda: not server.running("ana"), "the program to leave")
