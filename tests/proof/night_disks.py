"""A disk that fails: the system makes it read-only while programs have files open on it, as Linux does by itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MEGABYTES = 16


@dataclass(frozen=True, slots=True)
class FailingDisk:
    """An ext4 in a file."""

    device: str
    folder: Path

    def fail(self) -> None:
        """Has the file system find a fault in itself."""
        Path("/sys/fs/ext4", Path(self.device).name, "trigger_fs_error").write_text("a test")


@contextmanager
def failing_disk(folder: Path) -> Iterator[FailingDisk]:
    """Mounts one."""
    image, mounted = folder / "image", folder / "disk"
    mounted.mkdir()
    with image.open("wb") as file:
        file.truncate(MEGABYTES * 2**20)
    try:
        subprocess.run(["mkfs.ext4", "-q", "-O", "^has_journal", image], check=True, capture_output=True)
        device = subprocess.run(["losetup", "-f", "--show", image], check=True, capture_output=True, text=True).stdout
        device = device.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a disk that fails needs root's rights, ext4 and a loop device: {error}")
    try:
        subprocess.run(["mount", "-o", "errors=remount-ro", device, mounted], check=True, capture_output=True)
        if not Path("/sys/fs/ext4", Path(device).name, "trigger_fs_error").exists():
            pytest.skip("this kernel's ext4 cannot be told to fail")
        yield FailingDisk(device, mounted)
    finally:
        subprocess.run(["umount", mounted], check=False, capture_output=True)
        subprocess.run(["losetup", "-d", device], check=False, capture_output=True)
