"""Stores on network file systems, and on disks that cannot be written for a while."""

from __future__ import annotations

import subprocess
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from secret_links import Store, StoreGone, StoreReadOnly
from secret_links.sqlite import mounts
from secret_links.sqlite.mounts import network_type
from small_disk import a_small_disk

MOUNTED = [("/", "ext4"), ("/home", "nfs4"), ("/home/ana/local", "xfs"), ("/mnt/share", "cifs"), ("/proc", "proc")]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/srv/links.db", None),
        ("/home/ana/links.db", "nfs4"),
        ("/home/ana/local/links.db", None),
        ("/home/ana/local/../links.db", "nfs4"),
        ("/mnt/share", "cifs"),
        ("/mnt/shared/links.db", None),
    ],
)
def test_the_innermost_file_system_decides(path: str, found: str | None) -> None:
    assert network_type(Path(path), MOUNTED) == found


def test_the_file_systems_are_those_that_psutil_finds() -> None:
    assert mounts.mounts() == [(mount.mountpoint, mount.fstype) for mount in psutil.disk_partitions(all=True)]


def test_blanks_and_backslashes_in_the_path_of_a_mount_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "mounts"
    table.write_text("//nas/a /mnt/a\\040b\\134c\\011d cifs rw,vers=3.0 0 0\ntmpfs /run/é tmpfs rw 0 0\n")
    monkeypatch.setattr(mounts, "_TABLE", table)
    assert mounts.mounts() == [("/mnt/a b\\c\td", "cifs"), ("/run/é", "tmpfs")]


def test_where_there_is_no_table_of_mounts_psutil_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = mounts.mounts()
    monkeypatch.setattr(mounts, "_TABLE", tmp_path / "nothing")
    assert mounts.mounts() == expected


def test_a_store_on_a_disk_of_this_machine_needs_no_caution(store: Store) -> None:
    assert ("/", "") not in mounts.mounts()
    assert store.caution() is None


def test_a_store_on_a_network_is_opened_with_a_caution(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mounts, "mounts", lambda: [("/", "nfs4")])
    assert str(store.caution()).startswith(f"{path} is on a network file system (nfs4). Programs on two machines")


def test_what_was_opened_on_a_read_only_disk_is_not_shown_as_it_was_once_others_write_again() -> None:
    with a_small_disk(4) as disk:
        path = disk / "links.db"
        with Store.open(path) as store:
            ana = store.as_host("ana")
            (link,) = ana.generate(ana.add_event_type("Intro call").id)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with Store.open(path) as opened, closing(opened.watch()) as watch:
            with pytest.raises(StoreReadOnly, match="can be read, but not written; nothing was changed"):
                opened.redeem(link.token)
            assert not watch.changed()
            assert opened.as_host("ana").window() == [link]
            subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
            assert opened.look_up(link.token).host == "ana"
            with Store.open(path) as store:
                store.redeem(link.token)
                for call in (watch.changed, opened.as_host("ana").counts, lambda: opened.look_up(link.token)):
                    with pytest.raises(StoreGone, match=r"has been changed since\. Quit, and start again"):
                        call()
