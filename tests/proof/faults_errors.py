"""The faults that each system call can have."""

from __future__ import annotations

KILLED = "killed before"
"""The process is killed as it makes the call, which the kernel then does not begin."""

KILLED_AFTER = "killed after"
"""The process is killed when the call is done, before it learns that: strace holds it back, and it is killed then."""

NOTHING = "returns 0"
"""What a write answers that had room for no byte, and a read of a connection that the other end has closed."""

RESET = "ECONNRESET"

_FILE = ("EIO", "ENOSPC")

ERRORS: dict[str, tuple[str, ...]] = {
    "openat": (*_FILE, "EINTR", "EMFILE"),
    "pread64": ("EIO", "EINTR"),
    "read": ("EIO", "EINTR"),
    "pwrite64": (*_FILE, "EINTR", NOTHING),
    "write": (*_FILE, "EINTR"),
    "fsync": (*_FILE, "EINTR"),
    "fdatasync": (*_FILE, "EINTR"),
    "ftruncate": (*_FILE, "EINTR"),
    "fallocate": (*_FILE, "EINTR"),
    "mmap": ("ENOMEM",),
    "fcntl": ("EIO", "ENOLCK", "EINTR"),
    "flock": ("ENOLCK", "EINTR"),
    "mkdir": _FILE,
    "link": (*_FILE, "EPERM"),
    "linkat": (*_FILE, "EPERM"),
    "rename": _FILE,
    "unlink": ("EIO",),
    "unlinkat": ("EIO",),
    "rmdir": ("EIO",),
    "close": ("EIO",),
    "access": ("EIO",),
    "utimensat": ("EIO",),
    "fchown": ("EIO", "EPERM"),
    "fchmod": ("EIO", "EPERM"),
    "newfstatat": ("EIO",),
    "fstat": ("EIO",),
    "getdents64": ("EIO",),
    "socket": ("EMFILE", "ENOBUFS"),
    "connect": ("ECONNREFUSED", "ECONNRESET", "EINTR"),
    "sendto": (RESET, "EINTR"),
    "epoll_ctl": ("ENOMEM",),
    "poll": ("EINTR", "ENOMEM"),
    "recvfrom": (RESET, "EINTR", "ENOMEM", NOTHING),
}
"""The errors that each system call can have, by the manual pages of Linux."""

OF_SOCKETS = ("socket", "connect", "epoll_ctl", "poll", "sendto", "recvfrom")
