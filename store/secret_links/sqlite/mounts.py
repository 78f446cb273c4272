"""Which file system a store is on: SQLite's log needs memory that all programs share, which no network offers."""

from __future__ import annotations

import os
import re
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
"""File systems whose files are on another machine."""

_TABLE = Path("/proc/self/mounts")
"""Linux's list of file systems; other systems have none."""

_ESCAPE = r"\\([0-7]{3})"
"""A blank, tab, line feed or backslash in a path of that list, as octal digits."""

Mount = tuple[str, str]
"""Where a file system is mounted, and its type."""


def mounts() -> list[Mount]:
    """Lists the file systems of this machine."""
    try:
        table = os.fsdecode(_TABLE.read_bytes())
    except OSError:
        import psutil  # noqa: PLC0415  # takes 30 ms to import, so only where there is no such table

        return [(mount.mountpoint, mount.fstype) for mount in psutil.disk_partitions(all=True)]
    rows = (line.split(" ") for line in table.split("\n") if line)
    return [(re.sub(_ESCAPE, _unescaped, row[1]), row[2]) for row in rows]


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 8))


def network_type(path: Path, mounted: Iterable[Mount]) -> str | None:
    """Gives the type of the network file system that a file is on; None where it is on this machine's own."""
    whole = path.resolve()
    around = [mount for mount in mounted if whole.is_relative_to(mount[0])]
    innermost = max(around, key=lambda mount: len(Path(mount[0]).parts), default=("/", ""))
    return innermost[1] if innermost[1] in NETWORK_TYPES else None


def caution(path: Path) -> str | None:
    """Warns of a store on a network file system; None for any other."""
    found = network_type(path, mounts())
    if found is None:
        return None
    return (
        f"{path} is on a network file system ({found}). Programs on two machines that use it at once can damage it: "
        "keep it on a disk of the machine they all run on, or on PostgreSQL."
    )
