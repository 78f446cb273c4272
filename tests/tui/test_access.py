"""SSH keys that are bound to hosts, and what can be asked for with them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import Answer, Run
from secret_links_tui.__main__ import main
from secret_links_tui.commands.laptop import function, stanza

needs_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")

README = Path(__file__).parent.parent.parent / "README.md"

ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f ana@laptop"


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The account's authorized_keys."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["/opt/links/secret-links"])
    return tmp_path / ".ssh" / "authorized_keys"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "ana.pub"
    path.write_text(f"{ED25519}\n")
    return path


def test_a_key_is_added_listed_and_removed(run: Run, keys: Path, key: Path) -> None:
    keys.parent.mkdir()
    foreign = "# the administrator's own\nssh-ed25519 AAAAother admin@desk\n"
    keys.write_text(foreign)
    keys.chmod(0o600)
    assert run("access", "add", "ana", str(key)).code == 0
    line = keys.read_text().removeprefix(foreign)
    assert line.startswith('restrict,pty,command="')
    assert " --host ana --store " in line
    assert line.endswith(f'" {ED25519}\n')
    assert keys.stat().st_mode & 0o777 == 0o600
    (listed,) = run("access", "list").lines
    assert listed.split("\t")[:2] == ["ana", "ssh-ed25519"]
    assert run("access", "remove", "bo").code == 1
    assert run("access", "remove", "ana").err == "1 key of ana removed\n"
    assert keys.read_text() == foreign


def test_what_a_host_puts_on_the_laptop_is_printed_as_the_readme_has_it(run: Run, keys: Path, key: Path) -> None:
    given = run("access", "add", "ana", str(key)).out
    assert function() in given
    assert stanza({}) in given
    chapter = README.read_text(encoding="utf-8").split("\n## On a server\n")[1].split("\n## ")[0]
    assert f"```sshconfig\n{stanza({}, 'server', 'links')}```" in chapter
    assert f"```bash\n{function()}```" in chapter


def test_the_laptop_finds_the_server_as_its_administrator_did() -> None:
    by_ssh = stanza({"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 2222"}, user="links")
    assert "    User links\n    Port 2222\n" in by_ssh
    assert "Port" not in stanza({"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22"})
    assert "Port" not in stanza({"SSH_CONNECTION": "garbled"})


@pytest.mark.parametrize("foreign", ["\u2028", "\u0085", "\f", "\v", "\x1c"])
def test_other_lines_stay_the_same_to_the_byte(run: Run, keys: Path, key: Path, foreign: str) -> None:
    keys.parent.mkdir()
    before = f'restrict,command="git-shell" ssh-ed25519 AAAAone pretty{foreign}ssh-ed25519 AAAAtwo\r\n# end'.encode()
    keys.write_bytes(before)
    run("access", "add", "ana", str(key))
    assert keys.read_bytes().startswith(before + b"\n")
    run("access", "remove", "ana")
    assert keys.read_bytes() == before + b"\n"


def test_a_line_with_further_restrictions_is_recognized_and_removed(run: Run, keys: Path, key: Path) -> None:
    run("access", "add", "ana", str(key))
    keys.write_text('from="10.0.0.0/8,*.example",' + keys.read_text())
    assert run("access", "list").lines[0].startswith("ana\t")
    assert run("access", "remove", "ana").code == 0
    assert keys.read_text() == ""


def test_owner_and_mode_of_the_file_stay(run: Run, keys: Path, key: Path) -> None:
    keys.parent.mkdir()
    keys.touch(mode=0o640)
    keys.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(keys, 65534, 65534)
    before = keys.stat()
    assert run("access", "add", "ana", str(key)).code == 0
    after = keys.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)


def test_a_relative_path_of_the_store_is_written_whole(
    keys: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--store", "links\n.db", "access", "add", "ana", str(key)]) == 2
    assert main(["--store", "links.db", "--clipboard", "off", "access", "add", "ana", str(key)]) == 0
    assert f"--store {tmp_path / 'links.db'} --clipboard off" in keys.read_text()
    assert keys.stat().st_mode & 0o777 == 0o600


@needs_keygen
def test_the_fingerprint_is_the_one_that_ssh_shows(run: Run, keys: Path, key: Path) -> None:
    run("access", "add", "ana", str(key))
    shown = subprocess.run(["ssh-keygen", "-lf", str(key)], capture_output=True, text=True, check=True).stdout.split()
    assert run("access", "list").lines[0].split("\t")[2] == shown[1]


@pytest.mark.parametrize("behind", ["a device", "another file", "itself"])
def test_authorized_keys_that_is_a_link_stays_one_and_a_device_is_not_replaced(
    run: Run, keys: Path, key: Path, tmp_path: Path, behind: str
) -> None:
    keys.parent.mkdir(exist_ok=True)
    target = {"a device": Path("/dev/null"), "another file": tmp_path / "shared", "itself": keys}[behind]
    if behind == "another file":
        target.write_text("# of an administrator\n")
        target.chmod(0o640)
    keys.symlink_to(target)
    answer = run("access", "add", "ana", str(key))
    assert keys.is_symlink()
    if behind == "another file":
        assert answer.code == 0
        assert target.read_text().startswith("# of an administrator\nrestrict,pty,command=")
        assert target.stat().st_mode & 0o777 == 0o640
    else:
        assert answer.code == 1
        reason = "cannot be written: it is not a regular file" if behind == "a device" else "cannot be read: Too many"
        assert reason in answer.err
        assert Path("/dev/null").is_char_device()
    assert [path.name for path in keys.parent.iterdir()] == [keys.name]


def test_a_key_opens_one_hosts_links_only(run: Run, keys: Path, key: Path) -> None:
    run("access", "add", "ana", str(key))
    before = keys.read_text()
    answer = run("access", "add", "bo", str(key))
    assert (answer.code, "This key is ana's already" in answer.err) == (1, True)
    assert keys.read_text() == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", "This is a private key"),
        ("PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAA\n", "This is a private key, of PuTTY"),
        ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nAAAA\n", "This is a private key"),
        ("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n", "This is a private key"),
        ("b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n", "This is a private key"),
        ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n", "ssh-keygen -i -f"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n", "ssh-keygen -i -m PKCS8 -f"),
        ("-----BEGIN RSA PUBLIC KEY-----\nAAAA\n", "ssh-keygen -i -m PEM -f"),
        ("-----BEGIN PGP PUBLIC KEY BLOCK-----\nAAAA\n", "This is no SSH key"),
        ("ssh-ed25519-cert-v01@openssh.com AAAA ana", "This is a certificate"),
        (ED25519.replace("ABAg", "AB\nAg"), "broken over lines"),
        (f"{ED25519} {'x' * 20_000}", "is too long for a public key"),
        ("", "this one has 0"),
        (f"{ED25519}\n{ED25519}\n", "this one has 2"),
        (f'command="sh" {ED25519}', "This is no public key that sshd takes"),
        (ED25519.replace("AAAAC3", "AAAAC4"), "This is no public key that sshd takes"),
        ("ssh-ed25519 not-base64 x", "This is no public key that sshd takes"),
        (ED25519.replace("ssh-ed25519", "ssh-rsa"), "This is no public key that sshd takes"),
    ],
)
def test_what_is_no_public_key_is_refused(run: Run, keys: Path, key: Path, text: str, sentence: str) -> None:
    key.write_text(text)
    answer = run("access", "add", "ana", str(key))
    assert answer.code == 2
    assert sentence in answer.err
    assert not keys.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_a_key_file_is_read_in_any_encoding_that_says_so(run: Run, keys: Path, key: Path, encoding: str) -> None:
    key.write_bytes(f"{ED25519} José\r\n".encode(encoding))
    answer = run("access", "add", "ana", str(key))
    if encoding in ("utf-8-sig", "utf-16"):
        assert answer.code == 0
        assert keys.read_text().endswith("ana@laptop José\n")
    else:
        assert answer.code == 2
        assert f"{key} cannot be read" in answer.err
        assert "iconv" in answer.err
        assert not keys.exists()


@needs_keygen
@pytest.mark.parametrize(("form", "how"), [("RFC4716", "-i -f"), ("PKCS8", "-i -m PKCS8 -f"), ("PEM", "-i -m PEM -f")])
def test_the_cure_for_a_key_of_another_form_works(
    run: Run, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, how: str
) -> None:
    monkeypatch.chdir(tmp_path)
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", "own"], check=True)
    other = subprocess.run(
        ["ssh-keygen", "-e", "-m", form, "-f", "own.pub"], capture_output=True, text=True, check=True
    ).stdout
    Path("its key").write_text(other)
    answer = run("access", "add", "ana", "its key")
    cure = f"ssh-keygen {how} 'its key' > key.pub"
    assert (answer.code, cure in answer.err) == (2, True)
    subprocess.run(["bash", "-c", cure], check=True)
    assert run("access", "add", "ana", "key.pub").code == 0


@pytest.mark.parametrize("name", ['ana" sh "', "ana bo", "-ana", "$(id)", "ana\nssh-rsa x", ""])
def test_a_hosts_name_cannot_break_out_of_its_line(run: Run, keys: Path, key: Path, name: str) -> None:
    answer = run("access", "add", "--", name, str(key))
    assert answer.code == 2
    assert not keys.exists()


def test_a_comment_cannot_add_a_line(run: Run, keys: Path, key: Path) -> None:
    key.write_text(f"{ED25519}\x1b]52;c;AAAA\x07\u202eevil\r")
    run("access", "add", "ana", str(key))
    assert keys.read_text().count("\n") == 1
    assert "\x1b" not in keys.read_text()


def test_keys_that_cannot_be_written_are_left_alone(run: Run, keys: Path, key: Path) -> None:
    keys.parent.write_text("not a folder")
    assert run("access", "add", "ana", str(key)).code == 1


# What is asked for from afar

Ask = Callable[..., Answer]


@pytest.fixture
def ask(path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Asks as sshd does: a key's line, and beside it what the client wants."""

    def ask_it(command: str, host: str = "ana") -> Answer:
        monkeypatch.setenv("SSH_ORIGINAL_COMMAND", command)
        try:
            code = main(["--store", str(path), "--host", host, "--time-zone", "UTC"])
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        monkeypatch.delenv("SSH_ORIGINAL_COMMAND")
        return Answer(code, out, err)

    return ask_it


