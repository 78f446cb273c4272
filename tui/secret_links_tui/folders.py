"""The platform's folders for one account: settings, data, caches, logs; None where they cannot be determined.

Without HOME and without an entry in the system's list of users there is none. A relative one is none either: it would
be another folder in every working directory.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

PROGRAM = "secret-links"


def config_folder() -> Path | None:
    """Returns the folder for settings."""
    return _whole("user_config_path")


def data_folder() -> Path | None:
    """Returns the folder for data."""
    return _whole("user_data_path")


def cache_folder() -> Path | None:
    """Returns the folder for what can be made again."""
    return _whole("user_cache_path")


def log_folder() -> Path | None:
    """Returns the folder for logs."""
    return _whole("user_log_path")


def home_folder() -> Path | None:
    """Returns the account's home."""
    return _whole_path(Path.home)


def _whole(name: str) -> Path | None:
    import platformdirs  # noqa: PLC0415  # not all that the program does needs a folder

    return _whole_path(lambda: getattr(platformdirs, name)(PROGRAM, appauthor=False))


def _whole_path(folder: Callable[[], Path]) -> Path | None:
    try:
        path = folder()
    except RuntimeError:
        return None
    return path if path.is_absolute() else None
