"""`store restore`, as an administrator calls it while others are at work."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from command_line import PROGRAM, Run
from driver import Drive
from secret_links import EventType, HostStore, Link, Store
from secret_links_tui.screens.dialogs.details import Details
from support import SetClock


@pytest.fixture
def clock() -> SetClock:
    """Begins with the clock of this machine, which the program has."""
    return SetClock(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "links-copy.db"


@pytest.fixture
def links(store: Store, ana: HostStore, interview: EventType, backup: Path) -> list[Link]:
    """Three links; after a backup one of them was used, one was deleted, and another one was generated."""
    first = ana.generate(interview.id, labels=["Chen", "Bo", "Ana"])
    store.copy_to(backup)
    store.redeem(first[0].token, "Chen Li")
    ana.delete({first[1].id})
    return [*first, *ana.generate(interview.id, labels=["Noor"])]


SINCE = """\
1 link generated since, and gone with the backup in place
1 link used since, and good for one more booking with the backup in place
1 link deleted since, and back with the backup in place
"""


def test_it_says_what_would_be_lost_and_waits_for_yes(
    run: Run, ana: HostStore, links: list[Link], backup: Path, path: Path
) -> None:
    has = f"{backup} has 3 links and 1 event type of 1 host, and 0 deleted\n"
    answer = run("store", "restore", str(backup))
    assert (answer.code, answer.out) == (2, "")
    last = f"add --yes to put this in the place of what is in {path}; a copy of that is kept beside it\n"
    assert answer.err == f"{has}{SINCE}{last}"
    assert ana.counts().total == 3
    assert sorted(file.name for file in path.parent.glob("*.backup")) == []
    answer = run("store", "restore", str(backup), "--yes")
    assert (answer.code, answer.out) == (0, "")
    kept = path.with_name("links.db.replaced.backup")
    assert answer.err == f"{has}{path} has now what is in the backup; what it had before is in {kept}\n{SINCE}"
    assert {link.label for link in ana.window()} == {"Ana", "Bo", "Chen"}
    assert "no link was generated, used or deleted since\n" in run("store", "restore", str(backup)).err
    assert run("store", "restore", str(kept), "--yes").code == 0
    assert {link.label for link in ana.window()} == {"Ana", "Chen", "Noor"}


@pytest.mark.parametrize("named", ["-", "postgresql://db.example/links"])
def test_a_backup_is_a_file(run: Run, links: list[Link], named: str) -> None:
    answer = run("store", "restore", named, "--yes")
    assert answer.code == 2
    assert answer.err == "secret-links: A backup is a file; name one that `secret-links backup` has made.\n"


def test_what_is_refused_is_said_in_a_sentence(run: Run, links: list[Link], path: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("links and the like\n" * 300)
    for named, said in (
        (path, "is the store itself; name a backup of it."),
        (tmp_path / "nowhere.db", f"There is no backup at {tmp_path / 'nowhere.db'}."),
        (tmp_path, "is a folder; give the path of a file for the store."),
        (tmp_path / "notes.txt", "is not a store of Secret Links; it was left as it is."),
    ):
        answer = run("store", "restore", str(named), "--yes")
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.startswith("secret-links: ")
        assert answer.err.endswith(f"{said}\n")
    assert run("--store", str(tmp_path / "no.db"), "store", "restore", str(path), "--yes").err == (
        f"secret-links: There is no store at {tmp_path / 'no.db'}.\n"
    )
    assert not (tmp_path / "no.db").exists()


async def test_a_screen_shows_the_restored_links_at_once(
    drive: Drive, run: Run, ana: HostStore, interview: EventType, links: list[Link], backup: Path, store: Store
) -> None:
    async with drive() as app:
        assert app.shown_labels == ["Noor", "Ana", "Chen"]
        assert run("store", "restore", str(backup), "--yes").code == 0
        await app.until(lambda: app.shown_labels == ["Ana", "Bo", "Chen"])
        await app.press("j", "j", "enter")
        await app.dialog(Details)
        assert app.app.is_running
        await app.press("escape")
        store.redeem(links[0].token, "Cy Young")
        await app.until(lambda: "✓ Used" in app.line(3))
        ana.generate(interview.id, labels=["Ines"])
        await app.until(lambda: app.shown_labels == ["Ines", "Ana", "Bo", "Chen"])


def test_watch_goes_on_and_can_be_resumed(
    run: Run, url: str, ana: HostStore, interview: EventType, links: list[Link], backup: Path
) -> None:
    follower = ana.follow()
    follower.read()
    before = str(follower.cursor)
    assert run("redeem", links[2].token).code == 0

    def watching() -> subprocess.Popen[str]:
        arguments = ["--store", url, "--host", "ana", "watch", "--since", before]
        return subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.PIPE, text=True)

    with watching() as watch:
        assert watch.stdout is not None
        assert "\tused\t" in watch.stdout.readline()
        assert run("store", "restore", str(backup), "--yes").code == 0
        ana.generate(interview.id, labels=["Ines"])
        assert "\tInes\t" in watch.stdout.readline()
        watch.kill()
    with watching() as watch:
        assert watch.stdout is not None
        assert "\tInes\t" in watch.stdout.readline()
        watch.kill()