def test_a_verb_is_run_as_the_host_of_the_key(ask: Ask) -> None:
    ask("event-type add 'Final round'")
    (url,) = ask("secret-links generate final-round --label 'Bo Chen'").lines
    assert ask("list").lines[0].startswith(f"{url}\tactive\tfinal-round")
    assert ask("list", host="bo").out == ""


def test_another_hosts_link_is_unknown_like_one_that_does_not_exist(ask: Ask) -> None:
    ask("event-type add Call")
    (url,) = ask("generate call").lines
    never = "x" * 22
    for verb in ("show", "redeem", "reissue", "delete"):
        theirs, none = ask(f"{verb} {url}", host="bo"), ask(f"{verb} {never}", host="bo")
        assert (theirs.code, theirs.out, theirs.err.replace(url, never)) == (none.code, none.out, none.err)
        assert theirs.code == 1
    assert "\tactive\t" in ask("list").lines[0]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("--host bo list", "--host is settled by the server"),
        ("--hos=bo list", "there is no option --hos; did you mean --host?"),
        ("--store /etc/passwd list", "--store is settled by the server"),
        ("--base-url https://evil.example/s list", "--base-url is settled by the server"),
        ("backup /tmp/stolen.db", "backup is for the server's administrator"),
        ("store upgrade", "store is for the server's administrator"),
        ("access add bo -", "access is for the server's administrator"),
        ("--demo", "--demo is settled by the server"),
        ("list; sh", "invalid choice"),
        ("list | sh", "unrecognized arguments"),
        ("$(sh)", "invalid choice"),
        ("sh -c id", "invalid choice"),
        ("scp -t /", "invalid choice"),
        ("list 'x", "ends within quotation marks"),
        ("list \\", "or with a backslash"),
        (f"list {'x' * 100_000}", "the command is too long"),
        ("--host= list", "--host is settled by the server"),
        ("--links=0 list", "--links is settled by the server"),
    ],
)
def test_only_a_hosts_own_verbs_are_served(ask: Ask, command: str, sentence: str) -> None:
    answer = ask(command)
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err


def test_files_of_the_server_cannot_be_read_through_labels(ask: Ask) -> None:
    ask("event-type add Call")
    answer = ask("generate call --labels /etc/passwd")
    assert (answer.code, answer.out) == (2, "")
    assert ask("list").out == ""


def test_a_command_without_a_verb_opens_the_screen(ask: Ask) -> None:
    assert "the screen needs a terminal" in ask("secret-links").err


def test_a_remote_host_does_not_learn_where_the_store_is(ask: Ask, path: Path) -> None:
    path.write_bytes(b"no database at all, but long enough to look like one" * 20)
    answer = ask("list")
    assert answer.code == 1
    assert "the store is not a store of Secret Links" in answer.err
    assert str(path) not in answer.err
