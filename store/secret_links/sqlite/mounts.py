"""What a file stands on: SQLite's log needs memory that all programs share, which no network gives them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

NETWORK_TYPES = frozenset(
    {
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.cephfs",
        "fuse.glusterfs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
        "webdav",
    }
)
"""File systems whose files are another machine's."""

Mount = tuple[str, str]
"""Where a file system begins, and its type."""


def mounts() -> list[Mount]:
    """Lists the file systems of this machine."""
    import psutil  # noqa: PLC0415  # asked for once, when a store is opened

    return [(mount.mountpoint, mount.fstype) for mount in psutil.disk_partitions(all=True)]


def network_type(path: Path, known: Iterable[Mount]) -> str | None:
    """Gives the type of the network file system that a file is on; None where it is on this machine's own."""
    whole = path.resolve()
    around = [mount for mount in known if whole.is_relative_to(mount[0])]
    innermost = max(around, key=lambda mount: len(Path(mount[0]).parts), default=("/", ""))
    return innermost[1] if innermost[1] in NETWORK_TYPES else None


def caution(path: Path) -> str | None:
    """Says what to beware of with a store at a path; None where there is nothing."""
    found = network_type(path, mounts())
    if found is None:
        return None
    return (
        f"{path} is on a network file system ({found}). Programs on two machines that use it at once can damage it: "
        "keep it on a disk of the machine they all run on, or on PostgreSQL."
    )
