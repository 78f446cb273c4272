"""Files that appear complete or not at all: copies of stores, new stores, authorized_keys, logs of crashes.

A file is written in a private folder beside its place, `NAME.secret-links-XXXXXXXX.part`, flushed to the disk and then
put in its place in one step. The folder goes with everything in it when writing fails, and on SIGINT, SIGTERM and
SIGHUP. SIGKILL and a power cut leave it behind, under a name that no store has; the next file that is written into the
same folder takes it away. The writer holds a lock on its folder, so that nobody else removes it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import signal
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

_BEFORE, _BEHIND = ".secret-links-", ".part"
_PART = re.compile(rf".*{re.escape(_BEFORE)}[a-z0-9_]{{8}}{re.escape(_BEHIND)}", re.DOTALL)
_LONGEST_NAME = 200
"""Bytes of the file's name that are kept in its folder's, which a file system limits to 255."""

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def whole_file(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """Gives the path to write a file at; it appears at `path`, for its owner alone (0600), when the block ends.

    An exception inside leaves nothing. FileExistsError refuses a path where anything is, at the beginning or at the
    end, also a symbolic link that leads nowhere. With `replace`, what is there is replaced: a symbolic link is
    followed and stays one, owner and permissions are kept, and OSError refuses all but regular files. Any other OSError
    says that a file cannot be made or written there.

    A signal that would end the process at once first has the unfinished file removed, where the block runs in the main
    thread; signals that the program handles by itself are left to it.
    """
    path = path.resolve() if replace else path.absolute()
    _check_place(path, replace=replace)
    remove_unfinished(path.parent)
    folder, lock = _private_folder(path)
    try:
        with _removed_by_signals(folder):
            unfinished = folder / "unfinished"
            yield unfinished
            _put_in_place(unfinished, path, replace=replace)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def remove_unfinished(folder: Path) -> None:
    """Removes from a folder what programs left in it that were killed while they wrote a file; never raises OSError."""
    with suppress(OSError):
        for name in os.listdir(folder):  # noqa: PTH208  # a name is enough to leave nearly all alone
            if _PART.fullmatch(name):
                _remove_if_left(folder / name)


def _check_place(path: Path, *, replace: bool) -> None:
    try:
        there = path.lstat()
    except FileNotFoundError:
        return
    if not replace:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    if not stat.S_ISREG(there.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))


def _private_folder(path: Path) -> tuple[Path, int]:
    """Makes the folder, and locks it; gives it with the lock, which is held until it is closed."""
    name = os.fsdecode(os.fsencode(path.name)[:_LONGEST_NAME])
    while True:  # until it is locked before another program takes it for one that was left behind
        folder = Path(tempfile.mkdtemp(prefix=f"{name}{_BEFORE}", suffix=_BEHIND, dir=path.parent))
        try:
            lock = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        with suppress(OSError):  # some network file systems lock no folders: there, nobody takes another's away either
            fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():
            return folder, lock
        os.close(lock)


def _remove_if_left(folder: Path) -> None:
    with suppress(OSError):
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)


@contextmanager
def _removed_by_signals(folder: Path) -> Iterator[None]:
    """Has the signals that would end the process remove a folder first."""
    process = os.getpid()

    def end(number: int, _: FrameType | None) -> None:
        if os.getpid() == process:  # a child that was forked since ends alone
            shutil.rmtree(folder, ignore_errors=True)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    numbers: list[signal.Signals] = []
    if threading.current_thread() is threading.main_thread():  # no other thread may set handlers
        numbers = [number for number in _ENDINGS if signal.getsignal(number) is signal.SIG_DFL]
    for number in numbers:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in numbers:
            if signal.getsignal(number) is end:
                signal.signal(number, signal.SIG_DFL)


def _put_in_place(unfinished: Path, path: Path, *, replace: bool) -> None:
    file = os.open(unfinished, os.O_RDONLY)
    try:
        os.fchmod(file, 0o600)
        if replace and path.exists():
            known = path.stat()
            os.fchown(file, known.st_uid, known.st_gid)
            os.fchmod(file, known.st_mode & 0o777)
        os.fsync(file)
    finally:
        os.close(file)
    if replace:
        unfinished.replace(path)
    else:
        _put_where_nothing_is(unfinished, path)
    with suppress(OSError):  # not every file system flushes folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _put_where_nothing_is(unfinished: Path, path: Path) -> None:
    """Gives a file its place, unless something has come there since: a rename would replace it."""
    try:
        path.hardlink_to(unfinished)
    except OSError:  # a file system without hard links, like FAT, or something is there: the place is taken first
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            unfinished.replace(path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
