"""Files that appear complete or not at all: copies of stores, new stores, authorized_keys, logs of crashes.

A file is written in a private folder beside its place, `NAME.secret-links-XXXXXXXX.part`, flushed to the disk and then
moved to its place in one step. The folder is removed if writing fails, and on SIGINT, SIGTERM and SIGHUP. SIGKILL and a
power cut leave it behind, under a name that no store has; the next file that is written beside it removes it. The
writer holds a lock on its folder, so that no other program does.
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
"""Bytes of the file's name in its folder's name, which file systems limit to 255."""

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def whole_file(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """Gives the path to write a file at; it appears at `path`, for its owner alone (0600), when the block ends.

    An exception inside leaves nothing. FileExistsError refuses a path where anything is, at the beginning or at the
    end, also a broken symbolic link. With `replace`, the file is replaced: a symbolic link is followed and kept, so are
    owner and permissions, and OSError refuses all but regular files. Any other OSError says that a file cannot be made
    or written there.

    In the main thread, a signal that would end the process removes the unfinished file first; signals that the program
    handles are not touched.
    """
    path = path.resolve() if replace else path.absolute()
    _check_place(path, replace=replace)
    with scratch_file(path) as unfinished:
        yield unfinished
        _put_in_place(unfinished, path, replace=replace)


@contextmanager
def scratch_file(path: Path) -> Iterator[Path]:
    """Gives the path to write a file at, on the same disk as `path`, which is gone when the block ends.

    OSError says that none can be made there. Signals are handled as by `whole_file`; both may stand in each other.
    """
    remove_unfinished(path.parent)
    folder, lock = _private_folder(path)
    try:
        with _removed_by_signals(folder):
            yield folder / "unfinished"
    finally:
        _remove(folder)
        _close(lock)


def remove_unfinished(folder: Path) -> None:
    """Removes unfinished files of programs that were killed from a folder; never raises OSError."""
    with suppress(OSError):
        for name in os.listdir(folder):  # noqa: PTH208  # the name alone rules out nearly all
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
    """Makes the private folder and locks it; gives it with the lock's file descriptor, for the caller to close."""
    name = os.fsdecode(os.fsencode(path.name)[:_LONGEST_NAME])
    while True:  # another program may remove the folder before it is locked
        folder = Path(tempfile.mkdtemp(prefix=f"{name}{_BEFORE}", suffix=_BEHIND, dir=path.parent))
        try:
            lock = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        with suppress(OSError):  # network file systems without locks on folders: there, none is removed either
            fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():
            return folder, lock
        _close(lock)


def _remove_if_left(folder: Path) -> None:
    with suppress(OSError):
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(folder)
        finally:
            _close(lock)


def _remove(folder: Path) -> None:
    """Removes a folder as far as that is possible; never raises OSError, as `ignore_errors` does where a stat fails."""
    with suppress(OSError):
        shutil.rmtree(folder, ignore_errors=True)


def _close(descriptor: int) -> None:
    """Closes a folder, or a file that was flushed; never raises OSError, for nothing depends on it any more."""
    with suppress(OSError):
        os.close(descriptor)


@contextmanager
def _removed_by_signals(folder: Path) -> Iterator[None]:
    """Makes signals that would end the process remove a folder first, and those of the blocks around this one."""
    end = _Ending(folder)
    if threading.current_thread() is threading.main_thread():  # no other thread may set handlers
        end.set()
    try:
        yield
    finally:
        end.put_back()


class _Ending:
    """Ends the process on a signal, after a folder was removed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = os.getpid()
        self._before: dict[signal.Signals, _Ending | signal.Handlers] = {}

    def set(self) -> None:
        """Handles the signals that would end the process."""
        for number in _ENDINGS:
            before = signal.getsignal(number)
            if before is signal.SIG_DFL or isinstance(before, _Ending):
                self._before[number] = signal.SIG_DFL if before is signal.SIG_DFL else before
                signal.signal(number, self)

    def put_back(self) -> None:
        """Has them handled as before, but for those that somebody else handles by now."""
        for number, before in self._before.items():
            if signal.getsignal(number) is self:
                signal.signal(number, before)

    def __call__(self, number: int, _: FrameType | None) -> None:
        """Removes the folder, and ends the process as it would end without this block."""
        if os.getpid() == self._process:  # a forked child leaves the folder to its parent
            _remove(self._folder)
        signal.signal(number, self._before[signal.Signals(number)])
        os.kill(os.getpid(), number)


def _put_in_place(unfinished: Path, path: Path, *, replace: bool) -> None:
    file = os.open(unfinished, os.O_RDONLY)
    try:
        os.fchmod(file, 0o600)
        if replace and path.exists():
            replaced = path.stat()
            os.fchown(file, replaced.st_uid, replaced.st_gid)
            os.fchmod(file, replaced.st_mode & 0o777)
        os.fsync(file)
    finally:
        _close(file)  # what it could say, the flush has said
    if replace:
        unfinished.replace(path)
    else:
        _put_where_nothing_is(unfinished, path)
    with suppress(OSError):  # not every file system flushes folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            _close(folder)


def _put_where_nothing_is(unfinished: Path, path: Path) -> None:
    """Moves a file to its place; FileExistsError if anything is there, which a rename would replace."""
    try:
        path.hardlink_to(unfinished)
    except OSError:  # there is a file, or the file system has no hard links, like FAT: create it first
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            unfinished.replace(path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
