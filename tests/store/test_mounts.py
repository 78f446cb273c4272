"""Files that stand on another machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from secret_links import Store
from secret_links.sqlite import mounts
from secret_links.sqlite.mounts import network_type

KNOWN = [("/", "ext4"), ("/home", "nfs4"), ("/home/ana/local", "xfs"), ("/mnt/share", "cifs"), ("/proc", "proc")]


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
    assert network_type(Path(path), KNOWN) == found


def test_a_store_on_a_disk_of_this_machine_needs_no_caution(store: Store) -> None:
    assert ("/", "") not in mounts.mounts()
    assert store.caution() is None


def test_a_store_on_a_network_is_opened_with_a_caution(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mounts, "mounts", lambda: [("/", "nfs4")])
    assert str(store.caution()).startswith(f"{path} is on a network file system (nfs4). Programs on two machines")
